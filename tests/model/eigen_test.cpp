// SPDX-License-Identifier: BSD-3-Clause
// Predictions for Eigen's matrices.
#include <gmock/gmock.h>

#include <Eigen/Core>

#include "tests/model/models.hpp"

namespace ansatz::test {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

template <class Matrix>
constexpr bool is_accepted = requires(const model::Model& model, const Matrix& x) {
  model.predict(x);
};
static_assert(is_accepted<RowMajor>);
static_assert(is_accepted<Eigen::Map<const RowMajor>>);
static_assert(!is_accepted<Eigen::MatrixXd>, "a column-major matrix would be read in the wrong order");

TEST(Predictions, AcceptEigensRowMajorMatricesAndMaps) {
  const model::Model model = model_of(data::Task::multiclass);
  const Numbers x = some_inputs(3 * 20);
  const Numbers expected = model.predict(x);
  const Eigen::Map<const RowMajor> map(x.data(), 20, 3);
  EXPECT_EQ(model.predict(map), expected);
  const RowMajor matrix = map;
  EXPECT_EQ(model.predict(matrix), expected);
}

TEST(Predictions, CanBeWrittenIntoAnEigenMatrix) {
  const model::Model model = model_of(data::Task::multiclass);
  const Numbers x = some_inputs(3 * 20);
  RowMajor y(20, 3);
  model.predict(x, std::span<double>(y.data(), static_cast<std::size_t>(y.size())));
  EXPECT_EQ(Numbers(y.data(), y.data() + y.size()), model.predict(x));
}

}  // namespace
}  // namespace ansatz::test
