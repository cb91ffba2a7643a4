// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/base/memory.hpp"

#include <cstring>

namespace ansatz {

AlignedBuffer::AlignedBuffer(std::size_t bytes) : size_(bytes) {
  const std::size_t padded = (bytes + alignment - 1) / alignment * alignment + alignment;
  data_.reset(static_cast<std::byte*>(::operator new[](padded, std::align_val_t{alignment})));
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
