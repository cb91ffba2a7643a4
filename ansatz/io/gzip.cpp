// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/io/gzip.hpp"

#include <zlib.h>

#include <algorithm>

#include "ansatz/base/error.hpp"

namespace ansatz::io {
namespace {

/// zlib's compressor, ended when it goes out of scope.
class Deflater {
 public:
  explicit Deflater(int level) {
    constexpr int gzip_format = 16 + MAX_WBITS;
    constexpr int memory = 8;  // zlib's default
    if (::deflateInit2(&stream_, level, Z_DEFLATED, gzip_format, memory, Z_DEFAULT_STRATEGY) != Z_OK)
      throw IoError("cannot start zlib's compressor");
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() { ::deflateEnd(&stream_); }

  /// Compresses `input` and appends to `output`; `last` ends the member.
  void add(std::span<const std::byte> input, bool last, std::vector<std::byte>& output) {
    std::byte block[1 << 14];
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(block);
      stream_.avail_out = sizeof block;
      ::deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
      output.insert(output.end(), block, block + (sizeof block - stream_.avail_out));
    } while (stream_.avail_out == 0);
  }

 private:
  z_stream stream_{};
};

}  // namespace

std::vector<std::byte> gzip(std::span<const std::byte> bytes, GzipOptions options) {
  if (options.level < 1 || options.level > 9)
    throw ArgumentError("gzip level {} was asked for; 1 (fast) to 9 (small) are expected", options.level);
  Deflater deflater(options.level);
  std::vector<std::byte> output;
  constexpr std::size_t piece = std::size_t{1} << 30;  // zlib counts in 32 bits
  for (; bytes.size() > piece; bytes = bytes.subspan(piece)) deflater.add(bytes.first(piece), false, output);
  deflater.add(bytes, true, output);
  return output;
}

std::vector<std::byte> gzip(std::string_view text, GzipOptions options) {
  return gzip(std::as_bytes(std::span(text.data(), text.size())), options);
}

}  // namespace ansatz::io
