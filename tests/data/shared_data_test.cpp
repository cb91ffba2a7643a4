// SPDX-License-Identifier: BSD-3-Clause
// The files of the shared data, whose habits are those of the files that users bring, against what Python's csv module
// and pandas read (tests/golden/tables.py). Bit for bit: each column's SHA-256 is compared.
#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "ansatz/data/classes.hpp"
#include "ansatz/data/csv.hpp"
#include "ansatz/data/encoding.hpp"
#include "ansatz/data/read.hpp"
#include "ansatz/data/split.hpp"
#include "ansatz/data/task.hpp"
#include "ansatz/data/where.hpp"
#include "ansatz/io/sha256.hpp"

namespace ansatz::data {
namespace {

namespace fs = std::filesystem;

std::optional<fs::path> shared_data() {
  const char* given = std::getenv("ANSATZ_SHARED_DATA");
  const fs::path folder = given != nullptr ? fs::path(given) : fs::path(ANSATZ_SOURCE_DIR) / "../shared/data";
  return fs::is_directory(folder) ? std::optional(folder) : std::nullopt;
}

#define SKIP_WITHOUT_SHARED_DATA(folder) \
  const auto folder = shared_data();     \
  if (!folder) GTEST_SKIP() << "there is no ../shared/data; name its folder with ANSATZ_SHARED_DATA"

nlohmann::json golden_tables() {
  std::ifstream stream(fs::path(ANSATZ_SOURCE_DIR) / "tests/golden/tables.json");
  return nlohmann::json::parse(stream)["tables"];
}

std::string checksum(const Column& column) {
  io::Sha256 sum;
  if (column.kind == ColumnKind::text) {
    for (const std::string& text : column.texts) sum.update(text + "\n");
    return sum.hex();
  }
  std::vector<double> numbers = column.numbers;
  for (double& value : numbers)
    if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
  sum.update(std::as_bytes(std::span(numbers)));
  return sum.hex();
}

TEST(SharedData, AreReadAsPythonAndPandasReadThem) {
  SKIP_WITHOUT_SHARED_DATA(folder);
  int files = 0;
  for (const auto& expected : golden_tables()) {
    SCOPED_TRACE(expected["file"]);
    const Table table = read_csv(*folder / std::string(expected["file"]));
    EXPECT_EQ(table.rows(), expected["rows"]);
    EXPECT_EQ(table.notes()[1] == "the first line names the columns", expected["header"]);
    ASSERT_EQ(table.columns().size(), expected["columns"].size());
    for (std::size_t i = 0; i < table.columns().size(); ++i) {
      const Column& column = table.column(i);
      const auto& golden_column = expected["columns"][i];
      EXPECT_EQ(column.name, golden_column["name"].get<std::string>());
      EXPECT_EQ(name_of(column.kind), golden_column["kind"].get<std::string>()) << column.name;
      EXPECT_EQ(column.missing, golden_column.value("missing", 0)) << column.name;
      EXPECT_EQ(checksum(column), golden_column["sha256"].get<std::string>()) << column.name;
    }
    ++files;
  }
  EXPECT_EQ(files, 20);
}

TEST(SharedData, HaveTheMeansAndDeviationsOfExactArithmetic) {
  SKIP_WITHOUT_SHARED_DATA(folder);
  for (const auto& expected : golden_tables()) {
    const Table table = read_csv(*folder / std::string(expected["file"]));
    if (table.columns().size() < 2) continue;
    SCOPED_TRACE(expected["file"]);
    const auto rows = all_rows(table);
    const Encoding encoding = fit_encoding(table, rows, deduce_task(table.target_column()), {.impute = true});
    ASSERT_EQ(encoding.inputs.size() + 1, table.columns().size()) << "the target is the last column";
    for (std::size_t i = 0; i < encoding.inputs.size(); ++i) {
      const InputColumn& input = encoding.inputs[i];
      if (input.kind == ColumnKind::text) continue;
      const double mean = expected["columns"][i]["mean"];
      const double deviation = expected["columns"][i]["deviation"];
      const double magnitude = std::abs(mean) + deviation;
      EXPECT_NEAR(input.mean, mean, 4e-16 * magnitude) << input.name;
      EXPECT_NEAR(input.scale, deviation == 0 ? 1 : deviation, 1e-15 * deviation) << input.name;
      EXPECT_EQ(input.fill, input.mean);
    }
  }
}

TEST(SharedData, SuggestTheTasksThatTheyAreUsedFor) {
  SKIP_WITHOUT_SHARED_DATA(folder);
  struct Case {
    const char* file;
    const char* target;
    Task task;
  };
  for (const Case& c :
       std::vector<Case>{{"classic_small/abalone.csv", "last", Task::regression},
                         {"classic_small/banknote_authentication.csv", "last", Task::binary},
                         {"classic_small/california_housing.csv", "median_house_value", Task::regression},
                         {"classic_small/california_housing.csv", "ocean_proximity", Task::multiclass},
                         {"classic_small/diabetes_target.csv.gz", "last", Task::regression},
                         {"classic_small/housing.data", "last", Task::regression},
                         {"classic_small/ionosphere.csv", "last", Task::binary},
                         {"classic_small/iris.csv", "last", Task::multiclass},
                         {"classic_small/optdigits.tes", "last", Task::multiclass},
                         {"classic_small/pima-indians-diabetes.csv", "last", Task::binary},
                         {"classic_small/sonar.csv", "last", Task::binary},
                         {"classic_small/wdbc.data", "2", Task::binary},
                         {"classic_small/wine.csv", "last", Task::multiclass},
                         {"classic_small/winequality-white.csv", "last", Task::multiclass},
                         {"higgs/binary.train", "1", Task::binary},
                         {"susy/susy_small.csv", "SUSY", Task::binary},
                         {"magic/magic04.data", "last", Task::binary},
                         {"nuclear_eos_chd/chddata.csv", "last", Task::binary},
                         {"nuclear_eos_chd/EoS.csv", "last", Task::regression}}) {
    std::string why;
    const Table table = read_csv(*folder / c.file, {.target = c.target});
    EXPECT_EQ(name_of(deduce_task(table.target_column(), &why)), name_of(c.task)) << c.file << ": " << why;
  }
}

TEST(SharedData, HaveMnistWithItsTestPartAndPublishedMoments) {
  SKIP_WITHOUT_SHARED_DATA(folder);
  if (!fs::is_directory(*folder / "mnist")) GTEST_SKIP() << "there is no mnist in it";
  const Table table = read(*folder / "mnist");
  ASSERT_EQ(table.rows(), 70000);
  EXPECT_EQ(table.column("image").shape, (Shape{28, 28}));
  EXPECT_EQ(table.column("image").bytes.size(), 70000U * 784U);
  EXPECT_TRUE(table.column("image").numbers.empty()) << "bytes stay bytes";
  const Parts parts = split(table, {.validation = 0.1});
  EXPECT_EQ(parts.test.size(), 10000U);
  EXPECT_EQ(parts.test.front(), 60000);
  EXPECT_EQ(parts.validation.size(), 6000U);
  std::vector<std::int64_t> all_training_rows(60000);
  std::iota(all_training_rows.begin(), all_training_rows.end(), 0);
  const Encoding encoding = fit_encoding(table, all_training_rows, parts.task);
  EXPECT_NEAR(encoding.inputs[0].mean / 255, 0.1307, 5e-5) << "as everybody normalises MNIST";
  EXPECT_NEAR(encoding.inputs[0].scale / 255, 0.3081, 5e-5);
  EXPECT_EQ(encoding.input_shape(), (Shape{28, 28, 1}));
  const std::vector<std::int64_t> counts = {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949};
  std::vector<std::int64_t> found(10);
  for (std::size_t row = 0; row < 60000; ++row) ++found[static_cast<std::size_t>(table.column("label").numbers[row])];
  EXPECT_EQ(found, counts);
}

TEST(SharedData, HaveIsingSpinsWithTheirEnergies) {
  SKIP_WITHOUT_SHARED_DATA(folder);
  const fs::path file = *folder / "ising/ising_L32.npz";
  if (!fs::exists(file)) GTEST_SKIP() << "there is no Ising file in it";
  const Table table = read(file, {.target = "y_phase"});
  ASSERT_EQ(table.rows(), 34000);
  const Column& spins = table.column("X");
  EXPECT_EQ(spins.shape, (Shape{32, 32}));
  EXPECT_THAT(table.notes(), testing::Contains("single values are left out: L, Tc"));
  for (std::size_t row = 0; row < 34000; row += 97) {  // E = −Σ over bonds s s', M = Σ s, periodic
    const auto spin = [&](std::size_t x, std::size_t y) {
      return spins.bytes[row * 1024 + x % 32 * 32 + y % 32] + spins.byte_zero;
    };
    int energy = 0, magnetisation = 0;
    for (std::size_t x = 0; x < 32; ++x)
      for (std::size_t y = 0; y < 32; ++y) {
        energy -= spin(x, y) * (spin(x + 1, y) + spin(x, y + 1));
        magnetisation += spin(x, y);
      }
    EXPECT_EQ(table.column("E").numbers[row], energy);
    EXPECT_EQ(table.column("M").numbers[row], magnetisation);
  }
  const Table far = where(table, "T < 2 or T > 2.6");
  EXPECT_EQ(far.rows(), 18000) << "nine of 17 temperatures, 2.5999999 is not above 2.6";
  const Table only = read(file, {.target = "y_phase", .only = {"X", "y_phase"}, .where = "T < 2 or T > 2.6"});
  EXPECT_EQ(only.columns().size(), 2U);
  EXPECT_EQ(only.rows(), 18000);
  const Table without = read(file, {.target = "y_phase", .drop = {"E", "e"}});
  EXPECT_EQ(without.columns().size(), 5U);
  EXPECT_THAT(without.left_out(), testing::UnorderedElementsAre("E", "e"));
}

TEST(Digits, OfTheExamplesAreThoseOfTheSharedData) {
  const Table digits = read_csv(fs::path(ANSATZ_SOURCE_DIR) / "examples/data/digits.csv.gz", {.target = "digit"});
  EXPECT_EQ(digits.rows(), 1797);
  ASSERT_EQ(digits.columns().size(), 65U);
  EXPECT_EQ(digits.column(0).name, "p0");
  EXPECT_EQ(digits.column(63).name, "p63");
  EXPECT_EQ(deduce_task(digits.target_column()), Task::multiclass);
  SKIP_WITHOUT_SHARED_DATA(folder);
  const Table original = read_csv(*folder / "classic_small/optdigits.tes");
  for (std::size_t i = 0; i < 65; ++i) EXPECT_EQ(digits.column(i).numbers, original.column(i).numbers);
}

}  // namespace
}  // namespace ansatz::data
