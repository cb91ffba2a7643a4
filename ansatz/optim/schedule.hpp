// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Learning-rate schedules: the factor on the learning rate at each step, computed in f64 on the host.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ansatz::schedule {

/// η_t = η · factor(t, total), t the number of the step from 0, `total` the number of steps in all.
struct Schedule {
  std::string name;
  std::function<double(std::int64_t t, std::int64_t total)> factor;
};

/// 1.
Schedule constant();

struct CosineOptions {
  std::int64_t warm_up = 0;  ///< steps w of linear warm-up
};
/// (t + 1) / w for t < w, then ½ (1 + cos(π (t − w) / (T − w))), T = total (I. Loshchilov, F. Hutter, arXiv:1608.03983,
/// without restarts). @throws ArgumentError for a negative warm-up.
Schedule cosine(CosineOptions options = {});

/// The schedule called `name`. @throws ArgumentError listing the names there are.
Schedule find(std::string_view name, std::int64_t warm_up = 0);
/// The names of all.
std::vector<std::string> names();

}  // namespace ansatz::schedule
