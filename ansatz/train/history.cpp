// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/history.hpp"

#include <fmt/format.h>

#include <functional>
#include <utility>

namespace ansatz::train {

namespace {

/// Name and value of each column: CSV and JSON are made from this list alone.
const std::vector<std::pair<const char*, std::function<std::string(const Epoch&)>>>& columns() {
  const auto number = [](double value) { return std::isfinite(value) ? fmt::format("{}", value) : std::string(); };
  static const std::vector<std::pair<const char*, std::function<std::string(const Epoch&)>>> table = {
      {"epoch", [](const Epoch& e) { return std::to_string(e.epoch); }},
      {"step", [](const Epoch& e) { return std::to_string(e.step); }},
      {"learning_rate", [number](const Epoch& e) { return number(e.learning_rate); }},
      {"train_cost", [number](const Epoch& e) { return number(e.train_cost); }},
      {"validation_cost", [number](const Epoch& e) { return number(e.validation_cost); }},
      {"validation_accuracy", [number](const Epoch& e) { return number(e.validation_accuracy); }},
      {"seconds", [](const Epoch& e) { return fmt::format("{:.6f}", e.seconds); }},
  };
  return table;
}

}  // namespace

std::string to_csv(const History& history) {
  std::string text;
  for (const auto& [name, value] : columns()) text += (text.empty() ? "" : ",") + std::string(name);
  text += '\n';
  for (const Epoch& epoch : history.epochs) {
    std::string line;
    for (const auto& [name, value] : columns()) line += (name == columns()[0].first ? "" : ",") + value(epoch);
    text += line + '\n';
  }
  return text;
}

std::string to_json(const History& history) {
  std::string text = "{";
  for (const auto& [name, value] : columns()) {
    text += fmt::format("{}\n  \"{}\": [", text.size() == 1 ? "" : ",", name);
    for (std::size_t i = 0; i < history.epochs.size(); ++i) {
      const std::string number = value(history.epochs[i]);
      text += (i == 0 ? "" : ", ") + (number.empty() ? std::string("null") : number);
    }
    text += "]";
  }
  return text + "\n}\n";
}

}  // namespace ansatz::train
