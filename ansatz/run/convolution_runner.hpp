// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Runs a convolution as a matrix product whose A are the patches of a tensor. They are never laid out: a block of
/// windows reads them, through tables of offsets, where the tensor lies, or in a copy of a part of it with its padding.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "ansatz/base/memory.hpp"
#include "ansatz/base/threads.hpp"
#include "ansatz/kernels/kernel_set.hpp"
#include "ansatz/plan/plan.hpp"

namespace ansatz::run {

/// The tensor whose patches are read: [samples, spatial…, channels], or blocks of it with zeros around.
struct PaddedSource {
  int axes = 0;
  std::array<std::int64_t, Windows::most_axes> extent{};  ///< as the tensor has them
  std::array<std::int64_t, Windows::most_axes> low{};     ///< first position of a copy; of axis 0: of one at its begin
  std::array<std::int64_t, Windows::most_axes> length{};  ///< of a copy (but for axis 0)
  std::array<std::int64_t, Windows::most_axes> pitch{};   ///< elements from one position to the next
  std::int64_t channels = 0;
  bool in_place = true;  ///< no window reaches beyond the tensor

  std::int64_t sample() const { return extent[0] * rest(); }
  /// Elements of a position along axis 0, in the tensor.
  std::int64_t rest() const {
    std::int64_t product = channels;
    for (int a = 1; a < axes; ++a) product *= extent[static_cast<std::size_t>(a)];
    return product;
  }
  /// Sets low, length and pitch from the positions that windows read along each axis.
  void lay_out(const std::array<std::int64_t, Windows::most_axes>& first,
               const std::array<std::int64_t, Windows::most_axes>& last);
  /// Copies positions [begin, begin + count) along axis 0 of a sample, with zeros where there is nothing.
  void copy(const std::byte* sample, std::int64_t begin, std::int64_t count, std::size_t size, std::byte* to) const;

 private:
  std::byte* copy_axis(int axis, const std::byte* from, std::int64_t begin, std::int64_t count, std::size_t size,
                       std::byte* to) const;
};

class ConvolutionRunner {
 public:
  ConvolutionRunner(const plan::Product& product, const kernels::KernelSet& kernels);

  /// Parts of the weights that can be laid out alone, and some of them. None where the weights are the result.
  std::int64_t pack_parts() const;
  void pack(const std::byte* weights, std::byte* packed, Range parts) const;

  /// Parts of the result that workers may divide, and the rows of C that some of them are.
  std::int64_t parts() const { return sums_ ? product_.m : samples_ * bands_; }
  std::size_t scratch_bytes() const { return scratch_bytes_; }
  /// Where operands and results are; b: packed weights, or ȳ where the weights are the result, whose sums over all
  /// windows then go to column_sums, unless that is nullptr.
  struct Memory {
    const std::byte *a, *b;
    std::byte *c, *column_sums;
    std::byte* scratch;  ///< of the calling worker
  };
  /// Computes parts of C, some rows at a time; done(rows) after each.
  template <class Done>
  void run(const Memory& memory, Range parts, Done&& done) const {
    if (sums_) {
      for (std::int64_t row = parts.begin; row < parts.end; row += rows_at_once_) {
        const Range rows{row, std::min(parts.end, row + rows_at_once_)};
        sum_rows(memory, rows);
        done(rows);
      }
      return;
    }
    for (std::int64_t unit = parts.begin; unit < parts.end; ++unit) done(run_unit(memory, unit));
  }

 private:
  using Index = std::array<std::int64_t, Windows::most_axes>;

  /// Results whose windows lie alike on the grid of the strides: all of them, unless the result is x.
  struct Phase {
    Index first{}, count{};               ///< along each axis: the first one, how many of a unit
    std::vector<std::int64_t> taps;       ///< numbers of those that reach them
    std::vector<std::int32_t> rows;       ///< offsets of A's rows in the source, for a unit
    std::vector<std::int32_t> rows_of_c;  ///< their numbers within the unit
    std::vector<std::int32_t> terms;      ///< offsets of A's columns
    std::int64_t packed = 0;              ///< where its weights begin, in elements
  };

  void prepare_rows();
  void add_phase(const Index& first, const std::array<std::vector<std::int64_t>, Windows::most_axes>& taps);
  void prepare_sums();
  /// Computes unit `number` and returns its rows of C.
  Range run_unit(const Memory& memory, std::int64_t number) const;
  void sum_rows(const Memory& memory, Range rows) const;
  /// Puts the offsets of windows [begin, end) into `terms`, what they read into `copies` (nullptr: nowhere). Returns
  /// how many elements of copies that takes.
  std::int64_t place_windows(const std::byte* a, std::int64_t begin, std::int64_t end, std::int32_t* terms,
                             std::byte* copies) const;
  std::int64_t step(int axis) const { return of_x_ ? windows_[axis].stride : 1; }
  std::int64_t move(int axis) const { return of_x_ ? 1 : windows_[axis].stride; }
  std::byte* at(std::byte* base, std::int64_t element) const { return base + element * size_; }
  const std::byte* at(const std::byte* base, std::int64_t element) const { return base + element * size_; }

  plan::Product product_;
  const kernels::KernelSet& kernels_;
  Windows windows_;
  bool of_x_, sums_;
  std::int64_t size_, samples_, groups_, source_each_, n_each_;
  PaddedSource source_;
  Index target_{};                     // spatial extents of the result, or of the windows
  std::int64_t inner_ = 1;             // targets of one position along axis 0
  std::int64_t band_ = 1, bands_ = 1;  // positions along axis 0 of a unit; units of a sample
  std::int64_t copied_ = 0;            // positions along axis 0 of a unit's copy
  std::vector<Phase> phases_;
  std::vector<std::int32_t> rows_;  // of a sum over windows: offsets of the rows of Aᵀ
  std::int64_t rows_at_once_ = 1, levels_ = 0;
  std::int64_t copies_bytes_ = 0;
  std::size_t scratch_bytes_ = 0;
};

}  // namespace ansatz::run
