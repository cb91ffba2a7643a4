// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/ops/convolution.hpp"

#include <optional>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/layout.hpp"
#include "ansatz/ops/stack.hpp"
#include "ansatz/ops/table.hpp"

namespace ansatz {

namespace rows {

namespace {

/// ints: of the windows, then the number of groups.
std::int64_t groups_of(const Attributes& attributes) { return attributes.ints.back(); }

/// What plays a part in the form T(x, w, ȳ).
enum class Role : std::uint8_t { x, weights, y };

void check_dtypes(std::string_view name, std::span<const Type> inputs) {
  if (inputs[0].dtype != inputs[1].dtype)
    throw DtypeError("[{}] operands are {} and {}; dtypes are never mixed silently (use cast)", name,
                     to_string(inputs[0]), to_string(inputs[1]));
}

/// Checks that weights [taps…, c_in / groups, c_out] belong to the windows, and the groups to the channels.
void check_weights(std::string_view name, const Windows& windows, std::int64_t groups, const Shape& weights) {
  if (weights.rank() != windows.axes + 2)
    throw ShapeError(
        "[{}] weights are {}; [taps…, channels in / groups, channels out] with {} axes of taps is expected", name,
        to_string(weights), windows.axes);
  for (int a = 0; a < windows.axes; ++a)
    if (weights[a] != windows[a].taps)
      throw ShapeError("[{}] weights are {}; {} taps are expected along axis {}", name, to_string(weights),
                       windows[a].taps, a);
  if (groups < 1 || weights[weights.rank() - 1] % groups != 0)
    throw ShapeError("[{}] {} groups of {} channels out were asked for; a divisor is expected", name, groups,
                     weights[weights.rank() - 1]);
}

Shape spatial_extents(const Shape& x) { return Shape(x.extents().subspan(1, static_cast<std::size_t>(x.rank()) - 2)); }

/// [first, spatial…, last]
Shape around(std::int64_t first, const Shape& spatial, std::int64_t last) {
  return spatial.inserted(0, first).inserted(spatial.rank() + 1, last);
}

Type convolution_type(std::span<const Type> inputs, const Attributes& attributes) {
  const Shape &x = inputs[0].shape, &weights = inputs[1].shape;
  const Windows windows = windows_of(attributes);
  const std::int64_t groups = groups_of(attributes);
  check_dtypes("convolution", inputs);
  check_weights("convolution", windows, groups, weights);
  const Shape y = windowed_shape("convolution", windows, x, weights[weights.rank() - 1]);
  if (x[x.rank() - 1] != weights[weights.rank() - 2] * groups)
    throw ShapeError("[convolution] x is {} and weights are {}; {} channels in ({} groups) are expected of x",
                     to_string(x), to_string(weights), weights[weights.rank() - 2] * groups, groups);
  return {inputs[0].dtype, y};
}

/// shape: the spatial extents of x.
Type convolution_input_type(std::span<const Type> inputs, const Attributes& attributes) {
  const Shape &y = inputs[0].shape, &weights = inputs[1].shape;
  const Windows windows = windows_of(attributes);
  const std::int64_t groups = groups_of(attributes);
  check_dtypes("convolution_input", inputs);
  check_weights("convolution_input", windows, groups, weights);
  if (y.rank() != windows.axes + 2 || attributes.shape.rank() != windows.axes)
    throw ShapeError("[convolution_input] {} and spatial extents {} were given; {} spatial axes are expected",
                     to_string(y), to_string(attributes.shape), windows.axes);
  const Shape x = around(y[0], attributes.shape, weights[weights.rank() - 2] * groups);
  const Shape expected = windowed_shape("convolution_input", windows, x, weights[weights.rank() - 1]);
  if (y != expected)
    throw ShapeError("[convolution_input] {} was given; {}, the result for {}, is expected", to_string(y),
                     to_string(expected), to_string(x));
  return {inputs[0].dtype, x};
}

Type convolution_weights_type(std::span<const Type> inputs, const Attributes& attributes) {
  const Shape &x = inputs[0].shape, &y = inputs[1].shape;
  const Windows windows = windows_of(attributes);
  const std::int64_t groups = groups_of(attributes);
  check_dtypes("convolution_weights", inputs);
  const std::int64_t channels = y.rank() == 0 ? 0 : y[y.rank() - 1];
  const Shape expected = windowed_shape("convolution_weights", windows, x, channels);
  if (y != expected)
    throw ShapeError("[convolution_weights] {} and {} were given; {} is expected beside the first one", to_string(x),
                     to_string(y), to_string(expected));
  if (groups < 1 || x[x.rank() - 1] % groups != 0 || channels % groups != 0)
    throw ShapeError(
        "[convolution_weights] {} groups of {} channels in and {} out were asked for; a divisor is expected", groups,
        x[x.rank() - 1], channels);
  Shape weights{x[x.rank() - 1] / groups, channels};
  for (int a = 0; a < windows.axes; ++a) weights = weights.inserted(a, windows[a].taps);
  return {inputs[0].dtype, weights};
}

/// The form without the role `of`: of the two others, in the order x, weights, y. `extents`: what they leave open.
Var without(Role of, const Var& a, const Var& b, std::vector<std::int64_t> ints, const Shape& extents) {
  Attributes attributes;
  attributes.ints = std::move(ints);
  if (of == Role::x) attributes.shape = extents;
  if (of == Role::x) return apply(rows::convolution_input, {b, a}, std::move(attributes));
  if (of == Role::weights) return apply(rows::convolution_weights, {a, b}, std::move(attributes));
  return apply(rows::convolution, {a, b}, std::move(attributes));
}

// -- stacks of samples ----------------------------------------------------------------------------------------------

/// Where the samples of a stack go: one axis of a tensor without its samples is cut into [outer, rest], and the samples
/// join the rest.
struct Place {
  int axis = 0;
  std::int64_t outer = 1;
};

Var join_samples(const Var& x, const Place& place) {
  const Var cut = cut_axis(x, place.axis + 1, place.outer);  // [samples, …, outer, rest, …]
  return join_axes(join_axes(move_axis(cut, 0, place.axis + 1), place.axis + 1), place.axis);
}

Var part_samples(const Var& x, const Place& place, std::int64_t extent) {
  const Var cut = cut_axis(cut_axis(x, place.axis, place.outer), place.axis + 1, extent);
  return join_axes(move_axis(cut, place.axis + 1, 0), place.axis + 1);
}

/// Samples are more images, more channels in or out, or more groups: what each operand lets them be. An operand whose
/// role is absent from `stacked` is shared by all samples.
std::optional<Place> place_of(Role role, bool x, bool weights, bool y, const Windows& windows, std::int64_t groups) {
  const int last = windows.axes + 1;
  if (x && weights && y) return Place{last, 1};
  if (x && y) return role == Role::weights ? std::nullopt : std::optional(Place{0, 1});
  if (weights && y) return role == Role::x ? std::nullopt : std::optional(Place{last, groups});
  if (role == Role::y) return std::nullopt;
  return role == Role::x ? Place{last, groups} : Place{last - 1, 1};
}

/// `a`, `b`: the roles of the operands; the result has the third one.
Var stack_form(const Stack& stack, Role a, Role b) {
  const Role result = static_cast<Role>(3 - static_cast<int>(a) - static_cast<int>(b));
  const auto is_stacked = [&](Role role) {
    return role == result || (role == a && stack.stacked[0]) || (role == b && stack.stacked[1]);
  };
  const Windows windows = windows_of(stack.attributes);
  const std::int64_t groups = groups_of(stack.attributes);
  const bool x = is_stacked(Role::x), weights = is_stacked(Role::weights), y = is_stacked(Role::y);
  const auto place = [&](Role role) { return place_of(role, x, weights, y, windows, groups); };
  std::vector<Var> operands;
  for (std::size_t i = 0; i < 2; ++i)
    operands.push_back(stack.stacked[i] ? join_samples(stack.inputs[i], *place(i == 0 ? a : b)) : stack.inputs[i]);
  Attributes attributes = stack.attributes;
  if (x && weights && y) attributes.ints.back() = groups * stack.extent;
  return part_samples(apply(stack.op, operands, std::move(attributes)), *place(result), stack.extent);
}

}  // namespace

// ints: five numbers an axis (ops/windows.hpp), then the number of groups.
ANSATZ_ROW(convolution){.name = "convolution",
                        .arity = 2,
                        .kind = Kind::multilinear,
                        .type = convolution_type,
                        .transpose =
                            [](const Call& call, const Var& cotangent, int i) {
                              const Var x = call.input(0), weights = call.input(1);
                              return i == 0 ? without(Role::x, weights, cotangent, call.attributes().ints,
                                                      spatial_extents(x.shape()))
                                            : without(Role::weights, x, cotangent, call.attributes().ints, {});
                            },
                        .stack = [](const Stack& stack) { return stack_form(stack, Role::x, Role::weights); },
                        .linear_in = 3,
                        .flops = 2,
                        .onnx = "Conv"};

// ints: as of convolution; shape: the spatial extents of the result.
ANSATZ_ROW(convolution_input){.name = "convolution_input",
                              .arity = 2,
                              .kind = Kind::multilinear,
                              .type = convolution_input_type,
                              .transpose =
                                  [](const Call& call, const Var& cotangent, int i) {
                                    const Var y = call.input(0), weights = call.input(1);
                                    return i == 0 ? without(Role::y, cotangent, weights, call.attributes().ints, {})
                                                  : without(Role::weights, cotangent, y, call.attributes().ints, {});
                                  },
                              .stack = [](const Stack& stack) { return stack_form(stack, Role::y, Role::weights); },
                              .linear_in = 3,
                              .flops = 2,
                              .onnx = "ConvTranspose"};

// ints: as of convolution.
ANSATZ_ROW(convolution_weights){.name = "convolution_weights",
                                .arity = 2,
                                .kind = Kind::multilinear,
                                .type = convolution_weights_type,
                                .transpose =
                                    [](const Call& call, const Var& cotangent, int i) {
                                      const Var x = call.input(0), y = call.input(1);
                                      return i == 0 ? without(Role::x, cotangent, y, call.attributes().ints,
                                                              spatial_extents(x.shape()))
                                                    : without(Role::y, x, cotangent, call.attributes().ints, {});
                                    },
                                .stack = [](const Stack& stack) { return stack_form(stack, Role::x, Role::y); },
                                .linear_in = 3,
                                .flops = 2};

}  // namespace rows

namespace {

std::vector<std::int64_t> ints_of(std::string_view name, std::span<const std::int64_t> taps,
                                  const ConvolutionOptions& options) {
  std::vector<std::int64_t> ints = window_ints(name, taps, options.sliding);
  ints.push_back(options.groups);
  return ints;
}

std::span<const std::int64_t> taps_of(std::string_view name, const Var& weights) {
  const Shape& shape = weights.shape();
  if (shape.rank() < 3)
    throw ShapeError("[{}] weights are {}; [taps…, channels in / groups, channels out] is expected", name,
                     to_string(shape));
  return shape.extents().first(static_cast<std::size_t>(shape.rank()) - 2);
}

}  // namespace

Var convolution(const Var& x, const Var& weights, const ConvolutionOptions& options) {
  return rows::without(rows::Role::y, x, weights, ints_of("convolution", taps_of("convolution", weights), options), {});
}

Var convolution_input(const Var& cotangent, const Var& weights, const Shape& spatial,
                      const ConvolutionOptions& options) {
  return rows::without(rows::Role::x, weights, cotangent,
                       ints_of("convolution_input", taps_of("convolution_input", weights), options), spatial);
}

Var convolution_weights(const Var& x, const Var& cotangent, const Shape& taps, const ConvolutionOptions& options) {
  return rows::without(rows::Role::weights, x, cotangent, ints_of("convolution_weights", taps.extents(), options), {});
}

Var conv2d(const Var& x, const Var& weights, const ConvolutionOptions& options) {
  if (x.shape().rank() != 4 || weights.shape().rank() != 4)
    throw ShapeError(
        "[conv2d] x is {} and weights are {}; [n, h, w, channels in] and [ky, kx, channels in / groups, channels out] "
        "are expected",
        to_string(x.shape()), to_string(weights.shape()));
  return convolution(x, weights, options);
}

}  // namespace ansatz
