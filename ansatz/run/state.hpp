// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The state of a model: named blocks that outlive runs and are shared by all its plans.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "ansatz/base/tensor.hpp"

namespace ansatz::run {

/// Parameters, moments, counters: each slot one contiguous block. Executors hold the blocks' addresses: write into a
/// slot (Tensor::data, as<T>), never assign another tensor to it, while one of them lives.
class State {
 public:
  /// The slot called `name`; made (as zeros) when it does not exist. @throws GraphError when it exists as another type.
  Tensor& slot(const std::string& name, Dtype dtype, const Shape& shape);
  /// @throws GraphError when there is no such slot.
  Tensor& at(std::string_view name);
  const Tensor& at(std::string_view name) const;
  /// Removes a slot, where there is one: none of its executors may live.
  void erase(std::string_view name);
  bool contains(std::string_view name) const { return slots_.find(name) != slots_.end(); }
  const std::map<std::string, Tensor, std::less<>>& slots() const { return slots_; }

 private:
  std::map<std::string, Tensor, std::less<>> slots_;
};

}  // namespace ansatz::run
