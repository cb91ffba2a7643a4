// SPDX-License-Identifier: BSD-3-Clause
// Columns whose cells are arrays, and encoding straight into the network's dtype.
#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/base/error.hpp"
#include "ansatz/base/random.hpp"
#include "ansatz/data/classes.hpp"
#include "ansatz/data/encode.hpp"
#include "ansatz/data/split.hpp"
#include "tests/data/columns.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::data {
namespace {

using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;
using Rows = std::vector<std::int64_t>;

Column bytes(const std::string& name, const Shape& shape, std::vector<std::uint8_t> values, int byte_zero = 0) {
  return {.name = name, .kind = ColumnKind::array, .shape = shape, .bytes = std::move(values), .byte_zero = byte_zero};
}

Column arrays(const std::string& name, const Shape& shape, std::vector<double> values) {
  return {.name = name, .kind = ColumnKind::array, .numbers = std::move(values), .shape = shape};
}

/// The same numbers as f64.
Column as_numbers(Column column) {
  for (std::uint8_t byte : column.bytes) column.numbers.push_back(byte + column.byte_zero);
  column.bytes.clear();
  column.byte_zero = 0;
  return column;
}

Column random_images(std::int64_t rows, int byte_zero = 0) {
  RandomStream random(5, Purpose::data);
  std::vector<std::uint8_t> values;
  for (std::int64_t i = 0; i < rows * 6; ++i) values.push_back(static_cast<std::uint8_t>(random.below(256)));
  return bytes("image", {2, 3}, values, byte_zero);
}

Table with_target(Column column) {
  std::vector<double> y;
  for (std::int64_t row = 0; row < column.rows(); ++row) y.push_back(static_cast<double>(row % 3));
  return Table({std::move(column), numbers("y", y)}, {.target = "y"});
}

TEST(ArrayColumn, HasOneArrayARow) {
  const Table table({bytes("image", {2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}), arrays("v", {3}, {1, 2, 3, 4, NAN, 6})});
  EXPECT_EQ(table.rows(), 2);
  EXPECT_EQ(name_of(table.column(0).kind), "array");
  EXPECT_EQ(table.column(0).missing, 0);
  EXPECT_EQ(table.column(1).missing, 1) << "an array without one of its numbers is missing";
  EXPECT_TRUE(table.column(1).is_missing(1));
  EXPECT_EQ(value_text(table.column(0), 0), "an array [2, 2]");
}

TEST(ArrayColumn, ThatIsNoneIsRefused) {
  EXPECT_THAT(error_of<DataError>([] {
                Table({bytes("a", {}, {1, 2})});
              }),
              HasSubstr("column 'a' holds arrays of shape []"));
  EXPECT_THAT(error_of<DataError>([] { Table({bytes("a", {0, 2}, {1, 2})}); }), HasSubstr("one element"));
  EXPECT_THAT(error_of<DataError>([] { Table({bytes("a", {3}, {1, 2})}); }), HasSubstr("do not fill rows of [3]"));
  EXPECT_THAT(error_of<DataError>([] {
                Table({arrays("a", {2}, {1, 2, 3, HUGE_VAL})});
              }),
              HasSubstr("is infinite in row 2"));
  Column both = bytes("a", {1}, {1});
  both.numbers = {1};
  EXPECT_THAT(error_of<DataError>([&] { Table({both}); }), HasSubstr("its kind is array"));
  EXPECT_THAT(error_of<DataError>([] {
                Table({bytes("a", {1}, {1, 2}), numbers("b", {1})});
              }),
              HasSubstr("must be equally long"));
}

TEST(ArrayColumn, HasOneMeanAndScaleOverAllElementsOfTheTrainingRows) {
  const Table table = with_target(bytes("image", {2}, {0, 10, 20, 30, 255, 255}));
  const Encoding encoding = fit_encoding(table, Rows{0, 1}, Task::regression);
  EXPECT_EQ(encoding.inputs[0].mean, 15);
  EXPECT_DOUBLE_EQ(encoding.inputs[0].scale, std::sqrt((225 + 25 + 25 + 225) / 4.0));
  EXPECT_EQ(encoding.inputs[0].shape, (Shape{2}));
  EXPECT_EQ(encoding.features(), 2);
  EXPECT_THAT(encoding.feature_names(), ElementsAre("image[0]", "image[1]"));
  const Encoding constant =
      fit_encoding(with_target(bytes("b", {2}, {7, 7, 7, 7, 7, 7})), Rows{0, 1}, Task::regression);
  EXPECT_EQ(constant.inputs[0].mean, 7);
  EXPECT_EQ(constant.inputs[0].scale, 1);
}

TEST(ArrayColumn, OfBytesHasTheMomentsOfItsNumbers) {
  for (int byte_zero : {0, -128}) {
    const Column images = random_images(999, byte_zero);
    const Rows rows = all_rows(with_target(images));
    const InputColumn a = fit_encoding(with_target(images), rows, Task::regression).inputs[0];
    const InputColumn b = fit_encoding(with_target(as_numbers(images)), rows, Task::regression).inputs[0];
    EXPECT_DOUBLE_EQ(a.mean, b.mean);
    EXPECT_DOUBLE_EQ(a.scale, b.scale);
  }
}

TEST(ArrayColumn, OfBytesIsEncodedAsItsNumbersAre) {
  for (int byte_zero : {0, -128}) {
    const Column images = random_images(300, byte_zero);
    const Rows rows = all_rows(with_target(images));
    const Encoding encoding = fit_encoding(with_target(images), rows, Task::regression);
    const std::vector<double> a = encode(encoding, with_target(images), rows).inputs;
    const std::vector<double> b = encode(encoding, with_target(as_numbers(images)), rows).inputs;
    EXPECT_EQ(a, b);
    std::vector<double> plain(a.size());
    encode_numbers(encoding, as_numbers(images).numbers, plain);
    EXPECT_EQ(plain, a) << "and so are rows of plain numbers";
  }
}

TEST(ArrayColumn, IsFilledInWhereElementsAreMissing) {
  const Table table = with_target(arrays("v", {2}, {1, 2, 3, NAN, 5, 6}));
  EXPECT_THAT(error_of<DataError>([&] {
                fit_encoding(table, Rows{0, 1}, Task::regression);
              }),
              HasSubstr("column 'v' has no value in 1 of 2 training rows"));
  const Encoding encoding = fit_encoding(table, Rows{0, 1}, Task::regression, {.impute = true});
  EXPECT_EQ(encoding.inputs[0].mean, 2) << "of the numbers that are there";
  EXPECT_EQ(encode(encoding, table, Rows{1}).inputs[1], 0);
}

TEST(ArrayColumn, OfAnotherShapeOrKindIsRefused) {
  const Encoding encoding = fit_encoding(with_target(random_images(4)), Rows{0, 1, 2, 3}, Task::regression);
  EXPECT_THAT(error_of<DataError>([&] {
                encode(encoding, Table({bytes("image", {3, 2}, {1, 2, 3, 4, 5, 6})}), Rows{0}, false);
              }),
              HasSubstr("column 'image' holds arrays [3, 2]; the model was trained with arrays [2, 3]"));
  EXPECT_THAT(error_of<DataError>([&] { encode(encoding, Table({numbers("image", {1})}), Rows{0}, false); }),
              HasSubstr("column 'image' is numeric; the model was trained with arrays [2, 3]"));
  const Encoding scalar = fit_encoding(with_target(numbers("image", {1, 2, 3})), Rows{0, 1, 2}, Task::regression);
  EXPECT_THAT(error_of<DataError>([&] { encode(scalar, Table({random_images(1)}), Rows{0}, false); }),
              HasSubstr("holds \"an array [2, 3]\" in row 1"));
  const Encoding text = fit_encoding(with_target(texts("image", {"a", "b", "a"})), Rows{0, 1, 2}, Task::regression);
  EXPECT_THAT(error_of<DataError>([&] { encode(text, Table({random_images(1)}), Rows{0}, false); }),
              HasSubstr("trained with texts"));
}

TEST(ArrayColumn, CannotBeATarget) {
  const Table table = Table({random_images(3), numbers("y", {1, 2, 3})}, {.target = "image"});
  EXPECT_THAT(error_of<DataError>([&] { split(table); }), HasSubstr("the target 'image' holds arrays [2, 3]"));
  for (TargetKind kind : {TargetKind::numbers, TargetKind::labels, TargetKind::flags})
    EXPECT_THAT(error_of<DataError>([&] {
                  fit_encoding(table, Rows{0, 1}, TargetSpec{.kind = kind});
                }),
                HasSubstr("the target 'image' holds arrays [2, 3]"));
}

TEST(ArrayColumn, GivesLayersOfImagesTheirShape) {
  const auto shape = [](const Table& table) { return fit_encoding(table, Rows{0, 1}, Task::regression).input_shape(); };
  EXPECT_EQ(shape(with_target(random_images(2))), (Shape{2, 3, 1}));
  EXPECT_EQ(shape(with_target(bytes("rgb", {2, 1, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}))), (Shape{2, 1, 3}));
  EXPECT_EQ(shape(with_target(arrays("v", {3}, {1, 2, 3, 4, 5, 6}))), (Shape{3}));
  EXPECT_EQ(shape(Table({random_images(2), numbers("x", {1, 2}), numbers("y", {1, 2})}, {.target = "y"})), (Shape{7}));
}

TEST(ArrayColumn, IsKeptInJson) {
  const Encoding encoding = fit_encoding(with_target(random_images(5)), Rows{0, 1, 2}, Task::regression);
  const std::string good = to_json(encoding);
  EXPECT_EQ(encoding_from_json(good), encoding);
  for (const char* shape : {"[]", "[0]", "[-1]", "[1.5]", "[\"2\"]", "2", "[1,1,1,1,1,1,1,1,1]", "[1048576,1048577]",
                            "[9223372036854775807,3]", "[99999999999999999999]"}) {
    std::string text = good;
    text.replace(text.find("[2,3]"), 5, shape);
    EXPECT_THAT(error_of<DataError>([&] { encoding_from_json(text); }), HasSubstr("is damaged")) << shape;
  }
}

/// Numbers, texts and arrays, some of them missing.
Table mixed(std::int64_t rows) {
  RandomStream random(6, Purpose::data);
  Column x = numbers("x", {});
  Column t = texts("t", {});
  Column v = arrays("v", {2}, {});
  for (std::int64_t row = 0; row < rows; ++row) {
    x.numbers.push_back(row % 7 == 3 ? NAN : random.uniform() * 1e3);
    t.texts.push_back(row % 11 == 5 ? "" : std::string(1, static_cast<char>('a' + random.below(4))));
    for (int i = 0; i < 2; ++i) v.numbers.push_back(row % 13 == 2 ? NAN : random.uniform() - 0.5);
  }
  const std::vector<double> y(static_cast<std::size_t>(rows), 1.0);
  return Table({x, t, random_images(rows), v, numbers("y", y)}, {.target = "y"});
}

TEST(EncodeInputs, RoundsTheF64EncodingOnce) {
  const Table table = mixed(600);
  const Rows rows = all_rows(table);
  const Encoding encoding = fit_encoding(table, rows, Task::regression, {.impute = true});
  const std::vector<double> expected = encode(encoding, table, rows).inputs;
  const Tensor f64 = encode_inputs(encoding, table, rows, Dtype::f64);
  const Tensor f32 = encode_inputs(encoding, table, rows, Dtype::f32);
  EXPECT_EQ(f32.shape(), (Shape{600, 1 + 4 + 6 + 2}));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(f64.as<double>()[i], expected[i]);
    ASSERT_EQ(f32.as<float>()[i], static_cast<float>(expected[i]));
  }
  EXPECT_THAT(error_of<DtypeError>([&] { encode_inputs(encoding, table, rows, Dtype::i32); }), HasSubstr("i32"));
}

TEST(EncodeInputs, GivesABlockTheBitsOfTheWhole) {
  const Table table = mixed(600);
  const Encoding encoding = fit_encoding(table, all_rows(table), Task::regression, {.impute = true});
  const std::vector<double> all = encode(encoding, table, all_rows(table)).inputs;
  const Rows some = {599, 0, 17, 17, 300};
  std::vector<double> block(5 * 13, -1.0);
  encode_block(encoding, table, some, std::span(block));
  std::vector<float> block_f32(5 * 13, -1.0F);
  encode_block(encoding, table, some, std::span(block_f32));
  for (std::size_t i = 0; i < block.size(); ++i) {
    const double expected = all[static_cast<std::size_t>(some[i / 13]) * 13 + i % 13];
    ASSERT_EQ(block[i], expected);
    ASSERT_EQ(block_f32[i], static_cast<float>(expected));
  }
  EXPECT_THROW(encode_block(encoding, table, some, std::span(block).first(13)), ArgumentError);
  EXPECT_THROW(encode_block(encoding, table, Rows{600}, std::span(block).first(13)), ArgumentError);
}

TEST(EncodeInputs, RefusesOrCountsTextsThatNoTrainingRowHad) {
  const Table table(
      {texts("colour", {"red", "blue", "pink", "teal", "gold", "pink", "grey"}), numbers("y", {1, 2, 3, 4, 5, 6, 7})},
      {.target = "y", .source = "some.csv"});
  const Encoding encoding = fit_encoding(table, Rows{0, 1}, Task::regression);
  EXPECT_THAT(error_of<DataError>([&] { encode(encoding, table, all_rows(table), false, Unseen::refuse); }),
              testing::AllOf(HasSubstr("column 'colour' holds texts that no training row had in 5 of 7 rows"),
                             HasSubstr("\"pink\", \"teal\", \"gold\""), HasSubstr("`unseen = ignore`")));
  EXPECT_NO_THROW(encode(encoding, table, Rows{0, 1}, false, Unseen::refuse));
  const Dataset set = encode(encoding, table, all_rows(table), false, Unseen::ignore);
  ASSERT_EQ(set.unknown.size(), 1U);
  EXPECT_EQ(set.unknown[0].cells, 5);
}

}  // namespace
}  // namespace ansatz::data
