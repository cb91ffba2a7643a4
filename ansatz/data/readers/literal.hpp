// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Python's literals, as far as NumPy writes them into its headers. @internal
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ansatz::data {

/// A text, a whole number, True, False or None, a tuple or list of literals, or a dictionary.
struct Literal {
  enum class Kind : std::uint8_t { text, integer, boolean, none, list, dictionary };

  Kind kind = Kind::none;
  std::string text = {};            ///< of a text
  std::int64_t integer = 0;         ///< of a whole number; 1 for True
  std::vector<Literal> items = {};  ///< of a tuple or list; key, value, key, value, ... of a dictionary

  bool is(Kind other) const { return kind == other; }
  /// The value of the key `name` in a dictionary, or nullptr.
  const Literal* find(std::string_view name) const;
};

/// Reads `source`, all of it but blanks at its end. @throws DataError "{where}: ..." for anything else.
Literal parse_literal(std::string_view source, std::string_view where);

}  // namespace ansatz::data
