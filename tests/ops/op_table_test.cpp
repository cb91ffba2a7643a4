// SPDX-License-Identifier: BSD-3-Clause
// The table of operations: rows tested are the rows registered, each has a kernel, and each rejects what it cannot
// take.
#include <gmock/gmock.h>

#include <set>

#include "ansatz/base/error.hpp"
#include "tests/ops/cases.hpp"
#include "tests/support/interpret.hpp"

namespace ansatz::test {
namespace {

using Types = std::vector<Type>;

Types types_of(const OpCase& one, Dtype dtype) {
  Types types;
  for (const Argument& argument : one.arguments) types.push_back({argument.fixed.value_or(dtype), argument.shape});
  return types;
}

/// Applies the case's row, with its attributes, to arguments of these types.
Type applied(const OpCase& one, const Types& types, Dtype dtype) {
  Trace trace;
  std::vector<Var> xs;
  for (const Type& type : types) xs.push_back(trace.input(type));
  return record(one, xs, dtype).type();
}

std::string named(const OpCase& one, const Types& types) {
  std::string text(one.row.name);
  for (const Type& type : types) text += fmt::format(" {}", to_string(type));
  return text;
}

TEST(OperationTable, RowsTestedEqualRowsRegistered) {
  std::set<std::string_view> tested, registered;
  for (const OpCase& one : op_cases()) tested.insert(one.row.name);
  for (const Op* row : all_ops()) registered.insert(row->name);
  EXPECT_THAT(tested, testing::ContainerEq(registered)) << "add a line to tests/ops/cases.hpp";
}

TEST(OperationTable, NamesAreUniqueAndFindTheirRows) {
  std::set<std::string_view> names;
  for (const Op* row : all_ops()) {
    EXPECT_TRUE(names.insert(row->name).second) << row->name;
    EXPECT_EQ(find_op(row->name), row);
  }
  EXPECT_EQ(find_op("no_such_operation"), nullptr);
  EXPECT_EQ(find_op(""), nullptr);
}

TEST(OperationTable, EveryRowButTheSourcesHasAReferenceKernel) {
  for (const Op* row : all_ops()) EXPECT_EQ(kernels::has_reference(*row), row->kind != Kind::source) << row->name;
}

TEST(OperationTable, EveryRowHasTheRuleOfItsKindAndNoOther) {
  for (const Op* row : all_ops()) {
    const bool linear = row->kind == Kind::linear || row->kind == Kind::multilinear;
    EXPECT_NE(row->type, nullptr) << row->name;
    EXPECT_EQ(row->partial != nullptr, row->kind == Kind::elementwise) << row->name;
    EXPECT_EQ(row->transpose != nullptr, linear) << row->name;
    EXPECT_EQ(row->tangent != nullptr, row->kind == Kind::general) << row->name;
    EXPECT_EQ(row->linear_in != 0, linear) << row->name;
    EXPECT_TRUE(row->elementwise || row->kind != Kind::elementwise) << row->name;
  }
}

TEST(OperationTable, EveryRowTakesTheDtypesItDeclares) {
  for (const OpCase& one : op_cases()) {
    if (one.row.kind == Kind::source) continue;
    for (Dtype dtype : dtypes_of(one)) EXPECT_NO_THROW(applied(one, types_of(one, dtype), dtype)) << one.row.name;
  }
}

TEST(OperationTable, EveryRowRejectsOtherDtypesWithDtypeError) {
  int rejected = 0;
  for (const OpCase& one : op_cases()) {
    for (Dtype dtype : all_dtypes) {
      const bool follows =
          std::any_of(one.arguments.begin(), one.arguments.end(), [](const auto& a) { return !a.fixed; });
      if (!follows || accepts(one.row.accepts, dtype)) continue;
      const Types types = types_of(one, dtype);
      EXPECT_THROW(applied(one, types, dtype), DtypeError) << named(one, types);
      ++rejected;
    }
  }
  EXPECT_GT(rejected, 70);
}

TEST(OperationTable, EveryRowRejectsAConditionIndexOrKeyOfAnotherDtype) {
  int rejected = 0;
  for (const OpCase& one : op_cases())
    for (std::size_t k = 0; k < one.arguments.size(); ++k)
      for (Dtype dtype : all_dtypes) {
        if (!one.arguments[k].fixed || dtype == *one.arguments[k].fixed) continue;
        Types types = types_of(one, Dtype::f64);
        types[k].dtype = dtype;
        EXPECT_THROW(applied(one, types, Dtype::f64), DtypeError) << named(one, types);
        ++rejected;
      }
  EXPECT_EQ(rejected, 3 * 10);
}

TEST(OperationTable, NoRowMixesDtypes) {
  int rejected = 0;
  for (const OpCase& one : op_cases())
    for (Dtype mine : dtypes_of(one))
      for (Dtype other : dtypes_of(one))
        for (std::size_t k = 1; k < one.arguments.size(); ++k) {
          if (mine == other || one.arguments[k].fixed || one.arguments[k - 1].fixed) continue;
          Types types = types_of(one, mine);
          types[k].dtype = other;
          EXPECT_THROW(applied(one, types, mine), DtypeError) << named(one, types);
          ++rejected;
        }
  EXPECT_GT(rejected, 50);
}

TEST(OperationTable, RandomNumbersAreFloating) {
  for (const OpCase& one : op_cases()) {
    if (!one.row.random) continue;
    for (Dtype dtype : {Dtype::i32, Dtype::boolean})
      EXPECT_THROW(applied(one, types_of(one, dtype), dtype), DtypeError) << one.row.name;
  }
}

TEST(OperationTable, EveryRowRejectsWrongShapesWithShapeError) {
  for (const OpCase& one : op_cases()) {
    const bool takes_any_shapes = &one.row == &rows::custom_derivative;
    if ((one.row.arity > 1 || one.row.arity == Op::variadic) && !takes_any_shapes) {
      EXPECT_FALSE(one.wrong_shapes.empty()) << one.row.name << " has operands whose shapes may not fit";
    }
    const Dtype dtype = one.row.kind == Kind::source ? Dtype::f64 : dtypes_of(one).at(0);
    for (const std::vector<Shape>& shapes : one.wrong_shapes) {
      Types types = types_of(one, dtype);
      ASSERT_EQ(shapes.size(), types.size()) << one.row.name;
      for (std::size_t k = 0; k < shapes.size(); ++k) types[k].shape = shapes[k];
      EXPECT_THROW(applied(one, types, dtype), ShapeError) << named(one, types);
    }
  }
}

TEST(OperationTable, EveryRowRejectsAnotherNumberOfOperands) {
  for (const OpCase& one : op_cases()) {
    if (one.row.arity == Op::variadic) continue;
    Types types = types_of(one, Dtype::f64);
    types.push_back({Dtype::f64, {2, 3}});
    EXPECT_THROW(applied(one, types, Dtype::f64), GraphError) << named(one, types);
  }
}

TEST(OperationTable, IntegersAndBooleansGiveTheNumbersThatDoublesGive) {
  int compared = 0;
  for (const OpCase& one : op_cases()) {
    if (one.row.kind == Kind::source || !accepts(one.row.accepts, Dtype::f64)) continue;
    for (Dtype dtype : dtypes_of(one)) {
      if (is_floating(dtype)) continue;
      const auto value = [&](const std::vector<Tensor>& at, Dtype type) {
        Trace trace;
        std::vector<Var> xs;
        for (const Tensor& x : at) xs.push_back(trace.input({x.dtype(), x.shape()}));
        trace.output(record(one, xs, type));
        return numbers_of(interpret(trace.finish(), at).at(0));
      };
      const std::vector<Tensor> at = sample(one, dtype);
      std::vector<Tensor> as_doubles;
      for (std::size_t k = 0; k < at.size(); ++k)
        as_doubles.push_back(one.arguments[k].fixed ? at[k] : tensor_of(Dtype::f64, at[k].shape(), numbers_of(at[k])));
      EXPECT_EQ(value(at, dtype), value(as_doubles, Dtype::f64)) << one.row.name << ' ' << name_of(dtype);
      ++compared;
    }
  }
  EXPECT_GT(compared, 40);
}

}  // namespace
}  // namespace ansatz::test
