// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/base/memory.hpp"

#include <cstdint>
#include <cstring>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace ansatz {

namespace {

/// Asks for large pages: what streams through megabytes would else wait for the addresses of small ones.
void ask_for_large_pages([[maybe_unused]] std::byte* memory, [[maybe_unused]] std::size_t bytes) {
#if defined(__linux__)
  constexpr std::size_t page = 4096, enough = std::size_t{4} << 20U;
  if (bytes < enough) return;
  const std::size_t skipped = (page - reinterpret_cast<std::uintptr_t>(memory) % page) % page;
  (void)::madvise(memory + skipped, (bytes - skipped) / page * page, MADV_HUGEPAGE);  // a wish: it may be refused
#endif
}

}  // namespace

AlignedBuffer::AlignedBuffer(std::size_t bytes) : size_(bytes) {
  const std::size_t padded = (bytes + alignment - 1) / alignment * alignment + alignment;
  data_.reset(static_cast<std::byte*>(::operator new[](padded, std::align_val_t{alignment})));
  ask_for_large_pages(data_.get(), padded);
  std::memset(data_.get(), 0, padded);
}

AlignedBuffer::AlignedBuffer(const AlignedBuffer& other) : AlignedBuffer(other.size_) {
  if (size_ != 0) std::memcpy(data_.get(), other.data_.get(), size_);
}

AlignedBuffer& AlignedBuffer::operator=(const AlignedBuffer& other) {
  if (this != &other) *this = AlignedBuffer(other);
  return *this;
}

}  // namespace ansatz
