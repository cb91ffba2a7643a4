// SPDX-License-Identifier: BSD-3-Clause
// The one door to files: what is recognised, and that the same content is the same table in every format.
#include "ansatz/data/read.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "ansatz/base/error.hpp"
#include "ansatz/data/csv.hpp"
#include "ansatz/data/split.hpp"
#include "ansatz/io/gzip.hpp"
#include "tests/io/temporary_folder.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::data {
namespace {

using test::error_of;
using test::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;

nlohmann::json golden_arrays() {
  std::ifstream stream(std::filesystem::path(ANSATZ_SOURCE_DIR) / "tests/golden/arrays.json");
  return nlohmann::json::parse(stream);
}

std::string from_hex(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2)
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  return bytes;
}

/// The numbers of a column, bytes too.
std::vector<double> numbers_of(const Column& column) {
  if (column.bytes.empty()) return column.numbers;
  std::vector<double> numbers;
  for (std::uint8_t byte : column.bytes) numbers.push_back(byte + column.byte_zero);
  return numbers;
}

void expect_column(const Column& column, const nlohmann::json& expected) {
  EXPECT_EQ(column.name, expected["name"].get<std::string>());
  if (expected.contains("texts")) {
    EXPECT_EQ(column.texts, expected["texts"].get<std::vector<std::string>>());
    return;
  }
  const auto shape = expected.value("shape", std::vector<std::int64_t>{});
  EXPECT_EQ(column.shape, Shape(shape));
  const std::vector<double> numbers = numbers_of(column);
  ASSERT_EQ(numbers.size(), expected["numbers"].size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (expected["numbers"][i].is_null())
      EXPECT_TRUE(std::isnan(numbers[i]));
    else
      EXPECT_EQ(numbers[i], expected["numbers"][i].get<double>());
  }
}

TEST(Read, ArraysAreWhatNumPyWrote) {
  const TemporaryFolder folder;
  for (const auto& golden : golden_arrays()["cases"]) {
    SCOPED_TRACE(golden["case"]);
    const Table table = read(folder.file("some", from_hex(golden["file"])));
    ASSERT_EQ(table.columns().size(), golden["columns"].size());
    for (std::size_t i = 0; i < table.columns().size(); ++i) expect_column(table.column(i), golden["columns"][i]);
  }
}

TEST(Read, ArraysThatCannotBeReadSayWhy) {
  const TemporaryFolder folder;
  for (const auto& golden : golden_arrays()["refusals"]) {
    const auto path = folder.file("some", from_hex(golden["file"]));
    EXPECT_THAT(error_of<Error>([&] { read(path); }), HasSubstr(golden["error"].get<std::string>())) << golden["case"];
  }
}

TEST(Read, FilesThatAreCutAreRefusedAndChangedOnesSurvived) {
  const TemporaryFolder folder;
  for (const auto& golden : golden_arrays()["cases"]) {
    const std::string good = from_hex(golden["file"]);
    SCOPED_TRACE(golden["case"]);
    const std::size_t step = good.size() > 600 ? 7 : 1;
    for (std::size_t at = 8; at < good.size(); at += step) {
      const auto cut = folder.file("cut", good.substr(0, at));
      EXPECT_NE(error_of<Error>([&] { read(cut); }), "") << at;
      for (char change : std::string("\x00\x39\xff(", 4)) {
        std::string bad = good;
        bad[at] = change;
        try {
          read(folder.file("changed", bad));
        } catch (const Error&) {}
      }
    }
  }
}

/// A header that says what it likes, with `data` behind it.
std::string npy(const std::string& header, const std::string& data = "") {
  return "\x93NUMPY" + std::string("\x01\x00", 2) + static_cast<char>(header.size()) + '\0' + header + data;
}

std::string error_of_file(const std::string& bytes) {
  const TemporaryFolder folder;
  const auto path = folder.file("some.npy", bytes);
  return error_of<Error>([&] { read(path); });
}

TEST(Read, HeadersThatSayMoreThanThereIsTakeNoMemory) {
  const auto of_shape = [](const std::string& shape, const std::string& type = "<f8") {
    return npy("{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }", std::string(16, '\0'));
  };
  const TemporaryFolder folder;
  EXPECT_EQ(read(folder.file("good.npy", of_shape("(2, 1)"))).rows(), 2);
  for (const char* shape : {"(3,)", "(1000000000000,)", "(4611686018427387904,)", "(2, 4611686018427387904)",
                            "(1, 100000000000)", "(1000000, 1000000)", "(-1,)", "(2, -1)", "(1.5,)", "('2',)",
                            "(9223372036854775807, 9223372036854775807)", "(1,)", "((2,),)", "None", "2"})
    EXPECT_NE(error_of_file(of_shape(shape)), "") << shape;
  EXPECT_THAT(error_of_file(of_shape("(1000000000000,)")), HasSubstr("it says that it holds 1000000000000 rows"));
  for (const char* type : {"<f3", "<i16", "<U99999999999", "<U0", "<S2000000", "f8", "", "<q8", "<f8 ", "<f-8"})
    EXPECT_NE(error_of_file(of_shape("(2,)", type)), "") << type;
}

TEST(Read, HeadersThatAreNoneAreRefused) {
  for (const char* header :
       {"", "{", "{}", "[]", "{'descr': '<f8'}", "{'descr': '<f8', 'fortran_order': 0, 'shape': (2,)}",
        "{'descr': [], 'fortran_order': False, 'shape': (2,)}",
        "{'descr': [('x',)], 'fortran_order': False, 'shape': (2,)}",
        "{'descr': 8, 'fortran_order': False, 'shape': (2,)}", "{'descr' '<f8', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)} 1", "{'descr': '<f8", "__import__('os')",
        "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("})
    EXPECT_THAT(error_of_file(npy(header, std::string(16, '\0'))), HasSubstr("its header is damaged")) << header;
  EXPECT_THAT(error_of_file(std::string("\x93NUMPY\x09\x00\x01\x00 ", 11)), HasSubstr("of version 9"));
  EXPECT_THAT(error_of_file(std::string("\x93NUMPY\x02\x00\xff\xff\xff\x7f", 12)), HasSubstr("its header is damaged"));
}

std::string big(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>(value >> static_cast<unsigned>(shift) & 0xffU);
  return bytes;
}

/// 2 x 2 images with the pixels first, first + 1, ...
std::string images(std::uint32_t count, unsigned char first) {
  std::string bytes = std::string("\x00\x00\x08\x03", 4) + big(count) + big(2) + big(2);
  for (std::uint32_t i = 0; i < 4 * count; ++i) bytes += static_cast<char>(first + i);
  return bytes;
}

std::string labels(const std::string& values) {
  return std::string("\x00\x00\x08\x01", 4) + big(static_cast<std::uint32_t>(values.size())) + values;
}

TEST(Read, ImagesComeWithTheLabelsBesideThem) {
  const TemporaryFolder folder;
  const auto packed = io::gzip(images(3, 10));
  const auto path =
      folder.file("train-images-idx3-ubyte.gz", {reinterpret_cast<const char*>(packed.data()), packed.size()});
  const Table alone = read(path);
  EXPECT_EQ(alone.columns().size(), 1U);
  EXPECT_TRUE(alone.targets().empty()) << "an image is no target";
  folder.file("train-labels-idx1-ubyte", labels("\x01\x02\x01"));
  const Table table = read(path);
  EXPECT_EQ(table.column(0).name, "image");
  EXPECT_EQ(table.column(0).shape, (Shape{2, 2}));
  EXPECT_EQ(table.column(0).bytes[4], 14) << "bytes stay bytes";
  EXPECT_TRUE(table.column(0).numbers.empty());
  EXPECT_EQ(table.target_column().name, "label");
  EXPECT_THAT(table.target_column().numbers, ElementsAre(1, 2, 1));
  EXPECT_THAT(table.notes(), testing::Contains("the labels are those of train-labels-idx1-ubyte"));
  const auto other = folder.file("other.csv", "kind\na\nb\nc\n");
  const Table named = read(path, {.labels = other});
  EXPECT_EQ(named.target_column().name, "kind");
  EXPECT_THAT(named.target_column().texts, ElementsAre("a", "b", "c"));
  folder.file("train-labels-idx1-ubyte", labels("\x01\x02"));
  EXPECT_THAT(error_of<DataError>([&] { read(path); }), HasSubstr("a label for each image is expected"));
  EXPECT_THAT(error_of<DataError>([&] { read(path, {.labels = folder.file("two.csv", "kind\na\nb\n")}); }),
              HasSubstr("a label for each row is expected"));
}

TEST(Read, AFolderOfFourFilesIsOneTableWithItsTestPart) {
  const TemporaryFolder folder;
  folder.file("train-images-idx3-ubyte", images(20, 0));
  folder.file("train-labels-idx1-ubyte", labels(std::string(10, '\0') + std::string(10, '\x01')));
  EXPECT_THAT(error_of<DataError>([&] { read(folder.path()); }), HasSubstr("t10k-images"));
  folder.file("t10k-images-idx3-ubyte", images(4, 100));
  folder.file("t10k-labels-idx1-ubyte", labels(std::string("\x01\x00\x01\x00", 4)));
  const Table table = read(folder.path());
  EXPECT_EQ(table.rows(), 24);
  EXPECT_EQ(table.column(0).bytes[80], 100);
  EXPECT_EQ(table.parts()[19], Part::train);
  EXPECT_EQ(table.parts()[20], Part::test);
  const Parts parts = split(table, {.validation = 0.2, .test = 0.5});
  EXPECT_THAT(parts.test, ElementsAre(20, 21, 22, 23)) << "whatever fraction is asked for";
  EXPECT_EQ(parts.validation.size(), 4U) << "a fraction of the training rows";
  EXPECT_EQ(parts.train.size(), 16U);
  EXPECT_LT(parts.validation.back(), 20);
  EXPECT_TRUE(parts.stratified);
  const std::vector<std::int64_t> some = {3, 21};
  EXPECT_THAT(table.with_rows(some).parts(), ElementsAre(Part::train, Part::test));
}

TEST(Read, OtherElementsOfIdxAreRead) {
  const TemporaryFolder folder;
  const auto read_idx_of = [&](const std::string& bytes) { return read(folder.file("a.idx", bytes)); };
  EXPECT_THAT(
      read_idx_of(std::string("\x00\x00\x0b\x01", 4) + big(2) + std::string("\x01\x00\xff\xff", 4)).column(0).numbers,
      ElementsAre(256, -1));
  EXPECT_THAT(
      read_idx_of(std::string("\x00\x00\x0d\x01", 4) + big(1) + std::string("\x3f\xc0\x00\x00", 4)).column(0).numbers,
      ElementsAre(1.5));
  EXPECT_THAT(read_idx_of(std::string("\x00\x00\x08\x02", 4) + big(1) + big(2) + "\x05\x06").column(1).numbers,
              ElementsAre(6));
  for (const std::string& bad :
       {images(3, 0).substr(0, 20), images(3, 0) + "x", std::string("\x00\x00\x0a\x01", 4) + big(0),
        std::string("\x00\x00\x08\x03", 4) + std::string(12, '\xff'),
        std::string("\x00\x00\x08\x02", 4) + big(1) + big(0),
        std::string("\x00\x00\x08\x09", 4) + std::string(36, '\x01')})
    EXPECT_NE(error_of<DataError>([&] { read_idx_of(bad); }), "");
}

TEST(Read, TheSameContentIsTheSameTableInEveryFormat) {
  const TemporaryFolder folder;
  const std::vector<std::vector<double>> rows = {{1, 2.5, 7}, {-3, 0.1, 8}, {4, 1e-9, 7}, {5, NAN, 9}};
  std::string csv, bytes;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < 3; ++i) {
      csv += (i > 0 ? "," : "") + (std::isnan(row[i]) ? std::string() : fmt::format("{}", row[i]));
      bytes.append(reinterpret_cast<const char*>(&row[i]), sizeof(double));
    }
    csv += '\n';
  }
  const Table from_csv = read(folder.file("a.csv", csv), {.missing = {"2=8", "-3"}, .drop = {"1"}, .text = {"c3"}});
  const Table from_npy =
      read(folder.file("a.npy", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4, 3), }", bytes)),
           {.missing = {"2=8", "-3"}, .drop = {"1"}, .text = {"c3"}});
  ASSERT_EQ(from_csv.columns().size(), 2U);
  ASSERT_EQ(from_npy.columns().size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(from_npy.column(i).name, from_csv.column(i).name);
    EXPECT_EQ(from_npy.column(i).kind, from_csv.column(i).kind);
    EXPECT_EQ(from_npy.column(i).missing, from_csv.column(i).missing);
    EXPECT_EQ(from_npy.column(i).texts, from_csv.column(i).texts);
    for (std::size_t row = 0; row < from_csv.column(i).numbers.size(); ++row)
      EXPECT_TRUE(from_npy.column(i).numbers[row] == from_csv.column(i).numbers[row] ||
                  (std::isnan(from_npy.column(i).numbers[row]) && std::isnan(from_csv.column(i).numbers[row])));
  }
  EXPECT_EQ(from_npy.targets()[0], from_csv.targets()[0]);
  EXPECT_EQ(std::vector(from_npy.missing().begin(), from_npy.missing().end()),
            std::vector(from_csv.missing().begin(), from_csv.missing().end()));
  EXPECT_EQ(std::vector(from_npy.left_out().begin(), from_npy.left_out().end()), (std::vector<std::string>{"c1"}));
}

TEST(Read, OptionsOfTextAreRefusedForOtherFiles) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.idx", labels("\x01\x02"));
  EXPECT_THAT(error_of<ArgumentError>([&] { read(path, {.header = true}); }), HasSubstr("is no text"));
  EXPECT_THAT(error_of<DataError>([&] { read(path, {.target = "y"}); }), HasSubstr("there is no column 'y'"));
  EXPECT_THAT(error_of<DataError>([&] { read(path, {.drop = {"label"}}); }),
              HasSubstr("none of its 1 columns is left"));
}

TEST(Read, OnlyTheColumnsThatAreWantedMatter) {
  const TemporaryFolder folder;
  std::string late = "code,x,y\n";
  for (int i = 0; i < 2000; ++i) late += "1,2,3\n";
  const auto path = folder.file("late.csv", late + "oops,2,3\n");
  EXPECT_THROW(read(path), DataError);
  const Table table = read(path, {.target = "none", .only = {"x", "not there"}});
  ASSERT_EQ(table.columns().size(), 1U);
  EXPECT_EQ(table.column(0).name, "x");
  EXPECT_EQ(std::vector(table.left_out().begin(), table.left_out().end()), (std::vector<std::string>{"code", "y"}));
  EXPECT_THAT(error_of<DataError>([&] {
                read(path, {.only = {"cod", "xx"}});
              }),
              HasSubstr("there is no column 'cod'; did you mean 'code'?"));
}

TEST(Read, EveryReaderHasANameOfItsOwn) {
  std::vector<std::string_view> names;
  for (const Reader* reader : readers()) names.push_back(reader->name);
  EXPECT_THAT(names, ElementsAre("folder", "npz", "npy", "idx", "arff", "strd", "csv"));
}

}  // namespace
}  // namespace ansatz::data
