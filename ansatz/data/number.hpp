// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Numbers as text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ansatz::data {

/// What a text is, seen as a number.
enum class Spelling : std::uint8_t {
  number,      ///< a finite number
  not_finite,  ///< nan or inf in any spelling, or a number too large for a double
  other        ///< anything else, the empty text included
};

/// Reads all of `text` as one number, rounded correctly whatever the locale: "-1.5", ".28", "+3", "7.", "1E-005", and
/// Fortran's "2.5D+03"; no blanks around it, no thousands separators, no hexadecimal digits. `value` is set only when
/// the result is Spelling::number.
Spelling parse_number(std::string_view text, double& value);

/// The shortest text that reads back as `value`: "0", "-1.5", "1e+22". Negative zero is written as "0".
std::string format_number(double value);

/// True when `text` is valid UTF-8 without NUL, which is what names and texts have to be to be kept in a model.
bool is_clean_text(std::string_view text);

}  // namespace ansatz::data
