// SPDX-License-Identifier: BSD-3-Clause
// Columns of numbers: one feature, (x − mean) / scale.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "ansatz/base/error.hpp"
#include "ansatz/data/classes.hpp"
#include "ansatz/data/json_fields.hpp"
#include "ansatz/data/kinds/kind.hpp"
#include "ansatz/data/moments.hpp"

namespace ansatz::data {
namespace {

std::string fault_of_numeric(const Column& column) {
  if (!column.texts.empty() || !column.bytes.empty() || column.shape.rank() > 0)
    return "holds more than numbers; its kind is numeric";
  return infinite_fault(column.numbers, 1);
}

InputColumn fit_numeric(const Table& table, const Column& column, RowSpan rows, const EncodingOptions& options) {
  require_training_values(table, column, rows, options.impute);
  const Moments found = moments(column, rows);
  InputColumn input{.name = column.name, .kind = ColumnKind::numeric, .fill = found.mean};
  if (options.standardise) {
    input.mean = found.mean;
    input.scale = found.deviation;
  }
  return input;
}

class NumericEncoder final : public EncoderOf<NumericEncoder> {
 public:
  NumericEncoder(const InputColumn& input, const Table& table, RowSpan rows, bool impute)
      : input_(input), column_(find_input(table, input.name)) {
    for (std::int64_t row : rows)
      if (column_.kind != ColumnKind::numeric && !column_.is_missing(row))
        throw DataError("{}: column '{}' holds \"{}\" in row {}; the model was trained with numbers there",
                        table.source(), input.name, value_text(column_, row), row + 1);
    require_values(table, column_, rows, impute);
  }

  template <class T>
  void write(RowSpan rows, T* out, std::int64_t stride) const {
    const bool all_missing = column_.kind != ColumnKind::numeric;  // the constructor has refused others
    for (std::int64_t row : rows) {
      const double value = all_missing ? NAN : column_.numbers[static_cast<std::size_t>(row)];
      *out = static_cast<T>(((std::isnan(value) ? input_.fill : value) - input_.mean) / input_.scale);
      out += stride;
    }
  }

 private:
  const InputColumn& input_;
  const Column& column_;
};

}  // namespace

const KindRow numeric_kind = {
    .kind = ColumnKind::numeric,
    .name = "numeric",
    .rows = [](const Column& column) { return static_cast<std::int64_t>(column.numbers.size()); },
    .is_missing = [](const Column& c,
                     std::int64_t row) { return std::isnan(c.numbers[static_cast<std::size_t>(row)]); },
    .fault = fault_of_numeric,
    .fit = fit_numeric,
    .features = [](const InputColumn&) { return std::int64_t{1}; },
    .append_feature_names = [](const InputColumn& input,
                               std::vector<std::string>& names) { names.push_back(input.name); },
    .encoder = [](const InputColumn& input, const Table& table, RowSpan rows, bool impute)
        -> std::unique_ptr<ColumnEncoder> { return std::make_unique<NumericEncoder>(input, table, rows, impute); },
    .to_json = scaling_to_json,
    .from_json = scaling_from_json,
};

}  // namespace ansatz::data
