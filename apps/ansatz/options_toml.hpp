// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The rows of an aggregate of options (ansatz/base/options.hpp) as TOML: written with all values and their help, read
/// with errors that name the line.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "ansatz/base/error.hpp"
#include "ansatz/base/options.hpp"
#include "apps/ansatz/option_line.hpp"

namespace ansatz::cli {

/// A value that is no list, as the text from which options::read gets it.
struct TomlValue {
  enum class Kind { text, whole, number, truth, other };
  Kind kind = Kind::other;
  std::string text;
};

/// One line `key = value`.
struct TomlEntry {
  std::string key;
  std::size_t line = 0;
  bool is_list = false;
  std::vector<TomlValue> values;  ///< one, or those of the list

  /// As it is said in messages: 3, "three", [3, "three"].
  std::string shown() const;
};

struct TomlTable {
  std::string name;  ///< "space", or "run.sha256" of a table in a table
  std::size_t line = 0;
  std::vector<TomlEntry> entries;

  /// The text of an entry. @throws DataError when there is none.
  const std::string& text(std::string_view key, const std::string& file) const;
};

/// A file, its entries in the order of their lines.
struct TomlFile {
  std::string name;
  std::vector<TomlEntry> entries;  ///< those of no table
  std::vector<TomlTable> tables;

  /// @throws DataError when there is no such table.
  const TomlTable& table(std::string_view name) const;
};

/// @throws IoError when the file cannot be read, ParseError with the line where it is no TOML.
TomlFile read_toml(const std::string& path);

/// A text in TOML's quotes. @throws DataError for one that is not UTF-8, which TOML cannot hold.
std::string quoted_for_toml(const std::string& text);

/// Lines "# …" of at most 100 characters.
std::string toml_comment(std::string_view text);

/// The error "run.toml:3: there is no option 'epohcs'; did you mean 'epochs'?". `names`: of all options.
[[noreturn]] void refuse_unknown_option(const TomlFile& file, const TomlEntry& entry,
                                        const std::vector<std::string>& names);
/// Whether an entry means the option called `name`, in British or in American spelling.
bool means(const TomlEntry& entry, std::string_view name);
/// @throws ArgumentError for a table that is neither [space], of tune, nor [run], which the program writes.
void check_tables(const TomlFile& file);

/// What is expected instead of an entry; nothing where its value was taken. A text may also be given as a list of what
/// `separator` separates in it, a list as its only element, and a whole number that TOML cannot hold as a text.
std::string take_value(const TomlEntry& entry, char separator, std::string& value);
std::string take_value(const TomlEntry& entry, char separator, std::vector<std::string>& value);
std::string take_value(const TomlEntry& entry, char separator, bool& value);
template <class V>
std::string take_value(const TomlEntry& entry, char /*separator*/, V& value) {
  using Kind = TomlValue::Kind;
  constexpr std::string_view kind = options::kind_of<V>();
  constexpr bool is_list = kind == "extents" || kind == "numbers";
  std::string texts;
  for (const TomlValue& each : entry.values) texts += (texts.empty() ? "" : kind == "extents" ? "x" : ",") + each.text;
  V read{};
  const std::string expected = options::read(texts, read);
  const bool fits = std::all_of(entry.values.begin(), entry.values.end(), [&](const TomlValue& each) {
    return each.kind == Kind::whole || (kind.starts_with("number") && each.kind == Kind::number) ||
           ((is_list || std::is_same_v<V, std::uint64_t>)&&each.kind == Kind::text);
  });
  if (!expected.empty()) return expected;
  if (!fits || (entry.is_list && !is_list)) return fmt::format("a {}", kind);
  value = std::move(read);
  return "";
}

/// Sets the options that a file gives and the command line, `given`, does not; `given` then has both. What only has a
/// value in the file where it yields to what the line gives (widths of hidden layers to a network) is left out, with a
/// note. @throws ArgumentError "run.toml:3: epochs = -1 was given; epochs ≥ 0 is expected", and for keys that are none.
template <class S>
void take_options(const TomlFile& file, S& values, GivenOptions& given, std::vector<std::string>& notes) {
  check_tables(file);
  const GivenOptions on_line = given;
  std::vector<std::string> names;
  for (const Option<S>& option : rows_of<S>()) names.emplace_back(option.name);
  GivenOptions in_file;
  for (const TomlEntry& entry : file.entries) {
    const auto& rows = rows_of<S>();
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const Option<S>& option) { return means(entry, option.name); });
    if (found == rows.end()) refuse_unknown_option(file, entry, names);
    const Option<S>& option = *found;
    const auto refuse = [&](const std::string& expected) {
      throw ArgumentError("{}:{}: {} = {} was given; {} is expected", file.name, entry.line, option.name, entry.shown(),
                          expected);
    };
    if (!in_file.emplace(option.name).second)
      throw ArgumentError("{}:{}: {} was given twice", file.name, entry.line, option.name);
    S taken = values;
    const std::string expected = std::visit(
        [&](auto member) { return take_value(entry, option.spelling.separator, taken.*member); }, option.member);
    if (!expected.empty()) refuse(expected);
    if (const std::string instead = expected_instead(taken, option); !instead.empty()) refuse(instead);
    if (on_line.contains(option.name)) continue;
    if (names_given(option.spelling.yields_to, on_line)) {
      if (text_of(taken, option) != text_of(S{}, option))
        notes.push_back(fmt::format("{}: {} yields to what the command line gives", file.name, option.name));
      continue;
    }
    values = std::move(taken);
    given.emplace(option.name);
  }
}

/// A value in TOML, which reads back as the same bits.
std::string toml_value(const std::string& value);
std::string toml_value(const std::vector<std::string>& value);
std::string toml_value(bool value);
std::string toml_value(std::uint64_t value);
template <class V>
std::string toml_value(const V& value) {
  if constexpr (requires { value.has_value(); })
    return value ? toml_value(*value) : "";
  else if constexpr (std::is_arithmetic_v<V>)
    return options::text_of(value);
  else
    return toml_value(options::text_of(value));
}

/// All rows of S with their help. Options that are left to the program (an empty text, no number), and those that were
/// not given and yield to one that was, stand in comments.
template <class S>
std::string to_toml(const S& values, const GivenOptions& given) {
  std::string text;
  std::string_view group;
  const S defaults{};
  for (const Option<S>& option : rows_of<S>()) {
    if (option.spelling.group != group) {
      group = option.spelling.group;
      text += fmt::format("\n## {}\n", group);
    }
    text += "\n" + toml_comment(help_of(option.help, option.spelling));
    const auto is_open = [&](auto member) {
      const auto& value = values.*member;
      if constexpr (requires { value.has_value(); }) return !value.has_value();
      if constexpr (requires { value.empty(); }) return value.empty() && (defaults.*member).empty();
      return false;
    };
    const bool is_comment = std::visit(is_open, option.member) ||
                            (!given.contains(option.name) && names_given(option.spelling.yields_to, given));
    const std::string value = std::visit([&](auto member) { return toml_value(values.*member); }, option.member);
    text += fmt::format("{}{} ={}{}\n", is_comment ? "# " : "", option.name, value.empty() ? "" : " ", value);
  }
  return text;
}

}  // namespace ansatz::cli
