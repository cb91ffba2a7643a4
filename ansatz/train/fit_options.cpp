// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/fit_options.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cmath>

#include "ansatz/base/error.hpp"

namespace ansatz::train {

void check(const FitOptions& o) {
  const auto require = [](bool holds, std::string_view what, auto value, std::string_view expected) {
    if (!holds) throw ArgumentError("{} = {} was given; {} is expected", what, value, expected);
  };
  require(o.epochs >= 0, "epochs", o.epochs, "0 or more");
  require(o.batch_size >= 0, "batch_size", o.batch_size, "1 or more, or 0 for all rows,");
  require(o.accumulate >= 1, "accumulate", o.accumulate, "1 or more");
  for (const Stage& stage : o.stages) require(stage.epochs >= 1, "epochs of a stage", stage.epochs, "1 or more");
  require(o.l1 >= 0.0 && std::isfinite(o.l1), "l1", o.l1, "0 or more");
  require(o.l2 >= 0.0 && std::isfinite(o.l2), "l2", o.l2, "0 or more");
  require(o.clip_norm >= 0.0, "clip_norm", o.clip_norm, "0 or more");
  require(o.clip_value >= 0.0, "clip_value", o.clip_value, "0 or more");
  require(o.max_norm >= 0.0, "max_norm", o.max_norm, "0 or more");
  require(o.patience >= 0, "patience", o.patience, "0 or more");
  require(o.threads >= 1, "threads", o.threads, "1 or more");
}

std::vector<bool> frozen_tensors(const nn::Network& network, const std::vector<std::string>& freeze) {
  if (freeze.empty()) return {};
  std::vector<std::size_t> with_tensors;  // layers, in their order
  std::vector<std::string> names;
  for (const nn::Placed& tensor : network.tensors())
    if (with_tensors.empty() || with_tensors.back() != tensor.layer) {
      with_tensors.push_back(tensor.layer);
      names.push_back(network.layers()[tensor.layer].name);
    }
  std::vector<bool> frozen(network.tensors().size(), false);
  for (const std::string& wanted : freeze) {
    bool found = false;
    for (std::size_t i = 0; i < with_tensors.size(); ++i) {
      if (wanted != std::to_string(i + 1) && fnmatch(wanted.c_str(), names[i].c_str(), 0) != 0) continue;
      found = true;
      for (std::size_t t = 0; t < frozen.size(); ++t)
        if (network.tensors()[t].layer == with_tensors[i]) frozen[t] = true;
    }
    if (!found)
      throw ArgumentError("freeze = {} means no layer with weights; there are {} (1 to {})", wanted,
                          fmt::join(names, ", "), names.size());
  }
  return frozen;
}

}  // namespace ansatz::train
