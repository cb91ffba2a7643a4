// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// SHA-256 (NIST, FIPS 180-4).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ansatz::io {

/// The checksum of bytes that come in pieces: `Sha256 sum; sum.update(a); sum.update(b); sum.hex()` is that of a and b
/// one after the other.
class Sha256 {
 public:
  void update(std::span<const std::byte> bytes);
  void update(std::string_view text);

  /// The checksum of all bytes so far, as 64 lower-case hexadecimal digits. More bytes may follow.
  std::string hex() const;

 private:
  static constexpr std::size_t block_size = 64;  ///< bytes that are taken in together
  using State = std::array<std::uint32_t, 8>;

  static void absorb(State& state, const std::byte* block);

  /// The first 32 bits of the fractional parts of the square roots of the first 8 primes (FIPS 180-4, 5.3.3).
  State state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::byte, block_size> waiting_{};  ///< the bytes after the last full block
  std::uint64_t size_ = 0;                       ///< of all bytes so far; those that wait are size_ % block_size
};

/// The checksum of `bytes`, as `sha256sum` prints it.
std::string sha256_hex(std::span<const std::byte> bytes);
std::string sha256_hex(std::string_view text);

}  // namespace ansatz::io
