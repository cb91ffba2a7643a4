// SPDX-License-Identifier: BSD-3-Clause
// Groups that look as if they fitted together and do not, and chains at the limits of their runner.
#include <gtest/gtest.h>

#include <functional>

#include "ansatz/ops/ops.hpp"
#include "tests/plan/experiment.hpp"

namespace ansatz {
namespace {

class Fusion : public testing::TestWithParam<Dtype> {
 protected:
  using Inputs = std::vector<Shape>;
  void check(const Inputs& shapes, const std::function<void(Trace&, const std::vector<Var>&)>& f) {
    Trace trace;
    std::vector<Var> xs;
    std::vector<Tensor> values;
    for (const Shape& shape : shapes) {
      xs.push_back(trace.input({GetParam(), shape}));
      values.push_back(test::tensor_of(GetParam(), shape, test::random_numbers(shape.elements(), generator_)));
    }
    f(trace, xs);
    test::check_plan(trace.finish(), values);
  }

 private:
  std::mt19937 generator_{5};
};

TEST_P(Fusion, AnEpilogueThatReadsAnotherRowOfItsProduct) {
  check({{50, 7}, {7, 9}}, [](Trace& trace, const std::vector<Var>& x) {
    const Var product = matmul(x[0], x[1]);
    trace.output(product - reshape(slice(product, {49, 0}, {50, 9}), {9}));
  });
}

TEST_P(Fusion, AnEpilogueThatReadsItsOwnColumnSums) {
  check({{50, 7}, {50, 9}},
        [](Trace& trace, const std::vector<Var>& x) { trace.output(matmul(x[0], x[1], true) - sum(x[1], {0})); });
}

TEST_P(Fusion, ColumnSumsThatDependOnTheProductBesideThem) {
  check({{9, 9}, {9, 9}}, [](Trace& trace, const std::vector<Var>& x) {
    const Var first = matmul(x[0], x[1], true), second = tanh(first);
    trace.output(sum(second, {0}));
    trace.output(matmul(x[0], second, true));
    trace.output(sum(x[1], {0}) * sum(first, {0}));
  });
}

TEST_P(Fusion, AProductOfWhichBothTheValueAndTheEpilogueAreNeeded) {
  check({{33, 7}, {9, 7}, {9}}, [](Trace& trace, const std::vector<Var>& x) {
    const Var product = matmul(x[0], x[1], false, true), activation = tanh(product + x[2]);
    trace.output(activation);
    trace.output(sum(product));
    trace.output(matmul(product, activation, true));
  });
}

TEST_P(Fusion, OneChainAfterTwoProducts) {
  check({{33, 7}, {7, 9}}, [](Trace& trace, const std::vector<Var>& x) {
    trace.output(matmul(x[0], x[1]) * matmul(sin(x[0]), x[1]) + matmul(x[0], cos(x[1])));
  });
}

TEST_P(Fusion, ASoftmaxAfterAProductSharesItWithAnotherReader) {
  check({{33, 7}, {7, 9}, {9}}, [](Trace& trace, const std::vector<Var>& x) {
    const Var logits = matmul(x[0], x[1]) + x[2];
    trace.output(softmax(logits));
    trace.output(logsumexp(logits, {1}));
    trace.output(logits);
    trace.output(max(logits, {1}) - min(logits, {1}));
  });
}

TEST_P(Fusion, RowValuesOfASquareMatrixAreReadAsAColumnAndAsARow) {
  check({{8, 8}, {8, 8}}, [](Trace& trace, const std::vector<Var>& x) {
    const Var r = sum(x[0], {1}), w = exp(x[0] - reshape(r, {8, 1}));
    const Var y = x[1] * r;  // r along the columns
    trace.output(y + w);
    trace.output(sum(y * w, {1}) + r);
  });
}

TEST_P(Fusion, RowValuesAsARowFirst) {
  check({{8, 8}, {8, 8}}, [](Trace& trace, const std::vector<Var>& x) {
    const Var r = max(x[0], {1});
    const Var y = sin(x[1] * r), w = x[0] + 1.0;
    trace.output(y * w);
    trace.output(sum(y * w, {1}) * r);
    trace.output(x[0] - reshape(r, {8, 1}) - r);
  });
}

TEST_P(Fusion, ReductionsOfReductions) {
  check({{40, 5}}, [](Trace& trace, const std::vector<Var>& x) {
    const Var r = sum(x[0], {1}), s = x[0] - reshape(r, {40, 1});
    trace.output(sum(square(s), {1}));
    trace.output(sum(s * reshape(sum(square(s), {1}), {40, 1}), {0}));
    trace.output(sum(sqrt(abs(r))));
  });
}

TEST_P(Fusion, AChainOfHundredsOfOperations) {
  check({{70, 3}, {70, 3}}, [](Trace& trace, const std::vector<Var>& x) {
    Var y = x[0];
    for (int i = 0; i < 400; ++i) y = i % 3 == 0 ? sin(y) : i % 3 == 1 ? y * x[1] : y + 0.01 * i;
    trace.output(y);
  });
}

TEST_P(Fusion, AChainThatReadsHundredsOfValues) {
  check(Inputs(300, Shape{70, 3}), [](Trace& trace, const std::vector<Var>& x) {
    Var y = x[0];
    for (std::size_t i = 1; i < x.size(); ++i) y = i % 2 == 0 ? y + x[i] : y * x[i] + x[i - 1];
    trace.output(y);
  });
}

TEST_P(Fusion, AChainAlongRowsOfHundredsOfOperations) {
  check(Inputs(40, Shape{70, 3}), [](Trace& trace, const std::vector<Var>& x) {
    Var y = x[0];
    for (std::size_t i = 1; i < x.size(); ++i) y = softmax(y * x[i]) + reshape(sum(x[i], {1}), {70, 1});
    trace.output(y);
  });
}

TEST_P(Fusion, IndicatorsOfLabelsInEveryDtype) {
  Trace trace;
  const Var labels = trace.input({Dtype::i32, {20}});
  for (Dtype dtype : all_dtypes) trace.output(one_hot(labels, 4, dtype));
  trace.output(one_hot(labels, 4, GetParam()) * 2.0);
  trace.output(sum(one_hot(labels, 4, GetParam()), {1}));
  std::vector<double> values;
  for (int i = 0; i < 20; ++i) values.push_back(i % 6 - 1);  // −1 and 4 lie outside
  test::check_plan(trace.finish(), {test::tensor_of(Dtype::i32, {20}, values)});
}

TEST_P(Fusion, LogicBesideBothWidths) {
  Trace trace;
  const Var a = trace.input({Dtype::f32, {300}}), b = trace.input({Dtype::f64, {300}});
  const Var both = a > 0.0 && b > 0.25;
  trace.output(where(both, a, 0.5));
  trace.output(where(!both, b, 0.5));
  trace.output(where(both, a > 0.5, b > 0.5));
  trace.output(cast(both, Dtype::f64) + cast(a, Dtype::f64));
  trace.output(cast(cast(both, Dtype::i32), Dtype::f32) * a);
  std::mt19937 random(6);
  test::check_plan(trace.finish(), {test::tensor_of(Dtype::f32, {300}, test::random_numbers(300, random)),
                                    test::tensor_of(Dtype::f64, {300}, test::random_numbers(300, random))});
}

TEST_P(Fusion, TensorsWithoutElementsAndOfOneElement) {
  check({{0, 3}, {3, 0}, {1, 1}, {3, 4}}, [](Trace& trace, const std::vector<Var>& x) {
    trace.output(sin(x[0]) + 1.0);
    trace.output(matmul(x[1], x[0]) + 2.0);  // a sum of no terms is 0
    trace.output(sum(x[0], {0}));
    trace.output(softmax(x[2]) * sum(x[3]));
    trace.output(matmul(slice(x[3], {0, 0}, {1, 4}), x[3], false, true));
    trace.output(matmul(x[3], x[1], true, false));  // no columns
    trace.output(exp(matmul(x[3], x[1], true, false)));
  });
}

TEST_P(Fusion, OperandsWhoseRowsServeSeveralRowsOfTheChain) {
  // Each row of x several times, all rows of x again and again, both; with short, long and compiled rows.
  for (const std::int64_t columns : {1, 3, 200, 300}) {
    SCOPED_TRACE(columns);
    check({{5, 4, columns}, {5, columns}, {4, columns}, {5, 1}, {4}, {2, 5, 4, columns}},
          [&](Trace& trace, const std::vector<Var>& x) {
            const Shape box{5, 4, columns}, wide{2, 5, 4, columns};
            const Var repeated = broadcast_in(x[1], box, {0, -1, 1}), again = broadcast_in(x[2], box, {-1, 0, 1});
            trace.output(x[0] * repeated);
            trace.output(x[0] * again + repeated);
            trace.output(tanh(x[0]) * broadcast_in(reshape(x[3], {5}), box, {0, -1, -1}) +
                         broadcast_in(x[4], box, {-1, 0, -1}));
            trace.output(x[5] * broadcast_in(x[1], wide, {-1, 0, -1, 1}) - broadcast_in(x[4], wide, {-1, -1, 0, -1}));
            trace.output(where(x[0] > 0.0, cast(repeated > again, x[0].dtype()), x[0]));
          });
  }
}

TEST_P(Fusion, ReductionsAlongRowsThatServeSeveralRows) {
  check({{12, 5}, {4, 5}, {12}}, [](Trace& trace, const std::vector<Var>& x) {
    const Shape box{4, 3, 5};
    const Var wide = reshape(x[0], box) * broadcast_in(x[1], box, {0, -1, 1});
    trace.output(softmax(reshape(wide, {12, 5})));
    trace.output(sum(reshape(broadcast_in(x[1], box, {0, -1, 1}), {12, 5}) * x[0], {1}) + x[2]);
  });
}

TEST_P(Fusion, EpiloguesThatReadTheirProductAsAStack) {
  check({{60, 7}, {7, 9}, {15, 9}, {4, 9}}, [](Trace& trace, const std::vector<Var>& x) {
    const Shape box{15, 4, 9};
    const Var product = matmul(x[0], x[1]), stack = reshape(product, box);
    trace.output(stack * broadcast_in(x[2], box, {0, -1, 1}));
    trace.output(sum(square(stack) * broadcast_in(x[3], box, {-1, 0, 1}), {1}));
    trace.output(reshape(product, {9, 60}) + 1.0);  // the same elements in other rows
    trace.output(reshape(slice(product, {4, 0}, {60, 9}), {14, 4, 9}) * 2.0);
  });
}

INSTANTIATE_TEST_SUITE_P(Of, Fusion, testing::Values(Dtype::f32, Dtype::f64),
                         [](const auto& of) { return std::string(name_of(of.param)); });

}  // namespace
}  // namespace ansatz
