// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What an operation has to know: one row. Walkers (differentiation, passes, printers, planners, tests) read the row
/// and name no operation. Rows are declared in ansatz/ops/, one file a family.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/base/dtype.hpp"
#include "ansatz/base/memory.hpp"
#include "ansatz/base/shape.hpp"

namespace ansatz {

class Call;
class Var;
struct Custom;
struct Stack;

/// Dtype and shape of a value.
struct Type {
  Dtype dtype = Dtype::f64;
  Shape shape;
  friend bool operator==(const Type&, const Type&) = default;
  std::size_t bytes() const { return static_cast<std::size_t>(shape.elements()) * size_of(dtype); }
};

/// "f32[32, 10]".
std::string to_string(const Type& type);

/// The compile-time arguments of a node. Which fields an operation uses, and how, is documented at its row.
struct Attributes {
  std::vector<std::int64_t> ints;             ///< axes, extents, offsets, flags
  std::vector<double> reals;                  ///< slopes, scalar constants
  Dtype dtype = Dtype::f64;                   ///< cast, iota, input, constant, state
  Shape shape;                                ///< broadcast, reshape, input, constant, state
  std::string name;                           ///< input and state names
  std::shared_ptr<const AlignedBuffer> data;  ///< dense constants
  std::shared_ptr<const Custom> custom = {};  ///< what the user supplies (ops/custom.hpp)

  friend bool operator==(const Attributes& a, const Attributes& b);
};

/// The four kinds of derivative rule (docs/architecture.md), and two kinds that need none.
enum class Kind : std::uint8_t {
  source,       ///< no inputs: parameters of the graph, constants
  elementwise,  ///< same shape in and out; the partials ∂y/∂xᵢ as graph, given inputs and output
  linear,       ///< linear, jointly, in the inputs marked in `linear_in`; the rule is the transpose
  multilinear,  ///< linear in each marked input separately; the rule is the transpose in one input
  general,      ///< the rule is the forward mode, whose tangent part uses only linear and multilinear rows
  opaque        ///< piecewise constant or integer-valued: the derivative is zero everywhere it exists
};

/// Which dtypes an operation takes.
enum class Accepts : std::uint8_t { floating, numeric, boolean, any };

/// ∂y/∂x_i of an elementwise operation, or nothing where it is identically zero.
using PartialRule = std::optional<Var> (*)(const Call& call, int i);
/// The cotangent of input i for the cotangent of the output.
using TransposeRule = Var (*)(const Call& call, const Var& cotangent, int i);
/// The tangent of the output for the tangents of the inputs (absent: zero).
using TangentRule = Var (*)(const Call& call, std::span<const std::optional<Var>> tangents);
/// The operation on a stack of samples (vmap): the output has a leading axis too.
using StackRule = Var (*)(const Stack& stack);
/// Dtypes and shapes of the output. @throws ShapeError, DtypeError.
using TypeRule = Type (*)(std::span<const Type> inputs, const Attributes& attributes);

/// One operation: everything but its kernel.
struct Op {
  std::string_view name;
  int arity = 1;  ///< number of inputs; variadic for any number ≥ 1
  Kind kind = Kind::opaque;
  Accepts accepts = Accepts::floating;
  TypeRule type = nullptr;
  PartialRule partial = nullptr;
  TransposeRule transpose = nullptr;
  TangentRule tangent = nullptr;
  StackRule stack = nullptr;    ///< not needed by elementwise operations and sources
  std::uint32_t linear_in = 0;  ///< bit i: (multi)linear in input i
  bool commutative = false;     ///< f(a, b) = f(b, a)
  bool elementwise = false;  ///< output[i] depends on inputs[i] alone (true for Kind::elementwise and for where, add …)
  bool selects = false;      ///< a branch not taken is structurally zero in the cotangent (where)
  bool random = false;       ///< a stream of numbers: in a stack each sample needs a key of its own
  bool view = false;         ///< the output is the input's memory, row-major, under another shape or name
  bool effect_free = true;          ///< may be removed, duplicated or folded
  int flops = 0;                    ///< floating-point operations an element, as the lectures count them
  std::string_view symbol{};        ///< infix symbol for printers, e.g. "+"
  std::string_view onnx{};          ///< operator name in ONNX, where one corresponds
  std::span<const double> kinks{};  ///< inputs at which the derivative jumps (finite differences keep away)

  static constexpr int variadic = -1;
};

}  // namespace ansatz
