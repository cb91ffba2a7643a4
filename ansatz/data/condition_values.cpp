// SPDX-License-Identifier: BSD-3-Clause
// What conditions compute.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/data/condition.hpp"

namespace ansatz::data {
namespace {

struct Comparison {
  std::string_view name;
  bool (*of_order)(int order);  // order: below, equal to, above 0 as left is below, equal to, above right
};

constexpr std::array<Comparison, 6> comparisons = {{{"<", [](int order) { return order < 0; }},
                                                    {"<=", [](int order) { return order <= 0; }},
                                                    {">", [](int order) { return order > 0; }},
                                                    {">=", [](int order) { return order >= 0; }},
                                                    {"==", [](int order) { return order == 0; }},
                                                    {"!=", [](int order) { return order != 0; }}}};

constexpr double half_sqrt = 0.70710678118654752440;  // 1 / √2

constexpr std::array<NumberFunction, 26> number_functions = {{
    {"+", nullptr, [](double a, double b) { return a + b; }},
    {"-", nullptr, [](double a, double b) { return a - b; }},
    {"*", nullptr, [](double a, double b) { return a * b; }},
    {"/", nullptr, [](double a, double b) { return a / b; }},
    {"^", nullptr, [](double a, double b) { return std::pow(a, b); }},
    {"max", nullptr, [](double a, double b) { return std::isnan(a) || a > b ? a : b; }},
    {"min", nullptr, [](double a, double b) { return std::isnan(a) || a < b ? a : b; }},
    {"pow", nullptr, [](double a, double b) { return std::pow(a, b); }},
    {"sqrt", [](double x) { return std::sqrt(x); }},
    {"abs", [](double x) { return std::abs(x); }},
    {"sign", [](double x) { return x > 0   ? 1.0
                                   : x < 0 ? -1.0
                                           : x; }},
    {"exp", [](double x) { return std::exp(x); }},
    {"log", [](double x) { return std::log(x); }},
    {"log1p", [](double x) { return std::log1p(x); }},
    {"expm1", [](double x) { return std::expm1(x); }},
    {"sin", [](double x) { return std::sin(x); }},
    {"cos", [](double x) { return std::cos(x); }},
    {"tanh", [](double x) { return std::tanh(x); }},
    {"erf", [](double x) { return std::erf(x); }},
    {"normal_cdf", [](double x) { return 0.5 * std::erfc(-x * half_sqrt); }},
    {"sigmoid", [](double x) { return 1 / (1 + std::exp(-x)); }},
    {"softplus", [](double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }},
    {"relu", [](double x) { return x < 0 ? 0.0 : x; }},
    {"floor", [](double x) { return std::floor(x); }},
    {"ceil", [](double x) { return std::ceil(x); }},
    {"round", [](double x) { return std::round(x); }},
}};

}  // namespace

std::string_view name_of(const RowValue& value) {
  constexpr std::array<std::string_view, 3> names = {"number", "text", "condition"};
  return names[value.index()];
}

RowValue value_of(const Column& column, const Table& table) {
  if (column.kind == ColumnKind::array)
    throw DataError("{}: column '{}' holds arrays {}; a condition needs a column of numbers or texts", table.source(),
                    column.name, to_string(column.shape));
  if (column.kind == ColumnKind::text)
    return RowText(
        [&column](std::int64_t row) { return std::string_view(column.texts[static_cast<std::size_t>(row)]); });
  return RowNumber([&column](std::int64_t row) { return column.numbers[static_cast<std::size_t>(row)]; });
}

RowTruth compare(std::string_view comparison, const RowValue& left, const RowValue& right) {
  const auto* row = std::find_if(comparisons.begin(), comparisons.end(),
                                 [&](const Comparison& known) { return known.name == comparison; });
  const auto truth = [holds = row->of_order](int order) { return holds(order) ? Truth::yes : Truth::no; };
  if (const auto* a = std::get_if<RowNumber>(&left), *b = std::get_if<RowNumber>(&right); a && b)
    return [=, x = *a, y = *b](std::int64_t i) {
      const double p = x(i), q = y(i);
      return std::isnan(p) || std::isnan(q) ? Truth::unknown : truth(p < q ? -1 : p > q ? 1 : 0);
    };
  if (const auto* a = std::get_if<RowText>(&left), *b = std::get_if<RowText>(&right); a && b)
    return [=, x = *a, y = *b](std::int64_t i) {
      const std::string_view p = x(i), q = y(i);
      return p.empty() || q.empty() ? Truth::unknown : truth(p.compare(q));
    };
  return {};
}

RowTruth negation(RowTruth of) {
  return [a = std::move(of)](std::int64_t row) {
    const Truth truth = a(row);
    return truth == Truth::unknown ? truth : truth == Truth::yes ? Truth::no : Truth::yes;
  };
}

RowTruth conjunction(RowTruth a, RowTruth b) {
  return [x = std::move(a), y = std::move(b)](std::int64_t row) {
    const Truth p = x(row);
    if (p == Truth::no) return p;
    const Truth q = y(row);
    return q == Truth::no || p == Truth::yes ? q : p;
  };
}

RowTruth disjunction(RowTruth a, RowTruth b) {
  return negation(conjunction(negation(std::move(a)), negation(std::move(b))));
}

const NumberFunction* find_number_function(std::string_view name) {
  const auto* found = std::find_if(number_functions.begin(), number_functions.end(),
                                   [&](const NumberFunction& function) { return function.name == name; });
  return found == number_functions.end() ? nullptr : found;
}

std::string number_function_names() {
  std::string names;
  for (const NumberFunction& function : number_functions)
    if (std::isalpha(static_cast<unsigned char>(function.name[0])) != 0)
      names += fmt::format("{}{}", names.empty() ? "" : ", ", function.name);
  return names;
}

}  // namespace ansatz::data
