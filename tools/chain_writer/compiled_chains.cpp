// SPDX-License-Identifier: BSD-3-Clause
// Compiles the chains that the chain writer wrote, once for each instruction set.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "ansatz/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tools/chain_writer/compiled_chains.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "ansatz/kernels/compiled.hpp"
#include "ansatz/kernels/first_lanes-inl.hpp"
#include "ansatz/kernels/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace ansatz::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline constexpr std::int64_t most_columns = 128;  // plan/fusion.cpp: longest_row

/// As many rows as a vector has lanes; those beyond the last one repeat it and are not stored.
template <class T>
class Rows {
  using D = hn::ScalableTag<T>;
  using V = hn::Vec<D>;
  using Index = hn::RebindToSigned<D>;
  static constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(D()));

 public:
  HWY_INLINE Rows(D, std::int64_t left)
      : valid_(std::min(lanes, left)),
        row_(hn::Min(hn::Iota(Index(), 0), hn::Set(Index(), static_cast<hn::TFromD<Index>>(valid_ - 1)))) {}

  /// One element of each row.
  HWY_INLINE V gather(const T* x, std::int64_t stride) const {
    return hn::GatherIndex(D(), x, hn::Mul(row_, hn::Set(Index(), static_cast<hn::TFromD<Index>>(stride))));
  }
  HWY_INLINE V column(const T* x) const { return hn::GatherIndex(D(), x, row_); }
  /// Labels of rows, as integers of the lanes' width.
  HWY_INLINE V labels(const std::int32_t* x) const {
    HWY_ALIGN hn::TFromD<Index> label[lanes];
    for (std::int64_t i = 0; i < lanes; ++i) label[i] = x[std::min(i, valid_ - 1)];
    return hn::BitCast(D(), hn::Load(Index(), label));
  }
  /// 1 where a row has the label j, else 0.
  HWY_INLINE V is_label(V label, std::int64_t j) const {
    const auto mask = hn::Eq(hn::BitCast(Index(), label), hn::Set(Index(), static_cast<hn::TFromD<Index>>(j)));
    return hn::IfThenElseZero(hn::RebindMask(D(), mask), hn::Set(D(), T(1)));
  }
  HWY_INLINE void store(V v, T* y, std::int64_t stride) const {
    HWY_ALIGN T value[lanes];
    hn::Store(v, D(), value);
    for (std::int64_t i = 0; i < valid_; ++i) y[i * stride] = value[i];
  }

 private:
  std::int64_t valid_;
  hn::Vec<Index> row_;
};

/// A row of a product of few terms, in the order of the contraction.
template <class T, int Terms, class = std::make_integer_sequence<int, Terms>>
class ProductRow;

template <class T, int Terms, int... I>
class ProductRow<T, Terms, std::integer_sequence<int, I...>> {
  using D = hn::ScalableTag<T>;
  using V = hn::Vec<D>;

 public:
  HWY_INLINE ProductRow(D d, const CompiledChainArguments& c, std::int64_t row)
      : b_(static_cast<const T*>(c.b)), columns_(c.columns) {
    const T* a = static_cast<const T*>(c.a) + row * Terms;
    ((left_[I] = hn::Set(d, a[I])), ...);
  }

  /// From column i on; `rest`: of the columns that are left.
  template <bool Rest>
  HWY_INLINE V elements(D d, std::int64_t i, const FirstLanes<D>& rest) const {
    V sum = hn::Zero(d);
    ((sum = hn::MulAdd(left_[I], Rest ? rest.load(b_ + I * columns_ + i) : hn::LoadU(d, b_ + I * columns_ + i), sum)),
     ...);
    return sum;
  }

 private:
  V left_[Terms];
  const T* b_;
  std::int64_t columns_;
};

/// The same, as a column of vectors. `Rest`: of what is left beside whole vectors.
template <class T, int Terms, bool Rest, class = std::make_integer_sequence<int, Terms>>
class ProductColumn;

template <class T, int Terms, bool Rest, int... I>
class ProductColumn<T, Terms, Rest, std::integer_sequence<int, I...>> {
  using D = hn::ScalableTag<T>;
  using V = hn::Vec<D>;

 public:
  HWY_INLINE ProductColumn(D d, const CompiledChainArguments& c, std::int64_t i, const FirstLanes<D>& rest)
      : a_(static_cast<const T*>(c.a)) {
    const T* b = static_cast<const T*>(c.b) + i;
    ((right_[I] = Rest ? rest.load(b + I * c.columns) : hn::LoadU(d, b + I * c.columns)), ...);
  }

  HWY_INLINE V of_row(D d, std::int64_t row) const {
    V sum = hn::Zero(d);
    ((sum = hn::MulAdd(hn::Set(d, a_[row * Terms + I]), right_[I], sum)), ...);
    return sum;
  }

 private:
  const T* a_;
  V right_[Terms];
};

// Functions chain_0 … and `const std::unordered_map<std::string_view, CompiledChain>& compiled_table()`.
#include "chains-inl.hpp"

CompiledChain find(std::string_view key) {
  const auto& table = compiled_table();
  const auto found = table.find(key);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace ansatz::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ansatz::kernels {

#if HWY_ARCH_X86
CompiledChain compiled_chain_avx2(std::string_view key) { return N_AVX2::find(key); }
#if ANSATZ_AVX512
CompiledChain compiled_chain_avx512(std::string_view key) { return N_AVX3::find(key); }
#else
CompiledChain compiled_chain_avx512(std::string_view) { return nullptr; }
#endif
CompiledChain compiled_chain_neon(std::string_view) { return nullptr; }
#else
CompiledChain compiled_chain_avx2(std::string_view) { return nullptr; }
CompiledChain compiled_chain_avx512(std::string_view) { return nullptr; }
CompiledChain compiled_chain_neon(std::string_view key) { return HWY_STATIC_DISPATCH(find)(key); }
#endif

}  // namespace ansatz::kernels
#endif
