// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/where.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/base/error.hpp"
#include "ansatz/data/csv.hpp"
#include "ansatz/data/read.hpp"
#include "tests/data/columns.hpp"
#include "tests/io/temporary_folder.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::data {
namespace {

using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Table weather() {
  Column image{.name = "image", .kind = ColumnKind::array, .shape = {2}, .bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}};
  return Table(
      {data::numbers("T", {1, 2, 3, 4, NAN}), data::numbers("net flux", {-1, 0.5, 0, 2, 9}),
       data::texts("kind", {"red", "blue", "", "red", "green"}), data::numbers("größe", {1, 4, 9, 16, 25}), image},
      {.target = "T", .source = "some.csv", .parts = {Part::train, Part::test, Part::train, Part::train, Part::test}});
}

std::vector<std::int64_t> chosen(std::string_view condition) { return rows_where(weather(), condition); }

TEST(Where, ComparesNumbers) {
  EXPECT_THAT(chosen("T < 3"), ElementsAre(0, 1));
  EXPECT_THAT(chosen("T<=3"), ElementsAre(0, 1, 2));
  EXPECT_THAT(chosen("T > 3"), ElementsAre(3));
  EXPECT_THAT(chosen("3 <= T"), ElementsAre(2, 3));
  EXPECT_THAT(chosen("T = 3"), ElementsAre(2));
  EXPECT_THAT(chosen("T == 3e0"), ElementsAre(2));
  EXPECT_THAT(chosen("T != 3"), ElementsAre(0, 1, 3));
  EXPECT_THAT(chosen("T < -1"), IsEmpty());
}

TEST(Where, ComparesTexts) {
  EXPECT_THAT(chosen("kind == 'red'"), ElementsAre(0, 3));
  EXPECT_THAT(chosen("kind != 'red'"), ElementsAre(1, 4)) << "what is missing is unknown";
  EXPECT_THAT(chosen("kind < 'h'"), ElementsAre(1, 4)) << "in the order of their bytes";
}

TEST(Where, BindsOrLoosestAndNotTightest) {
  EXPECT_THAT(chosen("T<2 or T>3"), ElementsAre(0, 3));
  EXPECT_THAT(chosen("T<2 || T>2 && T<4"), ElementsAre(0, 2));
  EXPECT_THAT(chosen("(T<2 or T>2) and T<4"), ElementsAre(0, 2));
  EXPECT_THAT(chosen("not T<2 and T<4"), ElementsAre(1, 2));
  EXPECT_THAT(chosen("!(T<2 or T>3)"), ElementsAre(1, 2));
  EXPECT_THAT(chosen("not not T<2"), ElementsAre(0));
}

TEST(Where, NamesColumnsOfAnyName) {
  EXPECT_THAT(chosen("`net flux` > 1"), ElementsAre(3, 4));
  EXPECT_THAT(chosen("\"net flux\" > 1"), ElementsAre(3, 4));
  EXPECT_THAT(chosen("größe > 10"), ElementsAre(3, 4));
}

TEST(Where, CalculatesAsNumbersAreWritten) {
  EXPECT_THAT(chosen("T * 2 + 1 >= 7"), ElementsAre(2, 3));
  EXPECT_THAT(chosen("sqrt(größe) == T"), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(chosen("T^2 == größe"), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(chosen("-T^2 < -8"), ElementsAre(2, 3)) << "−(T²)";
  EXPECT_THAT(chosen("2^3^2 == 512 and T == 1"), ElementsAre(0)) << "from the right";
  EXPECT_THAT(chosen("T - 1 - 1 == 0"), ElementsAre(1)) << "from the left";
  EXPECT_THAT(chosen("max(T, 3) == 3"), ElementsAre(0, 1, 2));
  EXPECT_THAT(chosen("abs(`net flux`) < .75"), ElementsAre(1, 2));
  EXPECT_THAT(chosen("cos(pi * T) > 0"), ElementsAre(1, 3));
}

TEST(Where, ChoosesNoRowForWhatIsMissing) {
  std::int64_t unknown = 0;
  EXPECT_THAT(rows_where(weather(), "T < 2 or T >= 2", &unknown), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(unknown, 1);
  EXPECT_THAT(chosen("not T < 2"), ElementsAre(1, 2, 3)) << "not unknown is unknown";
  EXPECT_THAT(chosen("T < 2 or größe > 20"), ElementsAre(0, 4)) << "true whatever T is";
  EXPECT_THAT(chosen("missing(T)"), ElementsAre(4));
  EXPECT_THAT(chosen("not missing(kind) and not missing(`net flux`)"), ElementsAre(0, 1, 3, 4));
}

TEST(Where, MakesATableOfTheRows) {
  const Table table = where(weather(), "T > 1.5");
  EXPECT_EQ(table.rows(), 3);
  EXPECT_EQ(table.target_column().name, "T");
  EXPECT_THAT(table.column("T").numbers, ElementsAre(2, 3, 4));
  EXPECT_THAT(table.column("kind").texts, ElementsAre("blue", "", "red"));
  EXPECT_EQ(table.column("kind").missing, 1);
  EXPECT_THAT(table.column("image").bytes, ElementsAre(3, 4, 5, 6, 7, 8));
  EXPECT_THAT(table.parts(), ElementsAre(Part::test, Part::train, Part::train));
  EXPECT_THAT(table.notes(), ElementsAre("3 of 5 rows are used: T > 1.5 (1 are left out since a cell is missing)"));
  EXPECT_THAT(error_of<DataError>([] { where(weather(), "T > 99"); }), HasSubstr("none of the 5 rows has T > 99"));
}

TEST(Where, MayNameColumnsThatAreLeftOut) {
  const test::TemporaryFolder folder;
  const auto path = folder.file("t.csv", "T,x,code,y\n1,2,a,3\n2,3,b,4\n3,4,5,5\n");
  for (const ReadOptions& options :
       {ReadOptions{.drop = {"1", "code"}, .where = "T > 1"}, ReadOptions{.only = {"x", "y"}, .where = "T > 1"}}) {
    const Table table = read(path, options);
    ASSERT_EQ(table.columns().size(), 2U);
    EXPECT_THAT(table.column("x").numbers, ElementsAre(3, 4));
    EXPECT_EQ(table.target_column().name, "y");
    EXPECT_EQ(std::vector(table.left_out().begin(), table.left_out().end()), (std::vector<std::string>{"T", "code"}));
    EXPECT_EQ(read_csv(path, options).rows(), 2);
  }
  const auto labels = folder.file("labels.csv", "kind\nred\nblue\nred\n");
  const Table labelled = read(path, {.drop = {"code"}, .where = "kind == 'red'", .labels = labels});
  EXPECT_THAT(labelled.column("T").numbers, ElementsAre(1, 3));
  EXPECT_THAT(labelled.target_column().texts, ElementsAre("red", "red"));
}

TEST(Where, SaysWhatItDoesNotUnderstand) {
  const auto error = [](std::string_view condition) { return error_of<Error>([&] { chosen(condition); }); };
  EXPECT_THAT(error(""), HasSubstr("the condition is empty"));
  EXPECT_THAT(error("Tt < 2"), HasSubstr("there is no column 'Tt'; did you mean 'T'?"));
  EXPECT_THAT(error("T < "), HasSubstr("a value is expected, at character 5"));
  EXPECT_THAT(error("T"), HasSubstr("this is a number; a comparison is expected"));
  EXPECT_THAT(error("T < 2 or kind"), HasSubstr("this is a text; a comparison is expected, at character 10"));
  EXPECT_THAT(error("kind == 2"), HasSubstr("a text is compared with a number"));
  EXPECT_THAT(error("T == 'red'"), HasSubstr("a number is compared with a text"));
  EXPECT_THAT(error("1 < T < 3"), HasSubstr("not chained"));
  EXPECT_THAT(error("T < 2 3"), HasSubstr("found \"3\""));
  EXPECT_THAT(error("(T < 2"), HasSubstr("\")\" is expected"));
  EXPECT_THAT(error("T < 2)"), HasSubstr("found \")\""));
  EXPECT_THAT(error("T # 2"),
              HasSubstr("\"#\" has no meaning in a condition, at character 3 of the condition\n  T # 2\n    ^"));
  EXPECT_THAT(error("kind == 'red"), HasSubstr("nothing closes the quote '"));
  EXPECT_THAT(error("foo(T) < 2"), HasSubstr("there is no function \"foo\"; there are missing, max"));
  EXPECT_THAT(error("max(T) < 2"), HasSubstr("it takes 2"));
  EXPECT_THAT(error("missing(2)"), HasSubstr("the name of a column is expected"));
  EXPECT_THAT(error("image == 2"), HasSubstr("column 'image' holds arrays [2]"));
  EXPECT_THAT(error("T + kind < 2"), HasSubstr("this is a text; a number is expected"));
  EXPECT_THAT(error("T < 1..2"), testing::Not(""));
  EXPECT_THAT(error(std::string(100000, '(')), HasSubstr("nested more than 200 levels"));
  EXPECT_THAT(error(std::string(100000, '-') + "1 < T"), HasSubstr("nested more than 200 levels"));
  std::string nots;
  for (int i = 0; i < 1000; ++i) nots += "not ";
  EXPECT_THAT(error(nots + "T < 1"), HasSubstr("nested more than 200 levels"));
}

}  // namespace
}  // namespace ansatz::data
