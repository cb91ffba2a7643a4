// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The values that other programs made (tests/golden/README.md).
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace ansatz::test {

/// tests/golden/NAME.json, read once. (A name by reference would let g++ 14 suspect that the result refers to it.)
inline const nlohmann::json& golden(std::string_view name) {
  static std::map<std::string, nlohmann::json> files;
  const auto [place, is_new] = files.try_emplace(std::string(name));
  if (is_new) {
    std::ifstream stream(std::filesystem::path(ANSATZ_SOURCE_DIR) / "tests/golden" / fmt::format("{}.json", name));
    place->second = nlohmann::json::parse(stream);
  }
  return place->second;
}

/// A vector like `expected`: |difference| ≤ tolerance · (1 + |expected|) in every element, and all finite.
MATCHER_P2(CloseTo, expected, tolerance, "") {
  if (arg.size() != expected.size()) {
    *result_listener << arg.size() << " values; " << expected.size() << " are expected";
    return false;
  }
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (!(std::abs(arg[i] - expected[i]) <= tolerance * (1.0 + std::abs(expected[i])))) {
      *result_listener << "element " << i << " is " << testing::PrintToString(arg[i]) << ", expected "
                       << testing::PrintToString(expected[i]);
      return false;
    }
  return true;
}

}  // namespace ansatz::test
