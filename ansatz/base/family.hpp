// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Families of things that are chosen by name and have arguments: activations, costs, initialisers, optimizers,
/// schedules, layers, heads. One row a member; texts like "adam beta1=0.8", lists of names, help and equality follow.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ansatz/base/options.hpp"
#include "ansatz/base/similar.hpp"

namespace ansatz {

/// An argument of a named value, as text.
struct Argument {
  std::string name, text;
  bool is_default = false;
  friend bool operator==(const Argument& a, const Argument& b) { return a.name == b.name && a.text == b.text; }
};

/// How a value is called, with its arguments: what its text, its record and equality come from.
struct Named {
  std::string name;
  std::vector<Argument> arguments = {};  ///< all of them, in the order of the rows

  /// "adam beta1=0.8": what differs from the defaults.
  std::string text() const;
  /// The same with all arguments.
  std::string full_text() const;
  friend bool operator==(const Named&, const Named&) = default;
};

/// The name of a value made from `values`. @throws ArgumentError for an argument out of its range.
template <class S>
Named named(std::string_view name, const S& values) {
  check(values, name);
  Named result{std::string(name)};
  const S defaults{};
  for (const Option<S>& option : rows_of<S>()) {
    std::string text = text_of(values, option);
    const bool is_default = text == text_of(defaults, option);
    result.arguments.push_back({std::string(option.name), std::move(text), is_default});
  }
  return result;
}

/// A text like `conv 16 3x3 stride=2` in its parts. A part with blanks or commas stands in quotes: 'a b' or "a b".
struct Spec {
  std::string name;
  std::vector<std::string> positional;                     ///< for the rows in their order
  std::vector<std::pair<std::string, std::string>> keyed;  ///< name=value
};
/// @throws ArgumentError for an empty text, a quote that stays open, or a value without a name after one with a name.
/// `what`: "optimizer", for messages.
Spec parse_spec(std::string_view text, std::string_view what);

/// The texts that commas separate, without the blanks around them; commas in quotes and in parentheses separate
/// nothing: "adam epochs=100, lbfgs" → {"adam epochs=100", "lbfgs"}. A blank text has none. @throws ArgumentError where
/// a quote or a parenthesis stays open, a parenthesis closes that was not opened, or nothing stands between two commas.
std::vector<std::string> split_texts(std::string_view text, std::string_view what);

/// Whether two names differ in nothing but capitals, '_' and '-': RMS_prop and rmsprop.
bool spelled_alike(std::string_view a, std::string_view b);

/// What a member of a family may be given.
struct Parameter {
  std::string name, kind, fallback, help;
};

/// One member of a family: its names and how it is made.
template <class T>
struct Member {
  std::string name;
  std::vector<std::string> aliases;  ///< other spellings that are understood: the lectures', other programs'
  std::string help;
  std::vector<Parameter> parameters;
  std::function<T(const Spec&)> make;
};

/// Aggregates options from a spec. @throws ArgumentError for an argument that there is not, listing those there are,
/// one that is given twice, and values that cannot be read or are out of range.
template <class S>
S options_from(const Spec& spec) {
  S values{};
  const auto& rows = rows_of<S>();
  std::vector<std::string> names;
  for (const Option<S>& option : rows) names.emplace_back(option.name);
  std::vector<bool> given(rows.size(), false);
  const auto take = [&](std::size_t i, const std::string& text) {
    if (given[i]) throw ArgumentError("[{}] {} was given twice", spec.name, rows[i].name);
    given[i] = true;
    set(values, rows[i], text, spec.name);
  };
  if (spec.positional.size() > rows.size())
    throw ArgumentError(
        "[{}] \"{}\" was given; {}", spec.name, spec.positional[rows.size()],
        rows.empty() ? "it takes no arguments" : fmt::format("its arguments are {}", fmt::join(names, ", ")));
  for (std::size_t i = 0; i < spec.positional.size(); ++i) take(i, spec.positional[i]);
  for (const auto& [name, text] : spec.keyed) {
    std::size_t i = 0;
    while (i < rows.size() && rows[i].name != name) ++i;
    if (i == rows.size())
      throw ArgumentError("[{}] there is no argument '{}'{}; {}", spec.name, name, did_you_mean(names, name),
                          names.empty() ? "it takes none" : fmt::format("there are {}", fmt::join(names, ", ")));
    take(i, text);
  }
  return values;
}

/// For members without arguments.
struct NoOptions {};
template <>
inline constexpr auto option_rows<NoOptions> = std::array<Option<NoOptions>, 0>{};

/// The row of a member that is made from options S by a function, or by any callable: member<T, S>(…).
template <class T, class S>
Member<T> member(std::string name, std::type_identity_t<std::function<T(const S&)>> make, std::string help,
                 std::vector<std::string> aliases = {}) {
  Member<T> row{name, std::move(aliases), std::move(help), {}, [make, name](const Spec& spec) {
                  return make(options_from<S>({name, spec.positional, spec.keyed}));
                }};
  const S defaults{};
  for (const Option<S>& option : rows_of<S>()) {
    const auto kind = std::visit([&](auto m) { return options::kind_of<std::remove_cvref_t<decltype(defaults.*m)>>(); },
                                 option.member);
    row.parameters.push_back(
        {std::string(option.name), std::string(kind), text_of(defaults, option), std::string(option.help)});
  }
  return row;
}
template <class T, class S>
Member<T> member(std::string name, T (*make)(S), std::string help, std::vector<std::string> aliases = {}) {
  return member<T, S>(std::move(name), std::function<T(const S&)>(make), std::move(help), std::move(aliases));
}

/// All members of one kind.
template <class T>
class Family {
 public:
  /// `what`: "optimizer".
  Family(std::string what, std::vector<Member<T>> members) : what_(std::move(what)), members_(std::move(members)) {}

  std::span<const Member<T>> members() const { return members_; }
  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const Member<T>& each : members_) result.push_back(each.name);
    return result;
  }
  /// The member called so, by its name or an alias, in any spelling. @throws ArgumentError listing the names there are.
  const Member<T>& find(std::string_view name) const {
    for (const Member<T>& each : members_) {
      if (spelled_alike(each.name, name)) return each;
      for (const std::string& alias : each.aliases)
        if (spelled_alike(alias, name)) return each;
    }
    throw ArgumentError("there is no {} \"{}\"{}; there are {}", what_, name, did_you_mean(names(), name),
                        fmt::join(names(), ", "));
  }
  /// The value that a text like "adam beta1=0.8" means. @throws ArgumentError.
  T make(std::string_view text) const { return make(parse_spec(text, what_)); }
  T make(const Spec& spec) const { return find(spec.name).make(spec); }

  /// "RMS_prop is called rmsprop here", or nothing where the text has the name itself. @throws ArgumentError.
  std::string note(std::string_view text) const {
    const std::string name = parse_spec(text, what_).name;
    const Member<T>& found = find(name);
    return found.name == name ? "" : fmt::format("{} is called {} here", name, found.name);
  }
  /// Whether the text says what this argument is, by its name or its place: then no other option may. @throws
  /// ArgumentError.
  bool gives(std::string_view text, std::string_view argument) const {
    const Spec spec = parse_spec(text, what_);
    const std::vector<Parameter>& parameters = find(spec.name).parameters;
    for (std::size_t i = 0; i < std::min(parameters.size(), spec.positional.size()); ++i)
      if (parameters[i].name == argument) return true;
    return std::any_of(spec.keyed.begin(), spec.keyed.end(),
                       [&](const auto& given) { return given.first == argument; });
  }

 private:
  std::string what_;
  std::vector<Member<T>> members_;
};

}  // namespace ansatz
