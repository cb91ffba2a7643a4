// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The last step of read(): what the columns of any file are, said; what is no input, left out. @internal
#pragma once

#include "ansatz/data/read.hpp"
#include "ansatz/data/table.hpp"

namespace ansatz::data {

/// Without the rows that have no target, where ReadOptions::missing_target drops them. @throws DataError when none is
/// left.
Table with_targets_only(const Table& table, const ReadOptions& options);

/// Says in a note what each input column is, and in further ones what is strange: identifiers and texts that are all
/// the same are left out, unless the options name them or only some columns are read; constants, row numbers, suspected
/// marks of missing values, and categories that look alike are said.
Table settle_columns(const Table& table, const ReadOptions& options);

}  // namespace ansatz::data
