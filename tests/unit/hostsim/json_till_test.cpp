// A till that another program drives: what it understands, what it refuses, and that a refusal changes nothing.
#include "till/json_till.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>

#include "played_driver.h"
#include "till/business_day.h"
#include "till/keyboard.h"

namespace hostsim::till {
namespace {

using Poco::JSON::Object;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kStart =
    R"({"id":1,"do":"start","amount_minor":1250,"currency":"EUR","payment_code":"2810010203040506",)"
    R"("reference":"R-1","order_reference":"T-1"})";

class JsonTillTest : public testing::Test {
  protected:
    JsonTillTest() { till_.open(); }

    /// The one object that a line is answered with.
    Object::Ptr answer(const std::string& line) {
        out_.str("");
        till_.follow(line);
        return last();
    }
    Object::Ptr last() {
        const std::string text = out_.str();
        EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
        return Poco::JSON::Parser().parse(text).extract<Object::Ptr>();
    }
    std::string error(const std::string& line) {
        Object::Ptr object = answer(line);
        EXPECT_FALSE(object->has("result")) << out_.str();
        return object->getValue<std::string>("field") + ": " + object->getValue<std::string>("error");
    }
    static std::string name(const Object::Ptr& object, const char* key) { return object->getValue<std::string>(key); }
    static Poco::Int64 number(const Object::Ptr& object, const char* key) { return object->getValue<Poco::Int64>(key); }

    PlayedDriver played_;
    DriverLibrary driver_ = played_.library();
    std::ostringstream out_;
    JsonTill till_{driver_, {"{}", "cashier 7", 20261121}, out_};
};

TEST_F(JsonTillTest, SaysHowItOpened) {
    Object::Ptr opened = last();
    EXPECT_EQ(name(opened, "do"), "open");
    EXPECT_EQ(number(opened, "result"), 0);
    EXPECT_EQ(number(opened, "business_day"), 20261121);
}

TEST_F(JsonTillTest, StartsAndTellsTheWholeStatus) {
    Object::Ptr started = answer(kStart);
    EXPECT_EQ(number(started, "id"), 1);
    EXPECT_EQ(name(started, "result_name"), "PAYDRV_OK");
    EXPECT_EQ(number(started, "op"), 1);
    EXPECT_EQ(number(started, "state"), PAYDRV_STATE_IN_PROGRESS);
    EXPECT_EQ(name(started, "state_name"), "IN_PROGRESS");
    EXPECT_EQ(name(started, "kind_name"), "PAYMENT");
    EXPECT_EQ(number(started, "amount_minor"), 1250);
    EXPECT_FALSE(started->getValue<bool>("is_final"));
    EXPECT_EQ(played_.payment.mode, static_cast<std::uint32_t>(PAYDRV_MODE_USER_PRESENTED));
    EXPECT_EQ(played_.payment.business_day, 20261121u);
    EXPECT_EQ(field_text(played_.payment.payment_code), "2810010203040506");
    EXPECT_EQ(field_text(played_.payment.description), "order T-1");
    EXPECT_EQ(field_text(played_.payment.operator_id), "cashier 7");
    EXPECT_EQ(played_.details, "-");
    EXPECT_THAT(out_.str(), Not(HasSubstr("2810010203040506")));
}

TEST_F(JsonTillTest, PassesEveryFieldOfAPayment) {
    answer(R"({"do":"start","mode":"ORDER_CODE","amount_minor":9007199254740993,"currency":"JPY","reference":"R-1",)"
           R"("business_day":20261120,"order_reference":"T-1","terminal":"T2","description":"a \u00e9",)"
           R"("operator_id":"","timeout_s":30,"flags":["SPLIT_BILL","PAY_AGAIN"],"details":{"goods":[{"n":1}]}})");
    EXPECT_EQ(played_.payment.mode, static_cast<std::uint32_t>(PAYDRV_MODE_ORDER_CODE));
    EXPECT_EQ(played_.payment.amount_minor, 9'007'199'254'740'993);
    EXPECT_EQ(played_.payment.business_day, 20261120u);
    EXPECT_EQ(field_text(played_.payment.terminal), "T2");
    EXPECT_EQ(field_text(played_.payment.description), "a \xC3\xA9");
    EXPECT_EQ(field_text(played_.payment.operator_id), "");
    EXPECT_EQ(played_.payment.timeout_s, 30u);
    EXPECT_EQ(played_.payment.flags, PAYDRV_FLAG_SPLIT_BILL | PAYDRV_FLAG_PAY_AGAIN);
    EXPECT_EQ(played_.details, R"({"goods":[{"n":1}]})");
}

TEST_F(JsonTillTest, ARefusalHasFieldAndText) {
    played_.start_result = PAYDRV_E_ARGUMENT;
    Object::Ptr refused = answer(kStart);
    EXPECT_EQ(number(refused, "result"), PAYDRV_E_ARGUMENT);
    EXPECT_EQ(number(refused, "op"), 0);
    EXPECT_FALSE(refused->has("state"));
    EXPECT_EQ(name(refused->getObject("problem"), "field"), "payment_code");
    EXPECT_EQ(name(refused->getObject("problem"), "text"), "the reason");
}

TEST_F(JsonTillTest, RefundsByEachOfTheThreeWays) {
    answer(R"({"do":"refund","payment_op":5,"amount_minor":100,"reference":"F-1"})");
    EXPECT_EQ(played_.refund.op, 5);
    EXPECT_EQ(played_.refund.business_day, 20261121u);
    answer(R"({"do":"refund","original_reference":"R-1","original_business_day":20261120,"original_terminal":"T2",)"
           R"("amount_minor":100,"reference":"F-2","refund_reason":"too small"})");
    EXPECT_EQ(played_.refund.op, 0);
    EXPECT_EQ(field_text(played_.refund.original_reference), "R-1");
    EXPECT_EQ(played_.refund.original_business_day, 20261120u);
    EXPECT_EQ(field_text(played_.refund.original_terminal), "T2");
    EXPECT_EQ(field_text(played_.refund.refund_reason), "too small");
    Object::Ptr begun = answer(R"({"do":"refund","payment_id":"2026x","original_amount_minor":300,"currency":"EUR",)"
                               R"("amount_minor":100,"reference":"F-3"})");
    EXPECT_EQ(field_text(played_.refund.payment_id), "2026x");
    EXPECT_EQ(played_.refund.original_amount_minor, 300);
    EXPECT_EQ(name(begun, "kind_name"), "REFUND");
}

TEST_F(JsonTillTest, FollowsAPaymentToItsEnd) {
    answer(kStart);
    EXPECT_EQ(number(answer(R"({"do":"poll","op":1,"seen":2,"wait_ms":0})"), "result"), PAYDRV_UNCHANGED);
    played_.become(1, PAYDRV_STATE_SUCCEEDED, PAYDRV_ACTION_NOTHING);
    Object::Ptr polled = answer(R"({"do":"poll","op":1,"seen":2,"wait_ms":600000})");
    EXPECT_EQ(name(polled, "state_name"), "SUCCEEDED");
    EXPECT_TRUE(polled->getValue<bool>("is_final"));
    EXPECT_EQ(number(answer(R"({"do":"find","reference":"R-1","business_day":20261121})"), "op"), 1);
    EXPECT_EQ(played_.acknowledges, 0) << "the other program says when it has booked";
    Object::Ptr told = answer(R"({"do":"acknowledge","op":1,"order_reference":"T-1"})");
    EXPECT_TRUE(told->getValue<bool>("acknowledged"));
    EXPECT_EQ(played_.calls.back(), "acknowledge 1 T-1");
    answer(R"({"do":"acknowledge","op":1})");
    EXPECT_EQ(played_.calls.back(), "acknowledge 1 -");
    answer(R"({"do":"cancel","op":1})");
    EXPECT_EQ(played_.cancels, 1);
}

TEST_F(JsonTillTest, ListsWithACursorOfItsOwn) {
    played_.add("R-1", PAYDRV_STATE_SUCCEEDED, 1, 20261121);
    played_.add("R-2", PAYDRV_STATE_SUCCEEDED, 1, 20261121);
    Object::Ptr first = answer(R"({"do":"next","filter":"UNACKNOWLEDGED"})");
    EXPECT_EQ(name(first, "reference"), "R-1");
    Object::Ptr second = answer(R"({"do":"next","filter":20261121,"cursor":")" + name(first, "cursor") + "\"}");
    EXPECT_EQ(name(second, "reference"), "R-2");
    Object::Ptr none = answer(R"({"do":"next","filter":1,"cursor":"2"})");
    EXPECT_EQ(number(none, "result"), PAYDRV_UNCHANGED);
    EXPECT_EQ(number(none, "op"), 0);
    EXPECT_THAT(error(R"({"do":"next","filter":1,"cursor":"99999999999999999999"})"), HasSubstr("cursor"));
    EXPECT_THAT(error(R"({"do":"next"})"), HasSubstr("filter"));
}

TEST_F(JsonTillTest, GivesTextsHealthAndRequests) {
    played_.texts[PAYDRV_TEXT_RECEIPT_CUSTOMER] = "line 1\nline 2 \"quoted\"";
    answer(kStart);
    EXPECT_EQ(name(answer(R"({"do":"text","op":1,"what":"RECEIPT_CUSTOMER"})"), "text"), "line 1\nline 2 \"quoted\"");
    EXPECT_FALSE(answer(R"({"do":"text","op":1,"what":2})")->has("text"));
    played_.text_making = 2;
    EXPECT_EQ(number(answer(R"({"do":"text","op":1,"what":4})"), "result"), PAYDRV_E_UNSUPPORTED);
    EXPECT_EQ(number(answer(R"({"do":"text","op":1,"what":"RECEIPT_CUSTOMER"})"), "result"), PAYDRV_UNCHANGED);
    EXPECT_TRUE(answer(R"({"do":"text","op":1,"what":"RECEIPT_CUSTOMER","wait_ms":10000})")->has("text"));
    Object::Ptr health = answer(R"({"do":"health"})");
    EXPECT_EQ(number(health, "health"), 31);
    EXPECT_EQ(health->getArray("health_names")->size(), 5u);
    EXPECT_EQ(number(health, "in_doubt"), 1);
    EXPECT_EQ(number(answer(R"({"do":"poll","op":0})"), "health"), 31);
    answer(R"({"do":"request","name":"day_totals","json":{"business_day":20261121}})");
    EXPECT_EQ(played_.request_name, "day_totals");
    EXPECT_EQ(played_.request_json, R"({"business_day":20261121})");
    answer(R"({"do":"request","name":"self_test","json":"{ as it is"})");
    EXPECT_EQ(played_.request_json, "{ as it is");
    answer(R"({"do":"request","name":"self_test"})");
    EXPECT_EQ(played_.request_json, "-");
    EXPECT_EQ(name(answer(R"({"do":"driver_text","what":-205})"), "text"), "PAYDRV_E_IN_DOUBT");
}

TEST_F(JsonTillTest, ACloseInDoubtLeavesItOpen) {
    answer(kStart);
    Object::Ptr refused = answer(R"({"do":"close"})");
    EXPECT_EQ(name(refused, "result_name"), "PAYDRV_E_IN_DOUBT");
    EXPECT_EQ(number(refused, "in_doubt"), 1);
    EXPECT_FALSE(till_.over());
    EXPECT_EQ(number(answer(R"({"do":"close","force":true})"), "result"), 0);
    EXPECT_TRUE(till_.over());
    out_.str("");
    till_.end();
    EXPECT_EQ(out_.str(), "") << "it is closed already";
}

TEST_F(JsonTillTest, TheEndOfTheInputClosesWithoutForceAndSaysInDoubt) {
    answer(kStart);
    out_.str("");
    played_.calls.clear();
    till_.end();
    EXPECT_EQ(number(last(), "result"), PAYDRV_E_IN_DOUBT);
    EXPECT_EQ(number(last(), "in_doubt"), 1);
    EXPECT_THAT(played_.calls, ElementsAre("close", "close by force"));
}

TEST_F(JsonTillTest, ExitIsTheEndOfTheInput) {
    EXPECT_EQ(number(answer(R"({"do":"exit"})"), "result"), 0);
    EXPECT_TRUE(till_.over());
}

TEST(JsonTillOpening, AFailedOpenIsAnObjectToo) {
    PlayedDriver played;
    DriverLibrary driver = played.library();
    played.open_result = PAYDRV_E_CONFIGURATION;
    std::ostringstream out;
    {
        JsonTill till(driver, {"{}", "", 0}, out);
        EXPECT_FALSE(till.open());
        till.end();
    }
    EXPECT_THAT(out.str(), AllOf(HasSubstr("\"result\":-400"), HasSubstr("the reason")));
    EXPECT_EQ(played.closes, 0);
}

// ---- Lines that cannot be followed -----------------------------------------------------------------------------

struct BadLine {
    const char* name;
    std::string line;
    const char* says;
};

class BadLines : public JsonTillTest, public testing::WithParamInterface<BadLine> {};

TEST_P(BadLines, AreRefusedAndChangeNothing) {
    EXPECT_THAT(error(GetParam().line), HasSubstr(GetParam().says));
    EXPECT_THAT(played_.calls, IsEmpty());
    EXPECT_TRUE(played_.operations.empty());
    EXPECT_FALSE(till_.over());
}

INSTANTIATE_TEST_SUITE_P(
    Each, BadLines,
    testing::Values(
        BadLine{"NoJson", "hello", ": the line is not one JSON object"},
        BadLine{"AnArray", "[1]", "not one JSON object"}, BadLine{"AText", "\"start\"", "not one JSON object"},
        BadLine{"Null", "null", "not one JSON object"}, BadLine{"HalfAnObject", R"({"do":"start")", "not one JSON"},
        BadLine{"TwoObjects", R"({"do":"health"}{"do":"health"})", "not one JSON object"},
        BadLine{"SomethingBehind", R"({"do":"health"} x)", "not one JSON object"},
        BadLine{"TooDeep", std::string(100, '{'), "not one JSON object"},
        BadLine{"DeepDetails", R"({"do":"start","details":)" + std::string(50, '['), "not one JSON object"},
        BadLine{"NotUtf8", "{\"do\":\"start\",\"reference\":\"\xC3\x28\"}", "not UTF-8"},
        BadLine{"OverlongUtf8", "{\"do\":\"start\",\"reference\":\"\xC0\xAF\"}", "not UTF-8"},
        BadLine{"CutUtf8", "{\"do\":\"health\"}\xE2\x82", "not UTF-8"}, BadLine{"NothingToDo", "{}", "do: "},
        BadLine{"DoIsANumber", R"({"do":1})", "do: \"do\" must be a text"},
        BadLine{"UnknownThing", R"({"do":"pay"})", "there are start, refund, cancel"},
        BadLine{"UnknownKey", R"({"do":"start","colour":1})", "colour: \"start\" has no key \"colour\""},
        BadLine{"KeyOfAnother", R"({"do":"cancel","op":1,"force":true})", "force: "},
        BadLine{"LongKey", "{\"do\":\"health\",\"" + std::string(5000, 'k') + "\":1}", "a key of 5000 bytes"},
        BadLine{"KeyTwice", R"({"do":"start","amount_minor":1,"amount_minor":100})", "stands twice"},
        BadLine{"KeyTwiceInside", R"({"do":"start","details":{"a":1,"a":2}})", "stands twice"},
        BadLine{"IdIsAnObject", R"({"id":{},"do":"health"})", "id: "},
        BadLine{"IdIsTooLong", "{\"id\":\"" + std::string(65, 'i') + "\",\"do\":\"health\"}", "id: "},
        BadLine{"AmountWithPoint", R"({"do":"start","amount_minor":12.5})", "amount_minor: "},
        BadLine{"AmountWithPointZero", R"({"do":"start","amount_minor":1250.0})", "amount_minor: "},
        BadLine{"AmountWithExponent", R"({"do":"start","amount_minor":1e3})", "amount_minor: "},
        BadLine{"AmountAsText", R"({"do":"start","amount_minor":"1250"})", "amount_minor: "},
        BadLine{"AmountTrue", R"({"do":"start","amount_minor":true})", "amount_minor: "},
        BadLine{"AmountNull", R"({"do":"start","amount_minor":null})", "amount_minor: "},
        BadLine{"AmountTooLarge", R"({"do":"start","amount_minor":18446744073709551615})", "amount_minor: "},
        BadLine{"NegativeDay", R"({"do":"start","business_day":-1})", "business_day: "},
        BadLine{"DayBeyond32Bit", R"({"do":"start","business_day":4294967296})", "business_day: "},
        BadLine{"LongReference", "{\"do\":\"start\",\"reference\":\"" + std::string(72, 'r') + "\"}",
                "has 72 bytes; there is room for 71"},
        BadLine{"NulInAReference", R"({"do":"start","reference":"R\u00001"})", "reference: "},
        BadLine{"UnknownMode", R"({"do":"start","mode":"CASH"})", "mode: \"mode\" must be a number or one of USER"},
        BadLine{"UnknownFlag", R"({"do":"start","flags":["FREE"]})", "flags: "},
        BadLine{"DetailsAsNumber", R"({"do":"start","details":1})", "details: "},
        BadLine{"NoOp", R"({"do":"cancel"})", "op: \"cancel\" needs \"op\""},
        BadLine{"OpBeyond32Bit", R"({"do":"cancel","op":4294967297})", "op: "},
        BadLine{"ForceAsNumber", R"({"do":"close","force":1})", "force: "},
        BadLine{"WaitTooLong", R"({"do":"poll","op":0,"wait_ms":600001})", "wait_ms: "},
        BadLine{"CursorAsNumber", R"({"do":"next","filter":1,"cursor":1})", "cursor: "}),
    [](const auto& bad) { return std::string(bad.param.name); });

TEST_F(JsonTillTest, ARefusedLineKeepsItsIdWhereItCanBeRead) {
    EXPECT_EQ(name(answer(R"({"id":"a7","do":"nothing"})"), "id"), "a7");
    EXPECT_EQ(number(answer(R"({"id":7,"do":"start","amount_minor":0.5})"), "id"), 7);
    EXPECT_TRUE(answer("{")->isNull("id"));
}

TEST_F(JsonTillTest, APaymentCodeIsInNoError) {
    const std::string code(40, '9');
    EXPECT_THAT(error("{\"do\":\"start\",\"payment_code\":\"" + code + "\"}"), Not(HasSubstr("999")));
    EXPECT_THAT(error("{\"do\":\"start\",\"payment_code\":" + code + "}"), Not(HasSubstr("999")));
    EXPECT_THAT(error("{\"do\":\"start\",\"payment_code\":\"" + code), Not(HasSubstr("999")));
}

TEST_F(JsonTillTest, EmptyLinesAreNothing) {
    out_.str("");
    till_.follow("");
    till_.follow(" \t\r");
    EXPECT_EQ(out_.str(), "");
}

TEST_F(JsonTillTest, ALineThatIsTooLongIsAnError) {
    out_.str("");
    till_.refuse_long_line();
    EXPECT_THAT(name(last(), "error"), HasSubstr(std::to_string(Keyboard::kLineLimit)));
}

// Lines that are nearly right: each one is answered with exactly one object, and no money moves by a line that was
// damaged beyond reading.
TEST_F(JsonTillTest, GarbageIsAnsweredLineByLine) {
    std::mt19937 random(20261121);
    const std::string good = kStart;
    for (int i = 0; i < 3000; ++i) {
        std::string line = good;
        for (unsigned damage = 1 + random() % 4; damage > 0; --damage) {
            std::size_t at = random() % line.size();
            switch (random() % 4) {
                case 0: line[at] = static_cast<char>(random() % 256); break;
                case 1: line.erase(at, 1 + random() % 5); break;
                case 2: line.insert(at, 1, "{}[]\",:\\0e-."[random() % 12]); break;
                default: line.insert(at, line.substr(random() % line.size(), random() % 20)); break;
            }
            if (line.empty()) line = "{";
        }
        line.erase(std::remove(line.begin(), line.end(), '\n'), line.end());
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        std::size_t starts = played_.calls.size();
        Object::Ptr object = answer(line);
        EXPECT_NE(object->has("error"), object->has("result")) << line;
        EXPECT_EQ(played_.calls.size(), starts + (object->has("result") ? 1 : 0)) << line;
        if (HasFailure()) return;
    }
}

TEST(JsonTillHelp, NamesEverythingToDo) {
    const std::string help = json_till_help();
    for (const char* name : {"start:", "refund:", "cancel:", "poll:", "health:", "find:", "next:", "acknowledge:",
                             "text:", "data:", "request:", "driver_text:", "close:", "exit:"}) {
        EXPECT_THAT(help, HasSubstr(name));
    }
}

}  // namespace
}  // namespace hostsim::till
