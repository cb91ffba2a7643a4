// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/io/safetensors.hpp"

#include <gmock/gmock.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>

#include "ansatz/base/error.hpp"
#include "ansatz/base/limits.hpp"
#include "tests/io/temporary_folder.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::io {
namespace {

using test::as_text;
using test::error_of;
using test::TemporaryFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

template <class T>
Tensor tensor(const std::string& name, const Shape& shape, std::vector<T> values) {
  return make_tensor<T>(name, shape, values);
}

Tensor truths(const std::string& name, const Shape& shape, std::initializer_list<bool> values) {
  const std::vector<bool> copy(values);
  std::array<bool, 16> plain{};
  std::copy(copy.begin(), copy.end(), plain.begin());
  return make_tensor<bool>(name, shape, std::span<const bool>(plain.data(), copy.size()));
}

TensorFile example() {
  return {
      .tensors = {tensor<double>("bias", {2}, {1.5, -2.25}), tensor<double>("scalar", {}, {3.5}),
                  tensor<float>("empty", {0, 4}, {}), tensor<float>("weight", {2, 3}, {0, .25F, .5F, .75F, 1, 1.25F}),
                  tensor<std::int32_t>("n", {3}, {7, -8, 9}), truths("mask", {2, 1}, {true, false})},
      .metadata = {{"format", "test"}, {"note", "\xC2\xB5"}}};
}

/// The same file as the Python package safetensors 0.8.0 writes it: save({"weight": ..., ...}, metadata={...}).
std::string example_of_python() {
  std::string bytes("\x98\x01\0\0\0\0\0\0", 8);
  bytes +=
      "{\"__metadata__\":{\"format\":\"test\",\"note\":\"\xC2\xB5\"},"
      R"("bias":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},)"
      R"("scalar":{"dtype":"F64","shape":[],"data_offsets":[16,24]},)"
      R"("empty":{"dtype":"F32","shape":[0,4],"data_offsets":[24,24]},)"
      R"("weight":{"dtype":"F32","shape":[2,3],"data_offsets":[24,48]},)"
      R"("n":{"dtype":"I32","shape":[3],"data_offsets":[48,60]},)"
      R"("mask":{"dtype":"BOOL","shape":[2,1],"data_offsets":[60,62]}}       )";
  bytes += std::string(
      "\0\0\0\0\0\0\xf8?\0\0\0\0\0\0\x02\xc0\0\0\0\0\0\0\x0c@\0\0\0\0\0\0\x80>\0\0\0?\0\0@?\0\0\x80?\0\0\xa0?"
      "\x07\0\0\0\xf8\xff\xff\xff\t\0\0\0\x01\0",
      62);
  return bytes;
}

/// Reads from memory of exactly the right size, so that the address sanitizer sees a read beyond it.
TensorFile read(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return from_safetensors(std::vector<std::byte>(bytes.begin(), bytes.end()), "file");
}

/// A file with `header` and `data` zero bytes.
std::string file_with(const std::string& header, std::size_t data) {
  std::string bytes;
  for (unsigned i = 0; i < 8; ++i) bytes += static_cast<char>(header.size() >> (8 * i) & 0xFF);
  return bytes + header + std::string(data, '\0');
}

void expect_equal(const TensorFile& a, const TensorFile& b) {
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (std::size_t i = 0; i < a.tensors.size(); ++i) {
    EXPECT_EQ(a.tensors[i].name, b.tensors[i].name);
    EXPECT_EQ(a.tensors[i].dtype, b.tensors[i].dtype);
    EXPECT_EQ(a.tensors[i].shape, b.tensors[i].shape);
    EXPECT_EQ(a.tensors[i].data, b.tensors[i].data);
  }
  EXPECT_EQ(a.metadata, b.metadata);
}

TEST(Safetensors, WritesTheBytesThatThePythonPackageWrites) {
  EXPECT_EQ(as_text(to_safetensors(example())), example_of_python());
}

TEST(Safetensors, ReadsTheBytesThatThePythonPackageWrites) {
  const TensorFile file = read(example_of_python());
  expect_equal(file, example());
  EXPECT_THAT(file.tensor("weight").values<float>(), ElementsAre(0, .25F, .5F, .75F, 1, 1.25F));
  EXPECT_THAT(file.tensor("n").values<std::int32_t>(), ElementsAre(7, -8, 9));
  EXPECT_EQ(file.text("note"), "\xC2\xB5");
}

TEST(Safetensors, KeepsTheOrderOfTensorsInAFile) {
  TemporaryFolder folder;
  const TensorFile file{.tensors = {tensor<float>("z", {1}, {1}), tensor<double>("a", {2}, {1, 2})}};
  write_safetensors(folder / "m", file);
  expect_equal(read_safetensors(folder / "m"), file);
  expect_equal(read(as_text(to_safetensors({}))), {});
}

TEST(Safetensors, BeginsTheDataAtAMultipleOfEight) {
  for (std::size_t length = 1; length < 20; ++length) {
    const TensorFile file{.tensors = {tensor<double>(std::string(length, 'n'), {1}, {1})}};
    EXPECT_EQ(to_safetensors(file).size() % 8, 0U);
  }
}

TEST(Safetensors, NamesWhatIsNotInTheFile) {
  EXPECT_THAT(error_of<IoError>([] { (void)example().tensor("weights"); }),
              HasSubstr("bias, scalar, empty, weight, n, mask"));
  EXPECT_THAT(error_of<IoError>([] { (void)example().text("x"); }), HasSubstr("format, note"));
  EXPECT_THAT(error_of<DtypeError>([] { (void)example().tensor("n").values<float>(); }), HasSubstr("holds i32"));
}

TEST(Safetensors, RefusesToWriteWhatItCouldNotRead) {
  const auto one = tensor<float>("a", {1}, {1});
  EXPECT_THROW(to_safetensors({.tensors = {one, one}}), ArgumentError);
  EXPECT_THROW(to_safetensors({.tensors = {tensor<float>("__metadata__", {1}, {1})}}), ArgumentError);
  EXPECT_THROW(to_safetensors({.tensors = {tensor<float>("\xFF", {1}, {1})}}), ArgumentError);
  EXPECT_THROW(to_safetensors({.metadata = {{"a", "\xFF"}}}), ArgumentError);
  Tensor wrong = one;
  wrong.shape = {2};
  EXPECT_THROW(to_safetensors({.tensors = {wrong}}), ArgumentError);
  EXPECT_THROW(tensor<float>("a", {2}, {1}), ShapeError);
}

struct Damage {
  std::string header;
  std::size_t data;
  std::string reason;
};

TEST(Safetensors, SaysWhatIsWrongWithAHeader) {
  const std::vector<Damage> damages = {
      {"", 0, "is no JSON"},
      {"[]", 0, "no JSON object"},
      {"{\"a\":", 0, "is no JSON"},
      {"{}", 4, "take 0 bytes, but 4 are there"},
      {R"({"a":1})", 0, "is no JSON object"},
      {R"({"a":{}})", 0, "no \"dtype\""},
      {R"({"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}})", 2, "has dtype \"BF16\""},
      {R"({"a":{"dtype":7,"shape":[1],"data_offsets":[0,4]}})", 4, "no \"dtype\""},
      {R"({"a":{"dtype":"F32","data_offsets":[0,4]}})", 4, "no list \"shape\""},
      {R"({"a":{"dtype":"F32","shape":[1]}})", 4, "no list \"data_offsets\""},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}})", 4, "no pair"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4, "no pair"},
      {R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4, "no size"},
      {R"({"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}})", 4, "no size"},
      {R"({"a":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,4]}})", 4, "no size"},
      {R"({"a":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}})", 4, "not the size"},
      {R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", 0, "not the size"},
      {R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}})", 0, "can be counted"},
      {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4, "not the size"},
      {R"({"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}})", 4, "rank 9"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 8, "begin at byte 4 instead of 0"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
       4, "begin at byte 0 instead of 4"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
       8, "two entries \"a\""},
      {R"({"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 4, "two entries \"dtype\""},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 5, "take 4 bytes, but 5 are there"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 3, "take 4 bytes, but 3 are there"},
      {R"({"__metadata__":[]})", 0, "no JSON object"},
      {R"({"__metadata__":{"a":1}})", 0, "is no text"},
      {std::string(100'000, '['), 0, "is no JSON"},
      {"{\"\xFF\":1}", 0, "is no JSON"},
  };
  for (const Damage& damage : damages) {
    const std::string message = error_of<IoError>([&] { read(file_with(damage.header, damage.data)); });
    EXPECT_THAT(message, HasSubstr(damage.reason)) << damage.header.substr(0, 100);
    EXPECT_THAT(message, testing::StartsWith("file: "));
  }
}

TEST(Safetensors, RefusesTruthValuesOtherThanZeroAndOne) {
  std::string file = example_of_python();
  file.back() = '\x02';
  EXPECT_THAT(error_of<IoError>([&] { read(file); }), HasSubstr("truth values"));
}

TEST(Safetensors, WithManyTensorsAreReadInLinearTime) {
  const auto seconds = [](int tensors) {
    TensorFile file;
    for (int i = 0; i < tensors; ++i) file.tensors.push_back({.name = std::to_string(i), .shape = Shape{0}});
    const std::vector<std::byte> bytes = to_safetensors(file);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(from_safetensors(bytes, "many").tensors.size(), file.tensors.size());
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  seconds(1000);
  EXPECT_LT(seconds(60'000), 8.0) << "quadratic time took 49 s";
}

TEST(Safetensors, RefusesAHeaderThatIsNestedDeeplyAtItsFirstBytes) {
  for (const char* bracket : {"[", "{\"a\":"}) {
    std::string header;
    while (header.size() < limits::header_bytes - 16) header += bracket;
    std::vector<std::byte> bytes(8);
    const std::uint64_t length = header.size();
    std::memcpy(bytes.data(), &length, 8);
    bytes.insert(bytes.end(), reinterpret_cast<const std::byte*>(header.data()),
                 reinterpret_cast<const std::byte*>(header.data() + header.size()));
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_THAT(error_of<IoError>([&] { from_safetensors(bytes, "deep"); }),
                AllOf(HasSubstr("nested more than 16 deep"), testing::StartsWith("deep: ")));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  }
}

TEST(Safetensors, RefusesAHeaderLongerThanTheLimit) {
  std::vector<std::byte> bytes(limits::header_bytes + 100, std::byte{' '});
  const std::uint64_t length = limits::header_bytes + 1;
  std::memcpy(bytes.data(), &length, 8);
  EXPECT_THAT(error_of<IoError>([&] { from_safetensors(bytes, "long"); }),
              HasSubstr("its header has 100000001 bytes; at most 100000000 are read"));
}

TEST(Safetensors, RefusesALengthBeyondTheFile) {
  for (const std::string& length :
       {std::string("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), std::string("\x01\0\0\0\0\0\0\0", 8)})
    EXPECT_THAT(error_of<IoError>([&] { read(length); }), HasSubstr("header would have"));
}

TEST(Safetensors, RefusesAFileCutShortAnywhere) {
  const std::string file = example_of_python();
  for (std::size_t size = 0; size < file.size(); ++size) EXPECT_THROW(read(file.substr(0, size)), IoError) << size;
  EXPECT_THROW(read(file + '\0'), IoError);
}

/// Other bytes in the place of `byte`: each bit flipped, and those that mean something to JSON.
std::string changes(char byte) {
  std::string result = "{}[]\",:-+.e019 \\x\n";
  for (unsigned bit = 0; bit < 8; ++bit) result += static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << bit));
  return result;
}

TEST(Safetensors, SurvivesAnyChangeOfOneByte) {
  const std::string file = example_of_python();
  int accepted = 0;
  for (std::size_t i = 0; i < file.size(); ++i)
    for (char value : changes(file[i])) {
      std::string damaged = file;
      damaged[i] = value;
      try {
        const TensorFile tensors = read(damaged);  // another value or name is no damage that the layout can show
        for (const Tensor& t : tensors.tensors)
          EXPECT_EQ(t.data.size(), static_cast<std::size_t>(t.shape.elements()) * size_of(t.dtype));
        ++accepted;
      } catch (const IoError&) {}
    }
  EXPECT_GT(accepted, 0);
}

}  // namespace
}  // namespace ansatz::io
