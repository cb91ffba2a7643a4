// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The rows of read.hpp's table of readers, one file each. @internal
#pragma once

#include "ansatz/data/read.hpp"

namespace ansatz::data {

extern const Reader mnist_folder_reader;
extern const Reader npz_reader;
extern const Reader npy_reader;
extern const Reader idx_reader;
extern const Reader arff_reader;
extern const Reader strd_reader;
extern const Reader csv_reader;

}  // namespace ansatz::data
