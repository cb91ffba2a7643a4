# SPDX-License-Identifier: BSD-3-Clause
"""Cost and gradient of whole feed-forward networks, by PyTorch in f64.

    python tests/golden/ffnn_gradients.py > tests/golden/ffnn_gradients.json      (PyTorch 2.15, NumPy 2.4, mpmath 1.3, half a minute)

Conventions. A layer is y = act(x W + b), W stored [in, out], row-major; the last layer has no activation of its own, the cost takes its logits. Arrays are flat, row-major:
x [batch, inputs], t [batch, outputs] for regression, [batch] for binary (0 or 1, or a probability) and multiclass (class numbers). params and grads: W1, b1, W2, b2, ...
    regression   c_i = mean over the outputs of (y - t)^2                               torch.nn.functional.mse_loss
    binary       c_i = -t log sigmoid(z) - (1 - t) log(1 - sigmoid(z)), one logit       binary_cross_entropy_with_logits
    multiclass   c_i = -log softmax(z)[t]                                               cross_entropy
    cost = sum_i w_i c_i / sum_i w_i      (w_i = 1 without sample_weight)
Activations: leaky_relu has slope 0.01, elu alpha 1, gelu is the exact one (erf); softplus, silu, sigmoid, tanh, relu, identity as everywhere.
Pre-activations of hidden layers keep 1e-3 away from the kinks of their activation (a seed that does not is passed over).

Each case is checked: the cost, and the gradient's scalar product with a random direction, against mpmath with 40 digits (a forward pass written apart, finite differences).
"""
import mpmath
import numpy as np
import torch
import torch.nn.functional as F

import common

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

ACTIVATIONS = {                 # PyTorch's, and the same by definition in mpmath
    "leaky_relu": (lambda z: F.leaky_relu(z, 0.01), lambda z: z if z > 0 else mpmath.mpf(0.01) * z),
    "relu": (F.relu, lambda z: z if z > 0 else mpmath.mpf(0)),
    "tanh": (torch.tanh, mpmath.tanh),
    "sigmoid": (torch.sigmoid, lambda z: 1 / (1 + mpmath.exp(-z))),
    "elu": (F.elu, lambda z: z if z > 0 else mpmath.expm1(z)),
    "softplus": (F.softplus, lambda z: mpmath.log1p(mpmath.exp(z))),
    "gelu": (F.gelu, lambda z: z * mpmath.erfc(-z / mpmath.sqrt(2)) / 2),
    "silu": (F.silu, lambda z: z / (1 + mpmath.exp(-z))),
    "identity": (lambda z: z, lambda z: z),
    "selu": (F.selu, lambda z: mpmath.mpf("1.0507009873554804934193349852946") * (z if z > 0 else mpmath.mpf("1.6732632423543772848170429916717") * mpmath.expm1(z))),
    "mish": (F.mish, lambda z: z * mpmath.tanh(mpmath.log1p(mpmath.exp(z)))),
    "softsign": (F.softsign, lambda z: z / (1 + abs(z))),
    "step": (lambda z: torch.heaviside(z.detach(), torch.tensor(0.0)) + 0.0 * z, lambda z: mpmath.mpf(1 if z > 0 else 0)),
    "hard_tanh": (F.hardtanh, lambda z: max(min(z, mpmath.mpf(1)), mpmath.mpf(-1))),
    "hard_sigmoid": (lambda z: torch.clamp(z / 6 + 0.5, 0.0, 1.0),     # F.hardsigmoid has a sixth in single precision
                     lambda z: max(min(z / 6 + mpmath.mpf(1) / 2, mpmath.mpf(1)), mpmath.mpf(0))),
}
KINKS = {"relu": [0.0], "leaky_relu": [0.0], "elu": [0.0], "selu": [0.0], "step": [0.0], "hard_tanh": [-1.0, 1.0], "hard_sigmoid": [-3.0, 3.0]}

#        name                              layers                hidden        task          batch  more
CASES = [("digits_network_in_small",       [8, 10, 6, 4],        "leaky_relu", "multiclass", 32, {}),
         ("relu_regression",               [5, 8, 3],            "relu",       "regression", 7, {}),
         ("tanh_regression",               [3, 6, 5, 2],         "tanh",       "regression", 9, {}),
         ("sigmoid_binary",                [4, 7, 1],            "sigmoid",    "binary",     11, {}),
         ("elu_multiclass",                [6, 9, 5],            "elu",        "multiclass", 8, {}),
         ("softplus_regression",           [2, 11, 1],           "softplus",   "regression", 13, {}),
         ("gelu_multiclass",               [5, 7, 6, 3],         "gelu",       "multiclass", 10, {}),
         ("silu_binary",                   [3, 8, 4, 1],         "silu",       "binary",     6, {}),
         ("identity_hidden_multiclass",    [4, 5, 3],            "identity",   "multiclass", 5, {}),
         ("deep_tanh_multiclass",          [5, 7, 6, 6, 5, 4, 3], "tanh",      "multiclass", 12, {}),
         ("deep_leaky_relu_regression",    [4, 8, 7, 6, 5, 4, 2], "leaky_relu", "regression", 10, {}),
         ("linear_regression",             [6, 3],               "identity",   "regression", 8, {}),
         ("logistic_regression",           [5, 1],               "identity",   "binary",     9, {}),
         ("softmax_regression",            [4, 6],               "identity",   "multiclass", 7, {}),
         ("weighted_regression",           [4, 6, 3],            "tanh",       "regression", 8, {"weights": True}),
         ("weighted_binary",               [4, 6, 1],            "leaky_relu", "binary",     9, {"weights": True}),
         ("weighted_multiclass",           [5, 6, 4],            "relu",       "multiclass", 10, {"weights": True}),
         ("binary_with_probabilities",     [3, 5, 1],            "tanh",       "binary",     6, {"soft": True}),
         ("one_row_batch",                 [4, 5, 3],            "leaky_relu", "multiclass", 1, {}),
         ("confidently_wrong_multiclass",  [4, 6, 3],            "relu",       "multiclass", 6, {"scale": 30.0}),
         ("two_classes_by_softmax",        [3, 4, 2],            "silu",       "multiclass", 5, {}),
         ("selu_regression",               [4, 7, 5, 2],         "selu",       "regression", 8, {}),
         ("mish_multiclass",               [5, 6, 5, 3],         "mish",       "multiclass", 9, {}),
         ("softsign_regression",           [3, 6, 2],            "softsign",   "regression", 7, {}),
         ("step_binary",                   [4, 9, 1],            "step",       "binary",     8, {}),
         ("hard_tanh_multiclass",          [4, 8, 3],            "hard_tanh",  "multiclass", 8, {}),
         ("hard_sigmoid_regression",       [3, 7, 4, 2],         "hard_sigmoid", "regression", 6, {})]


def make(layers, hidden, task, batch, seed, weights=False, soft=False, scale=1.0):
    """short decimal numbers, so that the JSON stays small: (params, x, t, sample_weight)"""
    r = np.random.default_rng(seed)
    params = []
    for i, (n, m) in enumerate(zip(layers, layers[1:])):
        last = i == len(layers) - 2
        params += [np.round(r.standard_normal((n, m)) * np.sqrt(1.5 / n) * (scale if last else 1.0), 3), np.round(r.standard_normal(m) * 0.3, 3)]
    x = np.round(r.standard_normal((batch, layers[0])), 3)
    if task == "regression": t = np.round(r.standard_normal((batch, layers[-1])), 3)
    elif task == "binary": t = np.round(r.random(batch), 3) if soft else r.integers(0, 2, batch).astype(float)
    else: t = r.integers(0, layers[-1], batch)
    return params, x, t, np.round(r.uniform(0.1, 3.0, batch), 3) if weights else None


def forward(params, x, act, keep=None):
    a = x
    for i in range(0, len(params), 2):
        z = a @ params[i] + params[i + 1]
        if i + 2 == len(params): return z
        if keep is not None: keep.append(z)
        a = act(z)


def rows(task, z, t):
    if task == "regression": return F.mse_loss(z, t, reduction="none").mean(dim=1)
    if task == "binary": return F.binary_cross_entropy_with_logits(z[:, 0], t, reduction="none")
    return F.cross_entropy(z, t, reduction="none")


def by_torch(hidden, task, params, x, t, weight):
    """(cost, grads, smallest distance of a pre-activation of the hidden layers from a kink)"""
    p, pre = [torch.tensor(q, requires_grad=True) for q in params], []
    c = rows(task, forward(p, torch.tensor(x), ACTIVATIONS[hidden][0], pre), torch.tensor(t))
    if weight is None:
        cost = c.mean()
    else:
        w = torch.tensor(weight)
        cost = (w * c).sum() / w.sum()
    cost.backward()
    nearest = min((float((z.detach() - kink).abs().min()) for z in pre for kink in KINKS.get(hidden, [])), default=np.inf)
    return float(cost.detach()), [q.grad.numpy() for q in p], nearest


def by_mpmath(hidden, task, params, x, t, weight):
    """the cost by its definition, plain loops over mpmath numbers"""
    act, total, total_weight = ACTIVATIONS[hidden][1], mpmath.mpf(0), mpmath.mpf(0)
    for i in range(len(x)):
        a = [mpmath.mpf(v) for v in x[i].tolist()]
        for k in range(0, len(params), 2):
            w, b = params[k], params[k + 1]
            z = [mpmath.fsum(a[j] * w[j, o] for j in range(len(a))) + b[o] for o in range(len(b))]
            a = z if k + 2 == len(params) else [act(v) for v in z]
        if task == "regression": c = mpmath.fsum((y - mpmath.mpf(float(u))) ** 2 for y, u in zip(a, t[i])) / len(a)
        elif task == "binary":
            s, u = 1 / (1 + mpmath.exp(-a[0])), mpmath.mpf(float(t[i]))
            c = -(u * mpmath.log(s) + (1 - u) * mpmath.log(1 - s))
        else: c = mpmath.log(mpmath.fsum(mpmath.exp(v) for v in a)) - a[int(t[i])]
        w = mpmath.mpf(1 if weight is None else float(weight[i]))
        total, total_weight = total + w * c, total_weight + w
    return total / total_weight


def check(name, hidden, task, params, x, t, weight, cost, grads):
    r = np.random.default_rng(1)
    direction = [r.integers(-3, 4, p.shape) for p in params]
    mp = lambda array: np.vectorize(lambda v: mpmath.mpf(float(v)), otypes=[object])(array)
    with mpmath.workdps(80):
        h = mpmath.mpf(10) ** -20
        at = lambda step: by_mpmath(hidden, task, [mp(p) + step * mp(d) for p, d in zip(params, direction)], x, t, weight)
        exact, slope = at(0), (at(h) - at(-h)) / (2 * h)
    ours = sum(float((g * d).sum()) for g, d in zip(grads, direction))
    size = sum(float(abs(g * d).sum()) for g, d in zip(grads, direction))
    assert abs(cost - exact) <= 1e-14 * (1 + abs(exact)), (name, cost, exact)
    assert abs(ours - slope) <= 1e-14 * (1 + size), (name, ours, slope)


def golden(name, layers, hidden, task, batch, more):
    for seed in range(1, 1000):
        params, x, t, weight = make(layers, hidden, task, batch, seed, **more)
        cost, grads, nearest = by_torch(hidden, task, params, x, t, weight)
        if nearest > 1e-3: break
    check(name, hidden, task, params, x, t, weight, cost, grads)
    flat = lambda a: a.ravel().tolist()
    case = {"name": name, "layers": layers, "hidden": hidden, "task": task, "batch": batch, "params": [flat(p) for p in params], "x": flat(x), "t": flat(t)}
    if weight is not None: case["sample_weight"] = flat(weight)
    return case | {"cost": cost, "grads": [flat(g) for g in grads]}


if __name__ == "__main__":
    common.write("ffnn_gradients.py", ("torch", "numpy", "mpmath"),
                 "y = act(x W + b), W [in, out] row-major, flat; params and grads: W1, b1, W2, b2, ...; x [batch, in]; t [batch, out] (regression) or [batch]; the last layer gives logits; "
                 "leaky_relu slope 0.01, elu alpha 1, gelu exact; regression: mean over rows and outputs of (y-t)^2; binary and multiclass: cross entropy, mean over rows; "
                 "with sample_weight w: sum_i w_i c_i / sum_i w_i, c_i the row's cost",
                 cases=[golden(*c) for c in CASES])
