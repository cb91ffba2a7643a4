# SPDX-License-Identifier: BSD-3-Clause
"""Values, first and second derivatives of activations, softmax rows and costs, also far out (|x| up to 1e4).

    python tests/golden/activations_costs.py > tests/golden/activations_costs.json      (mpmath 1.3, PyTorch 2.15, ten seconds)

Made by mpmath from forms that lose nothing far out, rounded once to f64: 0 means that the value is below the smallest denormal. Where PyTorch (f64 autograd, twice) is accurate it agrees,
and so do mpmath's numerical derivatives of the plain definition; both are asserted here. `torch_worst` records, per function, PyTorch's own largest error (relative, or absolute below 1) in value, first, second.
"""
import mpmath
import numpy as np
import torch
import torch.nn.functional as F
from mpmath import mpf

import common

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
DIGITS = 60

POINTS = [1e-8, 1e-3, 0.1, 0.3, 0.75, 1.0, 2.5, 5.0, 8.0, 16.0, 20.0, 36.0, 37.5, 40.0, 100.0, 700.0, 708.5, 710.0, 744.0, 746.0, 1e4]
POINTS = [-p for p in reversed(POINTS)] + POINTS


# ---------------------------------------------------------------- activations: (value, first, second) at an mpf, and the plain definition

def sigmoid(x):
    e = mpmath.exp(-abs(x))
    y, complement = (1 / (1 + e), e / (1 + e)) if x >= 0 else (e / (1 + e), 1 / (1 + e))
    return y, y * complement, y * complement * (complement - y)


def tanh(x):
    t, c = mpmath.tanh(x), mpmath.sech(x) ** 2
    return t, c, -2 * t * c


def relu(x): return (x, mpf(1), mpf(0)) if x > 0 else (mpf(0), mpf(0), mpf(0))


def leaky_relu(x, slope=0.01):
    slope = mpf(slope)                               # the double
    return (x, mpf(1), mpf(0)) if x > 0 else (slope * x, slope, mpf(0))


def elu(x, alpha=1.0): return (x, mpf(1), mpf(0)) if x > 0 else (alpha * mpmath.expm1(x), alpha * mpmath.exp(x), alpha * mpmath.exp(x))


def selu(x):
    alpha, scale = mpf("1.6732632423543772848170429916717"), mpf("1.0507009873554804934193349852946")
    return tuple(scale * v for v in elu(x, alpha))


def mish(x):
    """x t, t = tanh(softplus(x)); t' = (1 - t^2) s with s = sigmoid(x), s' = s q, q = 1 - s, and 1 - t^2 = sech(softplus(x))^2"""
    soft = softplus(x)[0]
    s, first, _ = sigmoid(x)
    q = sigmoid(-x)[0]
    t, c = mpmath.tanh(soft), mpmath.sech(soft) ** 2
    d1 = c * s
    d2 = -2 * t * c * s * s + c * s * q
    return x * t, t + x * d1, 2 * d1 + x * d2


def softsign(x):
    d = 1 + abs(x)
    return x / d, 1 / d ** 2, -2 * mpmath.sign(x) / d ** 3


def step(x): return mpf(1 if x > 0 else 0), mpf(0), mpf(0)


def hard_tanh(x): return (x, mpf(1), mpf(0)) if abs(x) < 1 else (mpmath.sign(x), mpf(0), mpf(0))


def hard_sigmoid(x): return (x / 6 + mpf(1) / 2, mpf(1) / 6, mpf(0)) if abs(x) < 3 else (step(x)[0], mpf(0), mpf(0))


def softplus(x):
    s = sigmoid(x)
    return max(x, mpf(0)) + mpmath.log1p(mpmath.exp(-abs(x))), s[0], s[1]


def log_sigmoid(x):
    y, first, second = softplus(-x)
    return -y, first, -second


def gelu(x):
    phi, Phi = mpmath.npdf(x), mpmath.erfc(-x / mpmath.sqrt(2)) / 2
    return x * Phi, Phi + x * phi, phi * (2 - x * x)


def silu(x):
    s, first, second = sigmoid(x)
    return x * s, s + x * first, 2 * first + x * second


FUNCTIONS = {   # name: (values, PyTorch's, the plain definition for numerical derivatives)
    "sigmoid": (sigmoid, torch.sigmoid, lambda x: 1 / (1 + mpmath.exp(-x))),
    "tanh": (tanh, torch.tanh, lambda x: (mpmath.exp(2 * x) - 1) / (mpmath.exp(2 * x) + 1)),
    "relu": (relu, F.relu, lambda x: max(x, mpf(0))),
    "leaky_relu": (leaky_relu, lambda x: F.leaky_relu(x, 0.01), lambda x: max(x, mpf(0.01) * x)),
    "elu": (elu, F.elu, lambda x: x if x > 0 else mpmath.exp(x) - 1),
    "softplus": (softplus, F.softplus, lambda x: mpmath.log(1 + mpmath.exp(x))),
    "gelu": (gelu, F.gelu, lambda x: x * (1 + mpmath.erf(x / mpmath.sqrt(2))) / 2),
    "silu": (silu, F.silu, lambda x: x / (1 + mpmath.exp(-x))),
    "leaky_relu slope=0.2": (lambda x: leaky_relu(x, 0.2), lambda x: F.leaky_relu(x, 0.2), lambda x: max(x, mpf(0.2) * x)),
    "elu alpha=0.5": (lambda x: elu(x, mpf(0.5)), lambda x: F.elu(x, 0.5), lambda x: x if x > 0 else (mpmath.exp(x) - 1) / 2),
    "selu": (selu, F.selu, lambda x: mpf("1.0507009873554804934193349852946") * (x if x > 0 else mpf("1.6732632423543772848170429916717") * (mpmath.exp(x) - 1))),
    "mish": (mish, F.mish, lambda x: x * mpmath.tanh(mpmath.log(1 + mpmath.exp(x)))),
    "softsign": (softsign, F.softsign, lambda x: x / (1 + abs(x))),
    "step": (step, lambda x: torch.heaviside(x.detach(), torch.tensor(0.0)) + 0.0 * x, lambda x: mpf(1 if x > 0 else 0)),
    "hard_tanh": (hard_tanh, F.hardtanh, lambda x: max(min(x, mpf(1)), mpf(-1))),
    "hard_sigmoid": (hard_sigmoid, lambda x: F.hardtanh(x / 3) / 2 + 0.5, lambda x: max(min(x / 6 + mpf(1) / 2, mpf(1)), mpf(0))),
    "log_sigmoid": (log_sigmoid, F.logsigmoid, lambda x: -mpmath.log(1 + mpmath.exp(-x))),
}
KINKS = {"relu": [0.0], "leaky_relu": [0.0], "leaky_relu slope=0.2": [0.0], "elu": [0.0], "elu alpha=0.5": [0.0], "selu": [0.0], "softsign": [0.0], "step": [0.0],
         "hard_tanh": [-1.0, 1.0], "hard_sigmoid": [-3.0, 3.0]}      # points that are no rows: PyTorch's convention there is kept apart


def torch_three(function, x):
    """[value, first, second] by autograd"""
    x = torch.tensor(x, requires_grad=True)
    y = function(x)
    first, = torch.autograd.grad(y, x, create_graph=True)
    second = torch.autograd.grad(first, x)[0] if first.requires_grad else torch.tensor(0.0)
    return [float(v.detach()) for v in (y, first, second)]


def error(found, exact): return abs(found - exact) / max(1.0, abs(exact))


def golden_activation(name):
    function, theirs, plain = FUNCTIONS[name]
    rows, worst = [], [0.0, 0.0, 0.0]
    kinks = KINKS.get(name, [])
    for x in [x for x in POINTS + [0.0] if x not in kinks]:
        with mpmath.workdps(DIGITS):
            exact = function(mpf(x))
            if abs(x) <= 40:                          # the plain definition cancels further out
                with mpmath.workdps(3 * DIGITS):
                    for order in (0, 1, 2):
                        numeric = mpmath.diff(plain, mpf(x), order, h=mpf(10) ** -25)
                        assert abs(numeric - exact[order]) <= mpf(10) ** -20 * max(1, abs(exact[order])), (name, x, order, numeric, exact[order])
        values = [common.to_double(v) for v in exact]
        for i, found in enumerate(torch_three(theirs, x)):
            if np.isfinite(found): worst[i] = max(worst[i], error(found, values[i]))
            else: worst[i] = 1e300                    # inf or NaN
        rows.append([x, *values])
    # PyTorch's softplus is x from about 20 on, its mish has a second derivative of NaN far out; its hardsigmoid has none.
    assert max(w for w in worst if w < 1e300 or name != "mish") < (1e-8 if name in ("softplus", "mish") else 1e-14), (name, worst)
    entry = {"name": name, "columns": ["x", "value", "first", "second"], "rows": rows, "torch_worst": ["not finite" if w == 1e300 else w for w in worst]}
    if kinks: entry["torch_at_kinks"] = [[x, *torch_three(theirs, x)] for x in kinks]
    return entry


# ---------------------------------------------------------------- rows: softmax, log_softmax

LOGITS = [[0.0, 0.0, 0.0], [1.0, 2.0, 3.0], [-0.3, 0.3, 1e-8, -1e-8], [5.0, -5.0, 0.25, 2.0, -1.5], [40.0, 0.0, -40.0], [700.0, -700.0, 699.0], [1e4, -1e4, 0.0],
          [-1e4, -1e4, -1e4], [1e4, 1e4, 9990.0, -1e4], [-1e4, -9999.0, -9998.5], [7.0], [800.0, 0.0]]


def softmax(z):
    """at a precision that holds exp(-2e4) beside 1: nothing is lost by subtraction"""
    e = [mpmath.exp(v - max(z)) for v in z]
    total = mpmath.fsum(e)
    return [v / total for v in e], max(z) + mpmath.log(total)


def golden_rows():
    entries = []
    with mpmath.workdps(9000):
        for row in LOGITS:
            n, z = len(row), [mpf(v) for v in row]
            s, lse = softmax(z)
            cotangent = [float(c) for c in (1.0, -0.5, 2.0, 0.25, -1.75)[:n]]
            u = [mpf(c) for c in cotangent]
            mean, total = mpmath.fsum(a * b for a, b in zip(u, s)), mpmath.fsum(u)
            double = lambda matrix: [[common.to_double(v) for v in r] for r in matrix]
            delta = lambda i, j: 1 if i == j else 0
            jacobian = [[s[i] * (delta(i, j) - s[j]) for j in range(n)] for i in range(n)]
            hessian = [[jacobian[j][k] * (u[j] - mean) - s[j] * s[k] * (u[k] - mean) for k in range(n)] for j in range(n)]
            entry = {"logits": row, "cotangent": cotangent, "logsumexp": common.to_double(lse),
                     "softmax": {"value": [common.to_double(v) for v in s], "jacobian": double(jacobian), "hessian": double(hessian)},
                     "log_softmax": {"value": [common.to_double(v - lse) for v in z], "jacobian": double([[delta(i, j) - s[j] for j in range(n)] for i in range(n)]),
                                     "hessian": double([[-total * jacobian[j][k] for k in range(n)] for j in range(n)])}}
            for name, function in (("softmax", torch.softmax), ("log_softmax", torch.log_softmax)):
                zt, ut = torch.tensor(row), torch.tensor(cotangent)
                for key, found in (("value", function(zt, 0)), ("jacobian", torch.autograd.functional.jacobian(lambda v: function(v, 0), zt)),
                                   ("hessian", torch.autograd.functional.hessian(lambda v: (ut * function(v, 0)).sum(), zt))):
                    assert np.allclose(found.numpy(), entry[name][key], rtol=1e-13, atol=1e-14), (name, row, key, found, entry[name][key])
            entries.append(entry)
    return entries


# ---------------------------------------------------------------- costs: one row's value, gradient and second derivative

def binary_cross_entropy():
    rows = []
    for t in (0.0, 1.0, 0.3):
        for z in POINTS + [0.0]:
            with mpmath.workdps(DIGITS):
                y, target = sigmoid(mpf(z)), mpf(t)
                other = sigmoid(mpf(-z))[0]
                value = target * softplus(mpf(-z))[0] + (1 - target) * softplus(mpf(z))[0]
                exact = [value, (1 - target) * y[0] - target * other, y[1]]
            exact = [common.to_double(v) for v in exact]
            found = torch_three(lambda x: F.binary_cross_entropy_with_logits(x, torch.tensor(t)), z)
            assert all(error(f, e) < 1e-14 for f, e in zip(found, exact)), (t, z, found, exact)
            rows.append([z, t, *exact])
    return {"name": "binary_cross_entropy", "formula": "-t log sigmoid(z) - (1 - t) log sigmoid(-z)", "columns": ["z", "t", "value", "first", "second"], "rows": rows}


def cross_entropy():
    rows = []
    with mpmath.workdps(9000):
        for row in LOGITS:
            for label in range(len(row)):
                z = [mpf(v) for v in row]
                s, lse = softmax(z)
                entry = {"logits": row, "label": label, "value": common.to_double(lse - z[label]),
                         "gradient": [common.to_double(v - (1 if i == label else 0)) for i, v in enumerate(s)]}
                zt = torch.tensor([row], requires_grad=True)
                cost = F.cross_entropy(zt, torch.tensor([label]))
                cost.backward()
                assert error(float(cost.detach()), entry["value"]) < 1e-14 and np.allclose(zt.grad[0].numpy(), entry["gradient"], rtol=1e-13, atol=1e-15), entry
                rows.append(entry)
    return {"name": "cross_entropy", "formula": "logsumexp(z) - z[label]; the second derivatives are softmax's jacobian above", "rows": rows}


def residuals(name, formula, exact, theirs):
    rows = []
    for t in (0.0, 0.25):
        for r in POINTS + [0.5, -0.5, 0.0]:
            y = t + r
            with mpmath.workdps(DIGITS):
                values = [common.to_double(v) for v in exact(mpf(y) - mpf(t))]
            found = torch_three(lambda x: theirs(x, torch.tensor(t)), y)[:2]
            assert all(error(f, e) < 1e-14 for f, e in zip(found, values)), (name, y, t, found, values)
            rows.append([y, t, *values])
    return {"name": name, "formula": formula, "columns": ["y", "t", "value", "first"], "rows": rows}


def huber(delta):
    d = mpf(delta)
    return lambda r: (r * r / 2, r) if abs(r) <= d else (d * (abs(r) - d / 2), d * mpmath.sign(r))


if __name__ == "__main__":
    common.write(
        "activations_costs.py", ("mpmath", "torch"),
        "mpmath, rounded once to f64 (denormals included; 0 where it underflows); rows are in the order of `columns`. leaky_relu slope 0.01, elu alpha 1, gelu exact (erf). "
        "softmax rows: jacobian[i][j] = d y_i / d z_j; hessian[j][k] = d^2 (sum_i cotangent_i y_i) / d z_j d z_k. torch_at_kinks: PyTorch's [x, value, first, second] there, a convention",
        activations=[golden_activation(name) for name in FUNCTIONS], softmax_rows=golden_rows(),
        costs=[binary_cross_entropy(), cross_entropy(),
               residuals("squared_error", "(y - t)^2", lambda r: (r * r, 2 * r), F.mse_loss),
               residuals("absolute", "|y - t|, derivative sign(y - t), 0 at 0", lambda r: (abs(r), mpmath.sign(r)), F.l1_loss),
               *[residuals(f"huber_{delta:g}", f"r = y - t: r^2/2 for |r| <= delta, else delta*(|r| - delta/2); delta = {delta:g} (torch.nn.functional.huber_loss)",
                           huber(delta), lambda y, t, d=delta: F.huber_loss(y, t, delta=d)) for delta in (1.0, 0.5)]])
