// SPDX-License-Identifier: BSD-3-Clause
// Rotations, shifts and mirror images against PyTorch (tests/golden/augmentation.py), and what is drawn at random.
#include "ansatz/nn/layers/augmentation.hpp"

#include <gmock/gmock.h>

#include <map>
#include <set>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/nn/network.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using testing::HasSubstr;

const std::vector<nlohmann::json>& image_cases() {
  static const auto all = golden("augmentation")["cases"].get<std::vector<nlohmann::json>>();
  return all;
}

class ImagesOfPyTorch : public testing::TestWithParam<std::size_t> {};

TEST_P(ImagesOfPyTorch, HaveItsValuesAndGradients) {
  const nlohmann::json& c = image_cases()[GetParam()];
  const Shape shape(c["shape"].get<std::vector<std::int64_t>>());
  const Numbers first = c["arguments"][0],
                second = c["arguments"].size() > 1 ? c["arguments"][1].get<Numbers>() : first;
  const std::map<std::string, std::function<Var(const Var&, const Var&, const Var&)>> kinds = {
      {"rotated", [](const Var& x, const Var& angle, const Var&) { return nn::rotated(x, angle); }},
      {"shifted", nn::shifted},
      {"flipped", nn::flipped}};
  const auto run = [&](const Var& x, const Var& a, const Var& b, const Var& cotangent) {
    Var y;
    const auto total = [&](const Var& images) {
      y = kinds.at(c["kind"])(images, a, b);
      return sum(y * cotangent);
    };
    const Var gradient = grad(total)(x);
    return std::pair(y, gradient);
  };
  const auto found = evaluate(run, tensor_of(Dtype::f64, shape, c["x"].get<Numbers>()), vector_of(first),
                              vector_of(second), tensor_of(Dtype::f64, shape, c["c"].get<Numbers>()));
  EXPECT_THAT(numbers_of(found[0]), CloseTo(c["y"].get<Numbers>(), 1e-12));
  EXPECT_THAT(numbers_of(found[1]), CloseTo(c["dx"].get<Numbers>(), 1e-12));
}

INSTANTIATE_TEST_SUITE_P(Golden, ImagesOfPyTorch, testing::Range<std::size_t>(0, image_cases().size()),
                         [](const auto& at) { return image_cases()[at.param]["name"].template get<std::string>(); });

/// `rows` images with one bright pixel at (4, 5) of 9 × 11, as a layer shows them while training.
Numbers shown(const std::string& text, std::int64_t rows, Dtype dtype = Dtype::f64, int step = 0) {
  const nn::Network network = nn::network_from_text({9, 11, 1}, text);
  Numbers x(static_cast<std::size_t>(rows * 99), 0.0);
  for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) x[row * 99 + 4 * 11 + 5] = 1.0;
  const auto run = [&](const Var& images, const Var& key) {
    return network.apply({}, {images}, {.training = true, .key = key}).outputs[0];
  };
  return numbers_of(
      evaluate(run, tensor_of(dtype, {rows, 9, 11, 1}, x), Tensor(std::vector<std::int32_t>{7, 0, 1, step}, {4})));
}

TEST(RandomShift, ReachesEveryPlaceAndNoOther) {
  const Numbers y = shown("random_shift 2", 500);
  std::map<std::size_t, int> places;
  for (std::size_t i = 0; i < y.size(); ++i)
    if (y[i] != 0.0) ++places[i % 99];
  EXPECT_EQ(places.size(), 25U);
  for (const auto& [place, count] : places) {
    EXPECT_LE(std::abs(static_cast<int>(place / 11) - 4), 2);
    EXPECT_LE(std::abs(static_cast<int>(place % 11) - 5), 2);
    EXPECT_GE(count, 5) << place;  // 20 are expected
  }
}

TEST(RandomFlip, MirrorsHalfOfTheImages) {
  const nn::Network network = nn::network_from_text({1, 2, 1}, "random_flip");
  const auto run = [&](const Var& x, const Var& key) {
    return network.apply({}, {x}, {.training = true, .key = key}).outputs[0];
  };
  Numbers x;
  for (int i = 0; i < 1000; ++i) x.insert(x.end(), {0.0, 1.0});
  const Numbers y = numbers_of(
      evaluate(run, tensor_of(Dtype::f64, {1000, 1, 2, 1}, x), Tensor(std::vector<std::int32_t>{1, 2, 3, 4}, {4})));
  double mirrored = 0.0;
  for (std::size_t i = 0; i < y.size(); i += 2) mirrored += y[i];
  EXPECT_NEAR(mirrored / 1000, 0.5, 5 * std::sqrt(0.25 / 1000));
}

TEST(Augmentation, OfARowDependsOnItsRowAndTheKeyAlone) {
  for (const std::string text : {"random_shift 3", "random_rotate 40", "random_flip both, random_shift 1"})
    for (Dtype dtype : {Dtype::f64, Dtype::f32}) {
      const Numbers many = shown(text, 40, dtype), few = shown(text, 7, dtype);
      EXPECT_EQ(Numbers(many.begin(), many.begin() + 7 * 99), few) << text;
      EXPECT_NE(many, shown(text, 40, dtype, 1)) << "another step";
      std::set<Numbers> different;
      for (std::ptrdiff_t row = 0; row < 40; ++row)
        different.insert(Numbers(many.begin() + row * 99, many.begin() + (row + 1) * 99));
      EXPECT_GT(different.size(), 5U) << text << ": rows are drawn apart";
    }
}

TEST(Augmentation, OfNothingLeavesImagesAsTheyAre) {
  for (const std::string text : {"random_shift 0", "random_rotate 0"}) {
    const Numbers y = shown(text, 3);
    for (std::size_t i = 0; i < y.size(); ++i) EXPECT_EQ(y[i], i % 99 == 49 ? 1.0 : 0.0) << text;
  }
}

TEST(Augmentation, RefusesWhatItCannotDo) {
  const auto error = [](const Shape& shape, const std::string& text) {
    return error_of<ArgumentError>([&] { nn::network_from_text(shape, text); });
  };
  EXPECT_THAT(error({4}, "random_shift"), HasSubstr("images [height, width, channels] are expected"));
  EXPECT_THAT(error({4, 9, 1}, "random_shift 4"), HasSubstr("less than their height and width"));
  EXPECT_THAT(error({4, 4, 1}, "random_flip sideways"), HasSubstr("one of horizontal|vertical|both"));
  EXPECT_THAT(error({4, 4, 1}, "random_rotate 200"), HasSubstr("0 ≤ degrees ≤ 180"));
}

}  // namespace
}  // namespace ansatz::test
