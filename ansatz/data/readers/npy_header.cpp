// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/readers/npy_header.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <limits>
#include <string>

#include "ansatz/base/error.hpp"
#include "ansatz/data/readers/literal.hpp"

namespace ansatz::data {
namespace {

[[noreturn]] void fail(std::string_view where, std::string_view what) {
  throw DataError("{}: its header is damaged: {}", where, what);
}

std::string take(const Source& source, std::size_t length, std::string_view where) {
  std::string bytes(length, '\0');
  if (source(bytes) < length) fail(where, "it is cut short");
  return bytes;
}

/// The text of the dictionary.
std::string read_dictionary(const Source& source, std::uint64_t most_bytes, std::string_view where) {
  const std::string start = take(source, 8, where);
  if (!start.starts_with("\x93NUMPY")) throw DataError("{}: an array of NumPy is expected (\"\\x93NUMPY\")", where);
  const int version = start[6];
  if (version < 1 || version > 3)
    throw DataError("{}: is of version {} of NumPy's format; versions 1 to 3 can be read", where, version);
  const std::string length = take(source, version == 1 ? 2 : 4, where);
  std::uint64_t bytes = 0;
  for (std::size_t i = length.size(); i-- > 0;) bytes = bytes << 8U | static_cast<unsigned char>(length[i]);
  constexpr std::uint64_t longest = std::uint64_t{1} << 24;
  if (bytes > most_bytes || bytes > longest) fail(where, fmt::format("it says that it has {} bytes", bytes));
  return take(source, static_cast<std::size_t>(bytes), where);
}

[[noreturn]] void refuse_type(const std::string& type, std::string_view name, std::string_view where) {
  const char kind = type.size() > 1 ? type[1] : '?';
  const std::string_view reason = kind == 'O' ? "Python objects, which only Python can read, running code from the file"
                                  : kind == 'c'                ? "complex numbers"
                                  : kind == 'M' || kind == 'm' ? "dates or times"
                                  : kind == 'V'                ? "bytes without a type"
                                                               : "elements of another type";
  throw DataError(
      "{}{}: holds {} (\"{}\"); bool, integers, floats of 2 to 8 bytes, and texts can be read (in Python: "
      "a.astype(float))",
      where, name.empty() ? "" : fmt::format(", '{}'", name), reason, type);
}

Shape shape_from(const Literal& literal, std::string_view where) {
  std::vector<std::int64_t> extents;
  if (literal.is(Literal::Kind::integer)) extents.push_back(literal.integer);
  for (const Literal& item : literal.items) extents.push_back(item.integer);
  for (const Literal& item : literal.items)
    if (!item.is(Literal::Kind::integer)) fail(where, "the shape is none");
  try {
    return Shape(extents);
  } catch (const ShapeError& error) {
    fail(where, error.what());
  }
}

/// Adds a field of elements `type` and makes the row longer by it.
void add_field(std::string_view name, const std::string& type, const Shape& shape, std::string_view where,
               RowLayout& layout) {
  const auto element = element_type(type);
  if (!element) refuse_type(type, name, where);
  constexpr std::size_t longest = std::numeric_limits<std::size_t>::max() / 4;
  if (static_cast<std::size_t>(shape.elements()) > longest / element->size) fail(where, "a row is too long");
  layout.fields.push_back({.name = std::string(name), .type = *element, .shape = shape, .offset = layout.row_bytes});
  layout.row_bytes += static_cast<std::size_t>(shape.elements()) * element->size;
  if (layout.row_bytes > longest) fail(where, "a row is too long");
}

/// "|V4": bytes that fill up a row.
bool add_padding(const std::string& name, const std::string& type, RowLayout& layout) {
  if (!name.empty() || !type.starts_with("|V")) return false;
  const auto element = element_type("|S" + type.substr(2));
  if (!element) return false;
  layout.row_bytes += element->size;
  return true;
}

/// A structure: [('x', '<f8'), ('v', '<f4', (3,)), ...]; a name may stand beside a title, ('title', 'x').
void add_structure(const Literal& descr, std::string_view where, RowLayout& layout) {
  for (const Literal& field : descr.items) {
    if (field.items.size() < 2 || field.items.size() > 3) fail(where, "a field of its rows is none");
    const Literal& first = field.items[0];
    const Literal& name = first.items.size() == 2 ? first.items[1] : first;
    const Literal& type = field.items[1];
    if (type.is(Literal::Kind::list))
      throw DataError("{}: field '{}' is a structure within a structure; numbers and texts can be read", where,
                      name.text);
    if (!name.is(Literal::Kind::text) || !type.is(Literal::Kind::text)) fail(where, "a field of its rows is none");
    if (add_padding(name.text, type.text, layout)) continue;
    add_field(name.text, type.text, field.items.size() == 3 ? shape_from(field.items[2], where) : Shape{}, where,
              layout);
  }
  if (layout.fields.empty()) fail(where, "its rows have no fields");
}

}  // namespace

NpyHeader read_npy_header(const Source& source, std::uint64_t most_bytes, std::string_view name,
                          std::string_view where) {
  const Literal dictionary = parse_literal(read_dictionary(source, most_bytes, where), where);
  const Literal* descr = dictionary.find("descr");
  const Literal* order = dictionary.find("fortran_order");
  const Literal* extents = dictionary.find("shape");
  if (descr == nullptr || order == nullptr || extents == nullptr || !order->is(Literal::Kind::boolean) ||
      !extents->is(Literal::Kind::list))
    fail(where, "'descr', 'fortran_order' or 'shape' is not there");
  const Shape shape = shape_from(*extents, where);
  NpyHeader header{.single = shape.rank() == 0};
  header.rows.rows = header.single ? 1 : shape[0];
  const Shape of_row = header.single ? shape : shape.without(0);
  if (descr->is(Literal::Kind::text)) {
    add_field(name, descr->text, of_row, where, header.rows);
    header.rows.first_axis_fastest = order->integer != 0 && shape.rank() > 1;
  } else if (descr->is(Literal::Kind::list)) {
    if (of_row.rank() > 0)
      throw DataError("{}: is an array {} of structures; one axis is expected", where, to_string(shape));
    add_structure(*descr, where, header.rows);
  } else {
    fail(where, "'descr' is none");
  }
  return header;
}

}  // namespace ansatz::data
