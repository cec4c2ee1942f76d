// Does CONTRACT.md tell the truth about where each rule is kept and proven?
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct RuleRow {
    std::string rule;
    std::string kept_in;
    std::string proven_in;
};

std::string read(const std::string& name) {
    std::ifstream file(std::string(PAYDRV_SOURCE_DIR) + "/" + name);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<RuleRow> rule_rows() {
    const std::string contract = read("abi/CONTRACT.md");
    const std::regex row(R"(\n\| (R\d+) \|[^\n]*\| ([^|\n]*) \| ?([^|\n]*)\|)");
    std::vector<RuleRow> rows;
    for (std::sregex_iterator match(contract.begin(), contract.end(), row); match != std::sregex_iterator(); ++match) {
        std::string proven = (*match)[3];
        proven.erase(proven.find_last_not_of(' ') + 1);
        rows.push_back({(*match)[1], (*match)[2], proven});
    }
    return rows;
}

bool cites(const std::string& text, const std::string& rule) {
    return std::regex_search(text, std::regex("(^|[^A-Za-z0-9])" + rule + "([^0-9]|$)"));
}

TEST(Contract, NamesEveryRuleOnce) {
    std::set<std::string> rules;
    for (const RuleRow& row : rule_rows()) {
        EXPECT_TRUE(rules.insert(row.rule).second) << row.rule << " stands twice";
    }
    EXPECT_EQ(rules.size(), 19U) << "R1 to R19";
}

TEST(Contract, EveryRuleIsCitedByTheFileThatKeepsItAndByTheTestThatProvesIt) {
    for (const RuleRow& row : rule_rows()) {
        if (row.kept_in.rfind("not in ", 0) == 0) {
            EXPECT_EQ(row.proven_in, "") << row.rule << " is not kept yet, so nothing can prove it";
            continue;
        }
        EXPECT_TRUE(cites(read(row.kept_in), row.rule)) << row.kept_in << " does not cite " << row.rule;
        EXPECT_TRUE(cites(read(row.proven_in), row.rule)) << row.proven_in << " does not cite " << row.rule;
    }
}

}  // namespace
