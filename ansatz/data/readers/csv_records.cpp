// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/readers/csv_records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "ansatz/base/error.hpp"
#include "ansatz/base/limits.hpp"

namespace ansatz::data {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view trim(const char* begin, const char* end) {
  while (begin != end && is_blank(*begin)) ++begin;
  while (begin != end && is_blank(end[-1])) --end;
  return {begin, static_cast<std::size_t>(end - begin)};
}

const char* find(const char* begin, const char* end, char c) {
  const void* found = std::memchr(begin, c, static_cast<std::size_t>(end - begin));
  return found != nullptr ? static_cast<const char*>(found) : end;
}

/// Adds a cell to a record. @throws TooManyCells.
void add_cell(Record& record, std::string_view cell, const Place& place) {
  if (record.cells.size() == limits::columns)
    throw TooManyCells("{}:{}: has more than {} cells; a table has so many columns at most", place.file, place.line,
                       limits::columns);
  record.cells.push_back(cell);
}

/// The cells of a line without quotes.
void split_plain(const char* begin, const char* end, char delimiter, const Place& place, Record& record) {
  if (delimiter == blanks) {
    for (const char* at = begin;;) {
      while (at != end && is_blank(*at)) ++at;
      if (at == end) return;
      const char* const start = at;
      while (at != end && !is_blank(*at)) ++at;
      add_cell(record, {start, static_cast<std::size_t>(at - start)}, place);
    }
  }
  for (const char* at = begin;;) {
    const char* const stop = find(at, end, delimiter);
    add_cell(record, trim(at, stop), place);
    if (stop == end) return;
    at = stop + 1;
  }
}

/// The cells of a line that lie in columns of characters. Bytes count: such files are ASCII.
void split_fixed(std::string_view line, const std::vector<CellRange>& fields, std::vector<std::string_view>& cells) {
  for (const CellRange& field : fields) {
    const std::size_t begin = std::min(field.begin, line.size());
    const std::size_t end = std::min(field.end, line.size());
    cells.push_back(trim(line.data() + begin, line.data() + end));
  }
}

/// Splits a record that holds quotes, so that it may go on over several lines.
class QuotedSplitter {
 public:
  QuotedSplitter(std::string_view text, bool at_end, const Dialect& dialect, const Place& place, Record& record)
      : begin_(text.data()),
        at_(begin_),
        end_(begin_ + text.size()),
        at_end_(at_end),
        delimiter_(dialect.delimiter),
        quote_(dialect.quote),
        place_(place),
        record_(record) {}

  /// False when the record is incomplete.
  bool split() {
    for (;;) {
      skip_blanks();
      const bool nothing_left = at_ == end_ || *at_ == '\n';
      if (!(delimiter_ == blanks && nothing_left)) {
        if (!(at_ != end_ && *at_ == quote_ ? read_quoted() : read_plain())) return false;
      }
      if (at_ == end_ || *at_ == '\n') break;
      if (delimiter_ != blanks) ++at_;  // read_quoted and read_plain end at a delimiter
    }
    if (at_ == end_ && !at_end_) return false;
    record_.lines += at_ == end_ ? 0 : 1;
    record_.length = static_cast<std::size_t>(at_ - begin_) + (at_ == end_ ? 0 : 1);
    return true;
  }

 private:
  bool is_delimiter(char c) const { return delimiter_ == blanks ? is_blank(c) : c == delimiter_; }

  void skip_blanks() {
    while (at_ != end_ && is_blank(*at_) && (delimiter_ == blanks || *at_ != delimiter_)) ++at_;
  }

  bool read_plain() {
    const char* const start = at_;
    while (at_ != end_ && *at_ != '\n' && !is_delimiter(*at_)) ++at_;
    add_cell(record_, trim(start, at_), place_);
    return at_ != end_ || at_end_;
  }

  bool read_quoted() {
    const char* const start = ++at_;
    bool has_doubled = false;
    for (;; at_ += 2) {
      at_ = find(at_, end_, quote_);
      if (at_ == end_ || at_ + 1 == end_ || at_[1] != quote_) break;
      has_doubled = true;
    }
    record_.lines += std::count(start, at_, '\n');
    if (at_ == end_ && at_end_) fail(fmt::format("a quote ({}) opens a cell that nothing closes", quote_));
    if (at_ == end_ || (at_ + 1 == end_ && !at_end_)) return false;
    const std::string_view cell(start, static_cast<std::size_t>(at_ - start));
    add_cell(record_, has_doubled ? unescape(cell) : cell, place_);
    ++at_;
    const char* const after = at_;
    skip_blanks();
    const bool blank_follows = delimiter_ == blanks && at_ != after;
    if (at_ != end_ && *at_ != '\n' && !is_delimiter(*at_) && !blank_follows)
      fail(
          fmt::format("after the closing quote of \"{}\" comes '{}'; the delimiter or the end of the line is expected "
                      "(a quote inside quotes is written twice)",
                      cell.substr(0, 40), *at_));
    return true;
  }

  std::string_view unescape(std::string_view cell) {
    std::string& text = record_.unescaped.emplace_back();
    for (std::size_t i = 0; i < cell.size(); ++i) {
      text += cell[i];
      if (cell[i] == quote_) ++i;
    }
    return text;
  }

  [[noreturn]] void fail(std::string_view what) const { throw DataError("{}:{}: {}", place_.file, place_.line, what); }

  const char* begin_;
  const char* at_;
  const char* end_;
  bool at_end_;
  char delimiter_;
  char quote_;
  Place place_;
  Record& record_;
};

}  // namespace

bool split_record(std::string_view text, bool at_end, const Dialect& dialect, const Place& place, Record& record) {
  const char delimiter = dialect.delimiter;
  record.cells.clear();
  record.unescaped.clear();
  record.comment = false;
  record.lines = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* const line_end = find(begin, end, '\n');
  if (line_end == end && !at_end) return false;

  record.lines = line_end == end ? 0 : 1;
  record.length = static_cast<std::size_t>(line_end - begin) + (line_end == end ? 0 : 1);
  if (!dialect.fields.empty()) {
    if (!trim(begin, line_end).empty())
      split_fixed({begin, static_cast<std::size_t>(line_end - begin)}, dialect.fields, record.cells);
    return true;
  }
  const char* first = begin;
  while (first != line_end && is_blank(*first) && *first != delimiter) ++first;
  if (delimiter == blanks) first = trim(begin, line_end).data();
  record.comment = first != line_end && *first == dialect.comment;
  const bool is_empty = first == line_end || trim(begin, line_end).empty();
  if (!record.comment && !(is_empty && (delimiter != '\t' || find(begin, line_end, '\t') == line_end))) {
    if (find(first, line_end, dialect.quote) != line_end) {
      record.lines = 0;
      return QuotedSplitter(text, at_end, dialect, place, record).split();
    }
    split_plain(begin, line_end, delimiter, place, record);
  }
  return true;
}

constexpr std::size_t least_start = std::size_t{1} << 19;  // bytes that start() shows at least after skip_line()

RecordReader::RecordReader(const std::filesystem::path& path) : file_(path.string()), reader_(path), place_{file_, 1} {
  constexpr std::int64_t enough_lines = 100;
  constexpr std::size_t enough_bytes = std::size_t{1} << 26;
  do refill();
  while (!at_end_ && buffer_.size() < enough_bytes && std::count(buffer_.begin(), buffer_.end(), '\n') < enough_lines);
  check_start();
}

/// Drops the text already used and reads more: at least as much as is left, so that records of any length are found in
/// linear time.
void RecordReader::refill() {
  constexpr std::size_t block = std::size_t{1} << 20;
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t kept = buffer_.size();
  if (kept > limits::line_bytes)
    throw DataError("{}:{}: the row has more than {} bytes; is a quote not closed, or is this no table?", file_,
                    next_line_, limits::line_bytes);
  buffer_.resize(kept + std::max(block, kept));
  const std::size_t count = reader_.read(std::span(buffer_).subspan(kept));
  at_end_ = count < buffer_.size() - kept;
  buffer_.resize(kept + count);
}

void RecordReader::check_start() {
  const std::string_view text = buffer_;
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    throw DataError("{}: is UTF-16; UTF-8 is expected (convert it: iconv -f UTF-16 -t UTF-8)", file_);
  if (text.find('\0') != std::string_view::npos)
    throw DataError("{}: is no text (a byte 0 at {}); a table of text is expected", file_, text.find('\0'));
  if (text.find('\n') == std::string_view::npos && text.find('\r') + 1 < text.size() &&
      text.find('\r') != std::string_view::npos)
    throw DataError("{}: its lines end in a carriage return alone; convert it: tr '\\r' '\\n'", file_);
  if (text.starts_with("\xEF\xBB\xBF")) begin_ = 3;  // the mark of UTF-8
}

std::string_view RecordReader::start() const {
  const std::string_view text = std::string_view(buffer_).substr(begin_);
  std::size_t end = 0;
  for (std::int64_t line = next_line_; line <= last_line_; ++line) {
    end = last_line_ == unlimited ? text.size() : text.find('\n', end);
    if (end >= text.size()) return text;
    ++end;
  }
  return text.substr(0, end);
}

std::string_view RecordReader::line_ahead() {
  for (;;) {
    const std::string_view text = std::string_view(buffer_).substr(begin_);
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos && !at_end_) {
      refill();
      continue;
    }
    const std::string_view line = text.substr(0, end);
    return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
  }
}

bool RecordReader::skip_line() {
  static_cast<void>(line_ahead());
  if (begin_ == buffer_.size()) return false;
  const std::size_t end = buffer_.find('\n', begin_);
  begin_ = end == std::string::npos ? buffer_.size() : end + 1;
  ++next_line_;
  if (buffer_.size() - begin_ < least_start && !at_end_) refill();  // start() is to show many records
  return true;
}

bool RecordReader::next(const Dialect& dialect, Record& record) {
  for (;;) {
    if (next_line_ > last_line_) return false;
    place_.line = next_line_;
    while (!split_record(std::string_view(buffer_).substr(begin_), at_end_, dialect, place_, record)) refill();
    if (record.length == 0) return false;
    begin_ += record.length;
    next_line_ += record.lines;
    comments_ += record.comment ? 1 : 0;
    if (record.is_data()) return true;
  }
}

}  // namespace ansatz::data
