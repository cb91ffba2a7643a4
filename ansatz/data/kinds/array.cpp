// SPDX-License-Identifier: BSD-3-Clause
// Columns of arrays: one feature for each element, (x − mean) / scale, with one mean and one scale for all elements.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "ansatz/base/error.hpp"
#include "ansatz/data/classes.hpp"
#include "ansatz/data/json_fields.hpp"
#include "ansatz/data/kinds/kind.hpp"
#include "ansatz/data/moments.hpp"

namespace ansatz::data {
namespace {

std::size_t width_of(const Column& column) { return static_cast<std::size_t>(column.shape.elements()); }

std::size_t filled_of(const Column& column) { return std::max(column.numbers.size(), column.bytes.size()); }

std::int64_t rows_of_arrays(const Column& column) {
  return width_of(column) == 0 ? 0 : static_cast<std::int64_t>(filled_of(column) / width_of(column));
}

bool is_missing_array(const Column& column, std::int64_t row) {
  if (column.numbers.empty()) return false;
  const auto cell =
      std::span(column.numbers).subspan(static_cast<std::size_t>(row) * width_of(column), width_of(column));
  return std::any_of(cell.begin(), cell.end(), [](double value) { return std::isnan(value); });
}

std::string fault_of_array(const Column& column) {
  if (column.shape.rank() == 0 || width_of(column) == 0)
    return fmt::format("holds arrays of shape {}; one axis, at least, and one element are expected",
                       to_string(column.shape));
  if (!column.texts.empty() || (!column.numbers.empty() && !column.bytes.empty()))
    return "holds more than numbers or bytes; its kind is array";
  if (filled_of(column) % width_of(column) != 0)
    return fmt::format("holds {} numbers, which do not fill rows of {}", filled_of(column), to_string(column.shape));
  return infinite_fault(column.numbers, column.shape.elements());
}

InputColumn fit_array(const Table& table, const Column& column, RowSpan rows, const EncodingOptions& options) {
  require_training_values(table, column, rows, options.impute);
  const Moments found = moments(column, rows);
  InputColumn input{
      .name = column.name, .kind = ColumnKind::array, .fill = found.mean, .categories = {}, .shape = column.shape};
  if (options.standardise) {
    input.mean = found.mean;
    input.scale = found.deviation;
  }
  return input;
}

class ArrayEncoder final : public EncoderOf<ArrayEncoder> {
 public:
  ArrayEncoder(const InputColumn& input, const Table& table, RowSpan rows, bool impute)
      : input_(input), column_(find_input(table, input.name)), width_(width_of(column_)) {
    if (column_.kind != ColumnKind::array)
      throw DataError("{}: column '{}' is {}; the model was trained with arrays {} there", table.source(), input.name,
                      name_of(column_.kind), to_string(input.shape));
    if (column_.shape != input.shape)
      throw DataError("{}: column '{}' holds arrays {}; the model was trained with arrays {} there", table.source(),
                      input.name, to_string(column_.shape), to_string(input.shape));
    require_values(table, column_, rows, impute);
    for (std::size_t byte = 0; byte < of_byte_.size(); ++byte) {
      of_byte_[byte] = (static_cast<double>(byte) + column_.byte_zero - input.mean) / input.scale;
      of_byte_f32_[byte] = static_cast<float>(of_byte_[byte]);
    }
  }

  template <class T>
  void write(RowSpan rows, T* out, std::int64_t stride) const {
    for (std::int64_t row : rows) {
      const std::size_t first = static_cast<std::size_t>(row) * width_;
      if (column_.bytes.empty())
        write_numbers(std::span(column_.numbers).subspan(first, width_), out);
      else
        write_bytes(std::span(column_.bytes).subspan(first, width_), out);
      out += stride;
    }
  }

 private:
  template <class T>
  void write_numbers(std::span<const double> cell, T* out) const {
    for (double value : cell)
      *out++ = static_cast<T>(((std::isnan(value) ? input_.fill : value) - input_.mean) / input_.scale);
  }
  void write_bytes(std::span<const std::uint8_t> cell, double* out) const {
    for (std::uint8_t byte : cell) *out++ = of_byte_[byte];
  }
  void write_bytes(std::span<const std::uint8_t> cell, float* out) const {
    for (std::uint8_t byte : cell) *out++ = of_byte_f32_[byte];
  }

  const InputColumn& input_;
  const Column& column_;
  std::size_t width_;
  std::array<double, 256> of_byte_{};
  std::array<float, 256> of_byte_f32_{};
};

/// "image[0,0]", "image[0,1]", ...
void append_element_names(const InputColumn& input, std::vector<std::string>& names) {
  const auto extents = input.shape.extents();
  std::vector<std::int64_t> place(extents.size(), 0);
  for (std::int64_t i = 0; i < input.shape.elements(); ++i) {
    names.push_back(fmt::format("{}[{}]", input.name, fmt::join(place, ",")));
    for (std::size_t axis = place.size(); axis-- > 0;) {
      if (++place[axis] < extents[axis]) break;
      place[axis] = 0;
    }
  }
}

}  // namespace

const KindRow array_kind = {
    .kind = ColumnKind::array,
    .name = "array",
    .rows = rows_of_arrays,
    .is_missing = is_missing_array,
    .fault = fault_of_array,
    .fit = fit_array,
    .features = [](const InputColumn& input) { return input.shape.elements(); },
    .append_feature_names = append_element_names,
    .encoder = [](const InputColumn& input, const Table& table, RowSpan rows, bool impute)
        -> std::unique_ptr<ColumnEncoder> { return std::make_unique<ArrayEncoder>(input, table, rows, impute); },
    .to_json =
        [](const InputColumn& input, nlohmann::ordered_json& object) {
          object["shape"] = std::vector<std::int64_t>(input.shape.begin(), input.shape.end());
          scaling_to_json(input, object);
        },
    .from_json =
        [](const nlohmann::ordered_json& object, InputColumn& input) {
          input.shape = shape_of(object, "shape");
          scaling_from_json(object, input);
        },
};

}  // namespace ansatz::data
