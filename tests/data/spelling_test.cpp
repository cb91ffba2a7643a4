// SPDX-License-Identifier: BSD-3-Clause
// Numbers, times and missing values in the spellings that people use.
#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/base/error.hpp"
#include "ansatz/data/classes.hpp"
#include "ansatz/data/encoding.hpp"
#include "ansatz/data/read.hpp"
#include "ansatz/data/time.hpp"
#include "tests/data/text_tables.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::data {
namespace {

using test::error_of;
using test::read_text;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

struct SpellingCase {
  const char* cells;  ///< of one column, one a line
  std::vector<double> values;
};

TEST(Spellings, OfNumbersAreReadWhereAllCellsAgree) {
  for (const SpellingCase& c :
       std::vector<SpellingCase>{{"53.9%\n51.8%\n38 %\n", {53.9, 51.8, 38}},
                                 {"$1,234.50\n$2\n-$3.25\n", {1234.5, 2, -3.25}},
                                 {"12,50 €\n1.234,00 €\n3 €\n", {12.5, 1234, 3}},
                                 {"5.2 kg\n7 kg\n0.28 kg\n", {5.2, 7, 0.28}},
                                 {"5.2K\n7.1K\n8.0K\n", {5.2, 7.1, 8}},
                                 {"\u22121.182\n2.5\n\u2212.028\n", {-1.182, 2.5, -0.028}},
                                 {"1\u00A0234,5\n2\u202F345,5\n-7,25\n", {1234.5, 2345.5, -7.25}},
                                 {"0x1F\n0xff\n0X0\n", {31, 255, 0}},
                                 {"1'234.5\n12'345\n1\n", {1234.5, 12345, 1}},
                                 {"1,234,567\n8,901\n1\n", {1234567, 8901, 1}},
                                 {"1.234.567\n8.901\n1,5\n", {1234567, 8901, 1.5}},
                                 {"1,23,456\n12,34,567.5\n99\n", {123456, 1234567.5, 99}},
                                 {"1.5×10^3\n2·10^-2\n3 x 10^2\n", {1500, 0.02, 300}},
                                 {"7,5 %\n8,25 %\n9 %\n", {7.5, 8.25, 9}},
                                 {"1E-005\n2.5D+03\n.28\n", {1e-5, 2500, 0.28}},
                                 {"+5,5\n0,125\n1E3\n", {5.5, 0.125, 1000}}}) {
    std::string text = "x;y\n";
    std::string_view rest = c.cells;
    for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      text += fmt::format("{};1\n", rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
    SCOPED_TRACE(text);
    const Table table = read_text(text);
    ASSERT_EQ(table.column("x").kind, ColumnKind::numeric);
    EXPECT_EQ(table.column("x").numbers, c.values);
  }
}

TEST(Spellings, AreSaidWithTheCount) {
  const Table table = read_text("x;share;y\n1,5;5 %;1\n2;6 %;2\n3,5;7 %;3\n");
  EXPECT_THAT(
      table.notes(),
      Contains("numbers in another spelling are read: 'x' (2 cells with another decimal point), 'share' (3 cells "
               "with the unit %)"));
  EXPECT_EQ(table.column("share").unit, "%");
}

TEST(Spellings, WithThreeDigitsBehindACommaAreDecidedByTheRestOfTheFile) {
  EXPECT_THAT(read_text("x;y\n6,251;1\n8,972;2\n").column("x").numbers, ElementsAre(6.251, 8.972));
  EXPECT_THAT(read_text("n,a\n\"6,250\",5.39\n\"8,972\",5.18\n").column("n").numbers, ElementsAre(6250, 8972));
  EXPECT_THAT(read_text("n;a\n6,250;5.39\n8,972;5.18\n").column("n").numbers, ElementsAre(6250, 8972));
  EXPECT_THAT(read_text("n;a\n6.250;5,39\n8.972;5,18\n").column("n").numbers, ElementsAre(6250, 8972));
  EXPECT_THAT(read_text("n;a\n6.250;5\n8.972;6\n").column("n").numbers, ElementsAre(6.25, 8.972));
  EXPECT_THAT(read_text("n\ty\n6,250\t1\n8,972\t2\n", {.decimal = ","}).column("n").numbers, ElementsAre(6.25, 8.972));
  EXPECT_THAT(read_text("n\ty\n6,250\t1\n8,972\t2\n", {.decimal = "."}).column("n").numbers, ElementsAre(6250, 8972));
}

TEST(Spellings, ThatAreNotCertainAreReportedInsteadOfCountedAsCategories) {
  std::string tabs = "n\ty\n", units = "m,y\n";
  for (int i = 0; i < 60; ++i) {
    tabs += fmt::format("{},{:03}\t1\n", i + 1, i * 7 + 100);
    units += fmt::format("{} {},1\n", i + 1, i % 2 == 0 ? "kg" : "g");
  }
  EXPECT_THAT(
      error_of<DataError>([&] { read_text(tabs); }),
      testing::AllOf(HasSubstr("\"1,100\" and \"2,107\""), HasSubstr("`decimal = ,`"), HasSubstr("`as = n=category`")));
  EXPECT_THAT(error_of<DataError>([&] { read_text(units); }), HasSubstr("numbers with one unit are expected"));
  EXPECT_EQ(read_text(units, {.as = {"m=category"}}).column("m").kind, ColumnKind::text);
  EXPECT_EQ(read_text("size,y\n1 bedroom,1\n2 bedrooms,2\n1 bedroom,3\n").column("size").kind, ColumnKind::text);
  EXPECT_EQ(read_text("dim,y\n2D,1\n3D,2\n2D,3\n").column("dim").kind, ColumnKind::text) << "few names are names";
}

TEST(Spellings, OfMissingValuesAreKnownAndSaidTogether) {
  const Table table = read_text("x,z,y\n1,NA,1\n?,2,2\nN/A,3,3\nNaN,-,4\n5,null,5\n.,6,6\n");
  EXPECT_EQ(table.column("x").missing, 4);
  EXPECT_EQ(table.column("z").missing, 3);
  EXPECT_THAT(table.notes(),
              Contains("cells taken as missing: \"-\" (1), \".\" (1), \"?\" (1), \"N/A\" (1), \"NA\" (1), "
                       "\"NaN\" (1), \"null\" (1)"));
  EXPECT_THAT(error_of<DataError>([] { read_text("x,y\n1,2\n2,3\noops,4\n5,bad\n6,7\n"); }),
              HasSubstr("as missing values: `missing = bad` `missing = oops`"));
  EXPECT_THAT(read_text("el,y\nNa,1\nNo,2\nN,3\n").column("el").texts, ElementsAre("Na", "No", "N"));
}

TEST(Spellings, OfTimesBecomeTimes) {
  const double march = 1614816000;  // date -u -d 2021-03-04 +%s
  struct Case {
    const char* text;
    DateOrder order;
    double seconds;
  };
  for (const Case& c : std::vector<Case>{{"2021-03-04", DateOrder::year_first, march},
                                         {"2021/3/4", DateOrder::year_first, march},
                                         {"20210304", DateOrder::year_first, march},
                                         {"2021-03-04T23:59:30", DateOrder::year_first, march + 86370},
                                         {"2021-03-04 01:00:00.5+01:00", DateOrder::year_first, march + 0.5},
                                         {"4.3.2021", DateOrder::day_first, march},
                                         {"04/03/21", DateOrder::day_first, march},
                                         {"3/4/2021 11:59 PM", DateOrder::month_first, march + 86340},
                                         {"4 Mar 2021", DateOrder::day_first, march},
                                         {"4-March-2021", DateOrder::day_first, march},
                                         {"23:59", DateOrder::year_first, 86340},
                                         {"2000-02-29", DateOrder::year_first, 951782400}}) {
    const auto seconds = parse_time(c.text, c.order);
    ASSERT_TRUE(seconds) << c.text;
    EXPECT_EQ(*seconds, c.seconds) << c.text;
  }
  for (const char* wrong : {"2021-02-29", "2021-13-01", "25:00", "12:60", "5.2", "2021", "", "1-2-3", "12:30 XM"})
    EXPECT_FALSE(parse_time(wrong, DateOrder::year_first)) << wrong;
  EXPECT_EQ(format_time(march + 86370), "2021-03-04 23:59:30");
}

TEST(Spellings, OfDatesAreDecidedByTheColumn) {
  EXPECT_EQ(read_text("t,y\n3/4/2021,1\n3/25/2021,2\n").column("t").numbers[0], 1614816000);
  EXPECT_EQ(read_text("t,y\n4/3/2021,1\n25/3/2021,2\n").column("t").numbers[0], 1614816000);
  EXPECT_EQ(read_text("t,y\n4.3.2021,1\n5.3.2021,2\n").column("t").numbers[0], 1614816000);
  EXPECT_THAT(error_of<DataError>([] { read_text("t,y\n4/3/2021,1\n5/3/2021,2\n"); }), HasSubstr("`as = t=dmy`"));
  EXPECT_EQ(read_text("t,y\n4/3/2021,1\n5/3/2021,2\n", {.as = {"t=dmy"}}).column("t").numbers[0], 1614816000);
  EXPECT_EQ(read_text("t,y\n20210304,1\n20210305,2\n", {.as = {"t=time"}}).column("t").numbers[0], 1614816000);
  EXPECT_EQ(read_text("t,y\n2021-03-04,1\n2021-03-05,2\n", {.as = {"t=category"}}).column("t").kind, ColumnKind::text);
  EXPECT_THAT(error_of<DataError>([] { read_text("t,y\n2021-03-04,1\n2021-03-05,2\nMonday,3\n", {.as = {"t=time"}}); }),
              HasSubstr("dates or times are expected"));
}

TEST(Spellings, OfTimesAreEncodedAsElapsedTimeAndCycles) {
  std::string text = "t,h,y\n";
  for (int i = 0; i < 120; ++i)
    text += fmt::format("2021-{:02}-{:02},{:02}:00,{}\n", i / 28 + 1, i % 28 + 1, i % 24, i);
  const Table table = read_text(text);
  const Encoding encoding = fit_encoding(table, all_rows(table), Task::regression);
  EXPECT_THAT(encoding.feature_names(),
              ElementsAre("t", "t (sine of the year)", "t (cosine of the year)", "t (sine of the week)",
                          "t (cosine of the week)", "h", "h (sine of the day)", "h (cosine of the day)"));
  EXPECT_EQ(encoding_from_json(to_json(encoding)), encoding);
  const Dataset data = encode(encoding, table, all_rows(table));
  EXPECT_NEAR(data.inputs[1], 0, 1e-15) << "the year begins";
  EXPECT_EQ(data.inputs[2], 1);
  EXPECT_NEAR(data.inputs[3], std::sin(2 * 3.14159265358979323846 * 4 / 7), 1e-12) << "on a Friday";
  const std::size_t six = 6 * 8;
  EXPECT_NEAR(data.inputs[six + 6], 1, 1e-12) << "6 o'clock is a quarter of the day";
}

TEST(Columns, ThatIdentifyRowsOrNeverChangeAreLeftOut) {
  std::string text = "name,kind,always,x,y\n";
  for (int i = 0; i < 50; ++i) text += fmt::format("item {},{},same,{},{}\n", i * i, i % 3 == 0 ? "a" : "b", i % 7, i);
  const Table table = read_text(text);
  EXPECT_THAT(std::vector(table.left_out().begin(), table.left_out().end()), ElementsAre("name", "always"));
  EXPECT_THAT(table.notes(), Contains("columns are kind: category of 2 values; x: number"));
  EXPECT_THAT(table.notes(),
              Contains("column 'name' is left out: 50 of 50 values differ, as \"item 0\" and \"item 1\": it "
                       "identifies the rows (keep it: `as = name=category`)"));
  EXPECT_EQ(read_text(text, {.as = {"name=category", "kind=drop"}}).columns().size(), 3U);
  EXPECT_THAT(error_of<ArgumentError>([&] { read_text(text, {.as = {"x=colour"}}); }), HasSubstr("COLUMN=KIND"));
}

TEST(Columns, ThatAreStrangeAreSaid) {
  EXPECT_THAT(read_text("site,y\n7,1\n007,2\n8,3\n").notes(), Contains(HasSubstr("as \"007\"")));
  EXPECT_THAT(read_text("site,y\nRed,1\nred,2\nblue,3\n").notes(), Contains(HasSubstr("\"Red\" and \"red\"")));
  EXPECT_THAT(read_text("k,y\n14.619999999999999,1\n14.62,2\n14.620000000000001,3\n").notes(),
              Contains(HasSubstr("k: constant 14.62 up to rounding")));
  EXPECT_THAT(read_text("site,y\nNA,1\nred,2\nNA,3\n").notes(), Contains(HasSubstr("2 cells \"NA\"")));
  EXPECT_THAT(read_text("ok,y\ntrue,1\nfalse,2\ntrue,3\n").notes(), Contains("columns are ok: boolean, false or true"));
}

TEST(Sentinels, AreSuspectedWhereTheyLieFarFromAllOthers) {
  const auto notes_with = [](const char* mark) {
    std::string text = "x,y\n";
    for (int i = 0; i < 40; ++i) text += fmt::format("{},{}\n", i % 13 == 5 ? mark : fmt::format("{}", 40 + i % 20), i);
    const Table table = read_text(text);
    return std::vector(table.notes().begin(), table.notes().end());
  };
  for (const char* mark : {"-9999", "-99.9", "999", "0", "9.96921e36", "-999.0"})
    EXPECT_THAT(notes_with(mark), Contains(HasSubstr("`missing = x="))) << mark;
  for (const char* usual : {"39", "61", "41.5"})
    EXPECT_THAT(notes_with(usual), testing::Not(Contains(HasSubstr("`missing = x=")))) << usual;
  std::string counts = "x,y\n";
  for (int i = 0; i < 100; ++i) counts += fmt::format("{},{}\n", i % 15, i * 0.5);
  EXPECT_THAT(read_text(counts).notes(), testing::Not(Contains(HasSubstr("`missing")))) << "0 is one of many";
}

TEST(RowsWithoutATarget, AreLeftOutWhenAsked) {
  const std::string text = "x,y\n1,2\n2,\n3,?\n4,5\n";
  EXPECT_EQ(read_text(text).rows(), 4);
  const Table table = read_text(text, {.missing_target = MissingTarget::drop});
  EXPECT_THAT(table.column("x").numbers, ElementsAre(1, 4));
  EXPECT_THAT(table.notes(), Contains("2 of 4 rows have no target and are left out"));
}

}  // namespace
}  // namespace ansatz::data
