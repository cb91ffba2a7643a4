# SPDX-License-Identifier: BSD-3-Clause
"""First, second and third derivatives, mixed ones included, of thirty expressions of our language, at three points each.

    python tests/golden/derivatives.py > tests/golden/derivatives.json      (SymPy 1.14, mpmath 1.3, a few seconds)

SymPy differentiates, mpmath evaluates with 60 digits, each value is rounded once to f64. The points are exact doubles. Each derivative is checked against mpmath's
numerical derivative (finite differences with many digits) of the expression itself, which knows nothing of SymPy's rules.
"""
from itertools import combinations_with_replacement

import mpmath
import sympy

import common

parse, _ = common.language()

# expression, {variable: its value at the three points}
EXPRESSIONS = [
    ("sin(x*y) + exp(x)", {"x": (0.3, -1.25, 2.0), "y": (1.2, 0.75, -0.5)}),
    ("exp(x^2)", {"x": (0.75, -1.25, 0.0)}),
    ("sqrt(x^2 + exp(x^2))", {"x": (0.75, -1.25, 0.0)}),
    ("x^3*y^2 - 2*x*y*z + z^4/3", {"x": (1.5, -0.5, 0.0), "y": (0.25, 2.0, -1.0), "z": (-1.0, 0.75, 2.5)}),
    ("tanh(w*x + b)", {"w": (0.75, -1.5, 3.0), "x": (0.5, 1.25, -2.0), "b": (-0.25, 0.5, 7.0)}),
    ("sigmoid(x)*(1 - sigmoid(y))", {"x": (0.5, -3.0, 20.0), "y": (1.5, 0.0, -20.0)}),
    ("log1p(exp(x))", {"x": (0.5, -30.0, 30.0)}),
    ("log(exp(x) + exp(y))", {"x": (0.5, -1.0, 3.0), "y": (1.25, 4.0, 3.0)}),
    ("x^y", {"x": (1.5, 0.25, 7.0), "y": (2.25, -1.5, 0.5)}),
    ("x/(x^2 + y^2)", {"x": (1.5, -0.25, 2.0), "y": (0.5, 1.25, -3.0)}),
    ("4*((s/r)^12 - (s/r)^6)", {"s": (1.0, 0.875, 1.25), "r": (1.125, 1.5, 1.25)}),
    ("exp(-(x - m)^2/(2*s^2))/s", {"x": (0.75, 2.0, -1.0), "m": (0.25, 1.5, -1.0), "s": (1.25, 0.5, 2.0)}),
    ("exp(-g*t)*cos(w*t)", {"g": (0.25, 0.5, 0.0), "t": (1.5, 0.875, 2.0), "w": (2.0, 3.25, -1.0)}),
    ("v^3/expm1(v/T)", {"v": (1.5, 0.375, 0.0625), "T": (0.75, 1.25, 2.0)}),
    ("abs(x)*log(1 + y^2)", {"x": (0.75, -1.5, 3.0), "y": (0.5, -2.0, 0.0)}),
    ("x*erf(x)", {"x": (0.5, -1.25, 2.5)}),
    ("softplus(x*y)", {"x": (0.5, -3.0, 20.0), "y": (1.25, 2.0, -1.5)}),
    ("cos(x)/(1 + x^2)", {"x": (0.5, -2.0, 0.0)}),
    ("sqrt(x^2 + y^2 + z^2)", {"x": (0.5, -1.0, 2.0), "y": (1.5, 0.25, -0.5), "z": (-0.75, 1.0, 0.0)}),
    ("log1p(x^2)*tanh(y)", {"x": (0.75, -2.5, 0.0), "y": (0.25, -1.5, 3.0)}),
    ("expm1(x)*log(y)", {"x": (0.0625, -2.0, 1.5), "y": (0.25, 1.0, 8.0)}),
    ("sin(cos(x) + exp(-x^2))", {"x": (0.75, -1.5, 0.0)}),
    ("relu(x*y + 1)*exp(-x)", {"x": (0.5, -1.5, 2.0), "y": (1.0, 0.25, -3.0)}),
    ("leaky_relu(x - y)*sin(y)", {"x": (0.5, -1.5, 2.0), "y": (1.0, -2.25, 0.75)}),
    ("max(x*y, y)*min(x, z)^2", {"x": (0.5, -1.5, 2.0), "y": (1.0, 0.25, -3.0), "z": (1.5, -2.0, 0.25)}),
    ("erf(sqrt(x))/sqrt(y)", {"x": (0.25, 1.5, 4.0), "y": (2.0, 0.5, 1.0)}),
    ("tanh(sigmoid(x) + softplus(y))*z", {"x": (0.5, -2.0, 1.0), "y": (-0.5, 1.25, -3.0), "z": (1.5, -1.0, 0.25)}),
    ("D*(1 - exp(-a*(r - s)))^2", {"D": (4.5, 2.0, 1.0), "a": (1.5, 0.75, 2.0), "r": (1.25, 2.5, 0.75), "s": (0.75, 2.5, 1.0)}),
    ("exp(-z*r)*(1 + a*r/(1 + b*r))", {"z": (2.0, 1.5, 1.0), "r": (0.5, 1.25, 0.0), "a": (0.5, 0.25, 1.0), "b": (0.375, 1.0, 2.0)}),
    ("log(1 + exp(x))^2 - (sin(x)/x)^3", {"x": (0.5, -2.0, 3.5)}),
]
ORDERS = (1, 2, 3)


def golden(text, points):
    f, names = parse(text, list(points))
    variables = list(points)
    wanted = [w for order in ORDERS for w in combinations_with_replacement(variables, order)]
    # sign(x) is SymPy's |x|'; its own derivative, a Dirac delta at 0, is 0 at all our points
    flat = lambda e: e.replace(sympy.DiracDelta, lambda *_: sympy.S.Zero)
    exact = common.numeric(f, names)
    calls = {w: common.numeric(flat(sympy.diff(f, *(names[v] for v in w))), names) for w in wanted}
    entries = []
    for i in range(3):
        at = {v: values[i] for v, values in points.items()}
        with mpmath.workdps(60):
            values = {w: call(at) for w, call in calls.items()}
            for w, value in values.items():
                slope = mpmath.diff(lambda *v: exact(dict(zip(variables, v))), tuple(at.values()), tuple(w.count(v) for v in variables))
                assert abs(slope - value) <= mpmath.mpf(10) ** -20 * (1 + abs(value)), (text, at, w, slope, value)
            entries.append({"at": at, "value": common.to_double(exact(at)),
                            "derivatives": [{"wrt": list(w), "value": common.to_double(value)} for w, value in values.items()]})
    return {"expression": text, "variables": variables, "points": entries}


if __name__ == "__main__":
    common.write("derivatives.py", ("sympy", "mpmath"),
                 "wrt: the variables to differentiate by, one after another (the order does not matter); SymPy's derivatives in mpmath with 60 digits, rounded once to f64; "
                 "f64 arithmetic can be held to 1e-12*(1 + |value|): some of these (log1p(exp(x)) at 30) cancel",
                 expressions=[golden(*e) for e in EXPRESSIONS])
