// SPDX-License-Identifier: BSD-3-Clause
// The kernel set of one target and vector width. Included once for each target.
#if defined(ANSATZ_KERNELS_TUNED_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ANSATZ_KERNELS_TUNED_INL_HPP
#undef ANSATZ_KERNELS_TUNED_INL_HPP
#else
#define ANSATZ_KERNELS_TUNED_INL_HPP
#endif

#include <hwy/highway.h>

#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

#include "ansatz/base/contraction.hpp"
#include "ansatz/kernels/addressed-inl.hpp"
#include "ansatz/kernels/first_lanes-inl.hpp"
#include "ansatz/kernels/gemm-inl.hpp"
#include "ansatz/kernels/kernel_set.hpp"
#include "ansatz/kernels/lanes-inl.hpp"
#include "ansatz/kernels/philox-inl.hpp"
#include "ansatz/kernels/pool-inl.hpp"
#include "ansatz/ops/ops.hpp"

HWY_BEFORE_NAMESPACE();
namespace ansatz::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// -- steps of chains --------------------------------------------------------------------------------------------------

/// Applies f to n elements, whole vectors first. Strips are padded: the last vector may reach beyond n inside them.
template <class D, class F>
HWY_INLINE void unary_loop(D d, void* out, const void* a, std::int64_t n, F&& f) {
  using T = hn::TFromD<D>;
  const T* HWY_RESTRICT x = static_cast<const T*>(a);
  T* y = static_cast<T*>(out);
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) hn::StoreU(f(hn::LoadU(d, x + i)), d, y + i);
  if (i < n) {
    const FirstLanes<D> rest(d, n - i);
    rest.store(f(rest.load(x + i)), y + i);
  }
}

template <class D, class F>
HWY_INLINE void binary_loop(D d, void* out, const void* a, const void* b, std::int64_t n, F&& f) {
  using T = hn::TFromD<D>;
  const T *x = static_cast<const T*>(a), *z = static_cast<const T*>(b);
  T* y = static_cast<T*>(out);
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) hn::StoreU(f(hn::LoadU(d, x + i), hn::LoadU(d, z + i)), d, y + i);
  if (i < n) {
    const FirstLanes<D> rest(d, n - i);
    rest.store(f(rest.load(x + i), rest.load(z + i)), y + i);
  }
}

template <class D>
struct Steps {
#define ANSATZ_STEP_1(name)                                                                      \
  static void name(void* out, const void* a, const void*, const void*, std::int64_t n, double) { \
    const D d;                                                                                   \
    unary_loop(d, out, a, n, [d](hn::Vec<D> x) HWY_ATTR { return lanes::op_##name(d, x); });     \
  }
#define ANSATZ_STEP_2(name)                                                                                       \
  static void name(void* out, const void* a, const void* b, const void*, std::int64_t n, double) {                \
    const D d;                                                                                                    \
    binary_loop(d, out, a, b, n, [d](hn::Vec<D> x, hn::Vec<D> y) HWY_ATTR { return lanes::op_##name(d, x, y); }); \
  }
// clang-format off
#define ANSATZ_FOR_EACH_STEP_1(X)                                                               \
  X(neg) X(abs) X(sqrt) X(exp) X(log) X(log1p) X(expm1) X(sin) X(cos) X(tanh) X(erf) X(sign)    \
  X(relu) X(elu) X(sigmoid) X(softplus) X(normal_cdf) X(logical_not) X(is_finite) X(cast)
#define ANSATZ_FOR_EACH_STEP_2(X)                                                               \
  X(add) X(sub) X(mul) X(div) X(pow) X(maximum) X(minimum) X(less) X(less_equal) X(equal)       \
  X(not_equal) X(logical_and) X(logical_or)
  // clang-format on
  ANSATZ_FOR_EACH_STEP_1(ANSATZ_STEP_1)
  ANSATZ_FOR_EACH_STEP_2(ANSATZ_STEP_2)
#undef ANSATZ_STEP_1
#undef ANSATZ_STEP_2

  static void leaky_relu(void* out, const void* a, const void*, const void*, std::int64_t n, double parameter) {
    const D d;
    const auto slope = hn::Set(d, static_cast<hn::TFromD<D>>(parameter));
    unary_loop(d, out, a, n, [d, slope](hn::Vec<D> x) HWY_ATTR { return lanes::op_leaky_relu(d, x, slope); });
  }

  static void where(void* out, const void* a, const void* b, const void* c, std::int64_t n, double) {
    using T = hn::TFromD<D>;
    const D d;
    const T *x = static_cast<const T*>(a), *y = static_cast<const T*>(b), *z = static_cast<const T*>(c);
    T* result = static_cast<T*>(out);
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    std::int64_t i = 0;
    for (; i + lanes <= n; i += lanes)
      hn::StoreU(lanes::op_where(d, hn::LoadU(d, x + i), hn::LoadU(d, y + i), hn::LoadU(d, z + i)), d, result + i);
    if (i < n) {
      const FirstLanes<D> rest(d, n - i);
      rest.store(lanes::op_where(d, rest.load(x + i), rest.load(y + i), rest.load(z + i)), result + i);
    }
  }

  static StepKernel find(const Op& op) {
    static const std::unordered_map<const Op*, StepKernel> table = {
#define ANSATZ_ENTRY(name) {&rows::name, name},
        ANSATZ_FOR_EACH_STEP_1(ANSATZ_ENTRY) ANSATZ_FOR_EACH_STEP_2(ANSATZ_ENTRY) ANSATZ_ENTRY(leaky_relu)
            ANSATZ_ENTRY(where)
#undef ANSATZ_ENTRY
    };
    const auto found = table.find(&op);
    return found == table.end() ? nullptr : found->second;
  }
};

template <class T, std::size_t Bytes>
using Tag = hn::CappedTag<T, Bytes / sizeof(T)>;

template <std::size_t Bytes>
StepKernel find_step(const Op& op, Dtype lanes) {
  return lanes == Dtype::f64 ? Steps<Tag<double, Bytes>>::find(op) : Steps<Tag<float, Bytes>>::find(op);
}

// -- column sums, finiteness ---------------------------------------------------------------------------

/// Sums of as many vectors of columns as there are J, the last one with `in_last` elements.
template <class D, int... J>
HWY_NOINLINE void sum_vectors(D d, const hn::TFromD<D>* HWY_RESTRICT x, std::int64_t rows, std::int64_t columns,
                              hn::TFromD<D>* HWY_RESTRICT out, std::int64_t in_last, std::integer_sequence<int, J...>) {
  using V = hn::Vec<D>;
  constexpr int lanes = static_cast<int>(hn::MaxLanes(D())), vectors = sizeof...(J);
  const FirstLanes<D> last(d, in_last);
  HWY_ALIGN hn::TFromD<D> levels[max_levels][vectors * lanes];
  V sum[vectors];
  std::uint64_t chunks = 0;
  ((sum[J] = hn::Zero(d)), ...);
  for (std::int64_t start = 0; start < rows; start += chunk_length, ++chunks) {
    const std::int64_t stop = std::min(rows, start + chunk_length);
    ((sum[J] = hn::Zero(d)), ...);
    for (std::int64_t row = start; row < stop; ++row) {
      const auto* HWY_RESTRICT from = x + row * columns;
      ((sum[J] = hn::Add(sum[J], J == vectors - 1 ? last.load(from + J * lanes) : hn::LoadU(d, from + J * lanes))),
       ...);
    }
    int level = 0;
    for (std::uint64_t bits = chunks; bits & 1U; bits >>= 1U, ++level)
      ((sum[J] = hn::Add(hn::Load(d, levels[level] + J * lanes), sum[J])), ...);
    (hn::Store(sum[J], d, levels[level] + J * lanes), ...);
  }
  if (chunks > 1) {
    int level = 0;
    std::uint64_t bits = chunks;
    while (!(bits & 1U)) bits >>= 1U, ++level;
    ((sum[J] = hn::Load(d, levels[level] + J * lanes)), ...);
    for (bits >>= 1U, ++level; bits != 0; bits >>= 1U, ++level)
      if (bits & 1U) ((sum[J] = hn::Add(hn::Load(d, levels[level] + J * lanes), sum[J])), ...);
  }
  ((J == vectors - 1 ? last.store(sum[J], out + J * lanes) : hn::StoreU(sum[J], d, out + J * lanes)), ...);
}

template <class D>
HWY_INLINE void sum_columns(D d, const hn::TFromD<D>* x, std::int64_t rows, std::int64_t columns, hn::TFromD<D>* out,
                            std::int64_t begin, std::int64_t end) {
  constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(D()));
  if (columns == 1) {
    if (begin < end) out[0] = sum_adjacent(x, rows);
    return;
  }
  constexpr int most = 8;  // vectors at a time: enough to hide the time an addition takes
  for (std::int64_t column = begin; column < end; column += most * lanes) {
    const std::int64_t left = end - column, vectors = std::min<std::int64_t>(most, (left + lanes - 1) / lanes);
    const std::int64_t in_last = std::min(left, vectors * lanes) - (vectors - 1) * lanes;
    const auto of_width = [&]<int... W>(std::integer_sequence<int, W...>) HWY_ATTR {
      (void)((vectors == W + 1 ? (sum_vectors(d, x + column, rows, columns, out + column, in_last,
                                              std::make_integer_sequence<int, W + 1>{}),
                                  true)
                               : false) ||
             ...);
    };
    of_width(std::make_integer_sequence<int, most>{});
  }
}

template <std::size_t Bytes>
void column_sums(Dtype dtype, const void* x, std::int64_t rows, std::int64_t columns, void* out, std::int64_t begin,
                 std::int64_t end) {
  if (dtype == Dtype::f64)
    sum_columns(Tag<double, Bytes>(), static_cast<const double*>(x), rows, columns, static_cast<double*>(out), begin,
                end);
  else
    sum_columns(Tag<float, Bytes>(), static_cast<const float*>(x), rows, columns, static_cast<float*>(out), begin, end);
}

template <class D>
HWY_INLINE bool finite_everywhere(D d, const hn::TFromD<D>* x, std::int64_t n) {
  using T = hn::TFromD<D>;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  // x − x is 0 for finite x, NaN otherwise; sums of squares of these stay NaN once one is.
  auto first = hn::Zero(d), second = hn::Zero(d);
  std::int64_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    const auto a = hn::LoadU(d, x + i), b = hn::LoadU(d, x + i + lanes);
    first = hn::Or(first, hn::Sub(a, a));
    second = hn::Or(second, hn::Sub(b, b));
  }
  auto bad = hn::Or(first, second);
  for (; i < n; i += lanes) {
    const auto a = FirstLanes<D>(d, std::min(lanes, n - i)).load(x + i);
    bad = hn::Or(bad, hn::Sub(a, a));
  }
  (void)sizeof(T);
  return hn::AllTrue(d, hn::Eq(bad, hn::Zero(d)));
}

template <std::size_t Bytes>
bool all_finite(Dtype dtype, const void* x, std::int64_t n) {
  return dtype == Dtype::f64 ? finite_everywhere(Tag<double, Bytes>(), static_cast<const double*>(x), n)
                             : finite_everywhere(Tag<float, Bytes>(), static_cast<const float*>(x), n);
}

template <class D, int... I>
HWY_INLINE double multiply_add_loop(D d, std::int64_t n, std::integer_sequence<int, I...>) {
  using T = hn::TFromD<D>;
  const auto factor = hn::Set(d, T(0.5)), term = hn::Set(d, T(1));
  hn::Vec<D> sums[] = {hn::Set(d, T(I))...};  // all different, or they would be computed once
  for (std::int64_t round = 0; round < n; ++round) ((sums[I] = hn::MulAdd(sums[I], factor, term)), ...);
  auto total = hn::Zero(d);
  ((total = hn::Add(total, sums[I])), ...);
  const bool used = hn::GetLane(total) > T(0);
  return used ? 2.0 * sizeof...(I) * static_cast<double>(hn::Lanes(d)) * static_cast<double>(n) : 0.0;
}

template <std::size_t Bytes>
double multiply_add(Dtype dtype, std::int64_t n) {
  return dtype == Dtype::f64 ? multiply_add_loop(Tag<double, Bytes>(), n, std::make_integer_sequence<int, 12>())
                             : multiply_add_loop(Tag<float, Bytes>(), n, std::make_integer_sequence<int, 12>());
}

template <std::size_t Bytes>
KernelSet make_set(std::string_view name, CompiledChain (*compiled)(std::string_view)) {
  KernelSet set;
  set.name = name;
  set.vector_bytes = static_cast<int>(Bytes);
  set.rows_for_packing = Bytes < 64 ? 16 : 64;  // measured on Zen 3 and on a Xeon with AVX-512
  set.step = [](const Op& op, Dtype lanes, Dtype) { return find_step<Bytes>(op, lanes); };
  set.product_f32 = product<Tag<float, Bytes>>;
  set.product_f64 = product<Tag<double, Bytes>>;
  set.addressed_f32 = addressed_product<Tag<float, Bytes>>;
  set.addressed_f64 = addressed_product<Tag<double, Bytes>>;
  set.column_sums = column_sums<Bytes>;
  set.pack = [](Dtype dtype, const PackArguments& p) {
    dtype == Dtype::f64 ? pack<Tag<double, Bytes>>(p) : pack<Tag<float, Bytes>>(p);
  };
  set.panels = [](Dtype dtype, std::int64_t n) {
    return dtype == Dtype::f64 ? panels<Tag<double, Bytes>>(n) : panels<Tag<float, Bytes>>(n);
  };
  set.keep_mask = [](Dtype dtype, const KeepMaskArguments& arguments) {
    const Tag<float, Bytes> d;
    dtype == Dtype::f64 ? keep_mask(d, arguments, static_cast<double*>(arguments.out))
                        : keep_mask(d, arguments, static_cast<float*>(arguments.out));
  };
  set.pool = [](Dtype dtype, Pooling what, const PoolArguments& p) {
    dtype == Dtype::f64 ? pool(Tag<double, Bytes>(), what, p) : pool(Tag<float, Bytes>(), what, p);
  };
  set.all_finite = all_finite<Bytes>;
  set.multiply_add = multiply_add<Bytes>;
  set.compiled = compiled;
  return set;
}

}  // namespace ansatz::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
