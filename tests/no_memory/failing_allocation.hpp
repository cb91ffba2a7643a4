// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Has one allocation of this program fail: malloc, calloc, realloc, aligned_alloc, posix_memalign, and new with them.
#pragma once

#include <cstdint>

namespace ansatz::test {

/// The n-th allocation from now on fails, n ≥ 1; 0: none.
void fail_allocation(std::int64_t n);
/// Whether it has come to that.
bool allocation_failed();

}  // namespace ansatz::test
