// Does every language say everything, short enough for its surface, and without promising what is not known?
#include <gmock/gmock.h>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include "alipay/result_codes.h"
#include "session/provider_codes.h"
#include "texts/columns.h"
#include "texts/texts.h"

namespace paydrv::texts {
namespace {

using money::Kind;
using money::NextAction;
using money::Reason;
using money::State;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr State all_states[] = {State::in_progress, State::waiting_customer, State::cancelling, State::unknown,
                                State::succeeded,   State::declined,         State::cancelled};

struct Surface {
    const char* name;
    std::string_view (Texts::*look_up)(Kind, State, Reason, NextAction, std::string_view) const noexcept;
    std::size_t lines;
    std::size_t columns;
    std::size_t max_bytes;
    bool display;
};
constexpr Surface surfaces[] = {{"cashier", &Texts::cashier, 3, 40, max_cashier_bytes, false},
                                {"customer", &Texts::customer, 2, 40, max_customer_bytes, false},
                                {"cashier_display", &Texts::cashier_display, 2, 20, max_display_bytes, true},
                                {"customer_display", &Texts::customer_display, 2, 20, max_display_bytes, true}};

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

bool fits(std::string_view text, const Surface& surface) {
    if (text.size() > surface.max_bytes) return false;
    if (!surface.display)
        return !text.empty() && !has_control(text) && wrapped(text, surface.columns).size() <= surface.lines;
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return false;
    const auto line_fits = [&](std::string_view line) {
        return !line.empty() && !has_control(line) && columns_of(line) <= surface.columns;
    };
    return line_fits(text.substr(0, end)) && line_fits(text.substr(end + 1));
}

void for_all(const std::function<void(Kind, State, Reason, NextAction)>& visit) {
    for (std::uint32_t kind = 1; kind <= static_cast<std::uint32_t>(Kind::found); ++kind) {
        for (const State state : all_states) {
            for (std::uint32_t reason = 0; reason <= static_cast<std::uint32_t>(Reason::refund_left); ++reason) {
                for (std::uint32_t action = 0; action <= static_cast<std::uint32_t>(NextAction::call_support); ++action)
                    visit(static_cast<Kind>(kind), state, static_cast<Reason>(reason), static_cast<NextAction>(action));
            }
        }
    }
}

class EveryLanguage : public ::testing::TestWithParam<const char*> {
  protected:
    Texts load(bool test = false) const { return *Texts::load(GetParam(), test, codes_); }

    const std::vector<ProviderCode> codes_ = session::provider_codes();
};
INSTANTIATE_TEST_SUITE_P(TextsTest, EveryLanguage, ::testing::Values("en", "zh-Hans", "zh-Hant", "ja"),
                         [](const auto& name) {
                             std::string word = name.param;
                             std::erase(word, '-');
                             return word;
                         });

TEST_P(EveryLanguage, SaysEveryCombinationWithinItsLimits) {
    for (const bool test : {false, true}) {
        const Texts texts = load(test);
        for (const Surface& surface : surfaces) {
            std::set<std::string_view> seen;
            for_all([&](Kind kind, State state, Reason reason, NextAction action) {
                const std::string_view text = (texts.*surface.look_up)(kind, state, reason, action, {});
                if (!seen.insert(text).second) return;
                EXPECT_TRUE(fits(text, surface)) << surface.name << ": " << text;
            });
            EXPECT_GT(seen.size(), 30U);
        }
    }
}

TEST_P(EveryLanguage, SaysEveryCodeWithinItsLimits) {
    for (const bool test : {false, true}) {
        const Texts texts = load(test);
        for (const Surface& surface : surfaces) {
            for (const ProviderCode& code : codes_) {
                for (std::uint32_t a = 0; a <= static_cast<std::uint32_t>(NextAction::call_support); ++a) {
                    const std::string_view text = (texts.*surface.look_up)(code.kind, State::declined, Reason::decline,
                                                                           static_cast<NextAction>(a), code.code);
                    EXPECT_TRUE(fits(text, surface)) << surface.name << ", " << code.code << ": " << text;
                }
            }
        }
    }
}

/// Text keys of rows that end nothing, or that tell a cashier no more than the state and its reason do.
const std::set<std::string_view> plain_text_keys = {"paid",     "refunded",  "in_process", "in_doubt",      "traffic",
                                                    "inquired", "cancelled", "order",      "failed",        "window",
                                                    "gateway",  "keys",      "permission", "reference_used"};

TEST_P(EveryLanguage, HasATextForEveryTextKeyThatTellsMore) {
    const Texts texts = load();
    for (const ProviderCode& code : codes_) {
        const auto said = [&](std::string_view provider_code) {
            return texts.cashier(code.kind, State::declined, Reason::decline, NextAction::other_method, provider_code);
        };
        if (said(code.code) != said("")) continue;
        EXPECT_TRUE(plain_text_keys.contains(code.text_key))
            << "no text for the text key " << code.text_key << " of " << code.code;
    }
}

TEST_P(EveryLanguage, ACodeOfARefundNeverSpeaksOfAPayment) {
    const Texts texts = load();
    const auto said = [&](Kind kind, std::string_view code) {
        return texts.cashier(kind, State::declined, Reason::decline, NextAction::call_support, code);
    };
    EXPECT_NE(said(Kind::payment, "RISK_REJECT"), said(Kind::refund, "RISK_REJECT"));
    EXPECT_NE(said(Kind::refund, "REFUND_WINDOW_EXCEED"), said(Kind::refund, ""));
    EXPECT_NE(said(Kind::refund, "MERCHANT_BALANCE_NOT_ENOUGH"), said(Kind::refund, ""));
    EXPECT_NE(said(Kind::payment, "EXPIRED_CODE"), said(Kind::payment, "INVALID_PAYMENT_CODE"));
    EXPECT_EQ(said(Kind::undo, "RISK_REJECT"), said(Kind::undo, ""));
}

/// Words that would claim an outcome, by language, and how the one sentence begins that may hold them: "not known yet".
struct Claims {
    std::vector<std::string> words;
    std::string doubt;
};
Claims claims_of(const std::string& language) {
    if (language == "zh-Hans") {
        return {{"已付款", "已退款", "成功", "未收款", "未退款", "已撤销", "未扣", "已退还", "已退回", "拒", "请交付",
                 "谢谢"},
                "尚未确定"};
    }
    if (language == "zh-Hant") {
        return {{"已付款", "已退款", "成功", "未收款", "未退款", "已撤銷", "未扣", "已退還", "已退回", "拒", "請交付",
                 "謝謝"},
                "尚未確定"};
    }
    if (language == "ja")
        return {{"完了", "されていません", "済み", "ありません", "未完了", "拒否", "お渡し", "ありがとう"}, "-"};
    return {{"PAID", "Paid", "REFUNDED", "refunded.", "GIVEN BACK", "ancelled", "CANCELLED", "No payment", "No refund",
             "Hand over", "Thank you"},
            "Not known yet whether"};
}

TEST_P(EveryLanguage, NeverCallsDecidedWhatIsOpen) {
    const Texts texts = load();
    const Claims claims = claims_of(GetParam());
    std::set<std::string_view> seen;
    for_all([&](Kind kind, State state, Reason reason, NextAction action) {
        if (money::is_final(state)) return;
        for (const Surface& surface : surfaces) {
            for (const std::string_view code : {"", "USER_BALANCE_NOT_ENOUGH"}) {
                const std::string_view text = (texts.*surface.look_up)(kind, state, reason, action, code);
                if (!seen.insert(text).second || text.starts_with(claims.doubt)) continue;
                for (const std::string& claim : claims.words)
                    EXPECT_THAT(std::string(text), Not(HasSubstr(claim))) << surface.name;
            }
        }
    });
    EXPECT_GT(seen.size(), 50U);
}

TEST_P(EveryLanguage, HandsOverGoodsForASucceededPaymentOnly) {
    const Texts texts = load();
    for (const Surface& surface : {surfaces[0], surfaces[2]}) {
        const auto look = [&](Kind kind, State state) {
            return (texts.*surface.look_up)(kind, state, Reason::none, NextAction::nothing, {});
        };
        const std::string_view goods = look(Kind::payment, State::succeeded);
        for_all([&](Kind kind, State state, Reason reason, NextAction action) {
            const bool paid = kind == Kind::payment && state == State::succeeded;
            if (paid) return;
            EXPECT_NE((texts.*surface.look_up)(kind, state, reason, action, {}), goods);
        });
        EXPECT_NE(look(Kind::refund, State::succeeded), look(Kind::refund, State::declined));
        EXPECT_NE(look(Kind::undo, State::succeeded), look(Kind::undo, State::cancelled));
        EXPECT_NE(look(Kind::payment, State::declined), look(Kind::payment, State::cancelled));
    }
}

TEST_P(EveryLanguage, ATestClientSaysTestEverywhere) {
    const Texts real = load(false);
    const Texts test = load(true);
    EXPECT_EQ(real.test_mark(), "");
    EXPECT_NE(test.test_mark(), "");
    for (const Surface& surface : surfaces) {
        for_all([&](Kind kind, State state, Reason reason, NextAction action) {
            const std::string_view without = (real.*surface.look_up)(kind, state, reason, action, {});
            const std::string_view with = (test.*surface.look_up)(kind, state, reason, action, {});
            ASSERT_TRUE(with.ends_with(without) && with.size() > without.size()) << with;
        });
    }
}

/// All keys of a file, as "cashier.codes.payment.balance".
std::set<std::string> keys_of(const std::string& language) {
    std::ostringstream text;
    text << std::ifstream(PAYDRV_TEXTS_FOLDER "/" + language + ".json").rdbuf();
    const auto root = Poco::JSON::Parser().parse(text.str()).extract<Poco::JSON::Object::Ptr>();
    std::set<std::string> keys;
    for (const Surface& surface : surfaces) {
        const auto codes = root->getObject(surface.name)->getObject("codes");
        for (const auto& [key, value] : *codes)
            keys.insert(key);
    }
    return keys;
}

TEST_P(EveryLanguage, NamesOnlyCodesAndTextKeysThatAlipaysTableHas) {
    const std::set<std::string> keys = keys_of(GetParam());
    EXPECT_GT(keys.size(), 20U);
    for (const std::string& key : keys) {
        const bool known = std::any_of(codes_.begin(), codes_.end(), [&](const ProviderCode& code) {
            const std::string prefix = code.kind == Kind::refund ? "refund." : "payment.";
            return key == prefix + std::string(code.code) || key == prefix + std::string(code.text_key);
        });
        EXPECT_TRUE(known) << key;
    }
}

TEST(TextsTest, SpeaksTheLanguagesOfItsMarkets) {
    EXPECT_THAT(Texts::languages(), ::testing::ElementsAre("en", "ja", "zh-Hans", "zh-Hant"));
}

TEST(TextsTest, LanguagesAreFoundByTheirTags) {
    const auto paid = [](std::string_view language) -> std::string {
        const auto texts = Texts::load(language);
        if (!texts) return "no such language";
        return std::string(texts->cashier(Kind::payment, State::succeeded, Reason::none, NextAction::nothing));
    };
    for (const std::string_view tag : {"en", "en-GB", "EN-us"})
        EXPECT_EQ(paid(tag), "PAID. Hand over goods and receipt.") << tag;
    for (const std::string_view tag : {"zh", "zh-CN", "zh-SG", "zh-Hans", "zh-hans-CN", "zh-MY"})
        EXPECT_EQ(paid(tag), "收款成功。请交付商品和小票。") << tag;
    for (const std::string_view tag : {"zh-TW", "zh-HK", "zh-MO", "zh-Hant", "zh-Hant-HK", "zh-tw"})
        EXPECT_EQ(paid(tag), "收款成功。請交付商品和收據。") << tag;
    for (const std::string_view tag : {"ja", "ja-JP"})
        EXPECT_EQ(paid(tag), "決済が完了しました。商品とレシートをお渡しください。") << tag;
    for (const std::string_view tag : {"", "xx", "e", "English", "-", "z", "jab"}) {
        EXPECT_EQ(paid(tag), "no such language") << tag;
        EXPECT_FALSE(Texts::speaks(tag)) << tag;
    }
}

}  // namespace
}  // namespace paydrv::texts
