// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Tables: named columns of numbers, texts or arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/base/shape.hpp"

namespace ansatz::data {

enum class ColumnKind : std::uint8_t { numeric, text, array, time };

/// "numeric", "text", "array" or "time".
std::string_view name_of(ColumnKind kind);

/// One column.
///
/// * numeric: `numbers`, [rows], where NaN stands for a missing value.
/// * text: `texts`, [rows], where the empty text does.
/// * time: `numbers`, [rows], seconds since 1970-01-01 00:00, where NaN stands for a missing one.
/// * array: one array of `shape` a row (an image, a lattice of spins), either as `numbers` or as `bytes`, both
///   [rows, elements of shape], row-major. The byte b stands for the number b + byte_zero. A cell is missing when one
///   of its numbers is NaN.
struct Column {
  std::string name = {};
  ColumnKind kind = ColumnKind::numeric;
  std::vector<double> numbers = {};
  std::vector<std::string> texts = {};
  std::int64_t missing = 0;  ///< how many values are missing; Table counts them itself
  Shape shape = {};          ///< of one row's array
  std::vector<std::uint8_t> bytes = {};
  int byte_zero = 0;      ///< 0, or -128 where the bytes came from signed ones
  std::string unit = {};  ///< of the numbers, where the file names it

  std::int64_t rows() const;
  bool is_missing(std::int64_t row) const;
};

/// What a row is for.
enum class Part : std::uint8_t { train, validation, test };

struct TableOptions {
  std::string target = {};  ///< name or position ("1", "2", ..., "last") of the target; empty: there is none
  std::vector<std::string> targets = {};   ///< the same for several, instead of `target`
  std::string source = {};                 ///< where the table comes from, for messages
  std::vector<std::string> notes = {};     ///< what a reader assumed
  std::vector<std::string> missing = {};   ///< as ReadOptions::missing, for whoever reads more of such data
  std::vector<std::string> left_out = {};  ///< names of columns that a reader left out
  std::vector<Part> parts = {};            ///< what each row is for, where that is given with the data
};

/// Columns of equal length, some of which may be targets. Copies share the columns, which never change.
class Table {
 public:
  /// No columns, no rows.
  Table();
  /// @throws DataError for columns of different length, names that are empty, occur twice or are not UTF-8, infinite
  /// numbers, arrays that do not fill their rows, another number of parts than rows, and a target that is not there or
  /// named twice.
  explicit Table(std::vector<Column> columns, TableOptions options = {});

  std::int64_t rows() const;
  std::span<const Column> columns() const;
  const Column& column(std::size_t index) const { return columns()[index]; }
  /// The column that `name_or_position` means, see index(). @throws DataError when there is none.
  const Column& column(std::string_view name_or_position) const { return column(index(name_or_position)); }

  /// Where a column stands, counted from 0. `name_or_position` is a name or else a position counted from 1, or "last".
  /// @throws DataError naming the columns with similar names.
  std::size_t index(std::string_view name_or_position) const;
  /// Where the column called `name` stands, if there is one.
  std::optional<std::size_t> find(std::string_view name) const;

  /// Where the targets stand, in the order in which they were named.
  std::span<const std::size_t> targets() const;
  bool is_target(std::size_t index) const;
  /// Where the target stands, if there is exactly one.
  std::optional<std::size_t> target() const;
  /// @throws DataError when the table has no target, or several.
  const Column& target_column() const;
  /// The same columns with other targets. @throws DataError as index(), and for one named twice.
  Table with_target(std::string_view name_or_position) const;
  Table with_targets(std::span<const std::string> names_or_positions) const;

  /// Where the table comes from: a path, or "table".
  const std::string& source() const;
  /// What the reader of the file assumed, one sentence each.
  std::span<const std::string> notes() const;
  /// What stood for a missing value, as ReadOptions::missing says it; columns are called by their names.
  std::span<const std::string> missing() const;
  /// The names of columns that the file has and that were left out.
  std::span<const std::string> left_out() const;
  /// What each row is for, where that is given with the data; else empty.
  std::span<const Part> parts() const;

  /// Some of the rows, in this order, with one more note if that is given. @throws ArgumentError for a row that is not
  /// there.
  Table with_rows(std::span<const std::int64_t> rows, std::string note = {}) const;
  /// The same with more notes().
  Table with_notes(std::span<const std::string> notes) const;
  /// Without some columns, by name or position; they are then among left_out(). @throws DataError as index(), and for a
  /// target.
  Table without(std::span<const std::string> names_or_positions) const;

 private:
  TableOptions options() const;

  struct Contents;
  std::shared_ptr<const Contents> contents_;
  std::vector<std::size_t> targets_;
};

/// The position, from 0, that `name_or_position` means among `names`: a name, else "1" to "n", else "last".
/// `what` begins the error. @throws DataError "... there is no column 'digti'; did you mean 'digit'? ...".
std::size_t find_column(std::span<const std::string> names, std::string_view name_or_position, std::string_view where);

}  // namespace ansatz::data
