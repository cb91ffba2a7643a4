// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The rows of an aggregate of options (ansatz/base/options.hpp) as options of a command.
#pragma once

#include <CLI/CLI.hpp>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "ansatz/base/options.hpp"

namespace ansatz::cli {

/// The names of the options that were given, on the command line or in a file.
using GivenOptions = std::set<std::string, std::less<>>;

/// "learning_rate" → "learning-rate", as the command line and JSON spell it.
std::string dashed(std::string_view name);

/// "-o,--output"; "--impute,!--no-impute" for what is yes or no; "--overwrite" is the opposite of "--no-overwrite".
std::string flags_of(std::string_view name, const Spelling& spelling, bool yes_or_no);

/// Help with the names that the option's text may begin with.
std::string help_of(std::string_view help, const Spelling& spelling);

/// Whether "network|from", or nothing, names something that was given.
bool names_given(std::string_view names, const GivenOptions& given);

/// The option of the command that a row became.
const CLI::Option* option_of(const CLI::App& command, std::string_view name, const Spelling& spelling);

/// What --help shows: "--impute,--no-impute" without CLI11's "{false}".
void show_flags_plainly(CLI::App& command);

/// Adds a row to a command; what is given is set in `values`, which must outlive it. Numbers out of their range are
/// refused with an ArgumentError while the line is parsed.
template <class S>
void add_option(CLI::App& command, S& values, const Option<S>& option) {
  const auto add = [&](auto member) {
    using V = std::remove_cvref_t<decltype(values.*member)>;
    constexpr bool is_flag = std::is_same_v<V, bool>;
    constexpr bool is_list = std::is_same_v<V, std::vector<std::string>>;
    const std::string flags = flags_of(option.name, option.spelling, is_flag);
    const std::string help = help_of(option.help, option.spelling);
    CLI::Option* added = nullptr;
    if constexpr (is_flag) {
      added = command.add_flag(flags, values.*member, help);
    } else if constexpr (is_list) {
      added = command.add_option(flags, values.*member, help)->allow_extra_args(option.spelling.takes_all);
      if (option.spelling.separator != 0) added->delimiter(option.spelling.separator);
    } else {
      added = command.add_option(
          flags,
          [&values, &option, owner = command.get_name()](const CLI::results_t& texts) {
            set(values, option, texts.back(), owner);
            return true;
          },
          help);
      constexpr std::string_view kind = options::kind_of<V>();
      added->type_name(kind == "number" ? "FLOAT" : kind == "whole number" ? "INT" : "TEXT");
      if (std::string text = options::text_of(values.*member); text != "none") added->default_str(std::move(text));
    }
    if (!option.spelling.group.empty()) added->group(std::string(option.spelling.group));
  };
  std::visit(add, option.member);
}

/// Adds all rows of S.
template <class S>
void add_options(CLI::App& command, S& values) {
  for (const Option<S>& option : rows_of<S>()) add_option(command, values, option);
  show_flags_plainly(command);
}

/// The options that a line, now parsed, gave.
template <class S>
GivenOptions given_on_line(const CLI::App& command) {
  GivenOptions given;
  for (const Option<S>& option : rows_of<S>())
    if (option_of(command, option.name, option.spelling)->count() > 0) given.emplace(option.name);
  return given;
}

/// Whether an option was given: is_given(given, &TrainArguments::hidden).
template <class S, class V>
bool is_given(const GivenOptions& given, V S::*member) {
  for (const Option<S>& option : rows_of<S>())
    if (option.member == typename Option<S>::Member(member)) return given.contains(option.name);
  return false;
}

}  // namespace ansatz::cli
