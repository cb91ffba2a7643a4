// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Tables of texts, read as files.
#pragma once

#include <string_view>

#include "ansatz/data/read.hpp"
#include "tests/io/temporary_folder.hpp"

namespace ansatz::test {

/// The table that a file with this text holds.
inline data::Table read_text(std::string_view text, const data::ReadOptions& options = {}) {
  const TemporaryFolder folder;
  return data::read(folder.file("t.csv", text), options);
}

}  // namespace ansatz::test
