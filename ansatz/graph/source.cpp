// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/graph/source.hpp"

#include <algorithm>
#include <cstring>

namespace ansatz::rows {

namespace {
Type declared_type(std::span<const Type>, const Attributes& attributes) { return {attributes.dtype, attributes.shape}; }
}  // namespace

const Op input{.name = "input", .arity = 0, .kind = Kind::source, .accepts = Accepts::any, .type = declared_type};
const Op state{.name = "state", .arity = 0, .kind = Kind::source, .accepts = Accepts::any, .type = declared_type};
const Op constant{.name = "constant",
                  .arity = 0,
                  .kind = Kind::source,
                  .accepts = Accepts::any,
                  .type = declared_type,
                  .onnx = "Constant"};

}  // namespace ansatz::rows

namespace ansatz {

void write_constant(const Node& constant, std::byte* to) {
  const Attributes& attributes = constant.attributes;
  const auto n = static_cast<std::size_t>(constant.type.shape.elements());
  if (n == 0) return;
  if (attributes.data) {
    std::memcpy(to, attributes.data->data(), constant.type.bytes());
    return;
  }
  const double value = attributes.reals.at(0);
  switch (constant.type.dtype) {
    case Dtype::f64: std::fill_n(reinterpret_cast<double*>(to), n, value); break;
    case Dtype::f32: std::fill_n(reinterpret_cast<float*>(to), n, static_cast<float>(value)); break;
    case Dtype::i32: std::fill_n(reinterpret_cast<std::int32_t*>(to), n, static_cast<std::int32_t>(value)); break;
    case Dtype::boolean: std::fill_n(to, n, static_cast<std::byte>(value != 0.0)); break;
  }
}

}  // namespace ansatz
