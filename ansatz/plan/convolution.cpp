// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/plan/convolution.hpp"

#include "ansatz/ops/convolution.hpp"

namespace ansatz::plan {

Product convolution_of(const Graph& graph, NodeId id) {
  const Node& node = graph[id];
  const Shape &a = graph[node.inputs[0]].type.shape, &b = graph[node.inputs[1]].type.shape, &c = node.type.shape;
  Convolution of;
  of.windows = windows_of(node.attributes);
  of.groups = node.attributes.ints.back();
  Product product;
  product.dtype = node.type.dtype;
  const int last = c.rank() - 1;
  product.n = c[last];
  product.m = product.n == 0 ? 0 : c.elements() / product.n;
  if (node.op == &rows::convolution) {
    of.result = Convolution::Result::y;
    of.x = a, of.y = c;
    product.k = of.windows.taps() * b[last - 1];
  } else if (node.op == &rows::convolution_input) {
    of.result = Convolution::Result::x;
    of.x = c, of.y = a;
    product.k = of.windows.taps() * (b[last] / of.groups);
  } else {
    of.result = Convolution::Result::weights;
    of.x = a, of.y = b;
    product.k = b[last] == 0 ? 0 : b.elements() / b[last];
    product.transpose_a = true;
  }
  product.convolution = of;
  return product;
}

}  // namespace ansatz::plan
