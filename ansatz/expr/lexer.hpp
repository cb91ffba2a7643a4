// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The words of the expression language.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ansatz::expr {

struct Token {
  enum class Kind : std::uint8_t { number, name, symbol, end };
  Kind kind = Kind::end;
  std::string_view text;     ///< within the formula; empty at its end
  std::size_t position = 0;  ///< in bytes
  double number = 0.0;
};

/// The first word of `text` at or after byte `position`. @throws ParseError.
Token next_token(std::string_view text, std::size_t position);
/// For messages: `"x"`, or "the end of the formula".
std::string describe(const Token& token);

}  // namespace ansatz::expr
