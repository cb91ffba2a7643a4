// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/checkpoint.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "ansatz/base/error.hpp"
#include "ansatz/io/json.hpp"
#include "ansatz/io/safetensors.hpp"
#include "ansatz/io/sha256.hpp"

namespace ansatz::train {

namespace {

using nlohmann::json;

constexpr std::string_view format = "ansatz-checkpoint", version = "2";

/// Numbers that are not finite have no form in JSON.
json number(double value) {
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}
double number(const json& value) {
  if (value.is_number()) return value.get<double>();
  const auto text = value.get<std::string>();
  return text == "inf" ? HUGE_VAL : text == "-inf" ? -HUGE_VAL : std::nan("");
}

std::string to_json(const Progress& p) {
  json epochs = json::array();
  for (const Epoch& e : p.history.epochs)
    epochs.push_back({e.epoch, e.step, number(e.learning_rate), number(e.train_cost), number(e.validation_cost),
                      number(e.validation_accuracy), e.seconds});
  return json{{"epoch", p.place.epoch},
              {"step", p.place.step},
              {"steps", p.place.steps},
              {"cost_sum", number(p.cost_sum)},
              {"cost_rows", p.cost_rows},
              {"learning_rate", number(p.learning_rate)},
              {"best_epoch", p.best_epoch},
              {"lowest", number(p.lowest)},
              {"reason", static_cast<int>(p.reason)},
              {"message", p.message},
              {"seconds", p.seconds},
              {"epochs", epochs},
              {"stage", p.stage},
              {"first_epoch", p.first_epoch},
              {"steps_before", p.steps_before},
              {"earlier", p.earlier}}
      .dump();
}

Progress progress_from_json(const std::string& text) {
  const io::ParsedJson<json> parsed = io::parse_json(text);
  const json& j = *parsed;
  Progress p;
  p.place = {j.at("epoch"), j.at("step"), j.at("steps"), 0.0};
  p.cost_sum = number(j.at("cost_sum"));
  p.cost_rows = j.at("cost_rows");
  p.learning_rate = number(j.at("learning_rate"));
  p.best_epoch = j.at("best_epoch");
  p.lowest = number(j.at("lowest"));
  const int reason = j.at("reason");
  if (reason < 0 || reason > static_cast<int>(StopReason::not_finite))
    throw IoError("there is no reason number {} why a run ended", reason);
  p.reason = static_cast<StopReason>(reason);
  p.message = j.at("message");
  p.seconds = j.at("seconds");
  p.stage = j.at("stage");
  p.first_epoch = j.at("first_epoch");
  p.steps_before = j.at("steps_before");
  p.earlier = j.at("earlier");
  for (const json& e : j.at("epochs"))
    p.history.epochs.push_back(
        {e.at(0), e.at(1), number(e.at(2)), number(e.at(3)), number(e.at(4)), number(e.at(5)), e.at(6)});
  return p;
}

io::Tensor stored(std::string name, const Tensor& tensor) {
  return {std::move(name), tensor.dtype(), tensor.shape(), {tensor.data(), tensor.data() + tensor.bytes()}};
}

Tensor loaded(const io::Tensor& tensor) {
  Tensor result(tensor.dtype, tensor.shape);
  if (!tensor.data.empty()) std::memcpy(result.data(), tensor.data.data(), tensor.data.size());
  return result;
}

std::string checksum(const io::TensorFile& file) {
  io::Sha256 sum;
  sum.update(file.text("progress"));
  for (const io::Tensor& tensor : file.tensors) {
    sum.update(tensor.name);
    sum.update(tensor.data);
  }
  return sum.hex();
}

Snapshot read_snapshot(const std::filesystem::path& path) {
  const io::TensorFile file = io::read_safetensors(path);
  if (file.text("format") != format || file.text("version") != version)
    throw IoError("{}: is no checkpoint of version {}", path.string(), version);
  if (file.text("checksum") != checksum(file))
    throw IoError("{}: the checksum does not match: the file was changed or damaged", path.string());
  try {
    Snapshot snapshot;
    snapshot.progress = progress_from_json(file.text("progress"));
    for (const io::Tensor& tensor : file.tensors)
      if (tensor.name.starts_with("state/")) snapshot.state.emplace(tensor.name.substr(6), loaded(tensor));
    snapshot.best_parameters = loaded(file.tensor("best/parameters"));
    snapshot.best_buffers = loaded(file.tensor("best/buffers"));
    return snapshot;
  } catch (const json::exception& error) {
    throw IoError("{}: the checkpoint's progress cannot be read: {}", path.string(), error.what());
  }
}

}  // namespace

CheckpointPace pace_from(const std::string& text) {
  double value = 0.0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  if (error == std::errc{} && value >= 0.0 && std::isfinite(value)) {
    if (unit == "s") return {.seconds = value, .epochs = 0};
    if (unit == "epochs" && value >= 1.0 && value < 1e15)
      return {.seconds = 0.0, .epochs = static_cast<std::int64_t>(value)};
  }
  throw ArgumentError("checkpoint_every = {} was given; seconds as 30s, or epochs as 5epochs, are expected", text);
}

void CheckpointFolder::make() const {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) throw IoError("{}: the folder of checkpoints cannot be made: {}", folder_.string(), error.message());
}

void CheckpointFolder::write(const Snapshot& snapshot) const {
  make();
  io::TensorFile file;
  for (const auto& [name, tensor] : snapshot.state) file.tensors.push_back(stored("state/" + name, tensor));
  file.tensors.push_back(stored("best/parameters", snapshot.best_parameters));
  file.tensors.push_back(stored("best/buffers", snapshot.best_buffers));
  file.metadata = {
      {"format", std::string(format)}, {"version", std::string(version)}, {"progress", to_json(snapshot.progress)}};
  file.metadata["checksum"] = checksum(file);
  // The one before stays under another name, whatever happens while this one is written.
  std::error_code ignored;
  std::filesystem::remove(previous(), ignored);
  std::filesystem::create_hard_link(newest(), previous(), ignored);
  io::write_safetensors(newest(), file);
}

std::optional<Snapshot> CheckpointFolder::read(std::string& note) const {
  for (const std::filesystem::path& path : {newest(), previous()}) {
    if (!std::filesystem::exists(path)) continue;
    try {
      return read_snapshot(path);
    } catch (const IoError& error) {
      note += (note.empty() ? "" : "; ") + std::string(error.what());
    }
  }
  return std::nullopt;
}

}  // namespace ansatz::train
