// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Small tables whose rows are in parts as a test wants them.
#pragma once

#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "ansatz/data/split.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {

using Rows = std::vector<std::int64_t>;

inline Rows rows_from_to(std::int64_t first, std::int64_t end) {
  Rows rows(static_cast<std::size_t>(end - first));
  std::iota(rows.begin(), rows.end(), first);
  return rows;
}

/// A table of numbers; the last column is the target.
inline data::Table table_of(const std::vector<std::pair<std::string, Numbers>>& columns) {
  std::vector<data::Column> made;
  for (const auto& [name, numbers] : columns) made.push_back({.name = name, .numbers = numbers});
  return data::Table(std::move(made), {.target = "last", .source = "test"});
}

/// Its first rows for training, the next ones for validation, the rest for the test.
inline data::Parts parts_of(data::Table table, data::Task task, std::int64_t train, std::int64_t validation = 0) {
  const std::int64_t all = table.rows();
  return {.table = std::move(table),
          .task = task,
          .train = rows_from_to(0, train),
          .validation = rows_from_to(train, train + validation),
          .test = rows_from_to(train + validation, all)};
}

/// y = 2x + 1 + noise.
inline data::Table noisy_line(std::size_t rows, double noise, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(-1.0, 1.0);
  Numbers x(rows), y(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    x[i] = 3.0 * uniform(random);
    y[i] = 2.0 * x[i] + 1.0 + noise * uniform(random);
  }
  return table_of({{"x", x}, {"y", y}});
}

/// Classes 0, 1, 2 … in overlapping clouds around points of a circle.
inline data::Table clouds(std::size_t rows, int classes, double width, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(-1.0, 1.0);
  Numbers a(rows), b(rows), c(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const int k = static_cast<int>(i) % classes;
    const double angle = 6.283185307179586 * k / classes;
    a[i] = std::cos(angle) + width * uniform(random);
    b[i] = std::sin(angle) + width * uniform(random);
    c[i] = k;
  }
  return table_of({{"a", a}, {"b", b}, {"class", c}});
}

}  // namespace ansatz::test
