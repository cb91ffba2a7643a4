// SPDX-License-Identifier: BSD-3-Clause
// Convolutions and pooling: values and gradients against PyTorch (tests/golden/README.md), which element pooling
// chooses, what is refused.
#include "ansatz/ops/windows.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

template <class T>
std::vector<T> list(const nlohmann::json& entry, const char* name) {
  return entry.at(name).get<std::vector<T>>();
}

Shape shape(const nlohmann::json& entry, const char* name) { return Shape(list<std::int64_t>(entry, name)); }

Sliding sliding_of(const nlohmann::json& entry) {
  return {.stride = list<std::int64_t>(entry, "stride"),
          .before = list<std::int64_t>(entry, "before"),
          .after = list<std::int64_t>(entry, "after"),
          .dilation = list<std::int64_t>(entry, "dilation")};
}

Tensor tensor(const nlohmann::json& entry, const char* name, const Shape& of) {
  return tensor_of(Dtype::f64, of, list<double>(entry, name));
}

TEST(GoldenConvolutions, AgreeInValueAndGradients) {
  int compared = 0;
  for (const auto& entry : golden("convolutions").at("convolutions")) {
    const Shape of_x = shape(entry, "x_shape"), of_y = shape(entry, "y_shape");
    const ConvolutionOptions options{sliding_of(entry), entry.at("groups")};
    Shape of_weights = shape(entry, "taps");
    of_weights = of_weights.inserted(of_weights.rank(), of_x[of_x.rank() - 1] / options.groups);
    of_weights = of_weights.inserted(of_weights.rank(), entry.at("channels_out"));
    const Tensor x = tensor(entry, "x", of_x), w = tensor(entry, "weights", of_weights),
                 c = tensor(entry, "cotangent", of_y);
    SCOPED_TRACE(fmt::format("x {}, weights {}", to_string(of_x), to_string(of_weights)));
    const auto y = [&](const Var& at, const Var& weights) { return convolution(at, weights, options); };
    const Tensor value = evaluate(y, x, w);
    EXPECT_EQ(value.shape(), of_y);
    EXPECT_THAT(numbers_of(value), CloseTo(list<double>(entry, "y"), 1e-12));
    const auto by_x = [&](const Var& at, const Var& weights, const Var& cotangent) {
      return grad([&](const Var& v) { return sum(cotangent * y(v, weights)); })(at);
    };
    const auto by_weights = [&](const Var& at, const Var& weights, const Var& cotangent) {
      return grad([&](const Var& v) { return sum(cotangent * y(at, v)); })(weights);
    };
    EXPECT_THAT(numbers_of(evaluate(by_x, x, w, c)), CloseTo(list<double>(entry, "dx"), 1e-12));
    EXPECT_THAT(numbers_of(evaluate(by_weights, x, w, c)), CloseTo(list<double>(entry, "dweights"), 1e-12));
    ++compared;
  }
  EXPECT_EQ(compared, 12);
}

TEST(GoldenPooling, AgreesInValueAndGradient) {
  int compared = 0;
  for (const auto& entry : golden("convolutions").at("pooling")) {
    const Shape of_x = shape(entry, "x_shape"), of_y = shape(entry, "y_shape");
    const auto taps = list<std::int64_t>(entry, "taps");
    const Divisor divisor = entry.at("include_pad").get<bool>() ? Divisor::taps : Divisor::elements;
    const auto y = [&](const Var& at) {
      return entry.at("kind") == "max" ? max_pool(at, taps, sliding_of(entry))
                                       : average_pool(at, taps, sliding_of(entry), divisor);
    };
    const Tensor x = tensor(entry, "x", of_x), c = tensor(entry, "cotangent", of_y);
    SCOPED_TRACE(fmt::format("{} of {}", entry.at("kind").get<std::string>(), to_string(of_x)));
    const Tensor value = evaluate(y, x);
    EXPECT_EQ(value.shape(), of_y);
    EXPECT_THAT(numbers_of(value), CloseTo(list<double>(entry, "y"), 1e-12));
    const auto by_x = [&](const Var& at, const Var& cotangent) {
      return grad([&](const Var& v) { return sum(cotangent * y(v)); })(at);
    };
    EXPECT_THAT(numbers_of(evaluate(by_x, x, c)), CloseTo(list<double>(entry, "dx"), 1e-12));
    ++compared;
  }
  EXPECT_EQ(compared, 12);
}

TEST(MaxPool, ChoosesTheFirstOfTheLargestElementsAndTheFirstNaN) {
  const Tensor x = tensor_of(Dtype::f64, {1, 4, 2, 1}, {2.0, 2.0, -0.0, 0.0, -1.0, no_number, 3.0, no_number});
  const auto y = [](const Var& v) { return max_pool2d(v, {1, 2}); };
  const Numbers value = numbers_of(evaluate(y, x));
  EXPECT_EQ(value[0], 2.0);
  EXPECT_TRUE(value[1] == 0.0 && std::signbit(value[1]));
  EXPECT_TRUE(std::isnan(value[2]) && std::isnan(value[3]));
  const auto slope = [&](const Var& v) { return grad([&](const Var& u) { return sum(y(u)); })(v); };
  EXPECT_THAT(numbers_of(evaluate(slope, x)), ElementsAre(1, 0, 1, 0, 0, 1, 0, 1));
}

TEST(MaxPool, OfARectifierIsTheRectifierOfFewerElements) {
  Trace trace;
  trace.output(max_pool2d(relu(trace.input({Dtype::f32, {1, 4, 4, 2}})), {2, 2}));
  const Graph graph = passes::optimise(trace.finish(), run::default_passes());
  EXPECT_EQ(graph[graph.outputs[0]].op, &rows::relu);
  EXPECT_EQ(graph[graph.outputs[0]].type.shape, (Shape{1, 2, 2, 2}));
  const Tensor x = tensor_of(Dtype::f64, {1, 4, 2, 1}, {1.0, 2.0, -1.0, -2.0, -0.0, 0.0, 3.0, no_number});
  const auto y = [](const Var& v) { return max_pool2d(relu(v), {1, 2}); };
  const auto slope = [&](const Var& v) { return grad([&](const Var& u) { return sum(y(u)); })(v); };
  EXPECT_THAT(numbers_of(evaluate(y, x)), ElementsAre(2.0, 0.0, 0.0, testing::IsNan()));
  EXPECT_THAT(numbers_of(evaluate(slope, x)), ElementsAre(0, 1, 0, 0, 0, 0, 0, 1));
}

TEST(Convolution, CountsPaddingAsZerosThatAreMultiplied) {
  const Tensor x = tensor_of(Dtype::f64, {1, 2, 1}, {1.0, 2.0});
  const Tensor w = tensor_of(Dtype::f64, {2, 1, 1}, {std::numeric_limits<double>::infinity(), 1.0});
  const auto y = [](const Var& v, const Var& u) { return convolution(v, u, {.sliding = {.before = {1}}}); };
  const Numbers value = numbers_of(evaluate(y, x, w));
  EXPECT_TRUE(std::isnan(value[0]));
  EXPECT_TRUE(std::isinf(value[1]));
}

TEST(SamePadding, CoversAnAxisWithAsManyWindowsAsTheStrideAsksFor) {
  EXPECT_EQ(same_padding(28, 3), (Padding{1, 1}));
  EXPECT_EQ(same_padding(28, 2), (Padding{0, 1}));
  EXPECT_EQ(same_padding(28, 3, 2), (Padding{0, 1}));
  EXPECT_EQ(same_padding(28, 3, 1, 2), (Padding{2, 2}));
  EXPECT_EQ(same_padding(7, 1, 3), (Padding{0, 0}));
  for (std::int64_t extent : {1, 2, 7, 28})
    for (std::int64_t taps : {1, 2, 3, 5})
      for (std::int64_t stride : {1, 2, 3})
        for (std::int64_t dilation : {1, 2}) {
          const Padding padding = same_padding(extent, taps, stride, dilation);
          const WindowAxis axis{taps, stride, padding.before, padding.after, dilation};
          EXPECT_EQ(axis.windows(extent), (extent + stride - 1) / stride);
        }
}

template <class F>
std::string message_of(F&& f) {
  Trace trace;
  return error_of<Error>([&] { f(trace); });
}

TEST(Windows, SayWhatIsWrongWithThem) {
  const auto image = [](Trace& trace) { return trace.input({Dtype::f32, {2, 6, 5, 3}}); };
  const auto weights = [](Trace& trace) { return trace.input({Dtype::f32, {3, 3, 3, 4}}); };
  EXPECT_THAT(message_of([&](Trace& t) { conv2d(image(t), weights(t), {.sliding = {.stride = {2}}}); }),
              AllOf(HasSubstr("[convolution] stride = [2]"), HasSubstr("2 numbers are expected")));
  EXPECT_THAT(message_of([&](Trace& t) {
                conv2d(image(t), weights(t), {.sliding = {.stride = {0, 1}}});
              }),
              AllOf(HasSubstr("stride = [0, 1]"), HasSubstr("from 1 on")));
  EXPECT_THAT(message_of([&](Trace& t) {
                conv2d(image(t), weights(t), {.sliding = {.dilation = {3, 1}}});
              }),
              AllOf(HasSubstr("a window of 3 taps at distances of 3"), HasSubstr("axis 1 of [2, 6, 5, 3]")));
  EXPECT_THAT(message_of([&](Trace& t) { conv2d(image(t), weights(t), {.groups = 3}); }),
              AllOf(HasSubstr("3 groups"), HasSubstr("a divisor is expected")));
  EXPECT_THAT(message_of([&](Trace& t) {
                conv2d(t.input({Dtype::f32, {3}}), weights(t));
              }),
              HasSubstr("[conv2d] x is [3]"));
  EXPECT_THAT(message_of([&](Trace& t) { max_pool2d(image(t), {2}); }), HasSubstr("[max_pool2d]"));
  EXPECT_THAT(message_of([&](Trace& t) {
                max_pool2d(image(t), {2, 2}, {.before = {2, 0}});
              }),
              AllOf(HasSubstr("window 0 along axis 1"), HasSubstr("nothing but padding")));
}

}  // namespace
}  // namespace ansatz::test
