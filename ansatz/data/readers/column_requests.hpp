// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What ReadOptions says about single columns: as, text, drop, columns. @internal
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/data/read.hpp"

namespace ansatz::data {

/// What a column is to be read as.
enum class Wanted : std::uint8_t { as_it_looks, number, category, time, day_first, month_first, drop };

/// A column and what it is to be: the two sides of ReadOptions::as. @throws ArgumentError for what is no such text.
struct ColumnRequest {
  std::string column;
  Wanted wanted = Wanted::as_it_looks;
};
ColumnRequest request_from(std::string_view text);

/// `options` with the categories of `as` among `text`, and what it leaves out among `drop`; `as` keeps the rest.
ReadOptions with_requests_sorted(ReadOptions options);

/// For each of `names` what `as` and `text` say. @throws DataError for one that names no column.
std::vector<Wanted> wanted_of(const ReadOptions& options, std::span<const std::string> names, std::string_view source);

/// Which of `count` columns are in ranges like "1,4:6,9:", counted from 1, ends included; all where `ranges` is empty.
/// @throws ArgumentError for what is no such text; DataError for columns that are not there.
std::vector<bool> columns_in(std::string_view ranges, std::size_t count, std::string_view source);

}  // namespace ansatz::data
