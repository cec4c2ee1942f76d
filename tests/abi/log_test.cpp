// The log as a host's support meets it: who did wrong, in which attempt, and nothing left behind.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "session_fixture.h"

namespace contract {
namespace {

using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class Logged : public ::testing::Test {
  protected:
    void TearDown() override {
        if (session != 0) driver().close(session, 1);
    }

    std::string config(const std::string& log = "paydrv.log", const std::string& level = "debug") const {
        std::string text = till.config();
        text.insert(1, R"("logFile":")" + (till.folder() / log).string() + R"(","logLevel":")" + level + R"(",)");
        return text;
    }
    std::int32_t open(const std::string& text) {
        const auto given = options();
        why = sized<paydrv_problem>();
        return driver().open(text.c_str(), &given, &session, &why);
    }
    void close() {
        EXPECT_RESULT(PAYDRV_OK, driver().close(session, 1));
        session = 0;
    }

    std::string text(const std::string& log = "paydrv.log") const {
        std::ifstream in(till.folder() / log, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }
    /// The lines with a text in them, without their time.
    std::vector<std::string> lines(const std::string& part) const {
        std::vector<std::string> found;
        std::istringstream in(text());
        for (std::string line; std::getline(in, line);) {
            if (line.find(part) != std::string::npos) found.push_back(line.substr(line.find(' ') + 1));
        }
        return found;
    }

    Till till;
    std::int32_t session = 0;
    paydrv_problem why{};
};

TEST_F(Logged, TellsOfOpenAndClose) {
    ASSERT_RESULT(PAYDRV_OK, open(config()));
    close();
    const auto opened = lines("opened: ");
    ASSERT_THAT(opened, SizeIs(1));
    EXPECT_THAT(opened[0], HasSubstr("INFO - -: opened: driver 0.9."));
    EXPECT_THAT(opened[0], EndsWith(", host's header 0.9, configuration the inline configuration, a live client, store "
                                    "S1, terminal TILL-1"));
    EXPECT_THAT(lines("closed"), Contains("INFO - -: closed"));
    struct stat entry {};
    ASSERT_EQ(stat((till.folder() / "paydrv.log").c_str(), &entry), 0);
    EXPECT_EQ(entry.st_mode & 07777U, 0600U);
}

TEST_F(Logged, AHostsFaultsHaveItsSideAndTheAttemptsName) {
    ASSERT_RESULT(PAYDRV_OK, open(config()));
    paydrv_payment order = payment(1);
    order.amount_minor = 0;
    std::int32_t op = 0;
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().start(session, &order, nullptr, &op, &why));
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().start(session, nullptr, nullptr, &op, nullptr));
    why.size = 3;
    order = payment(2);
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().start(session, &order, nullptr, &op, &why));
    EXPECT_RESULT(PAYDRV_E_NOT_FOUND, driver().cancel(session, 7));
    auto small = sized<paydrv_status>();
    small.size = 8;
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().poll(session, 0, 0, 1, &small));
    EXPECT_RESULT(PAYDRV_E_NOT_FOUND, driver().poll(session + 1, 0, 0, 1, &small));
    close();
    const std::string name = std::to_string(day()) + "/reference-1";
    EXPECT_THAT(lines(name),
                Contains("WARNING host " + name +
                         ": paydrv_start refused, PAYDRV_E_ARGUMENT, amount_minor: amount_minor is 0; allowed are 1 to "
                         "9999999999999999 minor units (1250 is 12.50 EUR)."));
    const auto faults = lines("WARNING host -");
    EXPECT_THAT(faults, Contains(HasSubstr("paydrv_start refused, PAYDRV_E_ARGUMENT, payment: payment is NULL.")));
    EXPECT_THAT(faults, Contains(HasSubstr("paydrv_start refused, PAYDRV_E_ARGUMENT, why: why: size is 3.")));
    EXPECT_THAT(faults, Contains(EndsWith("op 7: paydrv_cancel refused, PAYDRV_E_NOT_FOUND")));
    EXPECT_THAT(faults, Contains(HasSubstr("paydrv_poll refused, PAYDRV_E_ARGUMENT, size: status: size is 8")));
    EXPECT_THAT(faults, Contains(HasSubstr("paydrv_poll refused, PAYDRV_E_NOT_FOUND, session: Session")));
    EXPECT_THAT(faults, SizeIs(5));
}

TEST_F(Logged, AnswersThatHostsAskForAreNobodysFault) {
    ASSERT_RESULT(PAYDRV_OK, open(config()));
    auto key = sized<paydrv_key>();
    key.kind = PAYDRV_KIND_PAYMENT;
    key.business_day = day();
    set(key.reference, "lost");
    std::int32_t op = 0;
    const paydrv_payment order = payment(1);
    EXPECT_RESULT(PAYDRV_E_NOT_FOUND, driver().find(session, &key, &op));
    EXPECT_RESULT(PAYDRV_OK, driver().start(session, &order, nullptr, &op, nullptr));
    EXPECT_RESULT(PAYDRV_E_BUFFER, driver().text(session, op, 0, PAYDRV_TEXT_CASHIER, nullptr, 0, nullptr));
    close();
    EXPECT_THAT(lines("/lost"), Contains(EndsWith("/lost: paydrv_find refused, PAYDRV_E_NOT_FOUND")));
    EXPECT_THAT(lines("PAYDRV_E_BUFFER"), Contains(HasSubstr("DEBUG - " + std::to_string(day()) + "/reference-1 op " +
                                                             std::to_string(op) + ": paydrv_text refused")));
    EXPECT_THAT(lines(" host "), IsEmpty());
}

TEST_F(Logged, APollWithoutWaitWritesNothingAtAll) {
    ASSERT_RESULT(PAYDRV_OK, open(config()));
    auto status = sized<paydrv_status>();
    for (int i = 0; i < 100; i++) {
        driver().poll(session, 0, 0, 0, &status);
        driver().poll(session, 12345, 0, 0, &status);
        driver().poll(session, 0, 0, 0, nullptr);
    }
    close();
    EXPECT_THAT(lines("paydrv_poll"), IsEmpty());
}

TEST_F(Logged, AWaitThatACloseEndsIsNoEvent) {
    ASSERT_RESULT(PAYDRV_OK, open(config()));
    const std::int32_t mine = session;
    std::atomic<bool> waiting{false};
    std::thread waiter([&] {
        auto status = sized<paydrv_status>();
        std::int32_t result = PAYDRV_OK;
        while (result >= 0) {
            waiting = true;
            result = driver().poll(mine, 0, status.revision, 60'000, &status);
        }
    });
    EXPECT_TRUE(comes_true([&] { return waiting.load(); }, std::chrono::seconds(5)));
    close();
    waiter.join();
    EXPECT_THAT(lines("paydrv_poll"), IsEmpty());
}

TEST_F(Logged, ExchangesThatFailAreTheMachines) {
    ASSERT_RESULT(PAYDRV_OK, open(config()));
    EXPECT_TRUE(comes_true([&] { return !lines("inquiryPayment: not sent").empty(); }, std::chrono::seconds(10)));
    close();
    EXPECT_THAT(lines("inquiryPayment: not sent"),
                Contains(HasSubstr("WARNING machine -: inquiryPayment: not sent, ")));
}

TEST_F(Logged, TheLevelHolds) {
    ASSERT_RESULT(PAYDRV_OK, open(config("paydrv.log", "error")));
    EXPECT_RESULT(PAYDRV_E_NOT_FOUND, driver().cancel(session, 7));
    close();
    EXPECT_EQ(text(), "");
}

TEST_F(Logged, NoPaymentCodeReachesIt) {
    ASSERT_RESULT(PAYDRV_OK, open(config()));
    std::vector<std::string> codes;
    std::int32_t op = 0;
    for (int number = 1; number <= 3; number++) {
        paydrv_payment order = payment(number);
        if (number == 2) set(order.payment_code, "99" + std::string(order.payment_code));
        if (number == 3) set(order.payment_code, payment(1).payment_code);
        codes.emplace_back(order.payment_code);
        driver().start(session, &order, R"({"env":1})", &op, nullptr);
    }
    close();
    EXPECT_THAT(lines("PAYDRV_E_CODE_USED"), SizeIs(1));
    EXPECT_THAT(lines("payment_code has 20 characters and begins otherwise"), SizeIs(1));
    for (const std::string& code : codes)
        EXPECT_THAT(text(), Not(HasSubstr(code)));
}

TEST_F(Logged, AnOpenThatFailsLaterIsTold) {
    std::string wrong = config();
    wrong.replace(wrong.find("journal.sqlite"), 14, "nowhere/journal.sqlite");
    EXPECT_RESULT(PAYDRV_E_JOURNAL, open(wrong));
    EXPECT_THAT(lines("not opened"), Contains(HasSubstr("ERROR machine -: not opened: ")));
}

TEST_F(Logged, ALogThatCannotBeIsRefusedAtOpen) {
    EXPECT_RESULT(PAYDRV_E_CONFIGURATION, open(config("nowhere/paydrv.log")));
    EXPECT_STREQ(why.field, "logFile");
    EXPECT_THAT(why.text, HasSubstr("paydrv.log is in a folder that does not exist: create it"));
    EXPECT_FALSE(std::filesystem::exists(till.folder() / "journal.sqlite")) << "nothing else was begun";
    EXPECT_RESULT(PAYDRV_E_CONFIGURATION, open(config("merchant.pem")));
    EXPECT_THAT(why.text, HasSubstr("not a log of this driver"));
}

TEST_F(Logged, GoesOnWithoutItsFolder) {
    std::filesystem::create_directory(till.folder() / "logs");
    ASSERT_RESULT(PAYDRV_OK, open(config("logs/paydrv.log")));
    std::filesystem::remove_all(till.folder() / "logs");
    std::int32_t op = 0;
    const paydrv_payment order = payment(1);
    EXPECT_RESULT(PAYDRV_E_NOT_FOUND, driver().cancel(session, 7));
    EXPECT_RESULT(PAYDRV_OK, driver().start(session, &order, nullptr, &op, nullptr));
    close();
    EXPECT_FALSE(std::filesystem::exists(till.folder() / "logs"));
}

}  // namespace
}  // namespace contract
