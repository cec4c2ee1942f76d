// Is every request read strictly, answered as the schema says, and refused with a sentence that helps?
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "office/arguments.h"
#include "money/words.h"
#include "office_scene.h"

namespace paydrv::office {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Request {
    std::string name;
    std::string json;
};

const std::vector<Request> good = {
    {"self_test", ""},
    {"self_test", " {} "},
    {"inquire", R"({"reference":"A1","business_day":20261121})"},
    {"inquire", R"({"reference":"A1","business_day":20261121,"terminal":"T2"})"},
    {"inquire", R"({"order_reference":"order","business_day":20261121})"},
    {"inquire", R"({"payment_request_id":"p1-A1"})"},
    {"inquire", R"({"payment_id":"id-A1"})"},
    {"settle",
     R"({"reference":"A1","business_day":20261121,"terminal":"","outcome":"CANCELLED","who":"Bo","why":"x"})"},
    {"settle",
     R"({"reference":"A1","business_day":20261121,"outcome":"SUCCEEDED","who":"Bo","why":"x","kind":"PAYMENT"})"},
    {"day_totals", R"({"business_day":20261121})"},
    {"day_totals", R"({"business_day":20261121,"operator_id":"anna","terminal":"T1"})"},
};

/// A good request of each name with every key.
const std::map<std::string, std::vector<std::string>> whole = {
    {"self_test", {"{}"}},
    {"inquire",
     {R"({"reference":"A1","business_day":20261121,"terminal":"T1"})",
      R"({"order_reference":"order","business_day":20261121})", R"({"payment_request_id":"p"})",
      R"({"payment_id":"i"})"}},
    {"settle",
     {R"({"reference":"A1","business_day":20261121,"terminal":"T1","kind":"PAYMENT","outcome":"CANCELLED","who":"Bo",)"
      R"("why":"x"})"}},
    {"day_totals", {R"({"business_day":20261121,"operator_id":"anna","terminal":"T1"})"}},
};

class OfficeRequests : public OfficeScene {
  protected:
    void SetUp() override { row("A1"); }

    /// Begins, and answers what is asked.
    const engine::OfficeResult& carry_out(const Request& request) {
        desk.finished.clear();
        begin(request.name, request.json);
        if (desk.finished.empty()) answer(paid());
        return result(request.name);
    }
};

std::string json_of(const Json& object) {
    std::ostringstream out;
    object->stringify(out);
    return out.str();
}

TEST_F(OfficeRequests, KnowsItsNamesAndNoOther) {
    EXPECT_THAT(BackOffice::names(), ::testing::ElementsAre("self_test", "inquire", "settle", "day_totals"));
    for (const std::string_view name : BackOffice::names()) {
        EXPECT_TRUE(office.knows(name));
        EXPECT_NO_THROW(request_schema().defined(std::string(name) + "_request"));
        EXPECT_NO_THROW(request_schema().defined(std::string(name) + "_answer"));
    }
    for (const std::string_view name : {"", "selftest", "self_test ", "SELF_TEST", "registration"}) {
        EXPECT_FALSE(office.knows(name)) << name;
    }
    EXPECT_EQ(refused("registration", "{}"), ": there is no such request");
}

TEST_F(OfficeRequests, GoodOnesFitTheSchemaAndAreCarriedOut) {
    for (const Request& request : good) {
        SCOPED_TRACE(request.name + " " + request.json);
        if (!request.json.empty()) expect_valid(request.json, request.name + "_request");
        EXPECT_EQ(carry_out(request).state, State::succeeded);
    }
}

TEST_F(OfficeRequests, KeysOfTheSchemaAreThoseOfTheCode) {
    for (const auto& [name, requests] : whole) {
        for (const std::string& json : requests) {
            SCOPED_TRACE(name + " " + json);
            expect_valid(json, name + "_request");
            Json object = parsed(json);
            object->set("unknown", 1);
            EXPECT_FALSE(request_schema().faults(object, name + "_request").empty());
            EXPECT_THAT(refused(name, json_of(object)), StartsWith("unknown: is not known"));
        }
    }
    // Each key of the schema stands in one of the requests above.
    for (const auto& [name, requests] : whole) {
        std::set<std::string> shown;
        for (const std::string& json : requests) {
            for (const std::string& key : parsed(json)->getNames())
                shown.insert(key);
        }
        const Json schema = request_schema().defined(name + "_request");
        std::set<std::string> defined;
        const auto collect = [&](const Json& object) {
            for (const std::string& key : object->getObject("properties")->getNames())
                defined.insert(key);
        };
        if (schema->has("oneOf")) {
            for (const auto& choice : *schema->getArray("oneOf"))
                collect(choice.extract<Json>());
        } else {
            collect(schema);
        }
        EXPECT_EQ(shown, defined) << name;
    }
}

TEST_F(OfficeRequests, WhatTheSchemaRefusesIsRefused) {
    const std::vector<std::string> wrong = {"null", "true", "1",       "-1",        "2.5", "\"\"",
                                            "[]",   "{}",   "[\"x\"]", "{\"a\":1}", "1e4", "18446744073709551615"};
    for (const auto& [name, requests] : whole) {
        for (const std::string& json : requests) {
            for (const std::string& key : parsed(json)->getNames()) {
                Json without = parsed(json);
                without->remove(key);
                const bool needed = !request_schema().faults(without, name + "_request").empty();
                const std::string said = told(name, json_of(without));
                EXPECT_EQ(said != "was begun" && said != "was done", needed) << json_of(without) << said;
                for (const std::string& value : wrong) {
                    const std::string text = std::regex_replace(json, std::regex("\"" + key + "\":(\"[^\"]*\"|[0-9]+)"),
                                                                "\"" + key + "\":" + value);
                    ASSERT_NE(text, json);
                    const bool empty_is_none = value == "\"\"" && (key == "terminal" || key == "operator_id");
                    const std::string fault = told(name, text);
                    EXPECT_EQ(fault.starts_with(key + ": "), !empty_is_none) << text << "\n" << fault;
                }
            }
        }
    }
}

TEST_F(OfficeRequests, LimitsOfTheSchemaAreThoseOfTheCode) {
    int limits = 0;
    for (const auto& [name, requests] : whole) {
        const Json schema = request_schema().defined(name + "_request");
        for (std::size_t i = 0; i < requests.size(); i++) {
            const Json form =
                schema->has("oneOf") ? schema->getArray("oneOf")->getObject(static_cast<unsigned>(i)) : schema;
            for (const std::string& key : form->getObject("properties")->getNames()) {
                const Json property = form->getObject("properties")->getObject(key);
                if (!property->has("maxLength")) continue;
                ++limits;
                const auto limit = property->getValue<std::size_t>("maxLength");
                Json object = parsed(requests[i]);
                object->set(key, std::string(limit, 'x'));
                EXPECT_THAT(told(name, json_of(object)), ::testing::Not(StartsWith(key + ": has"))) << key;
                object->set(key, std::string(limit + 1, 'x'));
                EXPECT_THAT(refused(name, json_of(object)), StartsWith(key + ": has " + std::to_string(limit + 1)));
            }
        }
    }
    EXPECT_EQ(limits, 11);
}

TEST_F(OfficeRequests, DaysAreDaysOfTheCalendar) {
    for (const char* day : {"0", "20260230", "20261301", "19691231", "100000101", "-20261121", "4315217417"}) {
        EXPECT_THAT(refused("day_totals", R"({"business_day":)" + std::string(day) + "}"), StartsWith("business_day: "))
            << day;
    }
    begin("day_totals", R"({"business_day":20240229})");
    EXPECT_EQ(desk.finished.back().second.state, State::succeeded);
}

TEST_F(OfficeRequests, TextsThatAreNoObjectsAreRefused) {
    const std::string bomb = std::string(8'000, '[') + std::string(8'000, ']');
    const std::string object_bomb = [] {
        std::string text;
        for (int i = 0; i < 2'000; i++)
            text += "{\"a\":";
        return text + "1" + std::string(2'000, '}');
    }();
    const std::string huge = R"({"payment_id":")" + std::string(max_request_bytes, 'x') + "\"}";
    const std::vector<std::string> bad = {"[]",
                                          "1",
                                          "\"x\"",
                                          "null",
                                          "{",
                                          "{}}",
                                          "{} {}",
                                          "{'a':1}",
                                          "x",
                                          std::string("{\0}", 3),
                                          R"({"payment_id":"a","payment_id":"b"})",
                                          "{\"payment_id\":\"\xC3\x28\"}",
                                          "{\"payment_id\":\"\xED\xA0\x80\"}",
                                          R"({"payment_id":"x",})",
                                          R"({"payment_id":1e400})",
                                          R"({"payment_id":"a\u0000b"})",
                                          R"({"payment_id\u0000":"x"})",
                                          R"({"business_day":99999999999999999999999})",
                                          R"(/* c */{"payment_id":"x"})",
                                          bomb,
                                          object_bomb,
                                          huge};
    for (const std::string& json : bad) {
        for (const std::string_view name : BackOffice::names()) {
            EXPECT_THAT(refused(std::string(name), json), HasSubstr("one JSON object in UTF-8 of at most 16384 bytes"))
                << json.substr(0, 60);
        }
    }
    EXPECT_TRUE(desk.asked.empty());
}

TEST_F(OfficeRequests, KeysAndTextsOfTheHostCannotDisturbTheAnswer) {
    EXPECT_EQ(refused("self_test", "{\"a\\nb\\u0001\\\"\": 1}"), "a?b?\": is not known; this request takes no keys");
    EXPECT_EQ(refused("self_test", "{\"" + std::string(200, 'k') + "\": 1}").substr(0, 42),
              std::string(40, 'k') + ": ");
    for (const char* text : {R"("a\u0001b")", R"("a\nb")", R"("\u007f")"}) {
        EXPECT_EQ(refused("inquire", R"({"payment_id":)" + std::string(text) + "}"),
                  "payment_id: has control characters");
    }
    EXPECT_EQ(refused("inquire", R"({"payment_id":"   "})"), "payment_id: is empty");
}

TEST_F(OfficeRequests, TrailingBlanksAreCut) {
    begin("inquire", R"({"payment_id":"id-A1  "})");
    ASSERT_EQ(desk.asked.size(), 1U);
    EXPECT_EQ(desk.asked[0].second.reference, "A1");
}

TEST_F(OfficeRequests, AJournalThatCannotBeReadEndsThem) {
    desk.journal_.throws_on_read = true;
    for (const auto& [name, json] : good) {
        if (name == "self_test") continue;  // tells it as a check
        EXPECT_EQ(refused(name, json, Reason::journal), ": the journal cannot be read now: the disk cannot be read");
        EXPECT_EQ(desk.finished[0].second.next_action, NextAction::call_support);
    }
}

TEST_F(OfficeRequests, AJournalThatFailsWhileAlipayIsAskedEndsThem) {
    row("A2", [](OperationRecord& r) { r.linked_row = 1; });
    begin("inquire", R"({"payment_id":"id-A2"})");
    desk.journal_.throws_on_read = true;
    answer(paid());
    EXPECT_EQ(result("inquire").reason, Reason::journal);
    answer(paid());
    EXPECT_EQ(desk.finished.size(), 1U);
}

TEST_F(OfficeRequests, AnAnswerThatNobodyWaitsForChangesNothing) {
    office.answered(4711, paid(), desk);
    EXPECT_TRUE(desk.finished.empty());
    begin("inquire", R"({"payment_id":"id-A1"})");
    office.answered(4711, paid(), desk);
    EXPECT_TRUE(desk.finished.empty());
    answer(paid());
    answer(paid());
    EXPECT_EQ(desk.finished.size(), 1U);
}

TEST_F(OfficeRequests, RequestsRunBesideEachOther) {
    row("A2");
    office.begin(1, "inquire", R"({"payment_id":"id-A1"})", desk);
    office.begin(2, "inquire", R"({"payment_id":"id-A2"})", desk);
    office.begin(3, "self_test", "", desk);
    office.answered(2, paid(2), desk);
    office.answered(3, verified(Verdict::no_such_payment), desk);
    office.answered(1, paid(1), desk);
    ASSERT_EQ(desk.finished.size(), 3U);
    EXPECT_EQ(desk.finished[0].first, 2);
    EXPECT_THAT(desk.finished[0].second.json, HasSubstr(R"("reference":"A2")"));
    EXPECT_EQ(desk.finished[1].first, 3);
    EXPECT_EQ(desk.finished[2].first, 1);
    EXPECT_THAT(desk.finished[2].second.json, HasSubstr(R"("reference":"A1")"));
}

TEST(OfficeWords, AreThoseOfTheHeader) {
    std::ifstream file(PAYDRV_HEADER);
    const std::string header((std::istreambuf_iterator<char>(file)), {});
    const std::regex line(R"(#define PAYDRV_(STATE|REASON|ACTION|KIND|MODE)_([A-Z_]+) ([0-9]+))");
    int words = 0;
    for (std::sregex_iterator match(header.begin(), header.end(), line); match != std::sregex_iterator(); ++match) {
        const std::string group = (*match)[1];
        const auto value = static_cast<std::uint32_t>(std::stoul((*match)[3]));
        const std::string_view said = group == "STATE"    ? word(static_cast<State>(value))
                                      : group == "REASON" ? word(static_cast<Reason>(value))
                                      : group == "ACTION" ? word(static_cast<NextAction>(value))
                                      : group == "KIND"   ? word(static_cast<Kind>(value))
                                                          : word(static_cast<money::Mode>(value));
        EXPECT_EQ(said, (*match)[2].str());
        words++;
    }
    EXPECT_EQ(words, 7 + 16 + 8 + 5 + 3);
}

TEST(OfficeContract, ItsExamplesFitTheSchema) {
    std::ifstream file(PAYDRV_CONTRACT);
    const std::string contract((std::istreambuf_iterator<char>(file)), {});
    const std::regex example("<!-- ([a-z_]+) -->\n```json\n([^`]*)```");
    std::set<std::string> shown;
    for (std::sregex_iterator match(contract.begin(), contract.end(), example); match != std::sregex_iterator();
         ++match) {
        expect_valid((*match)[2], (*match)[1]);
        shown.insert((*match)[1]);
    }
    for (const std::string_view name : BackOffice::names()) {
        EXPECT_TRUE(shown.contains(std::string(name) + "_answer")) << name;
        EXPECT_TRUE(name == "self_test" || shown.contains(std::string(name) + "_request")) << name;
    }
    EXPECT_TRUE(shown.contains("refused_answer"));
}

}  // namespace
}  // namespace paydrv::office
