// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Random graphs of all that a plan has to arrange: chains, reductions, products, layout, several outputs, state.
#pragma once

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "ansatz/ops/ops.hpp"
#include "tests/plan/experiment.hpp"

namespace ansatz::test {

class RandomGraph {
 public:
  RandomGraph(std::uint32_t seed, Dtype dtype) : random_(seed), dtype_(dtype) {
    const std::int64_t extents[] = {1, 2, 3, 5, 8, 17, 40};
    for (std::int64_t& extent : extents_) extent = extents[below(7)];
    if (below(4) == 0) extents_[1] = extents_[0];  // squares confuse rows with columns
    if (below(8) == 0) extents_[2] = 600;          // longer than a chunk of a sum
    Trace trace;
    for (int i = 0; i < 3; ++i) add_input(trace);
    indices_ = trace.input({Dtype::i32, {extents_[0]}});
    inputs.push_back(indices());
    const int slots = below(4);
    for (int i = 0; i < slots; ++i) add_slot(trace, fmt::format("s{}", i));
    const int steps = 3 + below(30);
    for (int i = 0; i < steps; ++i) grow();
    finish(trace, slots);
  }

  std::vector<Tensor> inputs;
  Slots state;
  Graph graph;

 private:
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  std::int64_t extent() { return extents_[static_cast<std::size_t>(below(3))]; }

  Shape shape() {
    switch (below(6)) {
      case 0: return {};
      case 1: return {extent()};
      case 2: return {extent(), extent(), extent() % 7 + 1};
      default: return {extent(), extent()};
    }
  }
  Tensor numbers(const Shape& shape) { return tensor_of(dtype_, shape, random_numbers(shape.elements(), random_)); }
  Tensor indices() {
    std::vector<double> values;
    for (std::int64_t i = 0; i < extents_[0]; ++i) values.push_back(below(static_cast<int>(extents_[0])));
    return tensor_of(Dtype::i32, {extents_[0]}, values);
  }

  void add_input(Trace& trace) {
    const Shape of = shape();
    inputs.push_back(numbers(of));
    values_.push_back(trace.input({dtype_, of}));
  }
  void add_slot(Trace& trace, const std::string& name) {
    const Shape of = shape();
    state[name] = numbers(of);
    values_.push_back(trace.state({dtype_, of}, name));
  }

  Var any() {  // more often a recent one
    const int n = static_cast<int>(values_.size());
    return values_[static_cast<std::size_t>(below(2) == 0 ? std::max(0, n - 1 - below(4)) : below(n))];
  }
  Var some(const std::function<bool(const Var&)>& suitable, const Shape& otherwise) {
    for (int attempt = 0; attempt < 10; ++attempt)
      if (Var x = any(); suitable(x)) return x;
    return constant(0.75, dtype_, otherwise);
  }
  Var matrix() {
    return some([](const Var& x) { return x.shape().rank() == 2; }, {extent(), extent()});
  }
  /// A value that broadcasts with x.
  Var partner(const Var& x) {
    return some(
        [&](const Var& y) {
          const int common = std::min(x.shape().rank(), y.shape().rank());
          for (int axis = 1; axis <= common; ++axis) {
            const auto a = x.shape()[x.shape().rank() - axis], b = y.shape()[y.shape().rank() - axis];
            if (a != b && a != 1 && b != 1) return false;
          }
          return std::max(x.shape().elements(), y.shape().elements()) < 20'000;
        },
        x.shape());
  }

  void grow() {
    const Var next = below(3) == 0 ? elsewhere() : elementwise();
    if (next.shape().elements() < 30'000 && next.shape().rank() <= 3) values_.push_back(next);
  }

  Var elementwise() {
    const Var x = any(), y = partner(x);
    switch (below(18)) {
      case 0: return x + y;
      case 1: return x - y;
      case 2: return x * y;
      case 3: return x / (1.5 + square(y));
      case 4: return max(x, y);
      case 5: return min(x, y);
      case 6: return where(x < y, x, y * 0.5);
      case 7: return where(!(x <= y) || y > 0.25, y, x);
      case 8: return tanh(x);
      case 9: return sin(x) * 0.5;
      case 10: return exp(-abs(x));
      case 11: return sqrt(abs(x) + 0.125);
      case 12: return sigmoid(x) - softplus(y);
      case 13: return leaky_relu(x, 0.1);
      case 14: return relu(x) + elu(y);
      case 15: return cast(x > y, dtype_);
      case 16: return sign(x) * 0.25 + 0.75;
      default: return pow(x, 3.0) - log1p(abs(y));
    }
  }

  Var elsewhere() {
    const Var x = any();
    const int rank = x.shape().rank();
    switch (below(14)) {
      case 0: return sum(x) * 0.01;
      case 1: return rank == 0 ? x : mean(x, {below(rank)});
      case 2: return rank == 0 ? x : max(x, {below(rank)}, below(2) == 0 ? Keep::yes : Keep::no);
      case 3: return rank == 0 ? x : softmax(x, rank - 1);
      case 4: return rank == 0 ? x : x - mean(x, {rank - 1}, Keep::yes);
      case 5:
      case 6: return product();
      case 7: return transpose(x);
      case 8: return reshape(x, {x.shape().elements()});
      case 9: return part(x);
      case 10: return rank == 0 ? x : concatenate({x, below(2) == 0 ? x : tanh(x)}, below(3) == 0 ? rank - 1 : 0);
      case 11: return rank == 0 || x.shape()[0] != extents_[0] ? x : gather(x, indices_);
      case 12: return one_hot(indices_, 1 + below(9), dtype_) + 0.5;
      default: return cast(cast(x, dtype_ == Dtype::f32 ? Dtype::f64 : Dtype::f32), dtype_);
    }
  }

  /// A product with its own transposes, with what usually surrounds it.
  Var product() {
    const Var a = matrix();
    const bool ta = below(2) == 0, tb = below(2) == 0;
    const std::int64_t k = a.shape()[ta ? 0 : 1];
    const Var b = some([&](const Var& y) { return y.shape().rank() == 2 && y.shape()[tb ? 1 : 0] == k; },
                       tb ? Shape{extent(), k} : Shape{k, extent()});
    const Var c = matmul(a, b, ta, tb) * 0.1;
    switch (below(5)) {
      case 0: return tanh(c + partner(c));
      case 1: return softmax(c);
      case 2: return c - sum(b, {tb ? 1 : 0}) * 0.1;
      case 3: return c - reshape(slice(c, {0, 0}, {1, c.shape()[1]}), {c.shape()[1]});
      default: return c;
    }
  }

  Var part(const Var& x) {
    std::vector<std::int64_t> start, stop;
    for (std::int64_t extent : x.shape().extents()) {
      start.push_back(below(3) == 0 ? below(static_cast<int>(extent)) : 0);
      stop.push_back(below(3) == 0 ? std::min(extent, start.back() + 1 + below(static_cast<int>(extent))) : extent);
    }
    return x.shape().rank() == 0 ? x : slice(x, start, stop);
  }

  /// x made to fit a slot or an output.
  Var fitted(const Shape& shape) {
    for (int attempt = 0; attempt < 20; ++attempt) {
      const Var x = any();
      if (x.shape() == shape) return x;
      if (x.shape().elements() == shape.elements()) return reshape(x, shape);
    }
    return broadcast_to(sum(any()) * 0.01, shape);
  }

  void finish(Trace& trace, int slots) {
    for (int i = 0; i < slots; ++i)
      if (const std::string name = fmt::format("s{}", i); below(5) != 0)
        trace.assign(name, fitted(state[name].shape()));
    if (below(3) == 0) trace.commit_if(below(2) == 0 ? all_finite(any()) : sum(any()) > 0.0);
    const int outputs = 1 + below(4);
    for (int i = 0; i < outputs; ++i) trace.output(any());
    trace.output(values_.back());
    graph = trace.finish();
  }

  std::mt19937 random_;
  Dtype dtype_;
  std::int64_t extents_[3] = {};
  Var indices_;
  std::vector<Var> values_;
};

}  // namespace ansatz::test
