// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/table.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/base/error.hpp"
#include "tests/data/columns.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::data {
namespace {

using test::error_of;
using testing::HasSubstr;

Table with_gaps() {
  return Table({numbers("mass", {1, NAN, 3}), texts("colour", {"red", "", "blue"}), numbers("2", {0, 1, 0})},
               {.target = "last", .source = "example.csv"});
}

TEST(Table, FindsColumnsByNameAndByPosition) {
  const Table table = with_gaps();
  EXPECT_EQ(table.rows(), 3);
  EXPECT_EQ(table.index("mass"), 0U);
  EXPECT_EQ(table.index("1"), 0U);
  EXPECT_EQ(table.index("2"), 2U) << "a name counts more than a position";
  EXPECT_EQ(table.index("last"), 2U);
  EXPECT_EQ(table.target(), 2U);
  EXPECT_EQ(table.with_target("colour").target_column().name, "colour");
  EXPECT_FALSE(table.find("1"));
}

TEST(Table, CountsMissingValues) {
  const Table table = with_gaps();
  EXPECT_EQ(table.column(0).missing, 1);
  EXPECT_EQ(table.column(1).missing, 1);
  EXPECT_EQ(table.column(2).missing, 0);
  EXPECT_TRUE(table.column(0).is_missing(1));
  EXPECT_TRUE(table.column(1).is_missing(1));
}

TEST(Table, NamesSimilarColumnsWhenOneIsNotThere) {
  const Table table = with_gaps();
  EXPECT_THAT(
      error_of<DataError>([&] { (void)table.index("Mas"); }),
      HasSubstr("example.csv: there is no column 'Mas'; did you mean 'mass'?; the columns are mass, colour, 2"));
  EXPECT_THAT(error_of<DataError>([&] { (void)table.index("MASS"); }), HasSubstr("did you mean 'mass'"));
  EXPECT_THAT(error_of<DataError>([&] { (void)table.index("energy"); }), testing::Not(HasSubstr("did you mean")));
  for (const char* position : {"0", "4", "-1", "1.0", "99999999999999999999", "", " 1"})
    EXPECT_THROW((void)table.index(position), DataError) << position;
  EXPECT_THROW((void)Table().index("last"), DataError);
}

TEST(Table, ShortensALongListOfColumns) {
  std::vector<Column> columns;
  for (int i = 0; i < 100; ++i) columns.push_back(numbers(fmt::format("p{}", i), {0}));
  const std::string message = error_of<DataError>([&] { (void)Table(columns).index("digit"); });
  EXPECT_THAT(message, HasSubstr("the 100 columns are p0, p1"));
  EXPECT_THAT(message, HasSubstr("..., p99"));
  EXPECT_LT(message.size(), 150U);
}

TEST(Table, RefusesColumnsThatDoNotMakeATable) {
  EXPECT_THAT(error_of<DataError>([] { Table({numbers("a", {1}), numbers("b", {1, 2})}); }), HasSubstr("equally long"));
  EXPECT_THAT(error_of<DataError>([] {
                Table({numbers("a", {1}), numbers("a", {1})});
              }),
              HasSubstr("columns 1 and 2 are both called 'a'"));
  EXPECT_THAT(error_of<DataError>([] { Table({numbers("", {1})}); }), HasSubstr("no name"));
  EXPECT_THAT(error_of<DataError>([] { Table({numbers("\xFF", {1})}); }), HasSubstr("UTF-8"));
  EXPECT_THAT(error_of<DataError>([] { Table({numbers("a", {1, HUGE_VAL})}); }), HasSubstr("infinite in row 2"));
  EXPECT_THAT(error_of<DataError>([] { Table({{.name = "a", .numbers = {1}, .texts = {"x"}}}); }),
              HasSubstr("more than numbers"));
  EXPECT_THAT(error_of<DataError>([] { Table({numbers("a", {1})}, {.target = "b"}); }), HasSubstr("no column 'b'"));
  EXPECT_THAT(error_of<DataError>([] { (void)Table({numbers("a", {1})}).target_column(); }), HasSubstr("target"));
}

TEST(Table, CopiesShareTheirColumns) {
  const Table table = with_gaps();
  const Table copy = table.with_target("mass");
  EXPECT_EQ(copy.column(0).numbers.data(), table.column(0).numbers.data());
  EXPECT_EQ(Table().rows(), 0);
  EXPECT_TRUE(Table().columns().empty());
}

TEST(Table, GivesItsColumnsWithoutSome) {
  const Table table(
      {{.name = "a", .numbers = {1, 2}}, {.name = "b", .numbers = {3, 4}}, {.name = "c", .numbers = {5, 6}}},
      {.target = "c"});
  const Table less = table.without(std::vector<std::string>{"a"});
  EXPECT_EQ(less.columns().size(), 2U);
  EXPECT_EQ(less.target_column().name, "c");
  EXPECT_THAT(less.left_out(), testing::ElementsAre("a"));
  EXPECT_THROW(table.without(std::vector<std::string>{"c"}), DataError);
  EXPECT_THROW(table.without(std::vector<std::string>{"d"}), DataError);
}

}  // namespace
}  // namespace ansatz::data
