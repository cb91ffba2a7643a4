// SPDX-License-Identifier: BSD-3-Clause
// The table of layers that can be written as text: one row each, and one for each activation.
#include "ansatz/nn/layers/layers.hpp"

namespace ansatz::nn {

namespace {

/// A row made from the layer's function and its options.
template <class S>
Member<Layer> row(std::string name, Layer (*make)(const S&), std::string help, std::vector<std::string> aliases = {}) {
  return member<Layer, S>(std::move(name), make, std::move(help), std::move(aliases));
}

Member<Layer> row(std::string name, Layer (*make)(), std::string help) {
  return member<Layer, NoOptions>(
      std::move(name), [make](const NoOptions&) { return make(); }, std::move(help));
}

std::vector<Member<Layer>> rows() {
  std::vector<Member<Layer>> result = {
      row("dense", layer::dense, "x W + b", {"linear"}),
      row("conv", layer::conv, "convolution of images"),
      row("max_pool", layer::max_pool, "the largest element of each window"),
      row("average_pool", layer::average_pool, "the mean of each window"),
      row("global_average_pool", layer::global_average_pool, "the mean of each channel"),
      row("batch_norm", layer::batch_norm, "normalised over the batch"),
      row("layer_norm", layer::layer_norm, "normalised over the sample"),
      row("dropout", layer::dropout, "elements are dropped while training"),
      row("gaussian_noise", layer::gaussian_noise, "noise is added while training"),
      row("random_shift", layer::random_shift, "images are moved while training"),
      row("random_flip", layer::random_flip, "images are mirrored while training"),
      row("random_rotate", layer::random_rotate, "images are rotated while training"),
      row("prelu", layer::prelu, "x for x > 0, else a learnt slope times x"),
      row("flatten", layer::flatten, "a sample as one vector"),
      row("reshape", layer::reshape, "a sample in another shape"),
      row("add", layer::add, "the sum of two values"),
      row("concatenate", layer::concatenate, "values one behind the other"),
  };
  for (const Member<act::Activation>& each : act::family().members())
    result.push_back({each.name, each.aliases, each.help, each.parameters,
                      [&each](const Spec& spec) { return layer::activation(each.make(spec)); }});
  return result;
}

}  // namespace

const Family<Layer>& layer_family() {
  static const Family<Layer> family("layer", rows());
  return family;
}

}  // namespace ansatz::nn
