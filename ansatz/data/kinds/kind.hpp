// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What each kind of column does: one row a kind, one file a row. A new kind is a file here and a line in kind.cpp.
/// @internal
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/data/encoding.hpp"
#include "ansatz/data/table.hpp"

namespace ansatz::data {

using RowSpan = std::span<const std::int64_t>;

/// Writes the features of one column into rows of numbers, f64 or rounded from that to f32 once.
class ColumnEncoder {
 public:
  virtual ~ColumnEncoder() = default;
  /// The first of the column's features is `out[0]`, those of the next row come `stride` later.
  virtual void encode(RowSpan rows, double* out, std::int64_t stride) const = 0;
  virtual void encode(RowSpan rows, float* out, std::int64_t stride) const = 0;
  /// Texts that no training row had.
  virtual const UnknownTexts& unknown() const = 0;
};

/// An encoder of a kind writes `write(rows, out, stride)` once, for both types.
template <class Kind>
class EncoderOf : public ColumnEncoder {
 public:
  void encode(RowSpan rows, double* out, std::int64_t stride) const final { self().write(rows, out, stride); }
  void encode(RowSpan rows, float* out, std::int64_t stride) const final { self().write(rows, out, stride); }
  const UnknownTexts& unknown() const final { return unknown_; }

 protected:
  UnknownTexts unknown_;

 private:
  const Kind& self() const { return static_cast<const Kind&>(*this); }
};

struct KindRow {
  ColumnKind kind;
  std::string_view name;

  std::int64_t (*rows)(const Column&);
  bool (*is_missing)(const Column&, std::int64_t row);
  /// What is wrong with a column of this kind, as the end of "column 'x' ..."; empty when nothing is.
  std::string (*fault)(const Column&);

  /// What the training rows teach. @throws DataError as fit_encoding.
  InputColumn (*fit)(const Table&, const Column&, RowSpan training_rows, const EncodingOptions&);
  std::int64_t (*features)(const InputColumn&);
  void (*append_feature_names)(const InputColumn&, std::vector<std::string>&);
  /// Checks the cells of `rows`, which are those that it will be asked for. Refers to its arguments.
  /// @throws DataError as encode.
  std::unique_ptr<ColumnEncoder> (*encoder)(const InputColumn&, const Table&, RowSpan rows, bool impute);

  void (*to_json)(const InputColumn&, nlohmann::ordered_json&);
  void (*from_json)(const nlohmann::ordered_json&, InputColumn&);
};

extern const KindRow numeric_kind;
extern const KindRow text_kind;
extern const KindRow array_kind;
extern const KindRow time_kind;

const KindRow& row_of(ColumnKind kind);
/// The kind called `name`, or nullptr.
const KindRow* find_kind(std::string_view name);

/// The table's column called `name`. @throws DataError naming those that are there.
const Column& find_input(const Table& table, const std::string& name);

/// The error for values that are missing in some of `rows`, unless the encoding imputes. Rows are counted from 1.
void require_values(const Table& table, const Column& column, RowSpan rows, bool impute);
/// The same for the training rows.
void require_training_values(const Table& table, const Column& column, RowSpan rows, bool impute);

/// The end of "column 'x' ..." for the first infinite number; empty when there is none. A row has `width` numbers.
std::string infinite_fault(std::span<const double> numbers, std::int64_t width);

}  // namespace ansatz::data
