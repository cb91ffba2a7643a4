# SPDX-License-Identifier: BSD-3-Clause
"""What the golden scripts share: the JSON writer, versions, mpmath numbers rounded once to f64, and the reader of our expression language.

Numbers are written with Python's repr (the shortest text that reads back as the same double), so a reader with correct rounding gets the same bits.
"""
import json
import platform
import sys
from fractions import Fraction
from importlib import import_module


def versions(*modules):
    """{"python": "3.11.7", "torch": "2.15.0", ...}; build tags such as +cu130 are dropped"""
    found = {"python": platform.python_version()}
    for name in modules:
        found[name] = import_module(name).__version__.split("+")[0]
    return found


def to_double(value):
    """An mpmath number (or an int) as the nearest f64; correctly rounded also where f64 is denormal, 0.0 where it underflows."""
    import mpmath
    value = mpmath.mpf(value)
    if not mpmath.isfinite(value):
        raise ValueError(f"golden value is not finite: {value}")
    sign, mantissa, exponent, _ = value._mpf_
    if exponent < -40_000:                      # far below any f64, and as a fraction unreasonably long
        mantissa, exponent = (0, 0) if int(mantissa).bit_length() + exponent < -1100 else (mantissa, exponent)
    result = float(Fraction(int(mantissa)) * Fraction(2) ** int(exponent))
    return -result if sign else result


def _text(value, indent):
    pad, inner = "  " * indent, "  " * (indent + 1)
    if isinstance(value, dict):
        if not any(isinstance(v, (dict, list)) for v in value.values()) and len(json.dumps(value)) < 160:
            return json.dumps(value, ensure_ascii=False, allow_nan=False)
        rows = [f"{inner}{json.dumps(k)}: {_text(v, indent + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(rows) + "\n" + pad + "}"
    if isinstance(value, list) and any(isinstance(v, (dict, list)) for v in value):
        return "[\n" + ",\n".join(inner + _text(v, indent + 1) for v in value) + "\n" + pad + "]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def write(script, modules, note, **content):
    """One JSON object to standard output: who made it, what it means, then the content; lists of numbers stay on one line."""
    made_by = {"script": f"tests/golden/{script}", **versions(*modules)}
    sys.stdout.write(_text({"made_by": made_by, "note": note, **content}, 0) + "\n")


# ---------------------------------------------------------------- our expression language, read by SymPy

def language():
    """(parse, functions): parse(text, variables) gives a SymPy expression of real symbols; functions are the names it may hold.

    sigmoid, log1p, expm1 and softplus are functions of their own here, as they are in Ansatz (one operation each), so that SymPy neither takes them apart nor counts them as more."""
    import sympy
    from sympy.parsing.sympy_parser import parse_expr, rationalize, standard_transformations

    class sigmoid(sympy.Function):
        def fdiff(self, argindex=1):
            return sigmoid(self.args[0]) * (1 - sigmoid(self.args[0]))

        def _eval_rewrite_as_exp(self, z, **_):
            return 1 / (1 + sympy.exp(-z))

        def _eval_is_real(self):
            return self.args[0].is_real

    class log1p(sympy.Function):
        def fdiff(self, argindex=1):
            return 1 / (1 + self.args[0])

        def _eval_rewrite_as_exp(self, z, **_):
            return sympy.log(1 + z)

    class expm1(sympy.Function):
        def fdiff(self, argindex=1):
            return sympy.exp(self.args[0])

        def _eval_rewrite_as_exp(self, z, **_):
            return sympy.exp(z) - 1

        def _eval_is_real(self):
            return self.args[0].is_real

    class softplus(sympy.Function):
        def fdiff(self, argindex=1):
            return sigmoid(self.args[0])

        def _eval_rewrite_as_exp(self, z, **_):
            return sympy.log(1 + sympy.exp(z))

        def _eval_is_real(self):
            return self.args[0].is_real

    class step(sympy.Function):
        """1 for positive arguments, else 0; at 0 nobody asks"""
        def fdiff(self, argindex=1):
            return sympy.S.Zero

        def _eval_rewrite_as_exp(self, z, **_):
            return sympy.Piecewise((1, z > 0), (0, True))

    relu = lambda z: z * step(z)
    functions = {"erf": sympy.erf, "softplus": softplus, "relu": relu, "leaky_relu": lambda z: relu(z) - sympy.Rational(1, 100) * relu(-z),
                 "max": lambda a, b: b + relu(a - b), "min": lambda a, b: a - relu(a - b), "exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt, "sin": sympy.sin, "cos": sympy.cos, "tanh": sympy.tanh,
                 "sigmoid": sigmoid, "log1p": log1p, "expm1": expm1, "abs": sympy.Abs}

    def parse(text, variables):
        names = {v: sympy.Symbol(v, real=True) for v in variables}
        # -x^2 is -(x^2) and ^ binds to the right, as with Python's **; decimals become exact fractions
        expression = parse_expr(text.replace("^", "**"), local_dict={**functions, **names}, transformations=(*standard_transformations, rationalize))
        if expression.free_symbols != set(names.values()):
            raise ValueError(f"{text}: its variables are {expression.free_symbols}, not {variables}")
        return expression, names

    return parse, functions


def numeric(expression, names):
    """names: {text: symbol}. A function of {text: number} that evaluates the SymPy expression in mpmath, at mpmath's present precision; f64 are taken as the exact numbers they are."""
    import mpmath
    import sympy
    ours = lambda node: type(node).__name__ in ("sigmoid", "log1p", "expm1", "softplus", "step")
    plain = expression.replace(ours, lambda node: node._eval_rewrite_as_exp(node.args[0]))
    call = sympy.lambdify(list(names.values()), plain, modules="mpmath")
    return lambda at: mpmath.mpf(call(*(mpmath.mpf(at[name]) for name in names)))
