// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/io/sha256.hpp"

#include <openssl/evp.h>

#include <array>

#include "ansatz/base/error.hpp"

namespace ansatz::io {
namespace {

void check(int status, std::string_view call) {
  if (status != 1) throw IoError("OpenSSL cannot compute a SHA-256 checksum: {} failed", call);
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const { ::EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(::EVP_MD_CTX_new()) {
  check(context_ != nullptr ? 1 : 0, "EVP_MD_CTX_new");
  check(::EVP_DigestInit_ex(context_.get(), ::EVP_sha256(), nullptr), "EVP_DigestInit_ex");
}

void Sha256::update(std::span<const std::byte> bytes) {
  check(::EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()), "EVP_DigestUpdate");
}

void Sha256::update(std::string_view text) { update(std::as_bytes(std::span(text.data(), text.size()))); }

std::string Sha256::hex() const {
  const std::unique_ptr<evp_md_ctx_st, Free> copy(::EVP_MD_CTX_new());  // finishing spoils a context
  check(copy != nullptr ? ::EVP_MD_CTX_copy_ex(copy.get(), context_.get()) : 0, "EVP_MD_CTX_copy_ex");
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  check(::EVP_DigestFinal_ex(copy.get(), digest.data(), &size), "EVP_DigestFinal_ex");
  std::string text;
  for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

std::string sha256_hex(std::span<const std::byte> bytes) {
  Sha256 sum;
  sum.update(bytes);
  return sum.hex();
}

std::string sha256_hex(std::string_view text) { return sha256_hex(std::as_bytes(std::span(text.data(), text.size()))); }

}  // namespace ansatz::io
