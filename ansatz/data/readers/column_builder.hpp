// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// From the cells of a text file to a column. @internal
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "ansatz/data/readers/csv_layout.hpp"
#include "ansatz/data/table.hpp"

namespace ansatz::data {

/// Cells that are not what their column holds: how many of each text there are, and where the first one is.
struct Faults {
  std::map<std::string, std::int64_t> texts;
  std::int64_t cells = 0;
  std::string first;  ///< the message about the first cell
};

/// Collects the cells of one column.
class ColumnBuilder {
 public:
  ColumnBuilder(ColumnLayout layout, bool has_header);

  bool is_read() const { return !layout_.dropped || layout_.for_rows; }
  const ColumnLayout& layout() const { return layout_; }

  /// @throws DataError for text that is not UTF-8. Other cells that cannot be used are kept among faults().
  void add(std::string_view cell, const Place& place);
  Column finish();

  const Faults& faults() const { return faults_; }
  const Conversions& conversions() const { return conversions_; }
  /// How often each word stood for a missing value that the options do not declare.
  const std::map<std::string, std::int64_t>& missing_words() const { return missing_words_; }
  /// A cell like "007", whose zeros a number does not keep.
  const std::string& leading_zeros() const { return leading_zeros_; }

 private:
  void add_number(std::string_view cell, const Place& place);
  void add_time(std::string_view cell, const Place& place);
  void add_text(std::string_view cell, const Place& place);
  void add_undecided(std::string_view cell, const Place& place);
  bool is_absent(std::string_view cell);
  void refuse(std::string_view cell, const Place& place);
  std::string fault(std::string_view cell, const Place& place) const;

  ColumnLayout layout_;
  bool has_header_;
  bool plain_first_;  ///< whether parse_number reads what the format means
  Column column_;
  Faults faults_;
  Conversions conversions_;
  std::map<std::string, std::int64_t> missing_words_;
  std::string leading_zeros_;
};

/// A cell as it may stand in a message: short and printable.
std::string printable_cell(std::string_view cell);

}  // namespace ansatz::data
