// SPDX-License-Identifier: BSD-3-Clause
// Convolutions and pooling as the executor runs them (patches read where they lie or from padded copies, packed
// weights, before an epilogue; divided among workers) have the bits of the plain loops.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <random>

#include "ansatz/ops/ops.hpp"
#include "ansatz/plan/plan.hpp"
#include "ansatz/run/executor.hpp"
#include "tests/kernels/kernel_sets.hpp"
#include "tests/support/effort.hpp"
#include "tests/support/interpret.hpp"

namespace ansatz::test {
namespace {

struct Images {
  Shape x, taps;  ///< [samples, spatial…, channels], [taps…]
  std::int64_t channels = 1;
  Sliding sliding = {};
  std::int64_t groups = 1;
};

std::string named(const Images& c) {
  return fmt::format("x {}, taps {}, {} channels, stride [{}], before [{}], after [{}], dilation [{}], {} groups",
                     to_string(c.x), to_string(c.taps), c.channels, fmt::join(c.sliding.stride, ","),
                     fmt::join(c.sliding.before, ","), fmt::join(c.sliding.after, ","),
                     fmt::join(c.sliding.dilation, ","), c.groups);
}

const std::vector<Images>& images() {
  static const std::vector<Images> all = {
      {{2, 5, 6, 3}, {3, 3}, 4},
      {{2, 5, 6, 3}, {3, 3}, 9, {.before = {1, 1}, .after = {1, 1}}},
      {{1, 28, 28, 1}, {3, 3}, 16, {.before = {1, 1}, .after = {1, 1}}},
      {{3, 14, 14, 16}, {3, 3}, 32, {.before = {1, 1}, .after = {1, 1}}},  // sums over more than one chunk
      {{2, 4, 5, 70}, {3, 3}, 5, {.before = {1, 1}, .after = {1, 1}}},     // more than 512 terms forward
      {{2, 4, 5, 3}, {3, 3}, 70, {.before = {1, 1}, .after = {1, 1}}},     // and backward
      {{2, 9, 8, 3}, {3, 2}, 5, {.stride = {2, 3}, .before = {1, 0}, .after = {0, 2}}},
      {{1, 9, 9, 2}, {2, 2}, 17, {.stride = {3, 3}}},  // elements that no window reaches
      {{1, 8, 7, 2}, {2, 3}, 5, {.before = {2, 1}, .after = {1, 2}, .dilation = {3, 2}}},
      {{2, 7, 7, 3}, {3, 3}, 2, {.stride = {2, 2}, .before = {2, 2}, .after = {2, 2}, .dilation = {2, 2}}},
      {{1, 9, 7, 2}, {1, 1}, 3, {.stride = {4, 2}, .before = {1, 0}}},
      {{1, 3, 3, 2}, {1, 1}, 3, {.before = {2, 3}, .after = {3, 2}}},  // windows of nothing but padding
      {{1, 5, 6, 4}, {3, 3}, 6, {.stride = {1, 2}, .before = {1, 1}, .after = {1, 1}}, 2},
      {{2, 5, 5, 9}, {3, 3}, 9, {.before = {1, 1}, .after = {1, 1}}, 9},
      {{1, 5, 5, 3}, {2, 2}, 6, {.stride = {2, 1}, .before = {0, 1}, .after = {1, 0}, .dilation = {1, 2}}, 3},
      {{2, 40, 3}, {4}, 2, {.stride = {2}, .before = {1}, .after = {2}, .dilation = {2}}},
      {{1, 900, 1}, {5}, 8},
      {{1, 4, 5, 3, 2},
       {2, 3, 2},
       3,
       {.stride = {1, 2, 1}, .before = {1, 0, 1}, .after = {0, 1, 0}, .dilation = {1, 1, 2}}},
      {{0, 5, 6, 3}, {3, 3}, 4},
  };
  return all;
}

class ExecutedWindows : public KernelSets {
 protected:
  /// f of the inputs, by the executor, has the bits of the plain kernels. Returns the plan's entries.
  template <class T, class F>
  std::size_t expect_bits_of_the_plain_loops(const F& f, const std::vector<Tensor>& inputs) {
    Trace trace;
    std::vector<Var> xs;
    for (const Tensor& x : inputs) xs.push_back(trace.input({x.dtype(), x.shape()}));
    for (const Var& y : f(xs)) trace.output(y);
    const Graph graph = trace.finish();
    const std::vector<Tensor> expected = interpret(graph, inputs);
    const plan::Plan plan = plan::build(graph);
    for (int threads : {1, 2, 3}) {
      run::State state;
      run::Executor executor(plan, state, {.threads = threads, .force_split = true, .kernels = &set()});
      for (std::size_t i = 0; i < inputs.size(); ++i) executor.bind(i, inputs[i].data());
      for (int again = 0; again < 2; ++again) executor.run();
      for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_EQ(first_difference(reinterpret_cast<const T*>(executor.output(i)), expected[i].as<T>().data(),
                                   expected[i].shape().elements()),
                  -1)
            << "output " << i << ", " << threads << " threads";
    }
    return plan.entries.size();
  }

  template <class T>
  static Tensor rough(const Shape& shape, std::mt19937& random, bool special = false) {
    std::vector<T> values = rough_numbers<T>(shape.elements(), random);
    using L = std::numeric_limits<T>;
    if (special)
      for (std::size_t i = 0; i < values.size(); i += 1 + random() % 11)
        values[i] = std::array{T(0), -T(0), L::infinity(), -L::infinity(), L::quiet_NaN(), L::min()}[random() % 6];
    return Tensor(std::move(values), shape);
  }

  template <class T>
  void expect_convolutions(const Images& c, std::mt19937& random, bool special) {
    SCOPED_TRACE(named(c) + (special ? ", special numbers" : ""));
    Shape of_weights = c.taps;
    of_weights = of_weights.inserted(of_weights.rank(), c.x[c.x.rank() - 1] / c.groups);
    of_weights = of_weights.inserted(of_weights.rank(), c.channels);
    const ConvolutionOptions options{c.sliding, c.groups};
    const Tensor x = rough<T>(c.x, random, special), w = rough<T>(of_weights, random, special);
    Trace trace;
    const Shape of_y =
        convolution(trace.input({x.dtype(), x.shape()}), trace.input({w.dtype(), w.shape()}), options).shape();
    const Tensor y = rough<T>(of_y, random, special), bias = rough<T>({c.channels}, random);
    const Shape spatial(c.x.extents().subspan(1, static_cast<std::size_t>(c.taps.rank())));
    const auto forward = [&](const std::vector<Var>& in) { return std::vector{convolution(in[0], in[1], options)}; };
    const auto with_bias = [&](const std::vector<Var>& in) {
      return std::vector{relu(convolution(in[0], in[1], options) + in[2])};
    };
    const auto input = [&](const std::vector<Var>& in) {
      return std::vector{0.25 * convolution_input(in[0], in[1], spatial, options)};
    };
    const auto weights = [&](const std::vector<Var>& in) {
      return std::vector{in[2] - 0.25 * convolution_weights(in[0], in[1], c.taps, options)};
    };
    const auto gradients = [&](const std::vector<Var>& in) {
      std::vector<int> axes(static_cast<std::size_t>(of_y.rank()) - 1);
      std::iota(axes.begin(), axes.end(), 0);
      return std::vector{convolution_weights(in[0], in[1], c.taps, options), sum(in[1], axes)};
    };
    EXPECT_EQ(expect_bits_of_the_plain_loops<T>(gradients, {x, y}), 1U);
    expect_bits_of_the_plain_loops<T>(forward, {x, w});
    EXPECT_EQ(expect_bits_of_the_plain_loops<T>(with_bias, {x, w, bias}), 1U);
    EXPECT_EQ(expect_bits_of_the_plain_loops<T>(input, {y, w}), 1U);
    EXPECT_EQ(expect_bits_of_the_plain_loops<T>(weights, {x, y, w}), 1U);
  }

  template <class T>
  void expect_pooling(const Images& c, std::mt19937& random, bool special) {
    SCOPED_TRACE(named(c) + (special ? ", special numbers" : ""));
    const std::vector<std::int64_t> taps(c.taps.begin(), c.taps.end());
    const Tensor x = rough<T>(c.x, random, special), t = rough<T>(c.x, random, special);
    Trace trace;
    const Var at = trace.input({x.dtype(), x.shape()});
    const Var pooled = max_pool(at, taps, c.sliding);
    const Attributes of_max = pooled.node().attributes;
    const Tensor y = rough<T>(pooled.shape(), random, special);
    const Shape spatial(c.x.extents().subspan(1, static_cast<std::size_t>(c.taps.rank())));
    const auto all = [&](const std::vector<Var>& in) {
      std::vector<Var> results = {max_pool(in[0], taps, c.sliding), max_pool_pick(in[0], in[1], taps, c.sliding),
                                  apply(rows::max_pool_place, {in[0], in[2]}, of_max)};
      for (Divisor divisor : {Divisor::taps, Divisor::elements}) {
        results.push_back(average_pool(in[0], taps, c.sliding, divisor));
        Attributes of_mean = results.back().node().attributes;
        of_mean.shape = spatial;
        results.push_back(apply(rows::average_pool_input, {in[2]}, of_mean));
      }
      return results;
    };
    expect_bits_of_the_plain_loops<T>(all, {x, t, y});
  }
};

TEST_P(ExecutedWindows, HaveTheBitsOfThePlainLoopsInConvolutions) {
  std::mt19937 random(41);
  for (const Images& c : images())
    for (bool special : {false, true}) {
      if (sanitized && c.x.elements() > 1000) continue;
      expect_convolutions<float>(c, random, special);
      expect_convolutions<double>(c, random, special);
    }
}

TEST_P(ExecutedWindows, HaveTheBitsOfThePlainLoopsInPooling) {
  std::mt19937 random(43);
  const std::vector<Images> pools = {
      {{2, 6, 6, 3}, {2, 2}},
      {{2, 28, 28, 16}, {2, 2}},
      {{1, 7, 8, 9}, {2, 2}},
      {{2, 7, 8, 5}, {3, 2}, 1, {.stride = {2, 1}, .before = {1, 1}, .after = {1, 0}}},
      {{1, 8, 7, 17}, {2, 3}, 1, {.stride = {1, 2}, .before = {0, 1}, .after = {0, 1}, .dilation = {3, 2}}},
      {{1, 9, 9, 2}, {2, 2}, 1, {.stride = {3, 3}}},
      {{1, 12, 12, 2}, {9, 9}, 1, {.stride = {1, 1}}},  // many taps
      {{2, 9, 2}, {3}, 1, {.stride = {2}, .before = {1}, .after = {1}}},
      {{1, 4, 5, 3, 2},
       {2, 3, 2},
       1,
       {.stride = {1, 2, 1}, .before = {1, 1, 0}, .after = {1, 1, 0}, .dilation = {1, 1, 2}}},
      {{0, 6, 6, 3}, {2, 2}},
  };
  for (const Images& c : pools)
    for (bool special : {false, true}) {
      expect_pooling<float>(c, random, special);
      expect_pooling<double>(c, random, special);
    }
}

ANSATZ_FOR_EACH_KERNEL_SET(ExecutedWindows);

}  // namespace
}  // namespace ansatz::test
