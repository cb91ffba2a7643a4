// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Numbers as people write them: decimal commas, thousands separators, units, signs and blanks of Unicode. @internal
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ansatz::data {

/// How the numbers of a column are written.
struct NumberFormat {
  std::string points = ".";  ///< the characters that stand for the decimal point
  std::string groups = {};   ///< those that may stand between groups of three digits; blanks and apostrophes always may
  bool blanks = false;       ///< whether blanks within a number do not count, as Fortran reads
  std::string unit = {};     ///< what stands before or behind each number: "%", "kg", "€"
};

/// A number, and what is unusual about its spelling.
struct SpeltNumber {
  double value = 0;
  std::string unit = {};
  bool glued = false;  ///< no blank stands between number and unit
  bool fraction = false, comma = false, grouped = false, sign = false, spaces = false, hexadecimal = false;
};

/// Reads all of `cell` as one number with or without a unit, whatever `format.unit` is; nothing when it is none. A
/// number of per cent stays what it is: "5 %" is 5 with the unit %.
std::optional<SpeltNumber> read_spelt(std::string_view cell, const NumberFormat& format);

/// What commas and points in the cells of a column or file say about the decimal point.
struct PointEvidence {
  std::size_t points = 0;            ///< cells in which the point can only be the decimal point
  std::size_t commas = 0;            ///< cells in which the comma can
  std::size_t ambiguous_points = 0;  ///< "1.234"
  std::size_t ambiguous_commas = 0;  ///< "1,234"

  void add(std::string_view cell);
  void add(const PointEvidence& other);
};

/// The format that the evidence of a column, else that of its file, is certain about: a file with semicolons is one
/// with decimal commas, one with commas between its cells has none, where nothing else is known. Without certainty
/// there are no groups.
NumberFormat format_for(const PointEvidence& column, const PointEvidence& file, char delimiter);

/// The format that ReadOptions::decimal names. @throws ArgumentError.
NumberFormat format_from(std::string_view decimal);

/// Counts what was converted in a column, for a note.
class Conversions {
 public:
  void add(const SpeltNumber& number);
  std::int64_t cells() const { return cells_; }
  /// "121 cells with thousands separators".
  std::string text() const;

 private:
  std::int64_t cells_ = 0;
  SpeltNumber seen_;
};

}  // namespace ansatz::data
