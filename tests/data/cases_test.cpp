// SPDX-License-Identifier: BSD-3-Clause
// Small tables after what users of other programs reported (../shared/cases), and what the files of ../shared/data ask
// of a reader. tests/data/dialect_test.cpp and spelling_test.cpp have tables of the same kinds that are always there.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "ansatz/base/error.hpp"
#include "ansatz/data/encoding.hpp"
#include "ansatz/data/read.hpp"
#include "ansatz/data/split.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::data {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

std::optional<fs::path> shared_folder(const char* name) {
  const char* given = std::getenv("ANSATZ_SHARED_DATA");
  const fs::path data = given != nullptr ? fs::path(given) : fs::path(ANSATZ_SOURCE_DIR) / "../shared/data";
  return fs::is_directory(data.parent_path() / name) ? std::optional(data.parent_path() / name) : std::nullopt;
}

#define SKIP_WITHOUT_SHARED_FOLDER(folder, name) \
  const auto folder = shared_folder(name);       \
  if (!folder) GTEST_SKIP() << "there is no ../shared/" << name

TEST(SharedCases, OfNumbersInOtherSpellingsAreNumbers) {
  SKIP_WITHOUT_SHARED_FOLDER(folder, "cases");
  for (const char* file : {"decimal_comma.csv", "thousands.csv", "percent.csv", "unicode_minus.csv", "pipe.csv",
                           "trailing_delim_rows.csv", "dup_headers.csv", "order_train.csv"}) {
    SCOPED_TRACE(file);
    const Table table = read(*folder / file);
    EXPECT_EQ(table.rows(), 120);
    EXPECT_EQ(table.columns().size(), 3U);
    for (const Column& column : table.columns()) EXPECT_EQ(column.kind, ColumnKind::numeric) << column.name;
  }
  EXPECT_THAT(read(*folder / "decimal_comma.csv").column("Druck").numbers, Contains(6.251));
  EXPECT_THAT(read(*folder / "thousands.csv").column("visitors").numbers, Contains(6250));
  EXPECT_THAT(read(*folder / "percent.csv").column("share").numbers, Contains(53.9));
  EXPECT_THAT(read(*folder / "unicode_minus.csv").column("z").numbers, Contains(-1.182));
}

TEST(SharedCases, WithDatesHaveTimes) {
  SKIP_WITHOUT_SHARED_FOLDER(folder, "cases");
  const Table table = read(*folder / "dates.csv");
  EXPECT_EQ(table.column("date").kind, ColumnKind::time);
  EXPECT_EQ(table.column("time").kind, ColumnKind::time);
  const Encoding encoding = fit_encoding(table, split(table).train, Task::regression);
  EXPECT_EQ(encoding.features(), 5 + 3 + 1);
}

TEST(SharedCases, WithLinesThatAreNoRowsHaveTheRest) {
  SKIP_WITHOUT_SHARED_FOLDER(folder, "cases");
  const Table years = read(*folder / "worldbank_years.csv");
  EXPECT_EQ(years.rows(), 80);
  EXPECT_EQ(years.target_column().name, "2005");
  EXPECT_THAT(years.left_out(), ElementsAre("Country Name")) << "it identifies the rows";
  const Table units = read(*folder / "units_row.csv");
  EXPECT_EQ(units.rows(), 120);
  EXPECT_EQ(units.column("Temperature").unit, "degC");
  const Table sorted = read(*folder / "index_sorted.csv");
  EXPECT_EQ(sorted.columns().size(), 3U);
  EXPECT_THAT(sorted.notes(), Contains(HasSubstr("counts the rows: it is left out")));
}

TEST(SharedCases, ThatAreStrangeAreSaid) {
  SKIP_WITHOUT_SHARED_FOLDER(folder, "cases");
  EXPECT_THAT(read(*folder / "leading_zeros.csv").notes(), Contains(HasSubstr("`as = site=category`")));
  EXPECT_EQ(read(*folder / "leading_zeros.csv", {.as = {"site=category"}}).column("site").kind, ColumnKind::text);
  const Table nearly = read(*folder / "nearly_const.csv");
  EXPECT_THAT(nearly.notes(), Contains(HasSubstr("up to rounding")));
  EXPECT_EQ(fit_encoding(nearly, split(nearly).train, Task::regression).inputs[0].scale, 1);
  EXPECT_EQ(read(*folder / "late_text.csv", {.drop = {"code"}}).columns().size(), 2U);
  const fs::path gaps = *folder / "target_missing_some.csv";
  EXPECT_THAT(test::error_of<DataError>([&] { split(read(gaps)); }), HasSubstr("`missing_target = drop`"));
  EXPECT_LT(split(read(gaps, {.missing_target = MissingTarget::drop})).table.rows(), 200);
}

TEST(SharedHabits, OfNistsFilesAreRead) {
  SKIP_WITHOUT_SHARED_FOLDER(folder, "data");
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(*folder / "nist_strd")) {
    if (entry.path().extension() != ".dat") continue;
    SCOPED_TRACE(entry.path());
    const Table table = read(entry.path());
    EXPECT_EQ(table.target_column().name, "y");
    EXPECT_GE(table.rows(), 6);
    for (const Column& column : table.columns()) EXPECT_EQ(column.kind, ColumnKind::numeric);
    ++files;
  }
  EXPECT_EQ(files, 29);
  const Table longley = read(*folder / "nist_strd/linear/Longley.dat");
  EXPECT_EQ(longley.rows(), 16);
  EXPECT_EQ(longley.columns().size(), 7U);
}

TEST(SharedHabits, OfArffAreRead) {
  SKIP_WITHOUT_SHARED_FOLDER(folder, "data");
  const Table digits = read(*folder / "classic_small/optdigits.arff");
  EXPECT_EQ(digits.rows(), 5620);
  EXPECT_EQ(digits.target_column().name, "class");
  EXPECT_EQ(digits.target_column().kind, ColumnKind::text)
      << "nominal values are classes, though they look like numbers";
  const Table arff = read(*folder / "classic_small/cal.housing.arff");
  const Table csv = read(*folder / "classic_small/california_housing.csv", {.target = "median_house_value"});
  EXPECT_EQ(arff.rows(), 20640);
  EXPECT_EQ(arff.column("totalBedrooms").missing, 0);
  EXPECT_EQ(csv.column("total_bedrooms").missing, 207);
  auto sorted = [](std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values;
  };
  EXPECT_EQ(sorted(arff.column("totalRooms").numbers), sorted(csv.column("total_rooms").numbers))
      << "the same districts";
}

TEST(SharedHabits, OfMassTablesAreReadByCharacters) {
  SKIP_WITHOUT_SHARED_FOLDER(folder, "data");
  const ReadOptions options{
      .header = false, .decimal = ".#", .fixed = "4:9,9:14,14:19,20:23,54:67,106:123", .as = {"c4=category"}};
  const Table table = read(*folder / "nuclear_eos_chd/mass_1.mas20.txt", options);
  EXPECT_EQ(table.rows(), 3558);
  EXPECT_EQ(table.column("c4").texts[0], "n");
  EXPECT_THAT(table.column("c4").texts, testing::IsSupersetOf({"Na", "No", "N", "Y", "F", "In"}));
  EXPECT_EQ(table.column("c4").missing, 0);
  EXPECT_EQ(table.column("c5").missing, 0);
  EXPECT_EQ(table.column("c5").numbers[2], 1112.2831) << "keV of deuterium";
  EXPECT_EQ(table.column("c6").numbers[0], 1008664.91590) << "a number over two fields";
  const Table older = read(*folder / "nuclear_eos_chd/MassEval2016.dat",
                           {.header = false, .decimal = ".#", .skip = 39, .fixed = "4:9,9:14,14:19,20:23,52:63"});
  EXPECT_EQ(older.rows(), 3436);
  EXPECT_EQ(older.column("c5").numbers[2], 1112.283);
}

TEST(SharedHabits, OfHiddenMissingValuesAreSuspected) {
  SKIP_WITHOUT_SHARED_FOLDER(folder, "data");
  const Table pima = read(*folder / "classic_small/pima-indians-diabetes.csv");
  for (const char* column : {"c2", "c3", "c6"})  // glucose, pressure, body mass index
    EXPECT_THAT(pima.notes(), Contains(HasSubstr(fmt::format("`missing = {}=0`", column))));
  for (const char* clean : {"iris.csv", "banknote_authentication.csv", "wine.csv", "winequality-white.csv"})
    EXPECT_THAT(read(*folder / "classic_small" / clean).notes(), Each(testing::Not(HasSubstr("`missing ="))));
  EXPECT_THAT(read(*folder / "classic_small/ionosphere.csv").notes(), Contains(HasSubstr("c2: constant 0")));
}

}  // namespace
}  // namespace ansatz::data
