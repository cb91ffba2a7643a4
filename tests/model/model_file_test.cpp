// SPDX-License-Identifier: BSD-3-Clause
// A model's file: what was saved is loaded exactly; what was damaged is refused, never accepted.
#include <gmock/gmock.h>

#include <functional>

#include "ansatz/base/error.hpp"
#include "ansatz/io/file.hpp"
#include "ansatz/io/safetensors.hpp"
#include "ansatz/io/sha256.hpp"
#include "tests/io/temporary_folder.hpp"
#include "tests/model/models.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::test {
namespace {

using model::Model;
using testing::HasSubstr;

constexpr data::Task tasks[] = {data::Task::regression, data::Task::binary, data::Task::multiclass};

TEST(AModelFile, GivesBackTheModelThatWasSaved) {
  const TemporaryFolder folder;
  const Numbers x = some_inputs(3 * 200);
  for (data::Task task : tasks)
    for (Dtype dtype : {Dtype::f32, Dtype::f64})
      for (const std::vector<std::int64_t>& hidden : {std::vector<std::int64_t>{}, {7, 5}}) {
        const Model saved = model_of(task, dtype, hidden);
        saved.save(folder / "a.ansatz");
        const Model loaded = Model::load(folder / "a.ansatz");
        SCOPED_TRACE(saved.describe());
        EXPECT_EQ(loaded.weights_sha256(), saved.weights_sha256());
        EXPECT_EQ(loaded.predict(x), saved.predict(x)) << "bit for bit";
        EXPECT_EQ(loaded.network().text(), saved.network().text());
        EXPECT_EQ(loaded.head().named, saved.head().named);
        EXPECT_EQ(loaded.dtype(), dtype);
        EXPECT_EQ(loaded.encoding(), saved.encoding());
        EXPECT_EQ(loaded.record(), saved.record());
        EXPECT_THAT(folder.names(), testing::ElementsAre("a.ansatz"));
      }
}

TEST(AModelFile, HoldsTheArgumentsOfActivations) {
  const TemporaryFolder folder;
  const Model plain = model_of(data::Task::regression, Dtype::f64, {7, 5});
  const nn::FFNN network({3, 7, 5, 1}, {.activations = {act::leaky_relu({.slope = 0.2}), act::elu({0.5})}});
  const Model saved(network, plain.encoding(), plain.parameters());
  saved.save(folder / "a");
  const Model loaded = Model::load(folder / "a");
  EXPECT_EQ(loaded.network().text(), network.network().text());
  const Numbers x = some_inputs(3 * 200);
  EXPECT_EQ(loaded.predict(x), saved.predict(x));
  EXPECT_NE(loaded.predict(x), plain.predict(x));
}

TEST(AModelFile, OfEqualModelsHasEqualBytes) {
  const TemporaryFolder folder;
  model_of(data::Task::binary).save(folder / "a");
  model_of(data::Task::binary).save(folder / "b");
  EXPECT_EQ(io::read_bytes(folder / "a"), io::read_bytes(folder / "b"));
}

TEST(AModelFile, HoldsTextsThatAreNotUtf8) {
  // The name of a data file may be Latin-1; hours of training are not lost for it.
  const TemporaryFolder folder;
  const Model model = model_of(data::Task::regression);
  Model(model.network(), model.encoding(), model.parameters(),
        {{"data",
          "donn\xE9"
          "es.csv"}})
      .save(folder / "a");
  EXPECT_THAT(Model::load(folder / "a").record().at("data"), testing::StartsWith("donn"));
}

std::string bytes_of(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = io::read_bytes(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(AModelFile, CutShortAnywhereIsRefused) {
  const TemporaryFolder folder;
  model_of(data::Task::multiclass).save(folder / "a");
  const std::string whole = bytes_of(folder / "a");
  for (std::size_t size = 0; size < whole.size(); size += size < 64 ? 1 : 41)
    EXPECT_THROW(Model::load(folder.file("cut", whole.substr(0, size))), IoError) << size << " bytes";
  EXPECT_THROW(Model::load(folder.file("cut", whole.substr(0, whole.size() - 1))), IoError);
  EXPECT_THROW(Model::load(folder.file("longer", whole + '\0')), IoError);
  EXPECT_NO_THROW(Model::load(folder.file("whole", whole)));
}

TEST(AModelFile, WithAnyByteChangedIsRefused) {
  const TemporaryFolder folder;
  const Model model = model_of(data::Task::multiclass, Dtype::f32, {2}, 2);
  model.save(folder / "a");
  const std::string whole = bytes_of(folder / "a");
  std::size_t accepted = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ (1U << (5 * at % 8)));
    try {
      // JSON may be written otherwise and mean the same; anything that means something else is refused.
      const Model loaded = Model::load(folder.file("changed", changed));
      ++accepted;
      EXPECT_EQ(loaded.weights_sha256(), model.weights_sha256()) << "byte " << at;
      EXPECT_EQ(loaded.encoding(), model.encoding()) << "byte " << at;
      EXPECT_EQ(loaded.record(), model.record()) << "byte " << at;
      EXPECT_EQ(loaded.network().describe(), model.network().describe()) << "byte " << at;
    } catch (const IoError&) {}
  }
  EXPECT_LT(accepted, 10U);
}

/// Why the file of a model is refused after `change`.
std::string refusal_of(const std::function<void(io::TensorFile&)>& change) {
  const TemporaryFolder folder;
  model_of(data::Task::binary).save(folder / "a");
  io::TensorFile file = io::read_safetensors(folder / "a");
  change(file);
  io::write_safetensors(folder / "changed", file);
  return error_of<IoError>([&] { Model::load(folder / "changed"); });
}

TEST(AModelFile, OfAnotherKindVersionOrContentIsRefusedSayingWhy) {
  EXPECT_THAT(refusal_of([](auto& file) { file.metadata.clear(); }), HasSubstr("but not a model of Ansatz"));
  EXPECT_THAT(refusal_of([](auto& file) { file.metadata["format"] = "pt"; }), HasSubstr("but not a model of Ansatz"));
  EXPECT_THAT(refusal_of([](auto& file) { file.metadata["version"] = "3"; }),
              HasSubstr("is a model of version 3; this program reads versions 1 and 2"));
  EXPECT_THAT(refusal_of([](auto& file) { file.metadata["record"] = "{}"; }), HasSubstr("the checksum does not match"));
  EXPECT_THAT(refusal_of([](auto& file) { file.tensors[0].data[0] ^= std::byte{1}; }), HasSubstr("changed or damaged"));
  EXPECT_THAT(refusal_of([](auto& file) { file.tensors.pop_back(); }), HasSubstr("changed or damaged"));
  EXPECT_THAT(refusal_of([](auto& file) { file.metadata.erase("checksum"); }), HasSubstr("checksum"));
}

/// Gives a file that was changed the check sum that belongs to it.
void sign(io::TensorFile& file) {
  io::Sha256 sum;
  for (const auto& [key, text] : file.metadata)
    if (key != "checksum") sum.update(fmt::format("{}:{}{}:{}", key.size(), key, text.size(), text));
  for (const io::Tensor& tensor : file.tensors) {
    sum.update(
        fmt::format("{}:{}{}{}", tensor.name.size(), tensor.name, name_of(tensor.dtype), to_string(tensor.shape)));
    sum.update(tensor.data);
  }
  file.metadata["checksum"] = sum.hex();
}

TEST(AModelFile, WhosePartsDoNotFitTogetherIsRefusedWhenItIsLoaded) {
  const auto refusal_with = [](const std::string& key, const std::string& text) {
    return refusal_of([&](io::TensorFile& file) {
      file.metadata[key] = text;
      sign(file);
    });
  };
  EXPECT_THAT(refusal_with("head", "multiclass"),
              testing::AllOf(HasSubstr("changed: "), HasSubstr("1 outputs"), HasSubstr("needs 2")));
  EXPECT_THAT(refusal_with("head", "regression"), HasSubstr("of kind"));
  EXPECT_THAT(refusal_with("head", "none such"), HasSubstr("changed: "));
  for (const char* key : {"network", "encoding", "record"}) {
    EXPECT_THAT(refusal_with(key, std::string(100'000, '[')),
                testing::AllOf(HasSubstr("changed: "), HasSubstr("nested more than 16 deep")));
    EXPECT_THAT(refusal_with(key, "{\"a\":"), HasSubstr("changed: "));
  }
}

TEST(AModelFile, ThatIsNoneIsRefusedNamingThePath) {
  const TemporaryFolder folder;
  const auto refused = [&](const std::filesystem::path& path) {
    const std::string message = error_of<IoError>([&] { Model::load(path); });
    EXPECT_THAT(message, HasSubstr(path.string()));
    return message;
  };
  refused(folder.file("empty", ""));
  refused(folder.file("table.csv", "a,b,c\n1,2,3\n"));
  refused(folder.file("zeros", std::string(4096, '\0')));
  refused(folder / "missing");
  refused(folder.path());
}

TEST(SavingAModel, WhereThereIsNoFolderFailsNamingThePath) {
  const TemporaryFolder folder;
  const Model model = model_of(data::Task::binary);
  EXPECT_THAT(error_of<IoError>([&] { model.save(folder / "no/such/a.ansatz"); }), HasSubstr("no/such/a.ansatz"));
  EXPECT_THAT(error_of<IoError>([&] { model.save(folder.file("file", "x") / "a.ansatz"); }),
              HasSubstr("file/a.ansatz"));
  EXPECT_THAT(error_of<IoError>([&] { model.save(folder.path()); }), HasSubstr(folder.path().string()));
  EXPECT_THAT(folder.names(), testing::ElementsAre("file"));
}

TEST(SavingAModel, OnAFullDiskFails) {
  EXPECT_THAT(error_of<IoError>([] { model_of(data::Task::binary).save("/dev/full"); }), HasSubstr("/dev/full"));
}

}  // namespace
}  // namespace ansatz::test
