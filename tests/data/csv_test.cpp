// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/csv.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/base/error.hpp"
#include "ansatz/io/atomic_file.hpp"
#include "ansatz/io/gzip.hpp"
#include "tests/io/temporary_folder.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::data {
namespace {

using test::error_of;
using test::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;

Table table_in(std::string_view text, const CsvOptions& options = {}) {
  const TemporaryFolder folder;
  return read_csv(folder.file("data.csv", text), options);
}

std::string error(std::string_view text, const CsvOptions& options = {}) {
  const TemporaryFolder folder;
  const auto path = folder.file("data.csv", text);
  std::string message = error_of<DataError>([&] { read_csv(path, options); });
  if (const auto at = message.find("data.csv"); at != std::string::npos) message.erase(0, at);
  return message;
}

std::vector<std::string> names(const Table& table) {
  std::vector<std::string> result;
  for (const Column& column : table.columns()) result.push_back(column.name);
  return result;
}

TEST(ReadCsv, ReadsAPlainTable) {
  const Table table = table_in("x,y,colour\n1,2.5,red\n-3,.28,blue\n");
  EXPECT_THAT(names(table), ElementsAre("x", "y", "colour"));
  EXPECT_THAT(table.column("x").numbers, ElementsAre(1, -3));
  EXPECT_THAT(table.column("y").numbers, ElementsAre(2.5, 0.28));
  EXPECT_THAT(table.column("colour").texts, ElementsAre("red", "blue"));
  EXPECT_EQ(table.target(), 2U);
  EXPECT_THAT(table.notes(), ElementsAre("2 rows, 3 columns separated by commas", "the first line names the columns",
                                         "the target is column 3, 'colour'"));
}

TEST(ReadCsv, ReadsCompressedFiles) {
  const TemporaryFolder folder;
  io::write_atomically(folder / "data.csv", io::gzip("a,b\n1,2\n"));
  EXPECT_THAT(read_csv(folder / "data.csv").column("b").numbers, ElementsAre(2));
}

TEST(ReadCsv, DetectsTheDelimiter) {
  for (const char* text :
       {"1,2,3\n4,5,6\n", "1\t2\t3\n4\t5\t6\n", "1;2;3\n4;5;6\n", "1 2 3\n4 5 6\n", "  1   2  3\n4 5 6   \n",
        "1,    2,  3\n4,  5, 6  \n", "1 , 2 ,3\r\n4 ,5, 6\r\n", " 1\t2 \t 3\n4  5\t\t6", "1|2|3\n4|5|6"}) {
    const Table table = table_in(text);
    ASSERT_EQ(table.columns().size(), 3U) << text;
    EXPECT_THAT(table.column(0).numbers, ElementsAre(1, 4)) << text;
    EXPECT_THAT(table.column(2).numbers, ElementsAre(3, 6)) << text;
  }
}

TEST(ReadCsv, IsNotMisledByOtherDelimitersInTexts) {
  const Table table = table_in("name;place\nDoe, Jane;Paris, France\nRoe, Jim;Rome, Italy\n");
  EXPECT_THAT(names(table), ElementsAre("name", "place"));
  EXPECT_THAT(table.column(1).texts, ElementsAre("Paris, France", "Rome, Italy"));
  EXPECT_EQ(table_in("1,near bay\n2,<1H OCEAN\n").columns().size(), 2U);
  EXPECT_EQ(table_in("lepton 1 pT,M R\n1,2\n3,4\n").column("lepton 1 pT").numbers[1], 3);
}

TEST(ReadCsv, TakesOneColumnAsOneColumn) {
  const Table table = table_in("151.0\n75.0\n");
  EXPECT_THAT(names(table), ElementsAre("c1"));
  EXPECT_THAT(names(table_in("my value\n1\n2\n")), ElementsAre("my value"));
}

TEST(ReadCsv, RefusesADelimiterThatNumbersAreMadeOf) {
  for (char delimiter : {'1', 'a', '.', '-', '"', '\n', '#'})
    EXPECT_THROW(table_in("1,2\n", {.delimiter = delimiter}), ArgumentError) << delimiter;
}

TEST(ReadCsv, KeepsEmptyCellsBetweenTabs) {
  const Table table = table_in("a\tb\tc\n1\t\t3\n\t\t\n4\t5\t6\n");
  ASSERT_EQ(table.rows(), 3);
  EXPECT_EQ(table.column("b").missing, 2);
  EXPECT_EQ(table.column("c").numbers[2], 6);
}

struct HeaderCase {
  const char* text;
  bool has_header;
};

TEST(ReadCsv, TellsAHeaderFromTheFirstRow) {
  for (const HeaderCase& c : std::vector<HeaderCase>{
           {"a,b\n1,2\n3,4\n", true},
           {"1,2\n3,4\n", false},
           {"5.1,Iris-setosa\n4.9,Iris-setosa\n", false},                // classes are no header
           {"M,0.455,15\nF,0.35,7\n", false},                            //
           {"842302,M,17.99\n842517,M,20.57\n", false},                  //
           {"e,x,s\np,x,y\ne,b,y\n", false},                             // texts alone, which come again
           {"cap,shape,colour\nx,s,n\nx,s,y\n", true},                   // texts alone, which do not
           {"id,2019,2020\n1,0.5,0.7\n2,0.6,0.8\n", true},               // whole numbers may be names
           {"n/a,0.5,0.7\n1,0.6,0.8\n2,0.6,0.8\n", false},               // a missing value is none
           {",a,b\n0,1,2\n1,3,4\n", true},                               // a data frame's index has no name
           {"0,1,2\n28.7,16.0,g\n31.6,11.7,h\n", true},                  // a data frame without names
           {"SUSY,R,cos(theta_r1)\n0.0,0.7,0.6\n1.0,0.8,0.9\n", true},   //
           {"\"a\",\"b\"\n\"1\",\"2\"\n", true},                         //
           {"\"1\",\"2\"\n\"3\",\"4\"\n", false},                        //
           {"6,25;5,3\n8,97;5,1\n7,75;3,8\n", false},                    // decimal commas
           {"2 theta;counts\n8,97;5\n7,75;3\n", true},                   //
           {"1990,1995,2000\n1.5,2.5,3.5\n2.5,3.5,4.5\n", true},         // years
           {"land,1990,1995\na,900,3100\nb,1500,1620\n", true},          //
           {"1990,1995,2000\n1991,1996,2001\n1992,1997,2002\n", false},  // rows of years
           {"1990,1995,1995\n1.5,2.5,3.5\n2.5,3.5,4.5\n", false},        // a year twice
           {"1,2\n", false},
       }) {
    const CsvOptions options{.missing = {"n/a"}};
    EXPECT_EQ(table_in(c.text, options).notes()[1] == "the first line names the columns", c.has_header) << c.text;
  }
}

TEST(ReadCsv, LetsTheUserDecideAboutTheHeader) {
  EXPECT_THAT(names(table_in("1,2\n3,4\n", {.header = true})), ElementsAre("1", "2"));
  EXPECT_THAT(table_in("a,b\nc,d\n", {.header = false}).column("c1").texts, ElementsAre("a", "c"));
}

TEST(ReadCsv, SkipsCommentsAndBlankLines) {
  const Table table = table_in("# made by hand, on a Monday\n\n  \n1,2\n  # in between\n3,4\n\n#end");
  EXPECT_THAT(table.column(0).numbers, ElementsAre(1, 3));
  EXPECT_EQ(table.notes()[2], "3 comment lines skipped");
}

TEST(ReadCsv, ReadsQuotedCells) {
  const Table table =
      table_in("name,n\n\"a, b\",1\n\"say \"\"hi\"\"\",2\n\"two\nlines\",3\n  \"blank\"  ,4\n\"\",5\nin\"side,6\n");
  EXPECT_THAT(table.column(0).texts, ElementsAre("a, b", "say \"hi\"", "two\nlines", "blank", "", "in\"side"));
  EXPECT_THAT(table.column(1).numbers, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(table_in("\"x y\" 1\n'z' 2\n", {.delimiter = ' '}).column(0).texts, ElementsAre("x y", "'z'"));
  EXPECT_THAT(table_in("a,b\r\n\"1\",\"2\"\r\n\"3\",\"4\"").column(1).numbers, ElementsAre(2, 4));
}

TEST(ReadCsv, ReportsQuotesUsedWrongly) {
  EXPECT_THAT(error("a,b\n1,2\n\"3,4\n5,6\n"), HasSubstr("data.csv:3: a quote (\") opens a cell that nothing closes"));
  EXPECT_THAT(error("a,b\n1,\"x\"y\n"), HasSubstr("data.csv:2: after the closing quote of \"x\" comes 'y'"));
}

TEST(ReadCsv, TreatsAllLineEndsAlike) {
  for (const char* text :
       {"a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\n1,2\n3,4", "a,b\r\n1,2\r\n3,4", "a,b\n1,2\n3,4 ",
        "\xEF\xBB\xBF"
        "a,b\n1,2\n3,4\n",
        "a,b\n1,2\n3,4\n\n\n"}) {
    const Table table = table_in(text);
    EXPECT_THAT(names(table), ElementsAre("a", "b")) << text;
    EXPECT_THAT(table.column(1).numbers, ElementsAre(2, 4)) << text;
  }
}

TEST(ReadCsv, NamesTheLineOfARowThatIsTooShortOrTooLong) {
  EXPECT_THAT(error("a,b,c\n1,2,3\n# comment\n4,5\n"), HasSubstr("data.csv:4: has 2 cells; 3 are expected"));
  EXPECT_THAT(error("1,2\n3,4\n5,6,7\n"), HasSubstr("data.csv:3: has 3 cells; 2 are expected"));
  EXPECT_THAT(error("n,t\n1,\"two\nlines\"\n3\n"), HasSubstr("data.csv:4: has 1 cell;"));
}

TEST(ReadCsv, ReportsATextAmongNumbersWithItsLineAndWhatToDo) {
  EXPECT_THAT(error("mass,y\n1,2\noops,4\n5,6\n"),
              HasSubstr("data.csv:3: column 'mass' holds \"oops\"; numbers are expected (treat it as missing: "
                        "`missing = oops`; read the column as text: `text = mass`; leave it out: `drop = mass`)"));
  EXPECT_THAT(error("x,y\n1,2\n1,2\nA/5 21171,4\n"), HasSubstr("`missing = A/5 21171`"));
  EXPECT_THAT(error("x;y\n1.5;2\n1.5;2\n3;4\n1,5;4\n5;4\n"), HasSubstr("with a decimal point instead of a comma"));
  EXPECT_THAT(error("oops,0.5\n1,0.6\n2,0.7\n"), HasSubstr("data.csv:1: column 'c1' holds \"oops\""))
      << "no header, since 0.5 is no name";
  EXPECT_THAT(error("oops,0.5\n1,0.6\n2,0.7\n"), HasSubstr("or is this line a header? (`header = yes`)"));
  std::string late = "x,y\n";
  for (int i = 0; i < 2000; ++i) late += "1,2\n";
  EXPECT_THAT(error(late + "1,oops\n"), HasSubstr("data.csv:2002: column 'y' holds \"oops\""));
}

TEST(ReadCsv, RefusesNumbersThatAreNotFinite) {
  EXPECT_THAT(error("x,y\n1,2\ninf,3\n"),
              HasSubstr("data.csv:3: column 'x' holds \"inf\"; finite numbers are expected"));
  EXPECT_THAT(error("x,y\n1,2\n-Inf,3\n"), HasSubstr("`missing = -Inf`"));
  EXPECT_THAT(error("x,y\n1,2\n1e999,3\n"), HasSubstr("1e999"));
  EXPECT_EQ(table_in("x,y\n1,2\nnan,3\n", {.missing = {"nan"}}).column("x").missing, 1);
}

TEST(ReadCsv, TakesEmptyAndDeclaredCellsAsMissing) {
  const Table table = table_in("x,y,t\n1,-999,a\n,-999.0,?\n?,3,\n", {.missing = {"?", "-999"}});
  EXPECT_THAT(table.column("x").numbers, ElementsAre(1, testing::IsNan(), testing::IsNan()));
  EXPECT_THAT(table.column("y").numbers, ElementsAre(testing::IsNan(), testing::IsNan(), 3));
  EXPECT_THAT(table.column("t").texts, ElementsAre("a", "", ""));
  EXPECT_EQ(table.column("x").missing, 2);
}

TEST(ReadCsv, DeclaresMissingValuesInOneColumn) {
  const Table table = table_in("glucose,x,y\n0,0,0\n5,0,1\n6,1,0\n", {.missing = {"glucose=0", "2=1"}});
  EXPECT_EQ(table.column("glucose").missing, 1);
  EXPECT_EQ(table.column("x").missing, 1);
  EXPECT_EQ(table.column("y").missing, 0);
  EXPECT_THAT(table.missing(), testing::ElementsAre("glucose=0", "x=1")) << "a table with fewer columns has others";
  EXPECT_THAT(error("glucose,y\n0,0\n", {.missing = {"glucos=0"}}), HasSubstr("did you mean 'glucose'"));
  EXPECT_EQ(table_in("a=b,y\n0,1\n3,0\n", {.missing = {"a=b=0"}}).column("a=b").missing, 1);
}

TEST(ReadCsv, DecidesLateAboutAColumnThatBeginsEmpty) {
  std::string text = "x,y,z\n";
  for (int i = 0; i < 1500; ++i) text += "1,,\n";
  const Table table = table_in(text + "1,late,\n2,,7.5\n");
  EXPECT_EQ(table.column("y").kind, ColumnKind::text);
  EXPECT_EQ(table.column("y").texts[1500], "late");
  EXPECT_EQ(table.column("y").missing, 1501);
  EXPECT_EQ(table.column("z").numbers[1501], 7.5);
  EXPECT_EQ(table_in("a,b\n,1\n,2\n").column("a").missing, 2);
}

TEST(ReadCsv, ReadsNumbersAsTextWhenAsked) {
  const Table table = table_in("ticket,y\n113803,1\n17599,0\nPC 1,1\n", {.text = {"ticket"}});
  EXPECT_THAT(table.column(0).texts, ElementsAre("113803", "17599", "PC 1"));
}

TEST(ReadCsv, FindsTheTarget) {
  const std::string text = "a,b,c\n1,2,3\n4,5,6\n";
  EXPECT_EQ(table_in(text).target(), 2U);
  EXPECT_EQ(table_in(text, {.target = "b"}).target(), 1U);
  EXPECT_EQ(table_in(text, {.target = "1"}).target(), 0U);
  EXPECT_EQ(table_in(text, {.target = "last", .drop = {"c"}}).target_column().name, "b");
  EXPECT_EQ(table_in(text, {.target = "3", .drop = {"a"}}).target_column().name, "c");
  EXPECT_FALSE(table_in(text, {.target = "none"}).target());
  EXPECT_THAT(error(text, {.target = "d"}), HasSubstr("there is no column 'd'"));
  EXPECT_THAT(error(text, {.target = "a", .drop = {"1"}}), HasSubstr("cannot be dropped"));
}

TEST(ReadCsv, LeavesColumnsOut) {
  const Table table = table_in("id,x,y\nA1,1,2\nA2,3,4\n", {.drop = {"id"}});
  EXPECT_THAT(names(table), ElementsAre("x", "y"));
  EXPECT_THAT(names(table_in("1,2,3\n4,5,6\n", {.drop = {"1"}})), ElementsAre("c2", "c3"));
  EXPECT_THAT(error("a,b\n1,2\n", {.drop = {"a", "b"}}), HasSubstr("none of its 2 columns is left"));
  EXPECT_THAT(error("a,b\n1,2\n", {.drop = {"z"}}), HasSubstr("there is no column 'z'"));
  EXPECT_EQ(table_in("id,x\nhello,1\n7,2\n8,2\n9,2\n", {.drop = {"id"}}).rows(), 4) << "dropped cells may be anything";
}

TEST(ReadCsv, RefusesFilesThatAreNoTables) {
  EXPECT_THAT(error(""), HasSubstr("is empty"));
  EXPECT_THAT(error("\n\n# nothing\n"), HasSubstr("is empty"));
  EXPECT_THAT(error("\xEF\xBB\xBF"), HasSubstr("is empty"));
  EXPECT_THAT(error("a,b,c\n"), HasSubstr("only a header (a, b, c)"));
  EXPECT_THAT(error(std::string_view("\x89PNG\r\n\0\0", 8)), HasSubstr("is no text"));
  EXPECT_THAT(error("\xFF\xFE"
                    "a,b"),
              HasSubstr("UTF-16"));
  EXPECT_THAT(error("a,b\r1,2\r3,4\r"), HasSubstr("carriage return"));
  EXPECT_THAT(error("a,t\n1,caf\xE9\n2,x\n"), HasSubstr("data.csv:2: column 't' holds \"caf?\", which is not UTF-8"));
  EXPECT_THAT(error("caf\xE9,t\n1,2\n"), HasSubstr("name of column 1 is not UTF-8"));
  EXPECT_THROW(read_csv("/no/such/file.csv"), IoError);
}

TEST(ReadCsv, ReadsRecordsLongerThanItsBlocks) {
  std::string text = "t,n\n";
  const std::string longer(3'000'000, 'x');
  text += "\"" + longer + "\n" + longer + "\",1\nshort,2\n";
  const Table table = table_in(text);
  EXPECT_EQ(table.column(0).texts[0].size(), 6'000'001U);
  EXPECT_THAT(table.column(1).numbers, ElementsAre(1, 2));
  std::string wide;
  for (int i = 0; i < 300'000; ++i) wide += std::to_string(i * 7) + (i + 1 < 300'000 ? "," : "\n");
  EXPECT_EQ(table_in(wide + wide).columns().size(), 300'000U);
}

TEST(ReadCsv, ReadsTheSameWhereverItsBlocksEnd) {
  // Lines of changing length, with quotes and line ends inside, over several blocks of 1 MiB.
  std::string text = "i,t,x\r\n";
  int rows = 0;
  for (; text.size() < 3'500'000; ++rows)
    text += fmt::format("{},\"a\"\"{}\r\nb\",{}\r\n", rows, std::string(static_cast<std::size_t>(rows % 97), '.'),
                        rows * 0.125);
  const Table table = table_in(text);
  ASSERT_EQ(table.rows(), rows);
  for (int i = 0; i < rows; ++i) {
    const auto row = static_cast<std::size_t>(i);
    ASSERT_EQ(table.column(0).numbers[row], i);
    ASSERT_EQ(table.column(1).texts[row], fmt::format("a\"{}\r\nb", std::string(row % 97, '.')));
    ASSERT_EQ(table.column(2).numbers[row], i * 0.125);
  }
}

}  // namespace
}  // namespace ansatz::data
