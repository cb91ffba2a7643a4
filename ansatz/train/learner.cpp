// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/learner.hpp"

#include <algorithm>

#include "ansatz/base/error.hpp"
#include "ansatz/data/encode.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"

namespace ansatz::train {

Type Learner::target_type(std::int64_t rows) const {
  const bool labels = head.target.kind == data::TargetKind::labels && !head.labels_as_numbers;
  return {labels ? Dtype::i32 : dtype, target_columns > 1 ? Shape{rows, target_columns} : Shape{rows}};
}

Var Learner::outputs_on(Trace& trace, const Var& x) const {
  return network.apply(network.unpack(network.slots_in(trace, dtype)), {x}).outputs.at(0);
}

namespace {

template <class From, class To>
void convert(std::span<const From> from, std::span<To> to) {
  std::transform(from.begin(), from.end(), to.begin(), [](From value) { return static_cast<To>(value); });
}

template <class From>
void convert(std::span<const From> from, Tensor& to) {
  switch (to.dtype()) {
    case Dtype::f64: convert(from, to.as<double>()); break;
    case Dtype::f32: convert(from, to.as<float>()); break;
    case Dtype::i32: convert(from, to.as<std::int32_t>()); break;
    case Dtype::boolean: break;
  }
}

/// Targets as a learner's plans read them. `number(i)`: what row i is called, from 1.
template <class Number>
Tensor targets_of(const Learner& learner, const data::Encoding& encoding, const data::Dataset& rows,
                  std::string_view source, const Number& number) {
  const Type type = learner.target_type(rows.rows);
  Tensor targets(type.dtype, type.shape);
  for (std::size_t i = 0; i < rows.targets.size(); ++i)
    if (const double value = rows.targets[i]; !learner.head.target.standardise && !learner.head.range.holds(value)) {
      const std::size_t columns = encoding.targets.size();
      throw DataError("{}: the target '{}' is {} in row {}; the head {} expects {}", source,
                      encoding.targets[i % columns].name, value, number(i / columns), learner.head.named.name,
                      to_string(learner.head.range, "target"));
    }
  if (encoding.target_kind == data::TargetKind::labels)
    convert(std::span(rows.labels), targets);
  else
    convert(std::span(rows.targets), targets);
  return targets;
}

}  // namespace

Samples samples_of(const Learner& learner, const data::Encoding& encoding, const data::Dataset& rows) {
  Samples samples{.rows = rows.rows,
                  .x = Tensor(learner.dtype, learner.network.inputs().at(0).inserted(0, rows.rows)),
                  .targets = targets_of(learner, encoding, rows, "the rows", [](std::size_t i) { return i + 1; })};
  convert(std::span(rows.inputs), samples.x);
  return samples;
}

Samples samples_of(const Learner& learner, const data::Encoding& encoding, const data::Table& table,
                   std::span<const std::int64_t> rows, std::span<const double> weights) {
  const auto count = static_cast<std::int64_t>(rows.size());
  const data::Dataset targets = data::encode_targets(encoding, table, rows);
  Samples samples{
      .rows = count,
      .x = data::encode_inputs(encoding, table, rows, learner.dtype)
               .reshaped(learner.network.inputs().at(0).inserted(0, count)),
      .targets = targets_of(learner, encoding, targets, table.source(), [&](std::size_t i) { return rows[i] + 1; })};
  if (!weights.empty()) {
    for (std::int64_t row : rows) samples.weights_f64.push_back(weights[static_cast<std::size_t>(row)]);
    samples.weights = Tensor(learner.dtype, {count});
    convert(std::span<const double>(samples.weights_f64), samples.weights);
  }
  return samples;
}

Tensor initial_parameters(const nn::Network& network, Dtype dtype, std::uint64_t seed) {
  const std::vector<std::int32_t> key = {static_cast<std::int32_t>(static_cast<std::uint32_t>(seed)),
                                         static_cast<std::int32_t>(static_cast<std::uint32_t>(seed >> 32)), 0, 0};
  return evaluate([&](const Var& k) { return network.initial(k, dtype); }, Tensor(key, {4}));
}

Tensor initial_buffers(const nn::Network& network, Dtype dtype) {
  Tensor buffers(dtype, {network.buffers()});
  for (const nn::Placed& tensor : network.tensors()) {
    if (!tensor.is_buffer()) continue;
    for (std::int64_t i = 0; i < tensor.declared.shape.elements(); ++i) {
      const auto at = static_cast<std::size_t>(tensor.offset + i);
      if (dtype == Dtype::f64)
        buffers.as<double>()[at] = tensor.declared.value;
      else
        buffers.as<float>()[at] = static_cast<float>(tensor.declared.value);
    }
  }
  return buffers;
}

}  // namespace ansatz::train
