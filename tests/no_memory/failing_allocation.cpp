// SPDX-License-Identifier: BSD-3-Clause
#include "tests/no_memory/failing_allocation.hpp"

#include <atomic>
#include <cerrno>
#include <cstddef>

namespace {

std::atomic<std::int64_t> left{0};
std::atomic<bool> failed{false};

/// Whether this allocation is the one.
[[maybe_unused]] bool fails() {
  if (left.load(std::memory_order_relaxed) <= 0 || left.fetch_sub(1, std::memory_order_relaxed) != 1) return false;
  failed = true;
  errno = ENOMEM;
  return true;
}

}  // namespace

#if !ANSATZ_SANITIZED
extern "C" {
// The C library's own names for what it would do; dlsym cannot be asked here, since it allocates.
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t n, std::size_t size);
void* __libc_realloc(void* pointer, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) { return fails() ? nullptr : __libc_malloc(size); }
void* calloc(std::size_t n, std::size_t size) { return fails() ? nullptr : __libc_calloc(n, size); }
void* realloc(void* pointer, std::size_t size) { return fails() ? nullptr : __libc_realloc(pointer, size); }
void* memalign(std::size_t alignment, std::size_t size) { return fails() ? nullptr : __libc_memalign(alignment, size); }
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** pointer, std::size_t alignment, std::size_t size) {
  *pointer = memalign(alignment, size);
  return *pointer == nullptr ? ENOMEM : 0;
}
}  // extern "C"
#endif

namespace ansatz::test {

void fail_allocation(std::int64_t n) {
  failed = false;
  left = n;
}

bool allocation_failed() { return failed; }

}  // namespace ansatz::test
