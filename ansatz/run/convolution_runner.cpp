// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/run/convolution_runner.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "ansatz/base/contraction.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::run {

namespace {

using Index = std::array<std::int64_t, Windows::most_axes>;
using plan::Convolution;

std::size_t nth(int axis) { return static_cast<std::size_t>(axis); }

/// Elements of C that a unit has, about: they are in a cache when the epilogue reads them.
constexpr std::int64_t elements_of_unit = 8192;
/// Bytes of the sums of rows that are under way together, all levels of their tree.
constexpr std::int64_t bytes_of_sums = 1 << 20;

/// f(index) for all indices below `count`, row-major.
template <class F>
void for_each_index(int axes, const Index& count, F&& f) {
  Index at{};
  std::int64_t total = 1;
  for (int a = 0; a < axes; ++a) total *= count[nth(a)];
  for (std::int64_t n = 0; n < total; ++n) {
    f(at);
    for (int a = axes - 1; a >= 0 && ++at[nth(a)] == count[nth(a)]; --a) at[nth(a)] = 0;
  }
}

Index extents_of(const Shape& shape) {
  Index extents{};
  for (int a = 0; a + 2 < shape.rank(); ++a) extents[nth(a)] = shape[a + 1];
  return extents;
}

std::int32_t offset(std::int64_t elements) {
  if (elements > std::numeric_limits<std::int32_t>::max())
    throw ShapeError("[convolution] a sample has elements that are more than 2^31 apart");
  return static_cast<std::int32_t>(elements);
}

}  // namespace

// -- the source -------------------------------------------------------------------------------------------------------

void PaddedSource::lay_out(const Index& first, const Index& last) {
  in_place = true;
  for (int a = 0; a < axes; ++a) in_place = in_place && first[nth(a)] >= 0 && last[nth(a)] < extent[nth(a)];
  std::int64_t elements = channels;
  for (int a = axes - 1; a >= 0; --a) {
    low[nth(a)] = in_place ? 0 : first[nth(a)];
    length[nth(a)] = in_place ? extent[nth(a)] : last[nth(a)] - first[nth(a)] + 1;
    pitch[nth(a)] = elements;
    elements *= length[nth(a)];
  }
}

void PaddedSource::copy(const std::byte* sample, std::int64_t begin, std::int64_t count, std::size_t size,
                        std::byte* to) const {
  copy_axis(0, sample, begin, count, size, to);
}

/// Positions [begin, begin + count) along `axis`, of which `from` is position 0.
std::byte* PaddedSource::copy_axis(int axis, const std::byte* from, std::int64_t begin, std::int64_t count,
                                   std::size_t size, std::byte* to) const {
  const auto bytes = static_cast<std::int64_t>(size) * pitch[nth(axis)];  // of a position in the copy
  const std::int64_t before = std::clamp<std::int64_t>(-begin, 0, count);
  const std::int64_t inside = std::clamp<std::int64_t>(extent[nth(axis)] - (begin + before), 0, count - before);
  const auto zeros = [&](std::int64_t positions) {
    std::memset(to, 0, static_cast<std::size_t>(positions * bytes));
    to += positions * bytes;
  };
  zeros(inside > 0 ? before : count);
  if (inside == 0) return to;
  std::int64_t elements = channels;  // of a position in the tensor
  for (int a = axis + 1; a < axes; ++a) elements *= extent[nth(a)];
  const std::byte* at = from + (begin + before) * elements * static_cast<std::int64_t>(size);
  if (axis + 1 == axes) {
    std::memcpy(to, at, static_cast<std::size_t>(inside * bytes));
    to += inside * bytes;
  } else {
    for (std::int64_t p = 0; p < inside; ++p, at += elements * static_cast<std::int64_t>(size))
      to = copy_axis(axis + 1, at, low[nth(axis + 1)], length[nth(axis + 1)], size, to);
  }
  zeros(count - before - inside);
  return to;
}

// -- tables -----------------------------------------------------------------------------------------------------------

ConvolutionRunner::ConvolutionRunner(const plan::Product& product, const kernels::KernelSet& kernels)
    : product_(product),
      kernels_(kernels),
      windows_(product.convolution->windows),
      of_x_(product.convolution->result == Convolution::Result::x),
      sums_(product.convolution->result == Convolution::Result::weights),
      size_(static_cast<std::int64_t>(size_of(product.dtype))),
      samples_(product.convolution->x[0]),
      groups_(product.convolution->groups) {
  const Convolution& of = *product.convolution;
  const Shape& source = of_x_ ? of.y : of.x;
  source_.axes = windows_.axes;
  source_.extent = extents_of(source);
  source_.channels = source[source.rank() - 1];
  source_each_ = source_.channels / groups_;
  n_each_ = product.n / groups_;
  target_ = extents_of(of_x_ ? of.x : of.y);
  for (int a = 1; a < windows_.axes; ++a) inner_ *= target_[nth(a)];
  if (sums_)
    prepare_sums();
  else
    prepare_rows();
}

void ConvolutionRunner::prepare_rows() {
  const int axes = windows_.axes;
  const std::int64_t wanted = elements_of_unit / std::max<std::int64_t>(1, inner_ * product_.n);
  const std::int64_t positions = (target_[0] + step(0) - 1) / step(0);  // of a phase
  const std::int64_t most = std::clamp<std::int64_t>(wanted / step(0), 1, positions);
  const std::int64_t about = (positions + most - 1) / most;  // units of about equal height
  band_ = (positions + about - 1) / about * step(0);
  bands_ = (target_[0] + band_ - 1) / band_;

  // Along each axis and for each phase: the taps that reach its results, and where they lie for the first of them.
  std::array<std::vector<std::vector<std::int64_t>>, Windows::most_axes> taps;
  Index first{}, last{}, phases{};
  for (int a = 0; a < axes; ++a) {
    const WindowAxis& axis = windows_[a];
    first[nth(a)] = std::numeric_limits<std::int64_t>::max(), last[nth(a)] = std::numeric_limits<std::int64_t>::min();
    phases[nth(a)] = step(a);
    taps[nth(a)].resize(static_cast<std::size_t>(step(a)));
    for (std::int64_t p = 0; p < step(a); ++p)
      for (std::int64_t tap = 0; tap < axis.taps; ++tap) {
        const std::int64_t distance = of_x_ ? p + axis.before - tap * axis.dilation : tap * axis.dilation - axis.before;
        if (distance % step(a) != 0) continue;
        const std::int64_t extent = a == 0 ? band_ : target_[nth(a)], count = (extent - p + step(a) - 1) / step(a);
        if (count <= 0) continue;
        taps[nth(a)][static_cast<std::size_t>(p)].push_back(tap);
        first[nth(a)] = std::min(first[nth(a)], distance / step(a));
        last[nth(a)] = std::max(last[nth(a)], distance / step(a) + (count - 1) * move(a));
      }
  }
  for (int a = 0; a < axes; ++a)
    if (first[nth(a)] > last[nth(a)]) first[nth(a)] = last[nth(a)] = 0;  // no tap reaches anything
  // Of all units: those of a sample begin (band / step) · move apart along axis 0.
  copied_ = last[0] - first[0] + 1;
  Index last_of_all = last;
  last_of_all[0] += (bands_ - 1) * (band_ / step(0)) * move(0);
  if (target_[0] % band_ != 0)  // the last unit is shorter
    last_of_all[0] -= (band_ - target_[0] % band_) / step(0) * move(0);
  source_.lay_out(first, last_of_all);

  for_each_index(axes, phases, [&](const Index& phase) {
    std::array<std::vector<std::int64_t>, Windows::most_axes> reached;
    for (int a = 0; a < axes; ++a) reached[nth(a)] = taps[nth(a)][static_cast<std::size_t>(phase[nth(a)])];
    add_phase(phase, reached);
  });
  copies_bytes_ = source_.in_place ? 0 : copied_ * source_.pitch[0] * size_;
  scratch_bytes_ = static_cast<std::size_t>((copies_bytes_ + 63) / 64 * 64);
  if (phases_.size() > 1) scratch_bytes_ += static_cast<std::size_t>(band_ * inner_ * product_.n * size_);
}

void ConvolutionRunner::add_phase(const Index& first,
                                  const std::array<std::vector<std::int64_t>, Windows::most_axes>& taps) {
  const int axes = windows_.axes;
  Phase phase{first, {}, {}, {}, {}, {}, 0};
  for (int a = 0; a < axes; ++a)
    phase.count[nth(a)] = ((a == 0 ? band_ : target_[nth(a)]) - first[nth(a)] + step(a) - 1) / step(a);
  if (std::any_of(phase.count.begin(), phase.count.begin() + axes, [](std::int64_t n) { return n <= 0; })) return;
  for_each_index(axes, phase.count, [&](const Index& at) {
    std::int64_t row = 0, number = 0;
    for (int a = 0; a < axes; ++a) {
      row += at[nth(a)] * move(a) * source_.pitch[nth(a)];
      number = number * (a == 0 ? band_ : target_[nth(a)]) + first[nth(a)] + at[nth(a)] * step(a);
    }
    phase.rows.push_back(offset(row));
    phase.rows_of_c.push_back(offset(number));
  });
  Index counts{};
  for (int a = 0; a < axes; ++a) counts[nth(a)] = static_cast<std::int64_t>(taps[nth(a)].size());
  for_each_index(axes, counts, [&](const Index& at) {
    std::int64_t term = 0, number = 0;
    for (int a = 0; a < axes; ++a) {
      const WindowAxis& axis = windows_[a];
      const std::int64_t tap = taps[nth(a)][static_cast<std::size_t>(at[nth(a)])];
      const std::int64_t distance =
          of_x_ ? (first[nth(a)] + axis.before - tap * axis.dilation) / step(a) : tap * axis.dilation - axis.before;
      term += (distance - source_.low[nth(a)]) * source_.pitch[nth(a)];
      number = number * axis.taps + tap;
    }
    phase.taps.push_back(number);
    for (std::int64_t c = 0; c < source_each_; ++c) phase.terms.push_back(offset(term + c));
  });
  if (!phases_.empty()) {
    const Phase& before = phases_.back();
    phase.packed =
        before.packed + groups_ * plan::packed_elements(static_cast<std::int64_t>(before.terms.size()), n_each_);
  }
  phases_.push_back(std::move(phase));
}

void ConvolutionRunner::prepare_sums() {
  const int axes = windows_.axes;
  Index first{}, last{}, counts{};
  for (int a = 0; a < axes; ++a) {
    first[nth(a)] = -windows_[a].before;
    last[nth(a)] = windows_[a].position(target_[nth(a)] - 1, windows_[a].taps - 1);
    counts[nth(a)] = windows_[a].taps;
  }
  source_.lay_out(first, last);
  for_each_index(axes, counts, [&](const Index& at) {
    std::int64_t row = 0;
    for (int a = 0; a < axes; ++a) row += at[nth(a)] * windows_[a].dilation * source_.pitch[nth(a)];
    for (std::int64_t c = 0; c < source_each_; ++c) rows_.push_back(offset(row + c));
  });
  std::int64_t most = 0;
  std::vector<std::int32_t> terms(chunk_length);
  for (std::int64_t begin = 0; begin < product_.k; begin += chunk_length)
    most = std::max(most,
                    place_windows(nullptr, begin, std::min(product_.k, begin + chunk_length), terms.data(), nullptr));
  copies_bytes_ = (most * size_ + 63) / 64 * 64;
  const std::int64_t chunks = (product_.k + chunk_length - 1) / chunk_length;
  levels_ = chunks > 1 ? static_cast<std::int64_t>(std::bit_width(static_cast<std::uint64_t>(chunks))) + 1 : 0;
  const std::int64_t bytes_of_row = std::max<std::int64_t>(1, (levels_ + 1) * product_.n * size_);
  rows_at_once_ = std::clamp<std::int64_t>(bytes_of_sums / bytes_of_row, std::min<std::int64_t>(product_.m, 24),
                                           std::max<std::int64_t>(1, product_.m));
  scratch_bytes_ = static_cast<std::size_t>(copies_bytes_ + (levels_ + 1) * (rows_at_once_ + 1) * product_.n * size_) +
                   chunk_length * sizeof(std::int32_t);
}

// -- weights ----------------------------------------------------------------------------------------------------------

std::int64_t ConvolutionRunner::pack_parts() const {
  return sums_ ? 0 : static_cast<std::int64_t>(phases_.size()) * groups_ * kernels_.panels(product_.dtype, n_each_);
}

void ConvolutionRunner::pack(const std::byte* weights, std::byte* packed, Range parts) const {
  const std::int64_t panels = kernels_.panels(product_.dtype, n_each_);
  const std::int64_t c_out = of_x_ ? source_.channels : product_.n;
  for (std::int64_t part = parts.begin; part < parts.end; ++part) {
    const Phase& phase = phases_[static_cast<std::size_t>(part / (panels * groups_))];
    const std::int64_t group = part / panels % groups_, panel = part % panels;
    const auto k = static_cast<std::int64_t>(phase.terms.size());
    kernels::PackArguments arguments{
        weights,  at(packed, phase.packed + group * plan::packed_elements(k, n_each_)), k, n_each_, of_x_, panel,
        panel + 1};
    arguments.ldb = c_out;
    if (of_x_) {  // of each tap [c_in of the group, c_out], the transpose of the group's columns
      arguments.b = at(weights, group * source_each_);
      arguments.blocks = phase.taps.data();
      arguments.block_rows = source_each_;
      arguments.block_elements = n_each_ * c_out;
    } else {
      arguments.b = at(weights, group * n_each_);
    }
    kernels_.pack(product_.dtype, arguments);
  }
}

// -- rows of C --------------------------------------------------------------------------------------------------------

Range ConvolutionRunner::run_unit(const Memory& memory, std::int64_t number) const {
  const std::int64_t sample = number / bands_, begin = number % bands_ * band_;
  const std::int64_t band = std::min(band_, target_[0] - begin);
  const Range rows{(sample * target_[0] + begin) * inner_, (sample * target_[0] + begin + band) * inner_};
  const std::int64_t moved = begin / step(0) * move(0);
  const std::byte* source = at(memory.a, sample * source_.sample());
  if (source_.in_place) {
    source = at(source, moved * source_.pitch[0]);
  } else {
    source_.copy(source, source_.low[0] + moved, copied_, static_cast<std::size_t>(size_), memory.scratch);
    source = memory.scratch;
  }
  const auto multiply = product_.dtype == Dtype::f64 ? kernels_.addressed_f64 : kernels_.addressed_f32;
  std::byte* const out = at(memory.c, rows.begin * product_.n);
  const bool scattered = phases_.size() > 1;
  std::byte* const apart = memory.scratch + (copies_bytes_ + 63) / 64 * 64;
  for (const Phase& phase : phases_) {
    const std::int64_t positions = (band - phase.first[0] + step(0) - 1) / step(0);
    if (positions <= 0) continue;
    kernels::AddressedArguments p{};
    p.rows = phase.rows.data();
    p.terms = phase.terms.data();
    p.packed = true;
    p.ldc = product_.n;
    p.m = positions * (static_cast<std::int64_t>(phase.rows.size()) / phase.count[0]);
    p.n = n_each_;
    p.k = static_cast<std::int64_t>(phase.terms.size());
    for (std::int64_t group = 0; group < groups_; ++group) {
      p.a = at(source, group * source_each_);
      p.b = at(memory.b, phase.packed + group * plan::packed_elements(p.k, n_each_));
      p.c = at(scattered ? apart : out, group * n_each_);
      multiply(p);
    }
    if (!scattered) continue;
    for (std::int64_t r = 0; r < p.m; ++r)
      std::memcpy(at(out, phase.rows_of_c[static_cast<std::size_t>(r)] * product_.n), at(apart, r * product_.n),
                  static_cast<std::size_t>(product_.n * size_));
  }
  return rows;
}

// -- sums over windows ------------------------------------------------------------------------------------------------

std::int64_t ConvolutionRunner::place_windows(const std::byte* a, std::int64_t begin, std::int64_t end,
                                              std::int32_t* terms, std::byte* copies) const {
  const int axes = windows_.axes;
  const std::int64_t of_sample = target_[0] * inner_, stride = windows_[0].stride;
  const std::int64_t first_sample = begin / of_sample;
  std::int64_t taken = 0;
  for (std::int64_t sample = first_sample; sample * of_sample < end; ++sample) {
    const Range mine{std::max<std::int64_t>(0, begin - sample * of_sample),
                     std::min(of_sample, end - sample * of_sample)};
    const Range positions{mine.begin / inner_, (mine.end - 1) / inner_ + 1};  // along axis 0
    std::int64_t base = (sample - first_sample) * source_.sample() + positions.begin * stride * source_.pitch[0];
    if (!source_.in_place) {
      const std::int64_t count =
          (positions.end - positions.begin - 1) * stride + windows_[0].dilation * (windows_[0].taps - 1) + 1;
      if (copies != nullptr)
        source_.copy(at(a, sample * source_.sample()), source_.low[0] + positions.begin * stride, count,
                     static_cast<std::size_t>(size_), at(copies, taken));
      base = taken;
      taken += count * source_.pitch[0];
    }
    Index window{};
    std::int64_t rest = mine.begin;
    for (int axis = axes - 1; axis >= 0; --axis) {
      window[nth(axis)] = rest % target_[nth(axis)];
      rest /= target_[nth(axis)];
    }
    for (std::int64_t w = mine.begin; w < mine.end;) {  // windows along the last axis lie at equal distances
      std::int64_t place = base - positions.begin * stride * source_.pitch[0];
      for (int axis = 0; axis < axes; ++axis)
        place += window[nth(axis)] * windows_[axis].stride * source_.pitch[nth(axis)];
      const std::int64_t n = std::min(target_[nth(axes - 1)] - window[nth(axes - 1)], mine.end - w);
      const std::int32_t apart = offset(windows_[axes - 1].stride * source_.pitch[nth(axes - 1)]);
      offset(place + (n - 1) * apart);  // the farthest
      for (std::int64_t j = 0; j < n; ++j) *terms++ = static_cast<std::int32_t>(place + j * apart);
      w += n;
      window[nth(axes - 1)] += n - 1;
      for (int axis = axes - 1; axis >= 0 && ++window[nth(axis)] == target_[nth(axis)]; --axis) window[nth(axis)] = 0;
    }
  }
  return taken;
}

void ConvolutionRunner::sum_rows(const Memory& memory, Range rows) const {
  const auto multiply = product_.dtype == Dtype::f64 ? kernels_.addressed_f64 : kernels_.addressed_f32;
  const kernels::StepKernel add = kernels_.step(rows::add, product_.dtype, product_.dtype);
  auto* const terms = reinterpret_cast<std::int32_t*>(memory.scratch);
  std::byte* const copies = memory.scratch + chunk_length * sizeof(std::int32_t);
  const std::int64_t n = product_.n, of_c = (rows.end - rows.begin) * n, of_sample = target_[0] * inner_;
  std::byte* const columns = rows.begin == 0 ? memory.column_sums : nullptr;
  const std::int64_t elements = of_c + (columns != nullptr ? n : 0);  // the sums of columns lie behind those of rows
  const auto level = [&](std::int64_t number) { return copies + copies_bytes_ + number * elements * size_; };
  const auto write = [&](const std::byte* sums) {
    std::memcpy(at(memory.c, rows.begin * n), sums, static_cast<std::size_t>(of_c * size_));
    if (columns != nullptr) std::memcpy(columns, at(sums, of_c), static_cast<std::size_t>(n * size_));
  };
  std::byte* const sum = level(levels_);
  if (product_.k == 0) {
    std::memset(sum, 0, static_cast<std::size_t>(elements * size_));
    return write(sum);
  }

  kernels::AddressedArguments p{};
  p.rows = rows_.data() + rows.begin;
  p.terms = terms;
  p.ldb = p.ldc = n;
  p.m = rows.end - rows.begin;
  p.n = n_each_;
  std::uint64_t chunks = 0;
  for (std::int64_t begin = 0; begin < product_.k; begin += chunk_length, ++chunks) {
    const std::int64_t end = std::min(product_.k, begin + chunk_length);
    place_windows(memory.a, begin, end, terms, copies);
    p.k = end - begin;
    const std::byte* source = source_.in_place ? at(memory.a, begin / of_sample * source_.sample()) : copies;
    const std::byte* cotangents = at(memory.b, begin * n);
    for (std::int64_t group = 0; group < groups_; ++group) {
      p.a = at(source, group * source_each_);
      p.b = at(cotangents, group * n_each_);
      p.c = at(sum, group * n_each_);
      multiply(p);
    }
    if (columns != nullptr) kernels_.column_sums(product_.dtype, cotangents, p.k, n, at(sum, of_c), 0, n);
    if (levels_ == 0) return write(sum);
    std::int64_t to = 0;  // as ChunkTree::push
    for (std::uint64_t bits = chunks; bits & 1U; bits >>= 1U) add(sum, level(to++), sum, nullptr, elements, 0.0);
    std::memcpy(level(to), sum, static_cast<std::size_t>(elements * size_));
  }
  std::int64_t from = 0;  // as ChunkTree::total
  std::uint64_t bits = chunks;
  while (!(bits & 1U)) bits >>= 1U, ++from;
  std::byte* const total = level(from);
  for (bits >>= 1U, ++from; bits != 0; bits >>= 1U, ++from)
    if (bits & 1U) add(total, level(from), total, nullptr, elements, 0.0);
  write(total);
}

}  // namespace ansatz::run
