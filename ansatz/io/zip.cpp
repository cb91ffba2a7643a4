// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/io/zip.hpp"

#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/base/limits.hpp"

namespace ansatz::io {
namespace {

constexpr std::uint32_t local_signature = 0x04034b50, entry_signature = 0x02014b50, end_signature = 0x06054b50,
                        locator_signature = 0x07064b50, end64_signature = 0x06064b50;
constexpr std::uint16_t stored = 0, deflated = 8;
constexpr std::uint32_t in_zip64 = 0xffffffff;  // a size that stands in the zip64 field

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view what) {
  throw IoError("{}: the archive is damaged: {}; copy the file again", path.string(), what);
}

/// A file that is read in pieces, each of which has to be there.
class PiecewiseFile {
 public:
  explicit PiecewiseFile(const std::filesystem::path& path) : path_(path), stream_(path, std::ios::binary) {
    std::error_code error;
    size_ = std::filesystem::file_size(path, error);
    if (error || !stream_) throw IoError("{}: cannot be read as an archive", path.string());
  }

  std::uint64_t size() const { return size_; }

  void read_at(std::uint64_t offset, std::span<char> out, std::string_view what) {
    if (offset > size_ || out.size() > size_ - offset) fail(path_, what);
    stream_.clear();
    stream_.seekg(static_cast<std::streamoff>(offset));
    stream_.read(out.data(), static_cast<std::streamsize>(out.size()));
    if (stream_.gcount() != static_cast<std::streamsize>(out.size())) fail(path_, what);
  }
  std::string read_at(std::uint64_t offset, std::uint64_t length, std::string_view what) {
    if (offset > size_ || length > size_ - offset) fail(path_, what);
    std::string bytes(static_cast<std::size_t>(length), '\0');
    read_at(offset, std::span(bytes), what);
    return bytes;
  }

 private:
  std::filesystem::path path_;
  std::ifstream stream_;
  std::uint64_t size_ = 0;
};

/// Little-endian numbers, one after the other.
class Fields {
 public:
  Fields(std::string_view bytes, const std::filesystem::path& path) : bytes_(bytes), path_(path) {}

  std::uint64_t number(std::size_t width) {
    const std::string_view bytes = text(width);
    std::uint64_t value = 0;
    for (std::size_t i = width; i-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes[i]);
    return value;
  }
  std::uint16_t two() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t four() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t eight() { return number(8); }
  std::string_view text(std::size_t length) {
    if (length > bytes_.size()) fail(path_, "a field ends too early");
    const std::string_view result = bytes_.substr(0, length);
    bytes_.remove_prefix(length);
    return result;
  }
  bool empty() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
  const std::filesystem::path& path_;
};

struct Directory {
  std::uint64_t offset = 0, size = 0, entries = 0;
};

/// Where the directory is, from the record at the end of the file, which a comment may follow.
Directory find_directory(PiecewiseFile& file, const std::filesystem::path& path) {
  constexpr std::uint64_t record = 22, longest_comment = 65535, locator = 20;
  const std::uint64_t tail_size = std::min(file.size(), record + longest_comment + locator);
  const std::uint64_t tail_at = file.size() - tail_size;
  const std::string tail = file.read_at(tail_at, tail_size, "its end is not there");
  const std::size_t found = tail.rfind("PK\x05\x06");
  if (found == std::string::npos || found + record > tail.size())
    fail(path, "its directory is not there, so that it was cut short");
  Fields end(std::string_view(tail).substr(found + 4), path);
  end.two();  // number of this disk
  if (end.two() != 0) fail(path, "it is one of several parts");
  end.two();  // entries on this disk
  Directory directory;
  directory.entries = end.two();
  directory.size = end.four();
  directory.offset = end.four();
  if (found < locator || std::string_view(tail).substr(found - locator, 4) != "PK\x06\x07") return directory;
  Fields where(std::string_view(tail).substr(found - locator + 8), path);
  const std::string bytes = file.read_at(where.eight(), 56, "the record of its directory is not there");
  Fields end64(bytes, path);
  if (end64.four() != end64_signature) fail(path, "the record of its directory is not there");
  end64.text(28);  // its size, versions, disks, entries on this disk
  directory.entries = end64.eight();
  directory.size = end64.eight();
  directory.offset = end64.eight();
  return directory;
}

/// Sizes that do not fit 32 bits stand in the field 0x0001, in this order.
void read_zip64(Fields extra, const std::filesystem::path& path, ZipMember& member) {
  while (!extra.empty()) {
    const std::uint16_t id = extra.two();
    Fields field(extra.text(extra.two()), path);
    if (id != 1) continue;
    for (std::uint64_t* value : {&member.size, &member.compressed, &member.header})
      if (*value == in_zip64) *value = field.eight();
  }
}

void check_member(const ZipMember& member, std::uint16_t flags, const std::filesystem::path& path) {
  if ((flags & 1U) != 0) throw IoError("{}: '{}' is encrypted; it cannot be read", path.string(), member.name);
  if (member.method != stored && member.method != deflated)
    throw IoError("{}: '{}' is compressed by method {}; stored (0) and deflated (8) ones can be read", path.string(),
                  member.name, member.method);
  const bool possible =
      member.method == stored ? member.size == member.compressed : member.size <= most_inflated(member.compressed);
  if (!possible) fail(path, fmt::format("'{}' cannot have {} bytes", member.name, member.size));
}

}  // namespace

std::vector<ZipMember> zip_members(const std::filesystem::path& path) {
  PiecewiseFile file(path);
  const Directory directory = find_directory(file, path);
  const std::string bytes = file.read_at(directory.offset, directory.size, "its directory is not where it says");
  Fields fields(bytes, path);
  std::vector<ZipMember> members;
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    if (fields.four() != entry_signature) fail(path, "its directory has fewer members than it says");
    fields.text(4);  // versions
    const std::uint16_t flags = fields.two();
    ZipMember member;
    member.method = fields.two();
    fields.text(4);  // time
    member.crc = fields.four();
    member.compressed = fields.four();
    member.size = fields.four();
    const std::size_t name = fields.two(), extra = fields.two(), comment = fields.two();
    fields.text(8);  // disk, attributes
    member.header = fields.four();
    member.name = fields.text(name);
    read_zip64(Fields(fields.text(extra), path), path, member);
    fields.text(comment);
    if (member.name.ends_with('/')) continue;
    check_member(member, flags, path);
    members.push_back(std::move(member));
  }
  return members;
}

class ZipReader::Implementation {
 public:
  Implementation(const std::filesystem::path& path, ZipMember member)
      : path_(path), file_(path), member_(std::move(member)), block_(std::size_t{1} << 16) {
    const std::string bytes = file_.read_at(member_.header, 30, "a member is not where it says");
    Fields fields(bytes, path_);
    if (fields.four() != local_signature) fail(path_, "a member is not where it says");
    fields.text(22);
    const std::uint64_t name = fields.two(), extra = fields.two();
    at_ = member_.header + 30 + name + extra;
    if (at_ > file_.size() || member_.compressed > file_.size() - at_)
      fail(path_, fmt::format("'{}' is cut short", member_.name));
    if (member_.method == deflated && !limits::may_unpack(member_.compressed, member_.size))
      throw IoError(
          "{}: '{}' would grow from {} bytes to {}; at most {} from one are expected (unzip it, if it is right)",
          path_.string(), member_.name, member_.compressed, member_.size, limits::unpacking_ratio);
    if (member_.method == deflated && ::inflateInit2(&stream_, -MAX_WBITS) != Z_OK)
      throw IoError("{}: cannot start zlib", path_.string());
  }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  ~Implementation() {
    if (member_.method == deflated) ::inflateEnd(&stream_);
  }

  std::size_t read(std::span<char> out) {
    out = out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), member_.size - done_)));
    if (member_.method == stored)
      read_stored(out);
    else
      inflate(out);
    done_ += out.size();
    for (std::size_t at = 0; at < out.size();) {
      const std::size_t some = std::min(out.size() - at, std::size_t{1} << 30);
      crc_ = ::crc32(crc_, reinterpret_cast<const Bytef*>(out.data() + at), static_cast<uInt>(some));
      at += some;
    }
    if (done_ == member_.size && !checked_) check_end();
    return out.size();
  }

 private:
  void read_stored(std::span<char> out) {
    file_.read_at(at_ + done_, out, fmt::format("'{}' is cut short", member_.name));
  }

  void inflate(std::span<char> out) {
    while (!out.empty()) {
      const std::size_t some = inflate_some(out);
      if (some == 0 && ended_) fail(path_, fmt::format("'{}' has fewer bytes than it says", member_.name));
      out = out.subspan(some);
    }
  }

  std::size_t inflate_some(std::span<char> out) {
    if (stream_.avail_in == 0 && taken_ < member_.compressed) refill();
    const std::size_t room = std::min(out.size(), std::size_t{1} << 30);
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(room);
    const int status = ended_ ? Z_STREAM_END : ::inflate(&stream_, Z_NO_FLUSH);
    const std::size_t some = room - stream_.avail_out;
    ended_ = status == Z_STREAM_END;
    const bool starved = some == 0 && stream_.avail_in == 0 && taken_ == member_.compressed && !ended_;
    if (starved || (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR))
      fail(path_, fmt::format("'{}' cannot be decompressed ({})", member_.name,
                              stream_.msg != nullptr ? stream_.msg : "its data end too early"));
    return some;
  }

  void refill() {
    const auto some = static_cast<std::size_t>(std::min<std::uint64_t>(block_.size(), member_.compressed - taken_));
    file_.read_at(at_ + taken_, std::span(block_).first(some), fmt::format("'{}' is cut short", member_.name));
    taken_ += some;
    stream_.next_in = reinterpret_cast<Bytef*>(block_.data());
    stream_.avail_in = static_cast<uInt>(some);
  }

  void check_end() {
    checked_ = true;
    if (member_.method == deflated && !ended_) {
      char more = 0;
      if (inflate_some({&more, 1}) != 0) fail(path_, fmt::format("'{}' has more bytes than it says", member_.name));
    }
    if (crc_ != member_.crc) fail(path_, fmt::format("'{}' does not have its check sum", member_.name));
  }

  std::filesystem::path path_;
  PiecewiseFile file_;
  ZipMember member_;
  std::vector<char> block_;
  z_stream stream_{};
  std::uint64_t at_ = 0;     // of the member's data in the file
  std::uint64_t taken_ = 0;  // compressed bytes read
  std::uint64_t done_ = 0;   // bytes handed out
  uLong crc_ = 0;
  bool ended_ = false;  // the deflated data said so
  bool checked_ = false;
};

ZipReader::ZipReader(const std::filesystem::path& path, const ZipMember& member)
    : implementation_(std::make_unique<Implementation>(path, member)) {}
ZipReader::ZipReader(ZipReader&&) noexcept = default;
ZipReader& ZipReader::operator=(ZipReader&&) noexcept = default;
ZipReader::~ZipReader() = default;

std::size_t ZipReader::read(std::span<char> out) { return implementation_->read(out); }

}  // namespace ansatz::io
