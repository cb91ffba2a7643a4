// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/options_toml.hpp"

#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#include <fmt/format.h>
#include <toml++/toml.h>

#include <limits>

#include "ansatz/base/similar.hpp"
#include "ansatz/data/number.hpp"
#include "ansatz/io/file.hpp"
#include "apps/ansatz/command_line.hpp"

namespace ansatz::cli {

namespace {

std::size_t line_of(const toml::node& node) { return node.source().begin.line; }

TomlValue value_of(const toml::node& node) {
  using Kind = TomlValue::Kind;
  if (const auto* text = node.as_string()) return {Kind::text, text->get()};
  if (const auto* whole = node.as_integer()) return {Kind::whole, std::to_string(whole->get())};
  if (const auto* number = node.as_floating_point()) return {Kind::number, fmt::format("{}", number->get())};
  if (const auto* truth = node.as_boolean()) return {Kind::truth, truth->get() ? "true" : "false"};
  return {Kind::other, node.is_array() ? "a list" : node.is_table() ? "a table" : "a date or time"};
}

TomlEntry entry_of(const std::string& key, std::size_t line, const toml::node& node) {
  TomlEntry entry{.key = key, .line = line, .is_list = node.is_array(), .values = {}};
  if (const toml::array* list = node.as_array())
    for (const toml::node& each : *list) entry.values.push_back(value_of(each));
  else
    entry.values.push_back(value_of(node));
  return entry;
}

/// Takes a table and those in it apart; `name` is "" for the file itself.
void take_apart(const toml::table& table, const std::string& name, std::vector<TomlEntry>& entries,
                std::vector<TomlTable>& tables) {
  for (const auto& [key, node] : table) {
    const std::string key_text(key.str());
    if (const toml::table* inner = node.as_table()) {
      const std::size_t place = tables.size();
      tables.push_back({.name = name.empty() ? key_text : name + "." + key_text, .line = line_of(node), .entries = {}});
      std::vector<TomlEntry> of_inner;
      take_apart(*inner, tables[place].name, of_inner, tables);
      tables[place].entries = std::move(of_inner);
    } else {
      entries.push_back(entry_of(key_text, key.source().begin.line, node));
    }
  }
  std::sort(entries.begin(), entries.end(), [](const TomlEntry& a, const TomlEntry& b) { return a.line < b.line; });
}

}  // namespace

std::string TomlEntry::shown() const {
  std::string text;
  for (const TomlValue& value : values)
    text += (text.empty() ? "" : ", ") + (value.kind == TomlValue::Kind::text ? "\"" + value.text + "\"" : value.text);
  return is_list ? "[" + text + "]" : text;
}

const std::string& TomlTable::text(std::string_view key, const std::string& file) const {
  for (const TomlEntry& entry : entries)
    if (entry.key == key && !entry.is_list) return entry.values[0].text;
  throw DataError("{}: {} is missing in the table [{}]", file, key, name);
}

const TomlTable& TomlFile::table(std::string_view wanted) const {
  for (const TomlTable& each : tables)
    if (each.name == wanted) return each;
  throw DataError("{}: the table [{}] is missing", name, wanted);
}

TomlFile read_toml(const std::string& path) {
  const std::string text = io::read_text(path);
  TomlFile file{.name = path, .entries = {}, .tables = {}};
  try {
    take_apart(toml::parse(std::string_view(text)), "", file.entries, file.tables);
  } catch (const toml::parse_error& error) {
    throw ParseError("{}:{}: is no TOML: {}", path, error.source().begin.line, error.description());
  }
  return file;
}

std::string quoted_for_toml(const std::string& text) {
  if (!data::is_clean_text(text)) throw DataError("\"{}\" cannot be written as TOML: it is not UTF-8", text);
  std::string result = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      result += std::string("\\") + c;
    else if (code < 0x20 || code == 0x7f)
      result += fmt::format("\\u{:04X}", code);
    else
      result += c;
  }
  return result + "\"";
}

std::string toml_comment(std::string_view text) {
  std::string result, line = "#";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (line.size() + 1 + end > 100 && line != "#") {
      result += line + "\n";
      line = "#";
    }
    line += " " + std::string(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result + line + "\n";
}

bool means(const TomlEntry& entry, std::string_view name) { return spelled_either_way(entry.key, std::string(name)); }

void refuse_unknown_option(const TomlFile& file, const TomlEntry& entry, const std::vector<std::string>& names) {
  std::vector<std::string> flags;
  for (const std::string& name : names) flags.push_back("--" + dashed(name));
  const std::optional<std::string> nearest = nearest_option(flags, "--" + dashed(entry.key));
  const auto place = std::find(flags.begin(), flags.end(), nearest.value_or(""));
  throw ArgumentError(
      "{}:{}: there is no option '{}'{}", file.name, entry.line, entry.key,
      nearest ? fmt::format("; did you mean '{}'?", names[static_cast<std::size_t>(place - flags.begin())]) : "");
}

void check_tables(const TomlFile& file) {
  for (const TomlTable& table : file.tables) {
    const std::string outermost = table.name.substr(0, table.name.find('.'));
    if (outermost != "space" && outermost != "run")
      throw ArgumentError("{}:{}: there is no table [{}]; options stand above all tables, and [space] is that of tune",
                          file.name, table.line, table.name);
  }
}

namespace {

bool is_word(const TomlValue& value) {
  using Kind = TomlValue::Kind;
  return value.kind == Kind::text || value.kind == Kind::whole || value.kind == Kind::number;
}

}  // namespace

std::string take_value(const TomlEntry& entry, char separator, std::string& value) {
  const bool fits = separator == 0 ? !entry.is_list && entry.values[0].kind == TomlValue::Kind::text
                                   : std::all_of(entry.values.begin(), entry.values.end(), is_word);
  if (!fits) return separator == 0 ? "a text" : "a text, or a list of texts or numbers,";
  value.clear();
  for (std::size_t i = 0; i < entry.values.size(); ++i)
    value += (i == 0 ? "" : std::string(1, separator)) + entry.values[i].text;
  return "";
}

std::string take_value(const TomlEntry& entry, char separator, std::vector<std::string>& value) {
  if (!std::all_of(entry.values.begin(), entry.values.end(), is_word)) return "a list of texts or numbers";
  value.clear();
  for (const TomlValue& each : entry.values) {
    std::vector<std::string> parts = {each.text};
    if (separator != 0 && !entry.is_list) options::read(each.text, parts);
    value.insert(value.end(), parts.begin(), parts.end());
  }
  return "";
}

std::string take_value(const TomlEntry& entry, char /*separator*/, bool& value) {
  if (entry.is_list || entry.values[0].kind != TomlValue::Kind::truth) return "true or false";
  value = entry.values[0].text == "true";
  return "";
}

std::string toml_value(const std::string& value) { return quoted_for_toml(value); }

std::string toml_value(const std::vector<std::string>& value) {
  std::string text;
  for (const std::string& each : value) text += (text.empty() ? "" : ", ") + quoted_for_toml(each);
  return "[" + text + "]";
}

std::string toml_value(bool value) { return value ? "true" : "false"; }

std::string toml_value(std::uint64_t value) {
  const std::string text = std::to_string(value);
  return value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) ? quoted_for_toml(text) : text;
}

}  // namespace ansatz::cli
