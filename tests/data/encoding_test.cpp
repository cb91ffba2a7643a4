// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/encoding.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "ansatz/base/error.hpp"
#include "ansatz/base/random.hpp"
#include "ansatz/data/classes.hpp"
#include "tests/data/columns.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::data {
namespace {

using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;
using Rows = std::vector<std::int64_t>;

Table example() {
  return Table({numbers("mass", {1, 3, 5, 100}), texts("colour", {"red", "blue", "red", "green"}),
                numbers("constant", {7, 7, 7, 8}), numbers("y", {10, 20, 60, 30})},
               {.target = "y", .source = "example.csv"});
}

TEST(FitEncoding, LearnsFromTheTrainingRowsAlone) {
  const Encoding encoding = fit_encoding(example(), Rows{0, 1, 2}, Task::regression);
  ASSERT_EQ(encoding.inputs.size(), 3U);
  EXPECT_EQ(encoding.inputs[0].mean, 3);
  EXPECT_DOUBLE_EQ(encoding.inputs[0].scale, std::sqrt(8.0 / 3)) << "over n, not n - 1";
  EXPECT_THAT(encoding.inputs[1].categories, ElementsAre("blue", "red"));
  EXPECT_EQ(encoding.inputs[2].mean, 7);
  EXPECT_EQ(encoding.inputs[2].scale, 1) << "a constant column";
  EXPECT_EQ(encoding.target().mean, 30);
  EXPECT_EQ(encoding.features(), 4);
  EXPECT_THAT(encoding.feature_names(), ElementsAre("mass", "colour = blue", "colour = red", "constant"));
}

TEST(FitEncoding, TakesAColumnThatIsConstantButForRoundingAsConstant) {
  Column x = numbers("x", std::vector<double>(120, 14.619999999999999));
  x.numbers[7] = 14.620000000000099;
  Column steps = numbers("steps", {});
  for (int i = 0; i < 120; ++i) steps.numbers.push_back(14.62 + 1e-11 * (i % 2));
  const Table table({x, steps, numbers("y", std::vector<double>(120, 1e160))}, {.target = "y"});
  const Encoding encoding = fit_encoding(table, all_rows(table), Task::regression);
  EXPECT_EQ(encoding.inputs[0].scale, 1);
  EXPECT_NEAR(encoding.inputs[0].mean, 14.62, 1e-12);
  EXPECT_NEAR(encoding.inputs[1].scale, 5e-12, 1e-14) << "small steps are steps";
  EXPECT_EQ(encoding.target().scale, 1);
}

TEST(FitEncoding, GivesMeanZeroAndDeviationOne) {
  RandomStream random(1, Purpose::data);
  for (const auto& [offset, spread] : {std::pair(0.0, 1.0), {1e9, 1.0}, {-5.0, 1e-9}, {0.0, 1e300}, {3e-310, 1e-310}}) {
    Column x = numbers("x", {});
    for (int i = 0; i < 1000; ++i) x.numbers.push_back(offset + spread * random.uniform());
    const Table table({x, numbers("y", std::vector<double>(1000, 1))}, {.target = "y"});
    const Rows rows = all_rows(table);
    const Dataset set = encode(fit_encoding(table, rows, Task::regression), table, rows);
    double sum = 0;
    double squares = 0;
    for (double value : set.inputs) {
      sum += value;
      squares += value * value;
    }
    const double tolerance = 1e-13 + 1e-15 * std::abs(offset) / spread;
    EXPECT_NEAR(sum / 1000, 0, tolerance) << offset << " " << spread;
    EXPECT_NEAR(squares / 1000, 1, 1e-12) << offset << " " << spread;
  }
}

TEST(FitEncoding, SurvivesTheLargestAndSmallestNumbers) {
  const double largest = std::numeric_limits<double>::max();
  const double smallest = std::numeric_limits<double>::denorm_min();
  for (const std::vector<double>& values : std::vector<std::vector<double>>{
           {largest, largest}, {largest, largest / 2}, {smallest, 0}, {-largest, largest}, {-0.0, 0.0}}) {
    const Encoding encoding =
        fit_encoding(Table({numbers("x", values), numbers("y", {0, 1})}, {.target = "y"}), Rows{0, 1}, Task::binary);
    EXPECT_TRUE(std::isfinite(encoding.inputs[0].mean));
    EXPECT_TRUE(std::isfinite(encoding.inputs[0].scale) && encoding.inputs[0].scale > 0);
  }
}

TEST(FitEncoding, LeavesNumbersAloneWhenAsked) {
  const Encoding encoding = fit_encoding(example(), Rows{0, 1, 2}, Task::regression, {.standardise = false});
  const Dataset set = encode(encoding, example(), Rows{3});
  EXPECT_THAT(set.inputs, ElementsAre(100, 0, 0, 8));
  EXPECT_THAT(set.targets, ElementsAre(30));
}

TEST(FitEncoding, RefusesTablesThatCannotBeLearntFrom) {
  const Table table = example();
  EXPECT_THAT(error_of<DataError>([&] { fit_encoding(table, {}, Task::regression); }), HasSubstr("no training rows"));
  EXPECT_THAT(error_of<DataError>([&] {
                fit_encoding(table, Rows{0, 1, 2}, Task::binary);
              }),
              HasSubstr("has 3 classes in the training rows; a binary task needs exactly 2"));
  EXPECT_THAT(error_of<DataError>([&] { fit_encoding(table, Rows{0}, Task::multiclass); }), HasSubstr("has 1 class "));
  EXPECT_THAT(error_of<DataError>([&] {
                fit_encoding(table.with_target("colour"), Rows{0, 1}, Task::regression);
              }),
              HasSubstr("the target 'colour' holds texts, as \"red\""));
  EXPECT_THAT(error_of<DataError>([&] {
                fit_encoding(table, Rows{0, 1}, Task::regression, {.max_categories = 1});
              }),
              HasSubstr("2 different texts"));
  EXPECT_THAT(error_of<DataError>([&] {
                fit_encoding(Table({numbers("y", {1, 2})}, {.target = "y"}), Rows{0, 1}, Task::regression);
              }),
              HasSubstr("no column but the target"));
}

TEST(FitEncoding, RefusesMissingValuesOrFillsThemIn) {
  const Table table({numbers("x", {1, NAN, 3, NAN}), texts("t", {"a", "b", "", ""}), numbers("y", {1, 2, 3, 4})},
                    {.target = "y"});
  EXPECT_THAT(error_of<DataError>([&] {
                fit_encoding(table, Rows{0, 1, 2}, Task::regression);
              }),
              HasSubstr("column 'x' has no value in 1 of 3 training rows"));
  const Encoding encoding = fit_encoding(table, Rows{0, 1, 2}, Task::regression, {.impute = true});
  EXPECT_EQ(encoding.inputs[0].mean, 2);
  const Dataset set = encode(encoding, table, Rows{3, 1});
  EXPECT_THAT(set.inputs, ElementsAre(0, 0, 0, 0, 0, 1)) << "the mean, and no category";
  EXPECT_TRUE(set.unknown.empty()) << "missing is not unknown";
  EXPECT_THAT(error_of<DataError>([&] {
                fit_encoding(table, Rows{1, 3}, Task::regression, {.impute = true});
              }),
              HasSubstr("column 'x' has no value in any training row"));
  const Encoding raw = fit_encoding(table, Rows{0, 1, 2}, Task::regression, {.standardise = false, .impute = true});
  EXPECT_EQ(encode(raw, table, Rows{3}).inputs[0], 2) << "the mean of the training rows, also when not standardised";
}

TEST(Encode, FindsColumnsByName) {
  const Encoding encoding = fit_encoding(example(), Rows{0, 1, 2}, Task::regression);
  const Table other({numbers("extra", {0}), numbers("constant", {9}), texts("colour", {"blue"}), numbers("mass", {3})},
                    {.source = "other.csv"});
  const Dataset set = encode(encoding, other, Rows{0}, false);
  EXPECT_THAT(set.inputs, ElementsAre(0, 1, 0, 2));
  EXPECT_TRUE(set.targets.empty());
  EXPECT_THAT(error_of<DataError>([&] { encode(encoding, other, Rows{0}, true); }), HasSubstr("no column 'y'"));
  const Table without({numbers("Mass", {3}), texts("colour", {"blue"})}, {.source = "other.csv"});
  EXPECT_THAT(
      error_of<DataError>([&] { encode(encoding, without, Rows{0}, false); }),
      HasSubstr("other.csv: there is no column 'mass', which the model was trained with; the table has Mass, colour"));
}

TEST(Encode, CountsTextsThatNoTrainingRowHad) {
  const Encoding encoding = fit_encoding(example(), Rows{0, 1, 2}, Task::regression);
  const Dataset set = encode(encoding, example(), Rows{3, 0, 3});
  EXPECT_EQ(set.features, 4);
  EXPECT_EQ(set.inputs[1], 0);
  EXPECT_EQ(set.inputs[2], 0);
  ASSERT_EQ(set.unknown.size(), 1U);
  EXPECT_EQ(set.unknown[0].column, "colour");
  EXPECT_THAT(set.unknown[0].examples, ElementsAre("green"));
  EXPECT_EQ(set.unknown[0].cells, 2);
  EXPECT_THAT(set.table_rows, ElementsAre(3, 0, 3));
}

TEST(Encode, LabelsClassesInTheOrderOfTheirNumbers) {
  const Table table({numbers("x", {1, 2, 3, 4}), numbers("y", {10, 9, -1, 10})}, {.target = "y"});
  const Encoding encoding = fit_encoding(table, Rows{0, 1, 2}, Task::multiclass);
  EXPECT_THAT(encoding.target().classes, ElementsAre("-1", "9", "10"));
  EXPECT_THAT(encode(encoding, table, Rows{0, 1, 2, 3}).labels, ElementsAre(2, 1, 0, 2));
}

TEST(Encode, KnowsAClassWhateverItsSpelling) {
  const Table table({texts("t", {"1", "2", "x"}), numbers("y", {0, 1, 0})}, {.target = "y"});
  const Encoding encoding = fit_encoding(table, Rows{0, 1, 2}, Task::binary);
  const Table numeric({numbers("t", {2, 1, 7}), texts("y", {"0.0", "1.0", "1"})}, {.target = "y"});
  const Dataset set = encode(encoding, numeric, Rows{0, 1, 2});
  EXPECT_THAT(set.inputs, ElementsAre(0, 1, 0, 1, 0, 0, 0, 0, 0));
  EXPECT_THAT(set.labels, ElementsAre(0, 1, 1));
  EXPECT_THAT(set.unknown[0].examples, ElementsAre("7"));
}

TEST(Encode, NamesTheRowOfAClassThatNoTrainingRowHas) {
  const Table table({numbers("x", {1, 2, 3}), texts("y", {"a", "b", "c"})}, {.target = "y"});
  const Encoding encoding = fit_encoding(table, Rows{0, 1}, Task::binary);
  EXPECT_THAT(error_of<DataError>([&] {
                encode(encoding, table, Rows{0, 2});
              }),
              HasSubstr("the target 'y' is \"c\" in row 3, a class that no training row has; the classes are a, b"));
  EXPECT_NO_THROW(encode(encoding, table, Rows{0, 2}, false));
}

TEST(Encode, RefusesTextsAndMissingValuesWhereNumbersWere) {
  const Table table({numbers("x", {1, 2}), numbers("y", {1, 2})}, {.target = "y"});
  const Encoding encoding = fit_encoding(table, Rows{0, 1}, Task::regression);
  EXPECT_THAT(error_of<DataError>([&] {
                encode(encoding, Table({texts("x", {"", "high"})}), Rows{0, 1}, false);
              }),
              HasSubstr("column 'x' holds \"high\" in row 2; the model was trained with numbers there"));
  EXPECT_THAT(error_of<DataError>([&] {
                encode(encoding, Table({texts("x", {"low", "high"})}), Rows{1}, false);
              }),
              HasSubstr("column 'x' holds \"high\" in row 2; the model was trained with numbers"));
  EXPECT_THAT(error_of<DataError>([&] {
                encode(encoding, Table({numbers("x", {1, NAN})}), Rows{0, 1}, false);
              }),
              HasSubstr("has no value in 1 of 2 rows"));
  EXPECT_THAT(error_of<DataError>([&] {
                encode(encoding, Table({numbers("x", {1, 1}), numbers("y", {NAN, 1})}), Rows{0});
              }),
              HasSubstr("the target 'y' is missing in row 1"));
  EXPECT_THAT(error_of<DataError>([&] {
                encode(encoding, Table({numbers("x", {1}), texts("y", {"a"})}), Rows{0});
              }),
              HasSubstr("the target 'y' holds \"a\""));
  EXPECT_THROW(encode(encoding, table, Rows{2}), ArgumentError);
  EXPECT_THROW(encode(encoding, table, Rows{-1}), ArgumentError);
}

TEST(Encode, GivesARowTheSameNumbersAloneAndAmongOthers) {
  Column x = numbers("x", {});
  Column t = texts("t", {});
  RandomStream random(2, Purpose::data);
  for (int i = 0; i < 1000; ++i) {
    x.numbers.push_back(random.uniform());
    t.texts.emplace_back(1, static_cast<char>('a' + random.below(5)));
  }
  const Table table({x, t, numbers("y", x.numbers)}, {.target = "y"});
  const Rows rows = all_rows(table);
  const Encoding encoding = fit_encoding(table, rows, Task::regression);
  const Dataset all = encode(encoding, table, rows);
  for (std::int64_t row : rows) {
    const Dataset one = encode(encoding, table, Rows{row});
    for (std::size_t i = 0; i < 6; ++i) ASSERT_EQ(one.inputs[i], all.inputs[static_cast<std::size_t>(row) * 6 + i]);
    ASSERT_EQ(encoding.target().in_unit(one.targets[0]),
              encoding.target().in_unit(all.targets[static_cast<std::size_t>(row)]));
  }
}

TEST(EncodeNumbers, IsEncodeForRowsOfPlainNumbers) {
  const Table table({numbers("a", {1, 2, 4}), numbers("b", {-1, 0, 5}), numbers("y", {1, 2, 3})}, {.target = "y"});
  Encoding encoding = fit_encoding(table, Rows{0, 1, 2}, Task::regression);
  const std::vector<double> raw = {1, -1, 2, 0, 4, 5};
  std::vector<double> encoded(6);
  encode_numbers(encoding, raw, encoded);
  EXPECT_EQ(encoded, encode(encoding, table, Rows{0, 1, 2}).inputs);
  const std::vector<double> missing = {1, NAN};
  std::vector<double> two(2);
  EXPECT_THAT(error_of<DataError>([&] { encode_numbers(encoding, missing, two); }),
              HasSubstr("input 'b' is nan in row 1"));
  encoding.impute = true;
  encode_numbers(encoding, missing, two);
  EXPECT_EQ(two[1], 0);
  EXPECT_THROW(encode_numbers(encoding, std::vector<double>{1, HUGE_VAL}, two), DataError);
  EXPECT_THROW(encode_numbers(encoding, std::vector<double>{1, 2, 3}, two), DataError);
  EXPECT_THROW(encode_numbers(encoding, raw, two), DataError);
  EXPECT_THROW(encode_numbers(fit_encoding(example(), Rows{0, 1}, Task::regression), raw, encoded), DataError);
}

TEST(EncodingJson, ReadsBackExactlyWhatItWrote) {
  RandomStream random(3, Purpose::data);
  for (int trial = 0; trial < 1000; ++trial) {
    const auto any = [&] { return std::ldexp(random.uniform() - 0.5, static_cast<int>(random.below(1800)) - 900); };
    Encoding encoding{
        .inputs = {{.name = "a\"\\\n\xC3\xA4", .mean = any(), .scale = std::abs(any()) + 1e-300, .fill = any()},
                   {.name = "t", .kind = ColumnKind::text, .categories = {"<1H OCEAN", "'", "0"}}},
        .targets = {{.name = "y", .mean = any(), .scale = 1 + random.uniform()}},
        .impute = trial % 2 == 0};
    EXPECT_EQ(encoding_from_json(to_json(encoding)), encoding);
    encoding.targets = {{.name = "y", .classes = {"-1", "0", "x"}}};
    encoding.target_kind = TargetKind::labels;
    EXPECT_EQ(encoding_from_json(to_json(encoding)), encoding);
  }
  const Encoding fitted = fit_encoding(example(), Rows{0, 1, 2, 3}, Task::regression);
  EXPECT_EQ(encoding_from_json(to_json(fitted)), fitted);
}

TEST(EncodingJson, RefusesNamesThatAreNotUtf8) {
  EXPECT_THROW(to_json({.inputs = {{.name = "\xFF"}}, .targets = {{.name = "y"}}}), DataError);
}

TEST(EncodingJson, SaysWhatIsDamaged) {
  const std::string good =
      R"({"inputs":[{"name":"x","kind":"numeric","mean":1.5,"scale":2.0,"fill":0.0},)"
      R"({"name":"t","kind":"text","categories":["a","b"]}],)"
      R"("targets":{"kind":"labels","columns":[{"name":"y","classes":["0","1"]}]},"impute":false})";
  EXPECT_EQ(to_json(encoding_from_json(good)), good);
  const std::vector<std::pair<std::string, std::string>> damages = {
      {R"("mean":1.5)", R"("mean":null)"},
      {R"("scale":2.0)", R"("scale":0)"},
      {R"("scale":2.0)", R"("scale":-1)"},
      {R"("scale":2.0)", R"("scale":1e999)"},
      {R"("scale":2.0,)", ""},
      {R"("kind":"numeric")", R"("kind":"date")"},
      {R"("name":"x")", R"("name":"")"},
      {R"("name":"x")", R"("name":"t")"},
      {R"("name":"x")", R"("name":"y")"},
      {R"("categories":["a","b"])", R"("categories":[])"},
      {R"("categories":["a","b"])", R"("categories":["a","a"])"},
      {R"("categories":["a","b"])", R"("categories":[1])"},
      {R"("kind":"labels")", R"("kind":"task")"},
      {R"("kind":"labels",)", ""},
      {R"("columns":[{"name":"y","classes":["0","1"]}])", R"("columns":[])"},
      {R"(["0","1"])", R"(["0"])"},
      {R"("classes":["0","1"]})", R"("classes":["0","1"]},{"name":"z","classes":["0","1"]})"},
      {R"("kind":"labels","columns":[{"name":"y","classes":["0","1"]})",
       R"("kind":"flags","columns":[{"name":"y","classes":["0","1","2"]})"},
      {R"("kind":"labels","columns":[{"name":"y","classes":["0","1"]})",
       R"("kind":"numbers","columns":[{"name":"y","mean":0,"scale":1},{"name":"y","mean":0,"scale":1})"},
      {R"("impute":false)", R"("impute":0)"},
      {R"(,"impute":false)", ""},
      {R"("inputs")", R"("outputs")"},
  };
  for (const auto& [from, to] : damages) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    EXPECT_THAT(error_of<DataError>([&] { encoding_from_json(text); }), HasSubstr("is damaged")) << text;
  }
  for (const char* text : {"", "{}", "[]", "null", "{\"inputs\":[]}", "{\"inputs\":[1]}", "\xFF"})
    EXPECT_THROW(encoding_from_json(text), DataError) << text;
}

TEST(EncodingJson, SurvivesEveryChangeOfOneByteAndEveryCut) {
  const std::string good = to_json(fit_encoding(example(), Rows{0, 1, 2}, Task::multiclass));
  for (std::size_t i = 0; i < good.size(); ++i) {
    EXPECT_THROW(encoding_from_json(good.substr(0, i)), DataError);
    for (char change : std::string("{}[]\",:x0-.e\\\xFF\x01")) {
      std::string text = good;
      text[i] = change;
      try {
        (void)encoding_from_json(text).features();
      } catch (const DataError&) {}
    }
  }
}

}  // namespace
}  // namespace ansatz::data
