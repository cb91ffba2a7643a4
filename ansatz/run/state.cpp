// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/run/state.hpp"

#include "ansatz/base/error.hpp"

namespace ansatz::run {

Tensor& State::slot(const std::string& name, Dtype dtype, const Shape& shape) {
  const auto [entry, added] = slots_.try_emplace(name);
  if (added) entry->second = Tensor(dtype, shape);
  if (entry->second.dtype() != dtype || entry->second.shape() != shape)
    throw GraphError("state \"{}\" is {}{}; a plan takes it for {}{}", name, name_of(entry->second.dtype()),
                     to_string(entry->second.shape()), name_of(dtype), to_string(shape));
  return entry->second;
}

void State::erase(std::string_view name) {
  if (const auto found = slots_.find(name); found != slots_.end()) slots_.erase(found);
}

Tensor& State::at(std::string_view name) {
  const auto found = slots_.find(name);
  if (found == slots_.end()) throw GraphError("there is no state called \"{}\"", name);
  return found->second;
}

const Tensor& State::at(std::string_view name) const {
  const auto found = slots_.find(name);
  if (found == slots_.end()) throw GraphError("there is no state called \"{}\"", name);
  return found->second;
}

}  // namespace ansatz::run
