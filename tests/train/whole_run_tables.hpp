// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The tables of the whole runs, the same bits on every machine: random numbers on a grid of 1/256, of which sums and
/// products of three are exact, and no function of the C library.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ansatz/base/random.hpp"
#include "ansatz/data/csv.hpp"
#include "ansatz/data/split.hpp"

namespace ansatz::test {

/// Numbers of −2 … 2 − 1/256; `site` keeps columns apart.
inline std::vector<double> grid_numbers(std::size_t rows, std::uint32_t site) {
  RandomStream random(2024, Purpose::data, site);
  std::vector<double> numbers(rows);
  for (double& number : numbers) number = (static_cast<double>(random.below(1024)) - 512.0) / 256.0;
  return numbers;
}

/// A column of texts, chosen at random; an empty one is missing.
inline data::Column chosen_texts(std::string name, std::size_t rows, std::uint32_t site,
                                 const std::vector<std::string>& among) {
  RandomStream random(2024, Purpose::data, site);
  data::Column column{.name = std::move(name), .kind = data::ColumnKind::text};
  for (std::size_t i = 0; i < rows; ++i)
    column.texts.push_back(among[random.below(static_cast<std::uint32_t>(among.size()))]);
  return column;
}

/// About one number of `column` in ten is made a missing one.
inline data::Column with_gaps(data::Column column, std::uint32_t site) {
  RandomStream random(2024, Purpose::data, site);
  for (double& number : column.numbers)
    if (random.below(10) == 0) number = std::numeric_limits<double>::quiet_NaN();
  return column;
}

/// y = x1 x2 − ½ x3² + ¼ x1 + noise, in 3 columns without gaps.
inline data::Table surface() {
  constexpr std::size_t rows = 150;
  const auto x1 = grid_numbers(rows, 1), x2 = grid_numbers(rows, 2), x3 = grid_numbers(rows, 3),
             noise = grid_numbers(rows, 4);
  std::vector<double> y(rows);
  for (std::size_t i = 0; i < rows; ++i) y[i] = x1[i] * x2[i] - 0.5 * x3[i] * x3[i] + 0.25 * x1[i] + 0.0625 * noise[i];
  return data::Table({{.name = "x1", .numbers = x1},
                      {.name = "x2", .numbers = x2},
                      {.name = "x3", .numbers = x3},
                      {.name = "y", .numbers = y}},
                     {.target = "last", .source = "surface"});
}

/// Two numbers and a text, all with gaps: 5 features. The target is `hardness`, a number; `name`, one of three texts;
/// or `ore`, yes or no.
inline data::Table minerals(std::string_view target) {
  constexpr std::size_t rows = 173;
  const auto density = grid_numbers(rows, 11), size = grid_numbers(rows, 12), noise = grid_numbers(rows, 13);
  const data::Column colour = chosen_texts("colour", rows, 14, {"red", "green", "white", "red", ""});
  std::vector<double> hardness(rows);
  data::Column name{.name = "name", .kind = data::ColumnKind::text}, ore{.name = "ore", .kind = data::ColumnKind::text};
  for (std::size_t i = 0; i < rows; ++i) {
    const double shift = colour.texts[i] == "red" ? 1.0 : colour.texts[i] == "green" ? -1.0 : 0.0;
    hardness[i] = 5.0 + density[i] * density[i] - size[i] + shift + 0.125 * noise[i];
    const double sum = density[i] + size[i] + 0.5 * shift + 0.25 * noise[i];
    name.texts.push_back(sum > 1.0 ? "quartz" : sum > -1.0 ? "calcite" : "beryl");
    ore.texts.push_back(density[i] * size[i] + shift + 0.25 * noise[i] > 0.0 ? "yes" : "no");
  }
  const data::Column targets[] = {{.name = "hardness", .numbers = hardness}, name, ore};
  std::vector<data::Column> columns = {with_gaps({.name = "density", .numbers = density}, 15), colour,
                                       with_gaps({.name = "size", .numbers = size}, 16)};
  for (const data::Column& column : targets)
    if (column.name == target) columns.push_back(column);
  return data::Table(std::move(columns), {.target = "last", .source = "minerals"});
}

/// Whether x1² + x2² + a little noise is above 2: 0 or 1.
inline data::Table disc() {
  constexpr std::size_t rows = 160;
  const auto x1 = grid_numbers(rows, 21), x2 = grid_numbers(rows, 22), noise = grid_numbers(rows, 23);
  std::vector<double> outside(rows);
  for (std::size_t i = 0; i < rows; ++i) outside[i] = x1[i] * x1[i] + x2[i] * x2[i] + 0.25 * noise[i] > 2.0 ? 1.0 : 0.0;
  return data::Table(
      {{.name = "x1", .numbers = x1}, {.name = "x2", .numbers = x2}, {.name = "outside", .numbers = outside}},
      {.target = "last", .source = "disc"});
}

/// 1797 images of 8 × 8 pixels, ten classes.
inline data::Table digits() {
  return data::read_csv(std::string(ANSATZ_SOURCE_DIR) + "/examples/data/digits.csv.gz", {.target = "digit"});
}

/// Sample weights of 0, ¼ … 1¾, one in eight of them 0.
inline std::vector<double> uneven_weights(const data::Table& table) {
  RandomStream random(2024, Purpose::data, 31);
  std::vector<double> weights(static_cast<std::size_t>(table.rows()));
  for (double& weight : weights) weight = 0.25 * random.below(8);
  return weights;
}

}  // namespace ansatz::test
