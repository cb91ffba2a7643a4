// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What benchmarks share.
#pragma once

#include <functional>
#include <string>

#include "ansatz/base/random.hpp"
#include "ansatz/base/tensor.hpp"
#include "ansatz/nn/ffnn.hpp"
#include "ansatz/train/learner.hpp"
#include "apps/ansatz/profile.hpp"

namespace ansatz::cli {

/// Microseconds of one of the `each` parts of `pass`, over samples of about 0.05 s after three passes to warm up.
Times measure(const std::function<void()>& pass, std::int64_t each, double seconds);

/// Two digits behind the point.
double rounded(double value);

/// Standard normal-like inputs (sums of uniforms) or random targets; their values do not matter to the time.
Tensor random_tensor(Dtype dtype, const Shape& shape, RandomStream& random, std::uint32_t classes);

/// The network that --layers, --activation and --dtype describe. @throws ArgumentError.
nn::FFNN network_of(const std::string& layers, const std::string& activation, const std::string& dtype);
/// It as a classifier: of two classes (sigmoid) where the last width is 1, else of as many as it says (softmax).
train::Learner classifier_of(const nn::FFNN& network);

}  // namespace ansatz::cli
