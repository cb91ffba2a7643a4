// SPDX-License-Identifier: BSD-3-Clause
// Text files as programs write them: what stands around the cells.
#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/base/error.hpp"
#include "ansatz/data/read.hpp"
#include "tests/data/text_tables.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::data {
namespace {

using test::error_of;
using test::read_text;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

std::string error_of_text(std::string_view text, const ReadOptions& options = {}) {
  return error_of<Error>([&] { read_text(text, options); });
}

std::vector<std::string> names_of_columns(const Table& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns()) names.push_back(column.name);
  return names;
}

TEST(Dialects, OfManyProgramsGiveTheSameTable) {
  for (const char* text :
       {"x|z|y\n1.5|2|3\n4|5|6.5\n", "sep=;\nx;z;y\n1.5;2;3\n4;5;6.5\n", "SEP=,\r\nx,z,y\r\n1.5,2,3\r\n4,5,6.5\r\n",
        "x,z,y\n1.5,2,3,\n4,5,6.5,\n", "x,z,y,\n1.5,2,3,\n4,5,6.5,\n", "x,z,y,\n1.5,2,3\n4,5,6.5\n",
        "# x,z,y\n1.5,2,3\n4,5,6.5\n", "# made on Monday\n#x z y\n1.5 2 3\n4 5 6.5\n",
        "'x','z','y'\n'1.5','2','3'\n'4','5','6.5'\n", "'x' 'z' 'y'\n1.5 2 3\n4 5 6.5\n",
        "\"x\"\t\"z\"\t\"y\"\n1.5\t2\t3\n4\t5\t6.5", "x;z;y\n1,5;2;3\n4;5;6,5\n", "x,z,y\nm,,kg\n1.5,2,3\n4,5,6.5\n",
        "x;z;y\n;;m/s\n1,5;2;3\n4;5;6,5\n"}) {
    SCOPED_TRACE(text);
    const Table table = read_text(text);
    EXPECT_THAT(names_of_columns(table), ElementsAre("x", "z", "y"));
    EXPECT_THAT(table.column("x").numbers, ElementsAre(1.5, 4));
    EXPECT_THAT(table.column("y").numbers, ElementsAre(3, 6.5));
  }
}

TEST(Dialects, MayHoldDelimitersWithinApostrophes) {
  const Table table = read_text("'name','n'\n'a, b',1\n'it''s',2\n'c',3\n", {.text = {"name"}});
  EXPECT_THAT(table.column("name").texts, ElementsAre("a, b", "it's", "c"));
  EXPECT_THAT(read_text("name,n\nO'Hara,1\n'tis,2\n\"q\",3\n", {.text = {"name"}}).column("name").texts,
              ElementsAre("O'Hara", "'tis", "q"));
}

TEST(Dialects, OfRNameTheRowsInAColumnWithoutName) {
  for (const char* text : {"\"u\",\"v\"\n\"1\",0.5,7\n\"2\",0.6,8\n\"3\",0.7,9\n", "u v\n1 0.5 7\n2 0.6 8\n3 0.7 9\n",
                           "\"\",\"u\",\"v\"\n\"1\",0.5,7\n\"2\",0.6,8\n\"3\",0.7,9\n"}) {
    SCOPED_TRACE(text);
    const Table table = read_text(text);
    EXPECT_THAT(names_of_columns(table), ElementsAre("u", "v"));
    EXPECT_EQ(table.left_out().size(), 1U);
    EXPECT_THAT(table.notes(), Contains(HasSubstr("counts the rows: it is left out")));
    EXPECT_EQ(read_text(text, {.as = {"c1=number"}}).columns().size(), 3U);
  }
}

TEST(Dialects, WithARowOfUnitsKeepThem) {
  const Table table = read_text("t,T,y\n,degC,umol/kg\n0,6.25,9\n1,8.5,15\n2,7,13\n");
  EXPECT_EQ(table.rows(), 3);
  EXPECT_EQ(table.column("T").unit, "degC");
  EXPECT_EQ(table.target_column().unit, "umol/kg");
  EXPECT_THAT(table.notes(), Contains(HasSubstr("units: T in degC, y in umol/kg")));
  EXPECT_EQ(read_text("a,b\nred,x\n1,2\n3,4\n").column("a").unit, "red");
  EXPECT_EQ(read_text("a,b\nred,x\nblue,y\nred,z\nred,u\n", {.text = {"a", "b"}}).rows(), 4) << "texts are no units";
  EXPECT_EQ(read_text("a,b\nNA,NA\n1,2\n3,4\n", {}).rows(), 3) << "missing values are no units";
}

TEST(Dialects, WithNamesThatOccurTwiceAreNumbered) {
  const Table table = read_text("v,v,v.2,v,y\n1,2,3,4,5\n6,7,8,9,1\n");
  EXPECT_THAT(names_of_columns(table), ElementsAre("v", "v.2", "v.2.2", "v.3", "y"));
  EXPECT_THAT(table.notes(), Contains("column 2 is called 'v.2', as column 1 is called 'v' too"));
}

TEST(Dialects, BeginWhereTheUserSays) {
  const std::string text = "Instrument 7\nstarted, today, at noon\nx,y\n1,2\n3,4\n";
  EXPECT_THAT(read_text(text, {.skip = 2}).column("y").numbers, ElementsAre(2, 4));
  EXPECT_THAT(read_text(text, {.skip_until = "x,y"}).column("x").numbers, ElementsAre(1, 3));
  EXPECT_THAT(read_text(text, {.skip = 2}).notes(), Contains("2 lines above the table skipped"));
  EXPECT_THAT(error_of_text(text, {.skip = 9}), HasSubstr("has 5 lines; 9 were to be skipped"));
  EXPECT_THAT(error_of_text(text, {.skip_until = "[data]"}), HasSubstr("no line holds \"[data]\""));
  EXPECT_THAT(error_of_text(text, {.skip = -1}), HasSubstr("0 or more are expected"));
}

TEST(Dialects, HaveOnlyTheColumnsThatTheUserNames) {
  const std::string text = "a,b,c,d\n1,2,3,4\n5,6,7,8\n";
  EXPECT_THAT(names_of_columns(read_text(text, {.columns = "3:"})), ElementsAre("c", "d"));
  EXPECT_THAT(names_of_columns(read_text(text, {.columns = ":2,4"})), ElementsAre("a", "b", "d"));
  for (const char* wrong : {"0:2", "x", "3:2", "1-2", "5:"})
    EXPECT_NE(error_of_text(text, {.columns = wrong}), "") << wrong;
}

TEST(Dialects, OfFixedWidthAreReadByCharacters) {
  const std::string text =
      "0  n     8071.31713     1 008664.91\n"
      "-1 Na   -13736#         2 007825.03\n"
      "-2 No       *            \n";
  const Table table =
      read_text(text, {.header = false, .decimal = ".#", .fixed = "0:2,3:5,5:19,23:35", .as = {"c2=category"}});
  EXPECT_THAT(table.column("c1").numbers, ElementsAre(0, -1, -2));
  EXPECT_THAT(table.column("c2").texts, ElementsAre("n", "Na", "No"));
  EXPECT_THAT(table.column("c3").numbers, ElementsAre(8071.31713, -13736, testing::IsNan()));
  EXPECT_THAT(table.column("c4").numbers, ElementsAre(1008664.91, 2007825.03, testing::IsNan()));
  for (const char* wrong : {"4", "4:2", "a:b", "1:2;3:4"})
    EXPECT_THAT(error_of_text(text, {.fixed = wrong}), HasSubstr("fixed width")) << wrong;
}

TEST(Dialects, OfNistNameTheirLinesAndTheTargetFirst) {
  const std::string text =
      "NIST/ITL StRD\nFile Format:   ASCII\n               Data              (lines 6 to 7)\n\n"
      "Data:   y      x\n   10.07E0   77.6E0\n   14.73E0  114.9E0\nnot read\n";
  const Table table = read_text(text);
  EXPECT_THAT(names_of_columns(table), ElementsAre("y", "x"));
  EXPECT_EQ(table.target_column().name, "y");
  EXPECT_THAT(table.column("x").numbers, ElementsAre(77.6, 114.9));
  EXPECT_THAT(error_of_text("NIST/ITL StRD\nnothing\n"), HasSubstr("no line says where the data are"));
}

}  // namespace
}  // namespace ansatz::data
