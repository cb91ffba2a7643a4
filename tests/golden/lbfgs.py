# SPDX-License-Identifier: BSD-3-Clause
"""L-BFGS and the line search of Moré and Thuente, by SciPy.

    python tests/golden/lbfgs.py > tests/golden/lbfgs.json      (SciPy 1.17, NumPy 2.4, mpmath 1.3, twenty seconds)

`minimisations`: SciPy's L-BFGS-B (ten pairs, ftol = 0, gtol = 1e-10, no bounds) on problems of J. J. Moré, B. S. Garbow, K. E. Hillstrom, ACM Trans. Math. Softw. 7, 17 (1981),
from their starts, and on a quadratic form of condition 10^6 (ten variables: from forty starts, since the last bits decide whether it takes 600 evaluations or 900): evaluations, and
the largest element of the gradient where it ended. `minimum` is known exactly.
`line_searches`: the steps that SciPy's dcsrch (MINPACK-2) tries on the six functions of Moré and Thuente's publication, at the sufficient decrease and slope of its tables I to VI.
Gradients and slopes are held against mpmath's numerical derivatives, the line searches against the published numbers of evaluations and steps.
"""
import functools
import random

import mpmath
import numpy as np
from scipy.optimize import minimize
from scipy.optimize._dcsrch import DCSRCH

import common

# ---------------------------------------------------------------- problems: f(x) as sums of squares or so, for NumPy and mpmath numbers; gradients by hand


def rosenbrock(x):
    f, g = 0 * x[0], [0 * v for v in x]
    for i in range(len(x) - 1):
        a, b = 1 - x[i], x[i + 1] - x[i] * x[i]
        f += a * a + 100 * b * b
        g[i] += -2 * a - 400 * x[i] * b
        g[i + 1] += 200 * b
    return f, g


def beale(x):
    f, g = 0 * x[0], [0 * v for v in x]
    for power, y in ((1, 1.5), (2, 2.25), (3, 2.625)):
        e = y - x[0] * (1 - x[1] ** power)
        f += e * e
        g[0] += -2 * e * (1 - x[1] ** power)
        g[1] += 2 * e * x[0] * power * x[1] ** (power - 1)
    return f, g


def wood(x):
    a, b, c, d = x[1] - x[0] * x[0], 1 - x[0], x[3] - x[2] * x[2], 1 - x[2]
    e, h = x[1] + x[3] - 2, x[1] - x[3]
    f = 100 * a * a + b * b + 90 * c * c + d * d + 10 * e * e + h * h / 10
    return f, [-400 * x[0] * a - 2 * b, 200 * a + 20 * e + h / 5, -360 * x[2] * c - 2 * d, 180 * c + 20 * e - h / 5]


def powell(x):
    a, b, c, d = x[0] + 10 * x[1], x[2] - x[3], x[1] - 2 * x[2], x[0] - x[3]
    f = a * a + 5 * b * b + c ** 4 + 10 * d ** 4
    return f, [2 * a + 40 * d ** 3, 20 * a + 4 * c ** 3, 10 * b - 8 * c ** 3, -10 * b - 40 * d ** 3]


def quadratic(x):
    """half the sum of lambda_i (x_i - 1)^2 in coordinates reflected at the plane with normal (1, 1, ...): lambda_i = 10^(6 i/(n-1))"""
    n = len(x)
    mean = sum(v - 1 for v in x) * 2 / n
    y = [v - 1 - mean for v in x]
    scaled = [10 ** (mpmath.mpf(6) * i / (n - 1)) * v if isinstance(v, mpmath.mpf) else 10.0 ** (6 * i / (n - 1)) * v for i, v in enumerate(y)]
    back = sum(scaled) * 2 / n
    return sum(s * v for s, v in zip(scaled, y)) / 2, [s - back for s in scaled]


PROBLEMS = [  # name, function, start, minimum, whether x is determined to 1e-8 by a gradient of 1e-10
    ("rosenbrock", rosenbrock, [-1.2, 1.0], [1.0, 1.0], True),
    ("rosenbrock", rosenbrock, [1.3, 0.7, 0.8, 1.9, 1.2], [1.0] * 5, True),  # SciPy's documentation begins there
    ("rosenbrock", rosenbrock, [-1.2, 1.0] * 5, [1.0] * 10, True),
    ("beale", beale, [1.0, 1.0], [3.0, 0.5], True),
    ("wood", wood, [-3.0, -1.0, -3.0, -1.0], [1.0] * 4, True),
    ("powell", powell, [3.0, -1.0, 0.0, 1.0], [0.0] * 4, False),  # the Hessian is singular there
    ("quadratic", quadratic, [0.0] * 5, [1.0] * 5, True),
    *(("quadratic", quadratic, [v / 64 for v in random.Random(k).choices(range(-256, 257), k=10)], [1.0] * 10, True) for k in range(40)),
]


@functools.cache
def check_gradient(f, n):
    mpmath.mp.dps = 40
    point = [mpmath.mpf(5 * i + 3) / 7 - 2 for i in range(n)]
    for i, slope in enumerate(f(point)[1]):
        numerical = mpmath.diff(lambda t: f(point[:i] + [t] + point[i + 1:])[0], point[i])
        assert abs(numerical - slope) < 1e-12 * (1 + abs(slope)), (f.__name__, i, numerical, slope)


def minimisation(name, f, start, minimum, determined):
    check_gradient(f, len(start))

    def evaluate(x):
        cost, gradient = f(x.tolist())
        return cost, np.array(gradient)
    found = minimize(evaluate, np.array(start), jac=True, method="L-BFGS-B",
                     options={"maxcor": 10, "ftol": 0.0, "gtol": 1e-10, "maxiter": 20000, "maxfun": 20000})
    if determined:
        assert np.max(np.abs(found.x - minimum)) < 1e-8, (name, found.x)
    return {"problem": name, "start": start, "minimum": minimum, "x_is_determined": determined, "evaluations": int(found.nfev), "iterations": int(found.nit),
            "cost": float(found.fun), "largest_gradient": float(np.max(np.abs(found.jac)))}


# ---------------------------------------------------------------- line searches

def function_1(a, beta=2):
    return -a / (a * a + beta), (a * a - beta) / (a * a + beta) ** 2


def function_2(a, beta=0.004):
    return (a + beta) ** 5 - 2 * (a + beta) ** 4, 5 * (a + beta) ** 4 - 8 * (a + beta) ** 3


def function_3(a, beta=0.01, l=39):
    if a <= 1 - beta: value, slope = 1 - a, -1
    elif a >= 1 + beta: value, slope = a - 1, 1
    else: value, slope = (a - 1) ** 2 / (2 * beta) + beta / 2, (a - 1) / beta
    return (value + 2 * (1 - beta) / (l * mpmath.pi) * mpmath.sin(l * mpmath.pi / 2 * a), slope + (1 - beta) * mpmath.cos(l * mpmath.pi / 2 * a))


def yanai(beta1, beta2):
    def gamma(b): return mpmath.sqrt(1 + b * b) - b

    def function(a):
        u, v = mpmath.sqrt((1 - a) ** 2 + beta2 ** 2), mpmath.sqrt(a * a + beta1 ** 2)
        return gamma(beta1) * u + gamma(beta2) * v, gamma(beta1) * (a - 1) / u + gamma(beta2) * a / v
    return function


TABLES = [  # function, c1, c2, and the published evaluations and steps from 1e-3, 0.1, 10 and 1000
    (function_1, 1e-3, 1e-1, [(6, 1.4), (3, 1.4), (1, 10), (4, 37)]),
    (function_2, 1e-1, 1e-1, [(12, 1.6), (8, 1.6), (8, 1.6), (11, 1.6)]),
    (function_3, 1e-1, 1e-1, [(12, 1.0), (12, 1.0), (10, 1.0), (13, 1.0)]),
    (yanai(0.001, 0.001), 1e-3, 1e-3, [(4, 0.085), (1, 0.10), (3, 0.34), (4, 0.83)]),
    (yanai(0.01, 0.001), 1e-3, 1e-3, [(6, 0.075), (3, 0.078), (7, 0.073), (8, 0.076)]),
    (yanai(0.001, 0.01), 1e-3, 1e-3, [(13, 0.93), (11, 0.93), (8, 0.92), (11, 0.92)]),
]


def line_search(number, function, c1, c2, first, published):
    mpmath.mp.dps = 40
    assert abs(mpmath.diff(lambda a: function(a)[0], mpmath.mpf("0.3")) - function(mpmath.mpf("0.3"))[1]) < 1e-12

    def exactly(a): return [float(v) for v in function(mpmath.mpf(float(a)))]
    tried = []

    def phi(a):
        tried.append(float(a))
        return exactly(a)[0]
    start = exactly(0.0)
    step = DCSRCH(phi, lambda a: exactly(a)[1], c1, c2, 1e-15, 0.0, 1e20)(first, start[0], start[1])[0]
    values = [exactly(a) for a in tried]
    evaluations, digits = published
    assert len(tried) == evaluations and abs(step - digits) <= 0.03 * digits, (number, first, len(tried), step)
    return {"function": number, "c1": c1, "c2": c2, "value": start[0], "slope": start[1], "steps": tried, "values": [v for v, _ in values], "slopes": [s for _, s in values]}


common.write("lbfgs.py", ["numpy", "scipy", "mpmath"], "minimisations: evaluations of f and gradient, together; line_searches: the steps tried, the last accepted, with values and slopes there",
             minimisations=[minimisation(*problem) for problem in PROBLEMS],
             line_searches=[line_search(n + 1, f, c1, c2, first, published[i]) for n, (f, c1, c2, published) in enumerate(TABLES) for i, first in enumerate((1e-3, 0.1, 10.0, 1000.0))])
