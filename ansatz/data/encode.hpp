// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Encoding tables block by block, straight into the numbers that a network takes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "ansatz/base/tensor.hpp"
#include "ansatz/data/encoding.hpp"
#include "ansatz/data/table.hpp"

namespace ansatz::data {

class ColumnEncoder;

/// Encodes rows of one table in any order and any blocks, from several threads if need be. Every number is computed in
/// f64 and rounded to f32 once where that is asked for.
class InputEncoder {
 public:
  /// Checks the cells of `rows`, which are those that encode() may be asked for. Refers to `encoding`.
  /// @throws DataError as encode() of encoding.hpp, ArgumentError for rows that are not there.
  InputEncoder(const Encoding& encoding, const Table& table, std::span<const std::int64_t> rows,
               Unseen unseen = Unseen::ignore);
  InputEncoder(InputEncoder&&) noexcept;
  ~InputEncoder();

  /// Writes `rows`, [rows, features] row-major. @throws ArgumentError when `out` has another size.
  void encode(std::span<const std::int64_t> rows, std::span<double> out) const;
  void encode(std::span<const std::int64_t> rows, std::span<float> out) const;

  /// Texts that no training row had, one entry a column that has some.
  std::vector<UnknownTexts> unknown() const;

 private:
  template <class T>
  void write(std::span<const std::int64_t> rows, std::span<T> out) const;

  const Encoding* encoding_;
  Table table_;
  std::int64_t features_;
  std::vector<std::unique_ptr<const ColumnEncoder>> encoders_;
};

/// Encodes some rows into `out`, [rows, features] row-major. @throws as InputEncoder.
void encode_block(const Encoding& encoding, const Table& table, std::span<const std::int64_t> rows,
                  std::span<double> out);
void encode_block(const Encoding& encoding, const Table& table, std::span<const std::int64_t> rows,
                  std::span<float> out);

/// All inputs of `rows` as one tensor [rows, features] of `dtype`, f64 or f32; no more memory than that is used.
/// @throws as InputEncoder; DtypeError for another dtype.
Tensor encode_inputs(const Encoding& encoding, const Table& table, std::span<const std::int64_t> rows, Dtype dtype,
                     Unseen unseen = Unseen::ignore);

}  // namespace ansatz::data
