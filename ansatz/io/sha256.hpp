// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// SHA-256 (FIPS 180-4), by OpenSSL.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace ansatz::io {

/// The checksum of bytes that come in pieces: `Sha256 sum; sum.update(a); sum.update(b); sum.hex()` is that of a and b
/// one after the other.
class Sha256 {
 public:
  /// @throws IoError when OpenSSL lacks SHA-256 or memory.
  Sha256();

  void update(std::span<const std::byte> bytes);
  void update(std::string_view text);

  /// The checksum of all bytes so far, as 64 lower-case hexadecimal digits. More bytes may follow.
  std::string hex() const;

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// The checksum of `bytes`, as `sha256sum` prints it.
std::string sha256_hex(std::span<const std::byte> bytes);
std::string sha256_hex(std::string_view text);

}  // namespace ansatz::io
