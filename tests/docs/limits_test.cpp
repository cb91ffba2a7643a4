// SPDX-License-Identifier: BSD-3-Clause
// The table of docs/limits.md against base/limits.hpp.
#include "ansatz/base/limits.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace ansatz::test {
namespace {

std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

TEST(LimitsPage, HasTheNumbersOfTheProgram) {
  std::ifstream stream(std::filesystem::path(ANSATZ_SOURCE_DIR) / "docs/limits.md");
  std::stringstream page;
  page << stream.rdbuf();
  for (const std::string& row :
       {fmt::format("| {} cells in a row |", with_commas(limits::columns)),
        fmt::format("| {} bytes | a quote", with_commas(limits::line_bytes)),
        fmt::format("| header of a model file | {} bytes |", with_commas(limits::header_bytes)),
        fmt::format("| {} | a header of", limits::header_depth),
        fmt::format("| {} bytes; longer ones", with_commas(limits::message_bytes)),
        fmt::format("beyond the first {} | {} |", with_commas(limits::unpacked_freely), limits::unpacking_ratio)})
    EXPECT_THAT(page.str(), testing::HasSubstr(row));
}

}  // namespace
}  // namespace ansatz::test
