// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/base/family.hpp"

#include <cctype>

namespace ansatz {

namespace {

/// A value as it may stand in a text that is read again.
std::string quoted(const std::string& text) {
  if (!text.empty() && text.find_first_of(" \t,=()'\"") == std::string::npos) return text;
  const char quote = text.find('"') == std::string::npos ? '"' : '\'';
  return quote + text + quote;
}

std::string joined(const Named& named, bool with_defaults) {
  std::string text = named.name;
  for (const Argument& argument : named.arguments)
    if (with_defaults || !argument.is_default) text += fmt::format(" {}={}", argument.name, quoted(argument.text));
  return text;
}

/// What two spellings of a name have in common.
std::string essence(std::string_view name) {
  std::string letters;
  for (char c : name)
    if (c != '_' && c != '-') letters += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return letters;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Takes the next part, without its quotes; `key`: what stood before an equals sign that is in no quotes.
std::string take_part(std::string_view text, std::size_t& at, std::string& key, std::string_view what) {
  std::string part;
  bool was_quoted = false;
  key.clear();
  while (at < text.size() && !is_blank(text[at])) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      const std::size_t end = text.find(c, at + 1);
      if (end == std::string_view::npos)
        throw ArgumentError("the {} \"{}\" has a quote {} that stays open", what, text, c);
      part += text.substr(at + 1, end - at - 1);
      was_quoted = true;
      at = end + 1;
    } else if (c == '=' && key.empty() && !was_quoted && !part.empty()) {
      key = std::exchange(part, "");
      ++at;
    } else {
      part += c;
      ++at;
    }
  }
  return part;
}

}  // namespace

std::string Named::text() const { return joined(*this, false); }
std::string Named::full_text() const { return joined(*this, true); }

Spec parse_spec(std::string_view text, std::string_view what) {
  Spec spec;
  std::size_t at = 0;
  std::string key;
  const auto skip_blanks = [&] {
    while (at < text.size() && is_blank(text[at])) ++at;
  };
  for (skip_blanks(); at < text.size(); skip_blanks()) {
    std::string part = take_part(text, at, key, what);
    if (spec.name.empty() && key.empty()) {
      spec.name = std::move(part);
    } else if (spec.name.empty()) {
      throw ArgumentError("the {} \"{}\" begins with an argument; its name is expected first", what, text);
    } else if (!key.empty()) {
      spec.keyed.emplace_back(key, std::move(part));
    } else if (spec.keyed.empty()) {
      spec.positional.push_back(std::move(part));
    } else {
      throw ArgumentError("the {} \"{}\" has the value \"{}\" after one with a name; name=value is expected", what,
                          text, part);
    }
  }
  if (spec.name.empty()) throw ArgumentError("an empty text was given for the {}; its name is expected", what);
  return spec;
}

std::vector<std::string> split_texts(std::string_view text, std::string_view what) {
  std::vector<std::string> texts;
  std::size_t first = 0, opened = 0;
  char quote = 0;
  int depth = 0;
  const auto take = [&](std::size_t end) {
    std::string_view part = text.substr(first, end - first);
    while (!part.empty() && is_blank(part.front())) part.remove_prefix(1);
    while (!part.empty() && is_blank(part.back())) part.remove_suffix(1);
    if (part.empty() && (end < text.size() || !texts.empty()))
      throw ArgumentError("the {} \"{}\" has nothing {} the comma at position {}", what, text,
                          end < text.size() ? "before" : "after", end < text.size() ? end + 1 : first);
    if (!part.empty()) texts.emplace_back(part);
    first = end + 1;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(') {
      if (depth++ == 0) opened = i;
    } else if (c == ')') {
      if (depth-- == 0)
        throw ArgumentError("the {} \"{}\" has a parenthesis at position {} that was not opened", what, text, i + 1);
    } else if (c == ',' && depth == 0) {
      take(i);
    }
  }
  if (quote != 0) throw ArgumentError("the {} \"{}\" has a quote {} that stays open", what, text, quote);
  if (depth != 0)
    throw ArgumentError("the {} \"{}\" has a parenthesis at position {} that stays open", what, text, opened + 1);
  take(text.size());
  return texts;
}

bool spelled_alike(std::string_view a, std::string_view b) { return essence(a) == essence(b); }

}  // namespace ansatz
