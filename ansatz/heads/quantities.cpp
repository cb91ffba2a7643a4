// SPDX-License-Identifier: BSD-3-Clause
// Heads whose targets are numbers in their own units: regression, poisson, gaussian, quantiles.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ansatz/base/error.hpp"
#include "ansatz/heads/columns.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::head {

namespace {

/// "rmse", or "rmse(y)" where there are several targets.
std::string of_target(std::string_view name, Targets targets, std::size_t k) {
  return targets.size() == 1 ? std::string(name) : fmt::format("{}({})", name, targets[k].name);
}

/// Weighted means over the rows of one target.
class Rows {
 public:
  Rows(const data::Dataset& data, std::span<const double> weights) : data_(data), weights_(weights) {}

  double effective() const { return effective_rows(weights_, data_.rows); }
  double weight(std::size_t row) const { return weights_.empty() ? 1.0 : weights_[row]; }
  template <class F>
  double mean(const F& of_row) const {
    double sum = 0.0, total = 0.0;
    for (std::size_t row = 0; row < static_cast<std::size_t>(data_.rows); ++row) {
      sum += weight(row) * of_row(row);
      total += weight(row);
    }
    return sum / total;
  }
  /// A power of two near the largest |of_row(row)|: in its units nothing is rounded, no sum and no square overflows,
  /// and squares do not vanish.
  template <class F>
  double unit_of(const F& of_row) const {
    double largest = 0.0;
    for (std::size_t row = 0; row < static_cast<std::size_t>(data_.rows); ++row)
      largest = std::max(largest, std::abs(of_row(row)));
    if (largest == 0.0 || !std::isfinite(largest)) return 1.0;
    int exponent = 0;
    std::frexp(largest, &exponent);
    return std::ldexp(1.0, std::clamp(exponent, -1000, 1000));
  }
  template <class F>
  bool all_equal(const F& of_row) const {
    for (std::size_t row = 1; row < static_cast<std::size_t>(data_.rows); ++row)
      if (of_row(row) != of_row(0)) return false;
    return true;
  }
  /// The mean of of_row(row)², in units of unit².
  struct MeanSquare {
    double value, unit;
  };
  template <class F>
  MeanSquare mean_square(const F& of_row) const {
    const double unit = unit_of(of_row);
    return {mean([&](std::size_t row) { return std::pow(of_row(row) / unit, 2); }), unit};
  }
  /// Why a target has no spread that errors could be compared with.
  std::string no_spread() const { return data_.rows < 2 ? "fewer than 2 rows" : "the target is constant"; }
  /// Target k of a row in its unit.
  double truth(Targets targets, std::size_t row, std::size_t k) const {
    return targets[k].in_unit(data_.targets[row * targets.size() + k]);
  }

 private:
  const data::Dataset& data_;
  std::span<const double> weights_;
};

/// Root mean square error, R² and mean absolute error of target k, predicted by predict(row).
template <class Predict>
void add_errors(Metrics& m, Targets targets, const Rows& rows, std::size_t k, const Predict& predict) {
  const auto truth = [&](std::size_t row) { return rows.truth(targets, row, k); };
  const double unit = rows.unit_of(truth);
  const double mean = rows.mean([&](std::size_t row) { return truth(row) / unit; }) * unit;
  const auto error = rows.mean_square([&](std::size_t row) { return predict(row) - truth(row); });
  const auto spread = rows.mean_square([&](std::size_t row) { return truth(row) - mean; });
  // The mean of equal numbers may be another one, by a rounding.
  const bool spreads = spread.value > 0.0 && !rows.all_equal(truth), finite = std::isfinite(error.value);
  const std::string why = finite ? "" : "an error is not finite";
  m.scores.push_back({.name = of_target("rmse", targets, k),
                      .label = of_target("RMSE", targets, k),
                      .value = finite ? error.unit * std::sqrt(error.value) : std::nan(""),
                      .lower = true,
                      .why = why});
  m.scores.push_back({.name = of_target("r2", targets, k),
                      .label = of_target("R²", targets, k),
                      .value = finite && spreads
                                   ? 1.0 - error.value / spread.value * std::pow(error.unit / spread.unit, 2)
                                   : std::nan(""),
                      .fraction = true,
                      .why = spreads ? why : rows.no_spread()});
  const double absolute = rows.mean([&](std::size_t row) { return std::abs(predict(row) - truth(row)) / unit; });
  m.scores.push_back({.name = of_target("mae", targets, k),
                      .label = of_target("MAE", targets, k),
                      .value = finite ? absolute * unit : std::nan(""),
                      .brief = false,
                      .lower = true,
                      .why = why});
}

}  // namespace

Head regression() {
  return {.named = {"regression"},
          .target = {data::TargetKind::numbers, true},
          .says = "linear",
          .outputs = one_each,
          .costs = {"squared_error", "absolute", "huber", "pinball"},
          .default_cost = cost::squared_error(),
          .to_units =
              [](Targets targets, std::span<double> row) {
                for (std::size_t k = 0; k < targets.size(); ++k) row[k] = targets[k].in_unit(row[k]);
              },
          .columns = names_of,
          .cells = numbers_of,
          .measure =
              [](Metrics& m, Targets targets, const data::Dataset& data, std::span<const double> predictions,
                 std::span<const double> weights) {
                const Rows rows(data, weights);
                for (std::size_t k = 0; k < targets.size(); ++k)
                  add_errors(m, targets, rows, k,
                             [&](std::size_t row) { return predictions[row * targets.size() + k]; });
              }};
}

Head poisson() {
  return {.named = {"poisson"},
          .target = {data::TargetKind::numbers, false},
          .range = at_least(0),
          .says = "exp",
          .outputs = one_each,
          .response = [](const Var& z) { return exp(z); },
          .costs = {"poisson"},
          .default_cost = cost::poisson(),
          .columns = names_of,
          .cells = numbers_of,
          .measure =
              [](Metrics& m, Targets targets, const data::Dataset& data, std::span<const double> predictions,
                 std::span<const double> weights) {
                const Rows rows(data, weights);
                for (std::size_t k = 0; k < targets.size(); ++k) {
                  const auto truth = [&](std::size_t row) { return rows.truth(targets, row, k); };
                  const auto deviance = [&](double rate) {
                    return [&, rate](std::size_t row) {
                      const double t = truth(row), r = rate < 0.0 ? predictions[row * targets.size() + k] : rate;
                      return 2.0 * ((t > 0.0 ? t * std::log(t / r) : 0.0) - (t - r));
                    };
                  };
                  const double of_model = rows.mean(deviance(-1.0)), of_mean = rows.mean(deviance(rows.mean(truth)));
                  m.scores.push_back({.name = of_target("deviance", targets, k),
                                      .label = of_target("deviance", targets, k),
                                      .value = of_model,
                                      .lower = true});
                  m.scores.push_back({.name = of_target("explained_deviance", targets, k),
                                      .label = of_target("explained deviance", targets, k),
                                      .value = of_mean > 0.0 ? 1.0 - of_model / of_mean : std::nan(""),
                                      .fraction = true,
                                      .why = of_mean > 0.0 ? "" : rows.no_spread()});
                }
              }};
}

Head gaussian() {
  return {.named = {"gaussian"},
          .target = {data::TargetKind::numbers, true},
          .says = "mean and deviation",
          .outputs = [](Targets targets) { return 2 * one_each(targets); },
          .response =
              [](const Var& z) {
                const std::int64_t rows = z.shape()[0], k = z.shape()[1] / 2;
                return concatenate({slice(z, {0, 0}, {rows, k}), exp(slice(z, {0, k}, {rows, 2 * k}))}, 1);
              },
          .costs = {"gaussian"},
          .default_cost = cost::gaussian(),
          .to_units =
              [](Targets targets, std::span<double> row) {
                for (std::size_t k = 0; k < targets.size(); ++k) {
                  row[k] = targets[k].in_unit(row[k]);
                  row[targets.size() + k] *= targets[k].scale;
                }
              },
          .columns =
              [](Targets targets) {
                std::vector<std::string> columns = names_of(targets);
                for (const data::TargetColumn& target : targets) columns.push_back(fmt::format("sd({})", target.name));
                return columns;
              },
          .cells = numbers_of,
          .measure =
              [](Metrics& m, Targets targets, const data::Dataset& data, std::span<const double> predictions,
                 std::span<const double> weights) {
                const Rows rows(data, weights);
                const std::size_t n = targets.size();
                for (std::size_t k = 0; k < n; ++k) {
                  add_errors(m, targets, rows, k, [&](std::size_t row) { return predictions[row * 2 * n + k]; });
                  const double within = rows.mean([&](std::size_t row) {
                    const double z =
                        (rows.truth(targets, row, k) - predictions[row * 2 * n + k]) / predictions[row * 2 * n + n + k];
                    return std::abs(z) <= 1.0 ? 1.0 : 0.0;
                  });
                  m.scores.push_back(fraction(of_target("within_one_deviation", targets, k),
                                              of_target("within 1 sd", targets, k), within, rows.effective()));
                }
              }};
}

Head quantiles(QuantilesOptions o) {
  const std::vector<double> levels = o.levels;
  Named name = named("quantiles", o);
  if (levels.empty()) throw ArgumentError("[quantiles] levels = none was given; one level, at least, is expected");
  for (std::size_t i = 0; i + 1 < levels.size(); ++i)
    if (!(levels[i] < levels[i + 1]))
      throw ArgumentError("[quantiles] levels = {} was given; ascending numbers are expected", fmt::join(levels, ","));
  const auto n = static_cast<std::int64_t>(levels.size());
  return {
      .named = std::move(name),
      .target = {data::TargetKind::numbers, true},
      .says = "quantiles",
      .outputs = [n](Targets targets) { return n * one_each(targets); },
      .response =
          [n](const Var& z) {
            const std::int64_t rows = z.shape()[0], k = z.shape()[1] / n;
            const Var each = reshape(z, {rows, k, n});
            std::vector<Var> ascending;
            for (std::int64_t j = 0; j < n; ++j) {
              const Var step = slice(each, {0, 0, j}, {rows, k, j + 1});
              ascending.push_back(j == 0 ? step : ascending.back() + softplus(step));
            }
            return reshape(n == 1 ? ascending[0] : concatenate(ascending, 2), {rows, k * n});
          },
      .costs = {"pinball"},
      .default_cost = cost::pinball(levels),
      .to_units =
          [n](Targets targets, std::span<double> row) {
            for (std::size_t i = 0; i < row.size(); ++i)
              row[i] = targets[i / static_cast<std::size_t>(n)].in_unit(row[i]);
          },
      .columns =
          [levels](Targets targets) {
            std::vector<std::string> columns;
            for (const data::TargetColumn& target : targets)
              for (double level : levels) columns.push_back(fmt::format("{} q{}", target.name, level));
            return columns;
          },
      .cells = numbers_of,
      .measure =
          [levels](Metrics& m, Targets targets, const data::Dataset& data, std::span<const double> predictions,
                   std::span<const double> weights) {
            const Rows rows(data, weights);
            const std::size_t width = targets.size() * levels.size();
            for (std::size_t k = 0; k < targets.size(); ++k) {
              const double pinball = rows.mean([&](std::size_t row) {
                double sum = 0.0;
                for (std::size_t j = 0; j < levels.size(); ++j) {
                  const double above = rows.truth(targets, row, k) - predictions[row * width + k * levels.size() + j];
                  sum += std::max(levels[j] * above, (levels[j] - 1.0) * above);
                }
                return sum / static_cast<double>(levels.size());
              });
              m.scores.push_back({.name = of_target("pinball", targets, k),
                                  .label = of_target("pinball loss", targets, k),
                                  .value = pinball,
                                  .lower = true});
              for (std::size_t j = 0; j < levels.size(); ++j) {
                const double below = rows.mean([&](std::size_t row) {
                  return rows.truth(targets, row, k) <= predictions[row * width + k * levels.size() + j] ? 1.0 : 0.0;
                });
                m.scores.push_back(fraction(of_target(fmt::format("below_q{}", levels[j]), targets, k),
                                            of_target(fmt::format("below q{}", levels[j]), targets, k), below,
                                            rows.effective()));
              }
              if (levels.size() < 2) continue;
              const double covered = rows.mean([&](std::size_t row) {
                const std::size_t first = row * width + k * levels.size();
                const double truth = rows.truth(targets, row, k);
                return predictions[first] <= truth && truth <= predictions[first + levels.size() - 1] ? 1.0 : 0.0;
              });
              m.scores.push_back(
                  fraction(of_target("coverage", targets, k),
                           fmt::format("{} (of {:.4g})", of_target("coverage", targets, k), levels.back() - levels[0]),
                           covered, rows.effective(), false));
            }
          }};
}

}  // namespace ansatz::head
