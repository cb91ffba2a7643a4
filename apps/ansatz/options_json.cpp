// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/options_json.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace ansatz::cli {

namespace {

nlohmann::json as_json(const std::string& text) {
  const char* const end = text.data() + text.size();
  std::int64_t integer = 0;
  if (const auto [rest, error] = std::from_chars(text.data(), end, integer); error == std::errc{} && rest == end)
    return integer;
  double number = 0.0;
  if (const auto [rest, error] = std::from_chars(text.data(), end, number);
      error == std::errc{} && rest == end && std::isfinite(number))
    return number;
  return text;
}

}  // namespace

nlohmann::json options_json(const CLI::App& command) {
  nlohmann::json json = nlohmann::json::object();
  for (const CLI::Option* option : command.get_options()) {
    const bool positional = option->get_lnames().empty();
    const std::string name = positional ? option->get_name(true) : option->get_lnames().front();
    if (name == "help") continue;
    const bool flag = option->get_items_expected_max() == 0;
    const std::vector<std::string>& given = option->results();
    if (flag)
      json[name] = given.empty() ? option->get_default_str() == "true" : given.back() != "false";
    else if (option->get_items_expected_max() > 1)
      json[name] = given;
    else if (!given.empty())
      json[name] = as_json(given.back());
    else if (!option->get_default_str().empty())
      json[name] = as_json(option->get_default_str());
    else
      json[name] = nullptr;
  }
  return json;
}

}  // namespace ansatz::cli
