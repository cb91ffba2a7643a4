// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/encoding.hpp"

#include <algorithm>
#include <numeric>

#include "ansatz/base/error.hpp"
#include "ansatz/data/kinds/kind.hpp"

namespace ansatz::data {

std::int64_t InputColumn::features() const { return row_of(kind).features(*this); }

std::int64_t Encoding::features() const {
  return std::accumulate(inputs.begin(), inputs.end(), std::int64_t{0},
                         [](std::int64_t count, const InputColumn& input) { return count + input.features(); });
}

std::vector<std::string> Encoding::feature_names() const {
  std::vector<std::string> names;
  for (const InputColumn& input : inputs) row_of(input.kind).append_feature_names(input, names);
  return names;
}

Shape Encoding::input_shape() const {
  if (inputs.size() != 1 || inputs[0].shape.rank() < 2) return {features()};
  const Shape& shape = inputs[0].shape;
  return shape.rank() == 2 ? shape.inserted(2, 1) : shape;
}

const TargetColumn& Encoding::target() const {
  if (targets.size() != 1) throw DataError("there are {} targets; this can be asked of one only", targets.size());
  return targets[0];
}

Task Encoding::task() const {
  if (target_kind == TargetKind::numbers) return Task::regression;
  return target_kind == TargetKind::flags || target().classes.size() == 2 ? Task::binary : Task::multiclass;
}

}  // namespace ansatz::data
