// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Tables: named columns of numbers or texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ansatz::data {

enum class ColumnKind : std::uint8_t { numeric, text };

/// "numeric" or "text".
std::string_view name_of(ColumnKind kind);

/// One column. A numeric one uses `numbers`, where NaN stands for a missing value; a text one uses `texts`, where the
/// empty text does.
struct Column {
  std::string name = {};
  ColumnKind kind = ColumnKind::numeric;
  std::vector<double> numbers = {};
  std::vector<std::string> texts = {};
  std::int64_t missing = 0;  ///< how many values are missing; Table counts them itself

  std::int64_t rows() const {
    return static_cast<std::int64_t>(kind == ColumnKind::numeric ? numbers.size() : texts.size());
  }
  bool is_missing(std::int64_t row) const;
};

struct TableOptions {
  std::string target = {};  ///< name or position ("1", "2", ..., "last") of the target; empty: there is none
  std::string source = {};  ///< where the table comes from, for messages
  std::vector<std::string> notes = {};    ///< what a reader assumed
  std::vector<std::string> missing = {};  ///< as CsvOptions::missing, for whoever reads more of such data
};

/// Columns of equal length, one of which may be the target. Copies share the columns, which never change.
class Table {
 public:
  /// No columns, no rows.
  Table();
  /// @throws DataError for columns of different length, names that are empty, occur twice or are not UTF-8, infinite
  /// numbers, and a target that is not there.
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

  std::optional<std::size_t> target() const { return target_; }
  /// @throws DataError when the table has no target.
  const Column& target_column() const;
  /// The same columns with another target. @throws DataError as index().
  Table with_target(std::string_view name_or_position) const;

  /// Where the table comes from: a path, or "table".
  const std::string& source() const;
  /// What the reader of the file assumed, one sentence each.
  std::span<const std::string> notes() const;
  /// What stood for a missing value, as CsvOptions::missing says it; columns are called by their names.
  std::span<const std::string> missing() const;

 private:
  struct Contents;
  std::shared_ptr<const Contents> contents_;
  std::optional<std::size_t> target_;
};

/// The position, from 0, that `name_or_position` means among `names`: a name, else "1" to "n", else "last".
/// `what` begins the error. @throws DataError "... there is no column 'digti'; did you mean 'digit'? ...".
std::size_t find_column(std::span<const std::string> names, std::string_view name_or_position, std::string_view where);

}  // namespace ansatz::data
