// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// vmap: a function of one sample becomes one of a stack of samples, without a loop. It reads the operations' stack
/// rules and names no operation. vmap, the derivatives and vmap again nest in any order: vmap(grad(f)) gives the
/// gradient for each sample, grad of a sum over vmap(f) the sum of them.
///
/// Example: auto f = [w](Var x) { return tanh(matmul(x, w)); };   // x: [n]; w is captured, the same for all samples
///          Var all = vmap(f)(xs);                                // xs: [samples, n]
#pragma once

#include <tuple>
#include <utility>
#include <vector>

#include "ansatz/autodiff/tree.hpp"
#include "ansatz/graph/var.hpp"

namespace ansatz {

namespace autodiff {

/// An operation on inputs of which those in `stacked` have a leading axis of `extent` samples: by its row's rule or, if
/// it acts on each element by itself, as it is. @throws GraphError when it has no rule.
Var apply_stacked(const Op& op, const Attributes& attributes, std::vector<Var> inputs, std::vector<bool> stacked,
                  std::int64_t extent);

/// One sample each of `stacks`, as a Var of its type whose value does not matter: what f is called with.
/// @throws ShapeError unless all have a leading axis of one extent.
std::vector<Var> samples_of(const std::vector<Var>& stacks);

/// What ys are when `samples`, of which they are functions, are replaced by `stacks`: each y with a leading axis. What
/// does not depend on a sample is computed once. @throws ArgumentError for random numbers whose key is the same for all
/// samples, GraphError for an operation without stack rule.
std::vector<Var> stack(const std::vector<Var>& ys, const std::vector<Var>& samples, const std::vector<Var>& stacks);

}  // namespace autodiff

/// f on each sample: all Vars of the arguments have a leading axis, of the same extent, of which f sees one element at
/// a time; the result's have it too. What f captures is the same for all samples. Arguments and result may have any
/// structure. Random numbers need a key a sample: pass keys [samples, 4], or draw outside and pass the numbers.
/// @throws ShapeError, ArgumentError, GraphError as autodiff::samples_of and stack.
template <class F>
auto vmap(F f) {
  return [f = std::move(f)](const auto&... args) {
    const auto arguments = std::make_tuple(args...);
    const std::vector<Var> stacks = tree::leaves(arguments), samples = autodiff::samples_of(stacks);
    auto y = std::apply(f, tree::with_leaves(arguments, samples));
    return tree::with_leaves(y, autodiff::stack(tree::leaves(y), samples, stacks));
  };
}

}  // namespace ansatz
