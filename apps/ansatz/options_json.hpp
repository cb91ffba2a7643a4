// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The options of a run for --json, so that the lines of a sweep can be told apart.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <variant>

#include "ansatz/base/options.hpp"
#include "apps/ansatz/option_line.hpp"

namespace ansatz::cli {

/// {"batch": 32, "learning-rate": null, "impute": false, "missing": ["n/a"], ...}: each row of S with the value given
/// or else its default; null where it is left to the program. Numbers are numbers.
template <class S>
nlohmann::json options_json(const S& values) {
  nlohmann::json json = nlohmann::json::object();
  for (const Option<S>& option : rows_of<S>())
    json[dashed(option.name)] = std::visit(
        [&](auto member) -> nlohmann::json {
          const auto& value = values.*member;
          if constexpr (requires { value.has_value(); })
            return value ? nlohmann::json(*value) : nlohmann::json();
          else if constexpr (std::is_same_v<decltype(value), const std::string&>)
            return value.empty() && value == S{}.*member ? nlohmann::json() : nlohmann::json(value);
          else
            return value;
        },
        option.member);
  return json;
}

}  // namespace ansatz::cli
