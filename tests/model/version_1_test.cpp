// SPDX-License-Identifier: BSD-3-Clause
// Model files of version 1 (tests/golden/model_v1.py) are read by every later program, which predicts the same bits.
#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/data/classes.hpp"
#include "ansatz/model/model.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;

/// The golden rows as a table.
data::Table table_of_inputs(const json& inputs) {
  std::vector<data::Column> columns;
  for (const auto& [name, cells] : inputs.items()) {
    data::Column column{.name = name};
    for (const json& cell : cells)
      if (cell.is_string()) column.kind = data::ColumnKind::text;
    for (const json& cell : cells)
      if (column.kind == data::ColumnKind::text)
        column.texts.push_back(cell.is_null() ? std::string() : cell.get<std::string>());
      else
        column.numbers.push_back(cell.is_null() ? std::nan("") : cell.get<double>());
    columns.push_back(column);
  }
  return data::Table(std::move(columns));
}

class Version1 : public testing::TestWithParam<const char*> {};

TEST_P(Version1, IsReadAndPredictsTheSameBits) {
  const json& expected = golden("model_v1")[GetParam()];
  const std::string file = expected["file"];
  const model::Model model = model::Model::load(std::string(ANSATZ_SOURCE_DIR) + "/tests/golden/" + file);
  EXPECT_EQ(model.weights_sha256(), expected["weights_sha256"].get<std::string>());
  EXPECT_EQ(data::name_of(model.encoding().task()), GetParam());
  EXPECT_EQ(model.encoding().target().classes, expected["classes"].get<std::vector<std::string>>());
  EXPECT_EQ(model.record().at("data"), "minerals.csv");
  const data::Table table = table_of_inputs(expected["inputs"]);
  const Numbers predictions = model.predict(table, data::all_rows(table));
  EXPECT_EQ(predictions, expected["predictions"].get<Numbers>());
  EXPECT_EQ(predictions.size(), static_cast<std::size_t>(table.rows() * model.outputs()));
}

INSTANTIATE_TEST_SUITE_P(Of, Version1, testing::Values("regression", "binary", "multiclass"),
                         [](const auto& of) { return std::string(of.param); });

}  // namespace
}  // namespace ansatz::test
