// SPDX-License-Identifier: BSD-3-Clause
// The tables of docs/guide.md against the families.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "ansatz/nn/initialiser.hpp"
#include "ansatz/optim/optimizer.hpp"
#include "ansatz/optim/schedule.hpp"

namespace ansatz::test {
namespace {

template <class T>
std::string table_of(const Family<T>& family, const std::string& title) {
  std::string table = fmt::format("| {} | | arguments |\n|---|---|---|\n", title);
  for (const Member<T>& each : family.members()) {
    std::string text = each.name;
    std::vector<std::string> meanings;
    for (const Parameter& parameter : each.parameters) {
      text += fmt::format(" {}={}", parameter.name, parameter.fallback);
      meanings.push_back(fmt::format("{}: {}", parameter.name, parameter.help));
    }
    table += fmt::format("| `{}` | {}{}{} | {} |\n", text, each.help, each.aliases.empty() ? "" : "; also ",
                         fmt::join(each.aliases, ", "), fmt::join(meanings, "; "));
  }
  return table;
}

TEST(Guide, HasATableOfEveryFamily) {
  std::ifstream stream(std::filesystem::path(ANSATZ_SOURCE_DIR) / "docs/guide.md");
  std::stringstream guide;
  guide << stream.rdbuf();
  for (const std::string& table : {table_of(act::family(), "activation"), table_of(nn::initialisers(), "initialiser"),
                                   table_of(optim::family(), "optimizer"), table_of(schedule::family(), "schedule")})
    EXPECT_TRUE(guide.str().find(table) != std::string::npos) << "docs/guide.md lacks this table:\n" << table;
}

}  // namespace
}  // namespace ansatz::test
