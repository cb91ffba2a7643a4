// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Elements of binary files: from bytes to numbers and texts. @internal
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ansatz::data {

/// What one element is, in NumPy's letters: b (bool), i, u (integers), f (floating point), S (bytes that are text),
/// U (text, 4 bytes a character).
struct ElementType {
  char kind = 'f';
  std::size_t size = 8;  ///< bytes
  bool big_endian = false;

  bool is_text() const { return kind == 'S' || kind == 'U'; }
  /// Whether a byte and a constant hold it: bool, u1 or i1.
  bool is_byte() const { return size == 1 && !is_text(); }
};

/// The type that NumPy calls `name` ("<f8", "|u1", ">i4", "<U5"), if it is one that can be read: bool, integers of 1 to
/// 8 bytes, f2, f4, f8, S, U.
std::optional<ElementType> element_type(std::string_view name);

/// The number at `bytes`, which need not be aligned; exact up to 2⁵³, else rounded.
double number_at(const char* bytes, const ElementType& type);

/// `count` numbers that lie one after the other.
void numbers_at(const char* bytes, std::size_t count, const ElementType& type, double* out);

/// The text at `bytes` as UTF-8, without the zeros that fill it up; nothing when it is no text.
std::optional<std::string> text_at(const char* bytes, const ElementType& type);

}  // namespace ansatz::data
