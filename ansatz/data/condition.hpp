// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The language of where.hpp: from text to functions of a row. @internal
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ansatz/data/table.hpp"

namespace ansatz::data {

enum class Truth : std::uint8_t { no, yes, unknown };

using RowNumber = std::function<double(std::int64_t)>;          ///< NaN where it is missing
using RowText = std::function<std::string_view(std::int64_t)>;  ///< empty where it is missing
using RowTruth = std::function<Truth(std::int64_t)>;

/// What a part of a condition is for each row.
using RowValue = std::variant<RowNumber, RowText, RowTruth>;

/// Reads a condition; the result refers to the table's columns. @throws ParseError, DataError as rows_where.
RowTruth parse_condition(std::string_view text, const Table& table);

/// The names in a condition that may be columns' (and some words of the language). @throws ParseError.
std::vector<std::string> names_in_condition(std::string_view text);

/// "number", "text" or "condition".
std::string_view name_of(const RowValue& value);

/// The values of a column. @throws DataError for arrays.
RowValue value_of(const Column& column, const Table& table);

/// left OPERATOR right, for the comparisons < <= > >= == !=, of two numbers or two texts; nothing for other operands.
RowTruth compare(std::string_view comparison, const RowValue& left, const RowValue& right);

RowTruth negation(RowTruth of);
RowTruth conjunction(RowTruth a, RowTruth b);
RowTruth disjunction(RowTruth a, RowTruth b);

/// A function of numbers.
struct NumberFunction {
  std::string_view name;
  double (*of_one)(double) = nullptr;
  double (*of_two)(double, double) = nullptr;

  std::size_t arguments() const { return of_one != nullptr ? 1 : 2; }
};

/// The function called `name`, + - * / ^ included; nullptr when there is none.
const NumberFunction* find_number_function(std::string_view name);
/// Their names, for messages.
std::string number_function_names();

}  // namespace ansatz::data
