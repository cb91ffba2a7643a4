// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/reuse.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ansatz/base/error.hpp"
#include "ansatz/train/learner.hpp"

namespace ansatz::train {

namespace {

double number_in(const Tensor& vector, std::int64_t at) {
  const auto i = static_cast<std::size_t>(at);
  return vector.dtype() == Dtype::f64 ? vector.as<double>()[i] : static_cast<double>(vector.as<float>()[i]);
}

void set_number(Tensor& vector, std::int64_t at, double value) {
  const auto i = static_cast<std::size_t>(at);
  if (vector.dtype() == Dtype::f64)
    vector.as<double>()[i] = value;
  else
    vector.as<float>()[i] = static_cast<float>(value);
}

}  // namespace

Reused reused_from(const model::Model& model, const nn::Network& network, Dtype dtype, std::uint64_t seed) {
  Reused result{initial_parameters(network, dtype, seed), initial_buffers(network, dtype), {}, {}};
  const std::vector<nn::Placed>& theirs = model.network().tensors();
  for (const nn::Placed& mine : network.tensors()) {
    const auto found = std::find_if(theirs.begin(), theirs.end(), [&](const nn::Placed& each) {
      return each.name == mine.name && each.declared.shape == mine.declared.shape &&
             each.is_buffer() == mine.is_buffer();
    });
    if (found == theirs.end()) {
      result.fresh.push_back(mine.name);
      continue;
    }
    result.taken.push_back(mine.name);
    Tensor& to = mine.is_buffer() ? result.buffers : result.parameters;
    const Tensor& from = mine.is_buffer() ? model.buffers() : model.parameters();
    for (std::int64_t i = 0; i < mine.declared.shape.elements(); ++i)
      set_number(to, mine.offset + i, number_in(from, found->offset + i));
  }
  if (result.taken.empty())
    throw MismatchError("the network {} shares no tensor with the model {}", network.describe(),
                        model.network().describe());
  return result;
}

}  // namespace ansatz::train
