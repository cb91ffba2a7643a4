// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/io/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "ansatz/base/error.hpp"
#include "ansatz/base/limits.hpp"

namespace ansatz::io {
namespace {

/// The bytes of a file as they stand on the disk.
class RawFile {
 public:
  explicit RawFile(const std::filesystem::path& path) : name_(path.string()) {
    number_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (number_ < 0) throw IoError("{}: cannot open: {}", name_, std::generic_category().message(errno));
    struct stat status {};
    if (::fstat(number_, &status) == 0) {
      if (S_ISDIR(status.st_mode)) {
        ::close(number_);
        throw IoError("{}: is a folder; a file is expected", name_);
      }
      if (!ends(status)) {
        ::close(number_);
        throw IoError("{}: is a device, which need not end; a file or a pipe is expected", name_);
      }
      size_ = static_cast<std::size_t>(std::max<off_t>(0, status.st_size));
    }
  }
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;
  ~RawFile() { ::close(number_); }

  const std::string& name() const { return name_; }
  /// Of all bytes so far.
  std::uint64_t bytes_read() const { return bytes_read_; }
  /// The size by the file system: 0 for a pipe, and no promise for a file that is being written.
  std::size_t size() const { return size_; }

  /// Fills `out`; less only at the end of the file.
  std::size_t read(std::span<char> out) {
    constexpr std::size_t largest = std::size_t{1} << 30;  // read(2) takes less than 2 GiB
    std::size_t filled = 0;
    while (filled < out.size()) {
      const ssize_t count = ::read(number_, out.data() + filled, std::min(out.size() - filled, largest));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw IoError("{}: cannot read: {}", name_, std::generic_category().message(errno));
      if (count == 0) break;
      filled += static_cast<std::size_t>(count);
    }
    bytes_read_ += filled;
    return filled;
  }

 private:
  /// Whether there is an end to what is read: of devices a terminal (Ctrl-D) and /dev/null have one.
  bool ends(const struct stat& status) const {
    if (S_ISBLK(status.st_mode)) return false;
    struct stat null {};
    return !S_ISCHR(status.st_mode) || ::isatty(number_) != 0 ||
           (::stat("/dev/null", &null) == 0 && null.st_rdev == status.st_rdev);
  }

  std::string name_;
  int number_ = -1;
  std::size_t size_ = 0;
  std::uint64_t bytes_read_ = 0;
};

/// RFC 1952: two magic bytes, then the method "deflate".
bool starts_gzip_member(std::span<const char> bytes) {
  return bytes.size() >= 3 && bytes[0] == '\x1f' && bytes[1] == '\x8b' && bytes[2] == '\x08';
}

/// Reads `reader` to its end; `expected` bytes are a guess.
template <class Bytes, class Reader>
Bytes read_everything(Reader& reader, std::size_t expected) {
  using Byte = typename Bytes::value_type;
  static_assert(sizeof(Byte) == 1);
  Bytes bytes(expected + 1, Byte{});  // one more byte, to see the end without growing
  std::size_t filled = 0;
  for (;;) {
    const std::size_t count =
        reader.read(std::span(reinterpret_cast<char*>(bytes.data()) + filled, bytes.size() - filled));
    filled += count;
    if (filled < bytes.size()) break;
    bytes.resize(2 * bytes.size());
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace

class ByteReader::Implementation {
 public:
  explicit Implementation(const std::filesystem::path& path) : file_(path), block_(block_size) {
    refill();
    if (starts_member()) begin_inflating();
  }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  ~Implementation() {
    if (inflating_) ::inflateEnd(&stream_);
  }

  std::size_t read(std::span<char> out) { return inflating_ ? read_inflated(out) : read_plain(out); }

 private:
  static constexpr std::size_t block_size = std::size_t{1} << 18;

  std::size_t unread() const { return end_ - begin_; }

  /// Moves the unread bytes to the front of the block and fills up the rest of it.
  void refill() {
    std::memmove(block_.data(), block_.data() + begin_, unread());
    end_ -= begin_;
    begin_ = 0;
    end_ += file_.read(std::span(block_).subspan(end_));
  }

  bool starts_member() const { return starts_gzip_member(std::span(block_).subspan(begin_, unread())); }

  void begin_inflating() {
    constexpr int gzip_only = 16 + MAX_WBITS;
    if (::inflateInit2(&stream_, gzip_only) != Z_OK) throw IoError("{}: cannot start zlib", file_.name());
    inflating_ = true;
  }

  std::size_t read_plain(std::span<char> out) {
    const std::size_t buffered = std::min(out.size(), unread());
    std::copy_n(block_.data() + begin_, buffered, out.data());
    begin_ += buffered;
    return buffered + (buffered < out.size() ? file_.read(out.subspan(buffered)) : 0);
  }

  std::size_t read_inflated(std::span<char> out) {
    std::size_t filled = 0;
    while (filled < out.size() && !finished_) filled += inflate_some(out.subspan(filled));
    return filled;
  }

  std::size_t inflate_some(std::span<char> out) {
    if (unread() == 0) refill();
    if (unread() == 0)
      throw IoError("{}: the compressed data end too early; the file was cut short, copy it again", file_.name());
    const std::size_t room = std::min(out.size(), std::size_t{1} << 30);
    stream_.next_in = reinterpret_cast<Bytef*>(block_.data() + begin_);
    stream_.avail_in = static_cast<uInt>(unread());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(room);
    const int status = ::inflate(&stream_, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
      throw IoError("{}: the compressed data are damaged ({}); copy the file again", file_.name(),
                    stream_.msg != nullptr ? stream_.msg : "zlib gives no reason");
    begin_ = end_ - stream_.avail_in;
    inflated_ += room - stream_.avail_out;
    if (!limits::may_unpack(file_.bytes_read(), inflated_))
      throw IoError(
          "{}: {} compressed bytes became more than {}; at most {} from one are expected, which no table needs (gunzip "
          "it, if it is one)",
          file_.name(), file_.bytes_read(), inflated_, limits::unpacking_ratio);
    if (status == Z_STREAM_END) end_member();
    return room - stream_.avail_out;
  }

  /// After a member: another one, padding by zeros (tar, tapes), or the end.
  void end_member() {
    if (unread() < 3) refill();
    if (starts_member()) {
      ::inflateReset(&stream_);
      return;
    }
    while (unread() > 0) {
      const auto first = block_.begin() + static_cast<std::ptrdiff_t>(begin_);
      if (std::any_of(first, first + static_cast<std::ptrdiff_t>(unread()), [](char byte) { return byte != '\0'; }))
        throw IoError("{}: other bytes follow the compressed data; the file is damaged, copy it again", file_.name());
      begin_ = end_;
      refill();
    }
    finished_ = true;
  }

  RawFile file_;
  std::vector<char> block_;
  std::size_t begin_ = 0;  // block_[begin_, end_) is read from the file and not yet handed out
  std::size_t end_ = 0;
  z_stream stream_{};
  std::uint64_t inflated_ = 0;
  bool inflating_ = false;
  bool finished_ = false;
};

ByteReader::ByteReader(const std::filesystem::path& path) : implementation_(std::make_unique<Implementation>(path)) {}
ByteReader::ByteReader(ByteReader&&) noexcept = default;
ByteReader& ByteReader::operator=(ByteReader&&) noexcept = default;
ByteReader::~ByteReader() = default;

std::size_t ByteReader::read(std::span<char> out) { return implementation_->read(out); }

std::string read_text(const std::filesystem::path& path) {
  ByteReader reader(path);
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  return read_everything<std::string>(reader, error ? 0 : static_cast<std::size_t>(size));
}

bool is_gzip(const std::filesystem::path& path) {
  std::array<char, 3> start{};
  return RawFile(path).read(start) == start.size() && starts_gzip_member(start);
}

std::vector<std::byte> read_bytes(const std::filesystem::path& path) {
  RawFile file(path);
  return read_everything<std::vector<std::byte>>(file, file.size());
}

}  // namespace ansatz::io
