// SPDX-License-Identifier: BSD-3-Clause
// Columns of texts: one feature for each category, 1 for the category that the text is, else 0.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "ansatz/base/error.hpp"
#include "ansatz/data/classes.hpp"
#include "ansatz/data/json_fields.hpp"
#include "ansatz/data/kinds/kind.hpp"

namespace ansatz::data {
namespace {

std::string fault_of_text(const Column& column) {
  return !column.numbers.empty() || !column.bytes.empty() || column.shape.rank() > 0
             ? "holds more than texts; its kind is text"
             : "";
}

InputColumn fit_text(const Table& table, const Column& column, RowSpan rows, const EncodingOptions& options) {
  require_training_values(table, column, rows, options.impute);
  InputColumn input{.name = column.name, .kind = ColumnKind::text, .categories = distinct_values(column, rows)};
  if (input.categories.size() > static_cast<std::size_t>(std::max(0, options.max_categories)))
    throw DataError(
        "{}: column '{}' holds {} different texts in {} training rows; at most {} are expected of categories (leave it "
        "out: {})",
        table.source(), column.name, input.categories.size(), rows.size(), options.max_categories,
        option_hint("drop", column.name));
  return input;
}

class TextEncoder final : public EncoderOf<TextEncoder> {
 public:
  TextEncoder(const InputColumn& input, const Table& table, RowSpan rows, bool impute)
      : column_(find_input(table, input.name)), width_(input.categories.size()), categories_(input.categories) {
    if (column_.kind == ColumnKind::array)
      throw DataError("{}: column '{}' holds arrays {}; the model was trained with texts there", table.source(),
                      input.name, to_string(column_.shape));
    require_values(table, column_, rows, impute);
    unknown_.column = input.name;
    for (std::int64_t row : rows)
      if (!column_.is_missing(row) && categories_.find(column_, row) == ClassIndex::unknown) note(row);
  }

  template <class T>
  void write(RowSpan rows, T* out, std::int64_t stride) const {
    for (std::int64_t row : rows) {
      std::fill_n(out, width_, T{0});
      const std::int32_t category = categories_.find(column_, row);
      if (category != ClassIndex::unknown) out[category] = 1;
      out += stride;
    }
  }

 private:
  void note(std::int64_t row) {
    constexpr std::size_t shown = 3;
    ++unknown_.cells;
    if (unknown_.examples.size() == shown) return;
    const std::string text = value_text(column_, row);
    if (std::find(unknown_.examples.begin(), unknown_.examples.end(), text) == unknown_.examples.end())
      unknown_.examples.push_back(text);
  }

  const Column& column_;
  std::size_t width_;
  ClassIndex categories_;
};

}  // namespace

const KindRow text_kind = {
    .kind = ColumnKind::text,
    .name = "text",
    .rows = [](const Column& column) { return static_cast<std::int64_t>(column.texts.size()); },
    .is_missing = [](const Column& c, std::int64_t row) { return c.texts[static_cast<std::size_t>(row)].empty(); },
    .fault = fault_of_text,
    .fit = fit_text,
    .features = [](const InputColumn& input) { return static_cast<std::int64_t>(input.categories.size()); },
    .append_feature_names =
        [](const InputColumn& input, std::vector<std::string>& names) {
          for (const std::string& category : input.categories)
            names.push_back(fmt::format("{} = {}", input.name, category));
        },
    .encoder = [](const InputColumn& input, const Table& table, RowSpan rows, bool impute)
        -> std::unique_ptr<ColumnEncoder> { return std::make_unique<TextEncoder>(input, table, rows, impute); },
    .to_json = [](const InputColumn& input,
                  nlohmann::ordered_json& object) { object["categories"] = input.categories; },
    .from_json =
        [](const nlohmann::ordered_json& object, InputColumn& input) {
          input.categories = texts_of(object, "categories");
          if (input.categories.empty()) refuse_damaged(fmt::format("column '{}' has no categories", input.name));
        },
};

}  // namespace ansatz::data
