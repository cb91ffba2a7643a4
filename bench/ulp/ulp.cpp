// SPDX-License-Identifier: BSD-3-Clause
// Measures the largest error of every elementary function, in units of the last place, as the rows of a table: in f32
// of one argument at all bit patterns, else at random points. Each result is also compared with the plain kernel's, bit
// for bit. Exact values come from the C library in a wider type; where a block's largest error could be the largest of
// all, and at its first point, MPFR computes them again with 120 bits.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <optional>
#include <thread>

#include "bench/ulp/error.hpp"
#include "bench/ulp/evaluator.hpp"
#include "bench/ulp/functions.hpp"
#include "bench/ulp/points.hpp"
#include "bench/ulp/real.hpp"

namespace {

using namespace ansatz;  // NOLINT: a program
using namespace ansatz::ulp;

constexpr std::size_t block_length = 1U << 15U;

/// The wider type, and how wrong its functions may be, in ulp of T. Where MPFR was asked, they have to be better.
template <class T>
struct Reference;
template <>
struct Reference<float> {
  using Wide = double;
  static constexpr double slack = 1e-6;
};
template <>
struct Reference<double> {
  using Wide = long double;  // 64 bits on x86-64, 113 on AArch64
  static constexpr double slack = 0.002;
};

template <std::size_t N>
using Measured = Function<N, double, long double, Real>;

struct Options {
  std::vector<std::string> functions, dtypes{"f32", "f64"};
  std::uint64_t points = 100'000'000;
  std::uint64_t stride = 1;  ///< of the bit patterns of f32
  unsigned threads = 1;
};

template <class T, std::size_t N>
struct Result {
  double worst = 0.0;
  std::uint64_t block = 0;  ///< of the worst
  std::array<T, N> at{};
  T found{};
  double slack = 0.0;           ///< largest error of the wider type
  std::uint64_t points = 0;     ///< in the function's domain
  bool defined = false;         ///< there is a plain kernel
  std::uint64_t different = 0;  ///< bits other than the plain kernel's

  void merge(const Result& other) {
    if (other.worst > worst || (other.worst == worst && other.block < block))
      worst = other.worst, block = other.block, at = other.at, found = other.found;
    slack = std::max(slack, other.slack);
    points += other.points;
    defined = other.defined;
    different += other.different;
  }
};

template <class T>
bool same_bits(T a, T b) {
  return (a != a && b != b) || std::bit_cast<Bits<T>>(a) == std::bit_cast<Bits<T>>(b);
}

template <class T, std::size_t N>
class Measurement {
 public:
  Measurement(const Measured<N>& f, std::uint64_t stride) : f_(f), stride_(stride), evaluate_(f.ours, block_length) {
    for (auto& operand : x_) operand.resize(block_length);
    result_.defined = evaluate_.has_definition();
  }

  void add(std::uint64_t block) {
    fill(block);
    const T* y = evaluate_(x_);
    std::uint64_t points = 0;
    double worst = std::numeric_limits<double>::denorm_min();  // of the block
    for (std::size_t i = 0; i < block_length; ++i) {
      errors_[i] = 0.0;
      if (!held(x_[0][i])) continue;
      const Wide exact = f_.exact(arguments<Wide>(i));
      const bool rounded = y[i] == static_cast<T>(exact);
      if (!rounded || worst < 0.5 + slack) errors_[i] = ulp::error(y[i], exact);
      worst = std::max(worst, errors_[i]);
      if (++points == 1) precise_error(i, y[i], ulp::error(y[i], exact));
    }
    result_.points += points;
    if (worst > result_.worst - slack)
      for (std::size_t i = 0; i < block_length; ++i)
        if (errors_[i] >= worst - slack)
          consider(block, i, y[i], errors_[i] < 0.25 ? errors_[i] : precise_error(i, y[i], errors_[i]));
    if (!result_.defined) return;
    const Tensor plain = evaluate_.by_definition(x_);
    for (std::size_t i = 0; i < block_length; ++i) result_.different += same_bits(y[i], plain.as<T>()[i]) ? 0U : 1U;
  }
  const Result<T, N>& result() const { return result_; }

 private:
  using Wide = typename Reference<T>::Wide;
  static constexpr double slack = Reference<T>::slack;

  bool held(T x) const {
    const Interval where = std::is_same_v<T, float> ? f_.held_f32 : f_.held;
    return !(static_cast<double>(x) < where.low) && !(static_cast<double>(x) > where.high);
  }

  template <class R>
  std::array<R, N> arguments(std::size_t i) const {
    std::array<R, N> result;
    for (std::size_t k = 0; k < N; ++k) result[k] = R(x_[k][i]);
    return result;
  }

  double precise_error(std::size_t i, T found, double error_in_wide) {
    const Real exact = f_.exact(arguments<Real>(i));
    const auto high = static_cast<long double>(exact);
    const double error = ulp::error(found, high, static_cast<long double>(exact - Real(high)));
    if (std::isfinite(error)) result_.slack = std::max(result_.slack, std::abs(error - error_in_wide));
    return error;
  }

  void consider(std::uint64_t block, std::size_t i, T found, double error) {
    if (!(error > result_.worst)) return;
    result_.worst = error, result_.block = block, result_.found = found;
    result_.at = arguments<T>(i);
  }

  void fill(std::uint64_t block) {
    Draws<T> draws(static_cast<std::uint32_t>(block));
    for (std::size_t i = 0; i < block_length; ++i) {
      if constexpr (N == 2)
        f_.name == "pow" ? draw_power(draws, i, x_[0][i], x_[1][i]) : draw_pair(draws, i, x_[0][i], x_[1][i]);
      else if constexpr (std::is_same_v<T, float>)
        x_[0][i] = std::bit_cast<float>(static_cast<std::uint32_t>((block * block_length + i) * stride_));
      else
        x_[0][i] = draw(draws, i, f_.domain, f_.range);
    }
  }

  const Measured<N>& f_;
  std::uint64_t stride_;
  Evaluator<T, N> evaluate_;
  std::array<std::vector<T>, N> x_;
  std::array<double, block_length> errors_;
  Result<T, N> result_;
};

template <class T, std::size_t N>
Result<T, N> measured(const Measured<N>& f, const Options& options) {
  const bool exhaustive = std::is_same_v<T, float> && N == 1;
  const std::uint64_t points = exhaustive ? (std::uint64_t{1} << 32U) / options.stride : options.points;
  const std::uint64_t blocks = (points + block_length - 1) / block_length;
  std::vector<Result<T, N>> parts(options.threads);
  {
    std::vector<std::jthread> team;
    for (unsigned worker = 0; worker < options.threads; ++worker)
      team.emplace_back([&, worker] {
        Measurement<T, N> measurement(f, options.stride);
        for (std::uint64_t block = worker; block < blocks; block += options.threads) measurement.add(block);
        parts[worker] = measurement.result();
      });
  }
  for (unsigned worker = 1; worker < options.threads; ++worker) parts[0].merge(parts[worker]);
  return parts[0];
}

/// Prints a row of the table; returns whether the function is what it should be.
template <class T, std::size_t N>
bool report(const Measured<N>& f, const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  const Result<T, N> result = measured<T, N>(f, options);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::string at = fmt::format("{}", result.at[0]);
  if constexpr (N == 2) at += fmt::format(", {}", result.at[1]);
  fmt::print("| {} | {} | {:.3f} | {} | {:.3g} | {} |\n", f.name, name_of(dtype_of<T>), result.worst, at,
             static_cast<double>(result.points), f.promise);
  std::fflush(stdout);
  fmt::print(stderr, "  {} {}: {} there; {}; the wider type within {:.1g} ulp; {:.0f} s\n", f.name,
             name_of(dtype_of<T>), result.found,
             !result.defined         ? "composed of several operations"
             : result.different == 0 ? "the plain kernel's bits"
                                     : fmt::format("{} RESULTS DIFFER FROM THE PLAIN KERNEL'S", result.different),
             result.slack, seconds);
  return result.points > 0 && result.worst <= f.bound && result.different == 0 && result.slack <= Reference<T>::slack;
}

bool report_all(const Options& options) {
  const auto wanted = [](const std::vector<std::string>& names, std::string_view name) {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
  };
  bool good = true;
  const auto each = [&](const auto& f) {
    if (!wanted(options.functions, f.name)) return;
    if (wanted(options.dtypes, "f32")) good = report<float>(f, options) && good;
    if (wanted(options.dtypes, "f64")) good = report<double>(f, options) && good;
  };
  fmt::print("| function | dtype | largest error, ulp | at | points | bound |\n|---|---|---|---|---|---|\n");
  for (const auto& f : functions_of_one<double, long double, Real>()) each(f);
  for (const auto& f : functions_of_two<double, long double, Real>()) each(f);
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{
      "The largest error of each elementary function in ulp, as a table. Fails if one exceeds its bound or "
      "differs from its plain kernel."};
  app.add_option("functions", options.functions, "which; all by default");
  app.add_option("--dtype", options.dtypes, "f32, f64 or f32,f64")->delimiter(',')->allow_extra_args(false);
  app.add_option("--points", options.points, "how many random points");
  app.add_option("--stride", options.stride, "every which bit pattern of f32; 1: all")->check(CLI::PositiveNumber);
  app.add_option("--threads", options.threads, "how many at a time")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  try {
    return report_all(options) ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "ansatz_ulp: {}\n", error.what());
    return 2;
  }
}
