// Is config/sandbox.json, which people read, still the file that the sandbox writes?
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "sandbox/sandbox.h"
#include "sandbox_scene.h"

namespace hostsim::sandbox {
namespace {

using Poco::JSON::Object;

Object::Ptr read_json(const std::string& path) {
    std::ifstream file(path);
    return Poco::JSON::Parser().parse(file).extract<Object::Ptr>();
}

// Without the annotations (keys that begin with _), as text with sorted keys.
std::string plain(const Object& annotated) {
    Object json;
    for (const auto& [key, value] : annotated) {
        if (!key.starts_with("_")) json.set(key, value);
    }
    std::ostringstream text;
    json.stringify(text, 1);
    return text.str();
}

TEST(SandboxConfig, TheAnnotatedFormIsTheFileThatIsWritten) {
    const ScratchFolder folder;
    Sandbox sandbox({.state_dir = folder.path()});
    Object::Ptr written = read_json(folder.path() + "/paydrv.json");
    Object::Ptr annotated = read_json(std::string(PAYDRV_SOURCE_DIR) + "/config/sandbox.json");
    // The port is that of the run.
    EXPECT_EQ(written->getValue<std::string>("gatewayUrl"), "https://127.0.0.1:" + std::to_string(sandbox.port()));
    written->set("gatewayUrl", annotated->getValue<std::string>("gatewayUrl"));
    EXPECT_EQ(plain(*annotated), plain(*written));
}

}  // namespace
}  // namespace hostsim::sandbox
