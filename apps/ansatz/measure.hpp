// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What benchmarks share.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "ansatz/base/random.hpp"
#include "ansatz/base/tensor.hpp"
#include "ansatz/nn/ffnn.hpp"
#include "apps/ansatz/profile.hpp"

namespace ansatz::cli {

/// Microseconds of one of the `each` parts of `pass`, over samples of about 0.05 s after three passes to warm up.
Times measure(const std::function<void()>& pass, std::int64_t each, double seconds);

/// Two digits behind the point.
double rounded(double value);

/// Standard normal-like inputs (sums of uniforms) or random targets; their values do not matter to the time.
Tensor random_tensor(Dtype dtype, const Shape& shape, RandomStream& random, std::uint32_t classes);

/// The network that --layers, --activation and --dtype describe. Without `output` it is of classes: two (sigmoid) where
/// the last width is 1, else as many as it says (softmax). @throws ArgumentError.
nn::FFNN network_of(const std::string& layers, const std::string& activation, const std::string& dtype,
                    std::optional<nn::Output> output = {});

}  // namespace ansatz::cli
