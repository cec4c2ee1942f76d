// The tests' own program also plays the sandbox and the till, in child processes.
#include <gtest/gtest.h>

#include <string>

#include "killed_till.h"
#include "sandbox/sandbox.h"

int main(int argc, char** argv) {
    const std::string command = argc > 1 ? argv[1] : "";
    if (command == "sandbox") return hostsim::sandbox_command(argc - 1, argv + 1);
    if (command == "till") return restart::till_main(argc, argv);
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
