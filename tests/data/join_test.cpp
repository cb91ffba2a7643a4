// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/join.hpp"

#include <gmock/gmock.h>

#include "ansatz/base/error.hpp"
#include "ansatz/data/split.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::test {
namespace {

using data::Column;
using data::ColumnKind;
using data::Part;
using data::Table;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

Table training() {
  return Table({{.name = "x", .numbers = {1, 2, 3, 4}},
                {.name = "kind", .kind = ColumnKind::text, .texts = {"a", "b", "", "7"}},
                {.name = "y", .numbers = {10, 20, 30, 40}}},
               {.target = "y", .source = "training.csv"});
}

TEST(JoinedTables, HaveTheRowsOfOtherFilesAsParts) {
  const Table other({{.name = "y", .numbers = {50, 60}},
                     {.name = "note", .kind = ColumnKind::text, .texts = {"p", "q"}},
                     {.name = "kind", .numbers = {7, std::nan("")}},
                     {.name = "x", .numbers = {5, 6}}},
                    {.source = "checked.csv"});
  const Table both = with_part(with_part(training(), Part::validation, other), Part::test, other);
  EXPECT_THAT(both.column("x").numbers, ElementsAre(1, 2, 3, 4, 5, 6, 5, 6));
  EXPECT_THAT(both.column("kind").texts, ElementsAre("a", "b", "", "7", "7", "", "7", ""));
  EXPECT_THAT(both.column("y").numbers, ElementsAre(10, 20, 30, 40, 50, 60, 50, 60));
  EXPECT_EQ(both.columns().size(), 3U);
  EXPECT_EQ(both.target_column().name, "y");
  const data::Parts parts = data::split(both, {.validation = 0.15, .test = 0.15, .task = data::Task::regression});
  EXPECT_THAT(parts.train, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(parts.validation, ElementsAre(4, 5));
  EXPECT_THAT(parts.test, ElementsAre(6, 7));
  EXPECT_THAT(std::vector<std::string>(both.notes().begin(), both.notes().end()),
              testing::IsSupersetOf({std::string("the 2 rows of checked.csv are for validation"),
                                     std::string("column 'note' of checked.csv is left out")}));
}

TEST(JoinedTables, AreDividedFurtherWhereOnlyOnePartIsGiven) {
  const Table other = Table({{.name = "x", .numbers = {5, 6}},
                             {.name = "kind", .kind = ColumnKind::text, .texts = {"a", "b"}},
                             {.name = "y", .numbers = {5, 6}}});
  const data::Parts parts = data::split(with_part(training(), Part::test, other),
                                        {.validation = 0.25, .test = 0.15, .task = data::Task::regression});
  EXPECT_EQ(parts.train.size(), 3U);
  EXPECT_EQ(parts.validation.size(), 1U);
  EXPECT_THAT(parts.test, ElementsAre(4, 5));
}

TEST(JoinedTables, FindColumnsByPositionWhereThereAreNoNames) {
  const Table plain({{.name = "c1", .numbers = {5}}, {.name = "c2", .numbers = {7}}, {.name = "c3", .numbers = {9}}},
                    {.source = "plain.csv"});
  const Table both = with_part(training(), Part::validation, plain);
  EXPECT_THAT(both.column("x").numbers, ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(both.column("kind").texts, ElementsAre("a", "b", "", "7", "7"));
  EXPECT_THAT(error_of<DataError>([&] { aligned(training(), plain.without(std::vector<std::string>{"c3"})); }),
              HasSubstr("plain.csv: has 2 columns and training.csv has 3"));
  const Table fewer({{.name = "c1", .numbers = {5}}, {.name = "c2", .numbers = {7}}});
  EXPECT_THAT(error_of<DataError>([&] { aligned(fewer, plain); }), HasSubstr("must be as many"))
      << "the last column would be another";
}

TEST(JoinedTables, OfImagesKeepTheirBytesOrBecomeNumbers) {
  const auto images = [](std::vector<std::uint8_t> bytes, int zero = 0) {
    const std::vector<double> labels(bytes.size() / 2, 1);
    return Table(
        {{.name = "image", .kind = ColumnKind::array, .shape = {2}, .bytes = std::move(bytes), .byte_zero = zero},
         {.name = "label", .numbers = labels}},
        {.target = "label", .source = "images"});
  };
  const Table same = with_part(images({1, 2, 3, 4}), Part::test, images({5, 6}));
  EXPECT_THAT(same.column(0).bytes, ElementsAre(1, 2, 3, 4, 5, 6));
  const Table other = with_part(images({1, 2, 3, 4}), Part::test, images({5, 6}, -128));
  EXPECT_THAT(other.column(0).numbers, ElementsAre(1, 2, 3, 4, -123, -122));
  const Table numbers({{.name = "image", .kind = ColumnKind::array, .numbers = {0.5, 1.5, 2.5}, .shape = {3}},
                       {.name = "label", .numbers = {1}}},
                      {.source = "others"});
  EXPECT_THAT(error_of<DataError>([&] {
                aligned(images({1, 2}), numbers);
              }),
              HasSubstr("others: column 'image' is array [3], and in images it is array [2]"));
}

TEST(JoinedTables, RefuseColumnsThatDoNotFitAndPartsThatAreThere) {
  const Table lacking({{.name = "x", .numbers = {1}}, {.name = "z", .numbers = {1}}}, {.source = "lacking.csv"});
  EXPECT_THAT(error_of<DataError>([&] { aligned(training(), lacking); }),
              AllOf(HasSubstr("lacking.csv: has no column 'kind', 'y' as training.csv has"), HasSubstr("'x', 'z'")));
  const Table text({{.name = "x", .kind = ColumnKind::text, .texts = {"n/a"}},
                    {.name = "kind", .kind = ColumnKind::text, .texts = {"a"}},
                    {.name = "y", .numbers = {1}}},
                   {.source = "text.csv"});
  EXPECT_THAT(error_of<DataError>([&] { aligned(training(), text); }),
              HasSubstr("text.csv: column 'x' is text, and in training.csv it is numeric"));
  const Table once = with_part(training(), Part::test, training());
  EXPECT_THAT(error_of<DataError>([&] { with_part(once, Part::test, training()); }),
              HasSubstr("has rows for test itself"));
  EXPECT_THAT(error_of<ArgumentError>([&] { with_part(once, Part::train, training()); }),
              HasSubstr("validation or test"));
}

}  // namespace
}  // namespace ansatz::test
