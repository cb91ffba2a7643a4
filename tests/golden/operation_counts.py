# SPDX-License-Identifier: BSD-3-Clause
"""How many floating-point operations SymPy needs for a function and its derivative together: thirty expressions.

    python tests/golden/operation_counts.py > tests/golden/operation_counts.json      (SymPy 1.14, mpmath 1.3, ten seconds)

SymPy differentiates (`diff`), optionally rewrites the derivative (simplify, factor, together), then looks for common subexpressions in [f, f'] (`cse`, with optimizations=None
and 'basic'). Each such program is turned into single operations and counted like a scientist counts:
  * each of + - * / and negation is 1, each function call (sqrt, log1p, sign, a power that is not an integer ...) is 1;
  * x^n is the multiplications of a shortest addition chain; powers of the same base share one chain (x^2: 1, x^6: 3, x^6 and x^12: 4);
  * a negative power is a division: a/x^n is x^n and one division, not a reciprocal and a product;
  * arithmetic of constants is free (2*x/3 is 1), and so is a sign that a constant, a sum or a difference can take up: a + (-b) is a - b, -2*x is 1, -(a - b)*c is (b - a)*c.
`count` is the smallest of all these programs, `program` is that program, line by line; `count_diff_cse` is the smallest without rewriting the derivative.
Every program is run in mpmath and compared with f and f'; a program with a function that our language lacks (tan, cosh ...) does not compete.
"""
import sys
from itertools import product

import mpmath
import sympy
from sympy import Add, Mul, Pow, Rational, S

import common

parse, FUNCTIONS = common.language()
CALLS = {function: name for name, function in FUNCTIONS.items() if name != "sqrt"} | {sympy.sign: "sign"}

# expression, its variables with two points each, the variable of the derivative
EXPRESSIONS = [
    ("exp(x^2)", "x", {"x": (0.75, -1.25)}),
    ("sqrt(x^2 + exp(x^2))", "x", {"x": (0.75, -1.25)}),
    ("x^3 - 2*x + 1", "x", {"x": (1.5, -0.625)}),
    ("((2*x - 3)*x + 0.5)*x - 4", "x", {"x": (1.5, -0.625)}),
    ("x^12 - x^6 + x^3", "x", {"x": (1.125, -0.875)}),
    ("x/(1 + x^2)", "x", {"x": (0.5, -2.25)}),
    ("(x^2 + 1)/(x^2 - 3*x + 4)", "x", {"x": (0.5, 2.75)}),
    ("1/(1 + exp(-x))", "x", {"x": (0.5, -3.0)}),
    ("x*sigmoid(x)", "x", {"x": (1.25, -2.0)}),
    ("log1p(exp(x))", "x", {"x": (1.25, -2.0)}),
    ("tanh(w*x + b)^2", "w", {"w": (0.75, -0.5), "x": (1.5, 0.25), "b": (-0.25, 0.875)}),
    ("exp(-(x - m)^2/(2*s^2))", "x", {"x": (0.75, 2.0), "m": (0.25, 1.5), "s": (1.25, 0.5)}),
    ("exp(-(x - m)^2/(2*s^2))/s", "s", {"x": (0.75, 2.0), "m": (0.25, 1.5), "s": (1.25, 0.5)}),
    ("sin(x)*cos(x)", "x", {"x": (0.625, 2.5)}),
    ("sin(x)/x", "x", {"x": (0.625, -2.5)}),
    ("exp(-g*t)*cos(w*t)", "t", {"g": (0.25, 0.5), "t": (1.5, 0.875), "w": (2.0, 3.25)}),
    ("exp(sin(x)^2)", "x", {"x": (0.625, 2.5)}),
    ("log(x + sqrt(x^2 + 1))", "x", {"x": (0.75, -1.5)}),
    ("x*log(x) + (1 - x)*log(1 - x)", "x", {"x": (0.25, 0.875)}),
    ("log(exp(x) + exp(y))", "x", {"x": (0.5, -1.0), "y": (1.25, 0.375)}),
    ("x^y", "x", {"x": (1.5, 0.625), "y": (2.25, -0.75)}),
    ("x^y", "y", {"x": (1.5, 0.625), "y": (2.25, -0.75)}),
    ("4*((s/r)^12 - (s/r)^6)", "r", {"s": (1.0, 0.875), "r": (1.125, 1.5)}),
    ("D*(1 - exp(-a*(r - 1.5)))^2", "r", {"D": (4.5, 2.0), "a": (1.25, 0.75), "r": (1.75, 2.5)}),
    ("0.25*G^2/((E - M)^2 + 0.25*G^2)", "E", {"G": (2.5, 1.0), "E": (91.0, 80.5), "M": (91.1875, 80.375)}),
    ("8*T/(3*v - 1) - 3/v^2", "v", {"T": (1.25, 0.875), "v": (1.5, 0.75)}),
    ("v^3/expm1(v/T)", "T", {"v": (1.5, 0.375), "T": (0.75, 1.25)}),
    ("(1 - x)^2 + 100*(y - x^2)^2", "x", {"x": (-1.25, 0.5), "y": (1.0, 0.75)}),
    ("(2*x^2 - 1)*exp(-x^2/2)", "x", {"x": (0.75, -1.5)}),
    ("abs(x)*exp(-abs(x)/a)", "x", {"x": (0.75, -1.5), "a": (0.5, 1.25)}),
]


# ---------------------------------------------------------------- addition chains

def shortest_chain(wanted, start=(1,)):
    """the fewest sums of two earlier members that reach every number in `wanted`: [(sum, a, b), ...]; iterative deepening"""
    wanted = sorted(set(wanted) - set(start))

    def search(have, steps, left):
        missing = [n for n in wanted if n not in have]
        if not missing:
            return steps
        if left < len(missing) or max(have) * 2 ** left < missing[-1]:
            return None
        for a, b in sorted({(a, b) for a in have for b in have if a >= b and a + b not in have and a + b <= missing[-1]}, key=lambda p: -sum(p)):
            found = search(have + [a + b], steps + [(a + b, a, b)], left - 1)
            if found is not None:
                return found
        return None

    for depth in range(32):
        chain = search(list(start), [], depth)
        if chain is not None:
            return chain


# ---------------------------------------------------------------- SymPy's expressions -> single operations

class Program:
    """Single operations, each once: lines of (name, operation, operands); operands are names or SymPy numbers."""

    def __init__(self, replacements, outputs, flip_signs, root_powers):
        self.lines, self.values, self.chains = [], {}, {}
        self.flip_signs, self.root_powers = flip_signs, root_powers
        self.env, self.exponents = {}, {}
        expressions = [e for _, e in replacements] + list(outputs)
        for power in (p for e in expressions for p in sympy.preorder_traversal(e) if isinstance(p, Pow) and p.exp.is_Rational and not p.base.is_number):
            if self.in_chain(power):
                self.exponents.setdefault(power.base, set()).add(abs(power.exp))
        for symbol, expression in replacements:
            self.env[symbol] = self.lower(expression)
        self.outputs = [self.lower(e) for e in outputs]
        self.remove_unused()

    def in_chain(self, power):
        return power.exp.is_Integer or (self.root_powers and (2 * power.exp).is_Integer)

    def emit(self, operation, *operands):
        if operation in ("+", "*"):
            operands = tuple(sorted(operands, key=str))
        key = (operation, *operands)
        if key not in self.values:
            self.values[key] = f"t{len(self.lines)}"
            self.lines.append((self.values[key], operation, operands))
        return self.values[key]

    def lower(self, e):
        if e.is_number: return e                                    # constants fold for free
        if e.is_Symbol: return self.env.get(e, e.name)
        if e.is_Add: return self.add(e)
        if e.is_Mul: return self.mul(e)
        if e.is_Pow: return self.pow(e)
        if e.func in CALLS: return self.emit(CALLS[e.func], self.lower(e.args[0]))
        raise KeyError(e.func.__name__)

    def add(self, e, sign=1):
        """sign * e"""
        plus, minus = [], []
        for term in e.args:
            coefficient, rest = term.as_coeff_Mul()
            if rest is S.One:
                plus.insert(0, sign * coefficient)                   # a constant takes either sign
            elif sign * coefficient < 0:
                minus.append(-sign * coefficient * rest)
            else:
                plus.append(sign * coefficient * rest)
        if not plus:                                                 # one term has to take the minus: best one with a constant of its own
            minus.sort(key=lambda m: m.as_coeff_Mul()[0] == 1)
            plus.append(-minus.pop(0))
        total, *others = [p if p.is_number else self.lower(p) for p in reversed(plus)]   # constants last: x + 1
        for other in others:
            total = self.emit("+", total, other)
        for other in minus:
            total = self.emit("-", total, self.lower(other))
        return total

    def mul(self, e):
        coefficient, numerator, denominator = S.One, [], []
        for factor in e.args:
            if factor.is_number: coefficient *= factor
            elif factor.is_Pow and factor.exp.is_Rational and factor.exp < 0: denominator.append(factor)
            else: numerator.append(factor)
        if coefficient == -1 and self.flip_signs:                    # -(a - b)*c is (b - a)*c, when a - b is needed nowhere else
            for i, factor in enumerate(numerator):
                if factor.is_Add and any(t.as_coeff_Mul()[0] < 0 for t in factor.args):
                    rest = Mul(*(numerator[:i] + numerator[i + 1:]), evaluate=False) if len(numerator) > 1 else S.One
                    flipped = self.add(factor, sign=-1)
                    above = flipped if rest is S.One else self.emit("*", flipped, self.product(numerator[:i] + numerator[i + 1:]))
                    return self.over(above, denominator)
        above = self.product(numerator) if numerator else None
        if above is None:
            return self.over(coefficient, denominator)
        if coefficient not in (1, -1):
            above = self.emit("*", coefficient, above)
        above = self.over(above, denominator)
        return self.emit("neg", above) if coefficient == -1 else above

    def product(self, factors):
        total, *others = [self.lower(f) for f in factors]
        for other in others:
            total = self.emit("*", total, other)
        return total

    def over(self, above, denominator):
        if not denominator: return above
        return self.emit("/", above, self.product([Pow(d.base, -d.exp) for d in denominator]))

    def pow(self, e):
        base, exponent = e.base, e.exp
        if exponent.is_Rational and exponent < 0:
            return self.emit("/", S.One, self.lower(Pow(base, -exponent)))
        if exponent == S.Half and not self.root_powers:
            return self.emit("sqrt", self.lower(base))
        if exponent.is_Rational and not base.is_number and self.in_chain(e):
            return self.chain(base, exponent)
        return self.emit("pow", self.lower(base), self.lower(exponent))

    def chain(self, base, exponent):
        """base^exponent from one chain for all powers of this base; with a square root in it, the chain counts in halves and has the root for nothing more"""
        if base not in self.chains:
            wanted = self.exponents.get(base, set()) | {exponent}
            halves = any(not n.is_Integer for n in wanted)
            scale, start = (2, (1, 2)) if halves else (1, (1,))
            steps = {n: (a, b) for n, a, b in shortest_chain([int(scale * n) for n in wanted], start)}
            known = {scale: self.lower(base)}
            if halves: known[1] = self.emit("sqrt", known[scale])
            self.chains[base] = (scale, steps, known)
        scale, steps, known = self.chains[base]

        def reach(n):
            if n not in known:
                known[n] = self.emit("*", *(reach(m) for m in steps[n]))
            return known[n]
        return reach(int(scale * exponent))

    def remove_unused(self):
        used = {o for o in self.outputs if isinstance(o, str)}
        for name, _, operands in reversed(self.lines):
            if name in used: used |= {o for o in operands if isinstance(o, str)}
        self.lines = [line for line in self.lines if line[0] in used]

    def count(self):
        return len(self.lines)

    def text(self):
        show = lambda o: o if isinstance(o, str) else str(o)
        def line(operation, operands):
            if operation in "+-*/": return f"{show(operands[0])} {operation} {show(operands[1])}"
            if operation == "neg": return f"-{show(operands[0])}"
            if operation == "pow": return f"{show(operands[0])}^{show(operands[1])}"
            return f"{operation}({', '.join(show(o) for o in operands)})"
        new = {name: f"t{i}" for i, (name, _, _) in enumerate(self.lines)}
        rename = lambda o: new.get(o, o) if isinstance(o, str) else (o if o.is_Integer or o.is_Symbol else f"({o})")
        lines = [f"{new[name]} = {line(operation, [rename(o) for o in operands])}" for name, operation, operands in self.lines]
        return lines + [f"f = {show(rename(self.outputs[0]))}", f"f' = {show(rename(self.outputs[1]))}"]

    def run(self, at):
        """[f, f'] in mpmath"""
        value = {name: mpmath.mpf(x) for name, x in at.items()}
        number = lambda o: value[o] if isinstance(o, str) else mpmath.mpmathify(sympy.N(o, mpmath.mp.dps + 5))
        do = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b, "neg": lambda a: -a, "pow": lambda a, b: a ** b,
              "abs": abs, "sigmoid": lambda a: 1 / (1 + mpmath.exp(-a)), "log1p": mpmath.log1p, "expm1": mpmath.expm1}
        for name, operation, operands in self.lines:
            value[name] = do.get(operation, getattr(mpmath, operation, None))(*(number(o) for o in operands))
        return [number(o) for o in self.outputs]


# ---------------------------------------------------------------- the competitors

REWRITES = {"diff": lambda d: d, "simplify": sympy.simplify, "factor": sympy.factor, "together": sympy.together}


def inline(replacements, outputs, which):
    """put the replacements that `which` picks back where they are used"""
    kept, back = [], {}
    for symbol, expression in replacements:
        expression = expression.xreplace(back)
        if which(expression): back[symbol] = expression
        else: kept.append((symbol, expression))
    return kept, [o.xreplace(back) for o in outputs]


def reciprocal(e): return e.is_Pow and e.exp.is_Rational and e.exp < 0      # a/x and b/x are shorter than 1/x, a*(1/x), b*(1/x)


def negated(e): return e.is_Mul and e.args[0] == -1 and len(e.args) == 2    # so that a + (-b) becomes a - b


INLINES = {"": lambda e: False, "reciprocals": reciprocal, "negations": negated, "reciprocals and negations": lambda e: reciprocal(e) or negated(e)}


def programs(f, derivative):
    """(rewrite, description, Program) for every way tried"""
    for rewrite, change in REWRITES.items():
        changed = change(derivative)
        if not all(function.func in CALLS for function in changed.atoms(sympy.Function)):
            continue
        for optimizations in (None, "basic"):
            found = sympy.cse([f, changed], optimizations=optimizations)
            for (words, which), flip, root in product(INLINES.items(), (False, True), (False, True)):
                description = f"{rewrite}, cse(optimizations={optimizations!r})" + (f", {words} put back" if words else "")
                yield rewrite, description, Program(*inline(*found, which), flip, root)


def golden(text, variable, points):
    f, names = parse(text, list(points))
    derivative = sympy.diff(f, names[variable])
    tried = list(programs(f, derivative))
    best = min(tried, key=lambda t: t[2].count())
    values, exact = [], [common.numeric(e, names) for e in (f, derivative)]
    for i in range(2):
        at = {name: pair[i] for name, pair in points.items()}
        with mpmath.workdps(60):
            both = [e(at) for e in exact]
            for _, description, program in tried:
                for ours, theirs in zip(program.run(at), both):
                    assert abs(ours - theirs) <= mpmath.mpf(10) ** -50 * (1 + abs(theirs)), (text, description, ours, theirs)
            slope = mpmath.diff(lambda v: exact[0]({**at, variable: v}), at[variable])
            assert abs(slope - both[1]) <= mpmath.mpf(10) ** -25 * (1 + abs(both[1])), (text, slope, both[1])
        values.append({"at": at, "value": common.to_double(both[0]), "derivative": common.to_double(both[1])})
    smallest = lambda rewrite: min((p.count() for r, _, p in tried if r == rewrite), default=None)
    return {"expression": text, "variable": variable, "sympy_value": str(f), "sympy_derivative": str(derivative), "count": best[2].count(),
            "count_diff_cse": smallest("diff"), "counts": {r: smallest(r) for r in REWRITES}, "how": best[1], "program": best[2].text(), "points": values}


def main():
    expected = {12: 4, 6: 3, 15: 5, 2: 1, 3: 2}
    assert all(len(shortest_chain([n])) == steps for n, steps in expected.items()) and len(shortest_chain([6, 12])) == 4
    entries = [golden(*e) for e in EXPRESSIONS]
    assert len(entries) == 30
    assert [e["count"] for e in entries[:2]] == [4, 7], "the lectures' counts"
    for e in entries:
        print(f"{e['count']:3d} {e['count_diff_cse']:3d}  {e['expression']}  d/d{e['variable']}   ({e['how']})", file=sys.stderr)
    common.write("operation_counts.py", ("sympy", "mpmath"),
                 "count = floating-point operations of f and df/dvariable together, smallest of the programs tried (see the script); count_diff_cse = the same without rewriting the derivative; "
                 "counts = smallest for each rewriting (null: it left our language); program = the smallest one; values: mpmath, 60 digits, rounded once to f64",
                 expressions=entries)


if __name__ == "__main__":
    main()
