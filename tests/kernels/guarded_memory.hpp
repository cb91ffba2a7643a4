// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Memory that ends where a page begins that may not be touched, with marked bytes before it: a kernel that reads or
/// writes behind its operands stops the test, one that writes before them is found afterwards.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <span>
#include <vector>

namespace ansatz::test {

template <class T>
class GuardedArray {
 public:
  explicit GuardedArray(std::size_t n) : size_(n) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    usable_ = (n * sizeof(T) + slack + page - 1) / page * page;
    mapped_ = usable_ + page;
    void* memory = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    base_ = static_cast<unsigned char*>(memory);
    std::memset(base_, mark, usable_);
    if (mprotect(base_ + usable_, page, PROT_NONE) != 0) throw std::bad_alloc();
  }
  explicit GuardedArray(const std::vector<T>& values) : GuardedArray(values.size()) {
    std::copy(values.begin(), values.end(), data());
  }
  ~GuardedArray() { munmap(base_, mapped_); }
  GuardedArray(const GuardedArray&) = delete;
  GuardedArray& operator=(const GuardedArray&) = delete;

  T* data() { return reinterpret_cast<T*>(base_ + usable_ - size_ * sizeof(T)); }
  const T* data() const { return reinterpret_cast<const T*>(base_ + usable_ - size_ * sizeof(T)); }
  std::size_t size() const { return size_; }
  std::span<T> all() { return {data(), size_}; }
  /// Whether nothing has been written before the array.
  bool untouched_before() const {
    return std::all_of(base_, base_ + usable_ - size_ * sizeof(T), [](unsigned char byte) { return byte == mark; });
  }

 private:
  static constexpr std::size_t slack = 128;
  static constexpr unsigned char mark = 0xA5;
  std::size_t size_, usable_ = 0, mapped_ = 0;
  unsigned char* base_ = nullptr;
};

}  // namespace ansatz::test
