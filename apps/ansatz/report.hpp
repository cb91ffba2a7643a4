// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What commands print alike.
#pragma once

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "ansatz/heads/metrics.hpp"

namespace ansatz::cli {

/// Metrics for --json.
inline nlohmann::json to_json(const head::Metrics& metrics) {
  nlohmann::json json = {{"rows", metrics.rows}};
  if (metrics.rows == 0) return json;
  json["cost"] = metrics.cost;
  for (const head::Score& score : metrics.scores) {
    json[score.name] = score.value;  // null where it is NaN
    if (std::isnan(score.value) && !score.why.empty()) json[score.name + "_missing"] = score.why;
    if (!std::isnan(score.bounds.low)) json[score.name + "_interval"] = {score.bounds.low, score.bounds.high};
  }
  return json;
}

/// What --delimiter and --header say, for data::CsvOptions. @throws ArgumentError.
char delimiter_of(const std::string& name);
std::optional<bool> header_of(const std::string& answer);

/// Prints the object on a line of its own; texts that are not UTF-8 (names of files) are mended.
void print_json(const nlohmann::json& json);

/// "100,30" as numbers. @throws ArgumentError.
std::vector<std::int64_t> widths(const std::string& text);

}  // namespace ansatz::cli
