// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/nn/short_form.hpp"

#include <fmt/format.h>

#include "ansatz/base/error.hpp"

namespace ansatz::nn {

std::string text_of(const DenseForm& form) {
  const std::size_t hidden = form.hidden.size();
  if (hidden > 0 && form.activations.size() != 1 && form.activations.size() != hidden)
    throw MismatchError("{} activations were given for {} hidden layers; one, or one for each, is expected",
                        form.activations.size(), hidden);
  if (form.batch_norm && form.layer_norm)
    throw MismatchError("batch_norm and layer_norm were both asked for; one of them is expected");
  std::vector<std::string> layers;
  if (form.flatten) layers.emplace_back("flatten");
  if (form.input_dropout > 0.0) layers.push_back(fmt::format("dropout {}", form.input_dropout));
  for (std::size_t l = 0; l < hidden; ++l) {
    layers.push_back(fmt::format("dense {}", form.hidden[l]));
    if (form.batch_norm) layers.emplace_back("batch_norm");
    if (form.layer_norm) layers.emplace_back("layer_norm");
    layers.push_back(form.activations[form.activations.size() == 1 ? 0 : l]);
    if (form.dropout > 0.0) layers.push_back(fmt::format("dropout {}", form.dropout));
  }
  layers.push_back(fmt::format("dense {}", form.outputs));
  return fmt::format("{}", fmt::join(layers, ", "));
}

}  // namespace ansatz::nn
