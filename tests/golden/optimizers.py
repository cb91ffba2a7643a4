# SPDX-License-Identifier: BSD-3-Clause
"""Trajectories of optimizers, a learning-rate schedule, weight penalties and clipping, by PyTorch in f64.

    python tests/golden/optimizers.py > tests/golden/optimizers.json      (PyTorch 2.15, NumPy 2.4, mpmath 1.3, ten seconds)

Every optimizer runs on two problems from `problems`: a 3x3 array with a given sequence of gradients (the lectures' example; one element's gradient is 0 in its first steps), and Rosenbrock's
function (1 - x)^2 + 100 (y - x^2)^2 with its own gradient, g = (-2(1 - x) - 400 x (y - x^2), 200 (y - x^2)). `steps` says after which steps theta was written down (1 = after the first update).
PyTorch's optimizers are held against the published formulas, written here in NumPy (they differ by rounding only; `difference_from_formula` is the largest relative one).
adagrad_momentum, which PyTorch lacks, is that NumPy formula (`by`: "numpy"), held against the same in mpmath with 40 digits.
"""
import mpmath
import numpy as np
import torch

import common

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

# ---------------------------------------------------------------- the published formulas: theta, state s (a dict), g, t = 1, 2, ... ; works for NumPy and mpmath numbers

FORMULAS = {
    "sgd": "theta -= lr*g",
    "momentum": "v = momentum*v + g, v = 0 before the first step; theta -= lr*v",
    "nesterov": "v = momentum*v + g; theta -= lr*(g + momentum*v)",
    "adagrad": "G += g^2; theta -= lr*g/(sqrt(G) + eps)",
    "adagrad_momentum": "G += g^2; change = lr*g/(eps + sqrt(G)) + momentum*change; theta -= change",
    "rmsprop": "v = rho*v + (1-rho)*g^2; theta -= lr*g/(sqrt(v) + eps)",
    "adam": "m = beta1*m + (1-beta1)*g; v = beta2*v + (1-beta2)*g^2; theta -= lr*(m/(1-beta1^t))/(sqrt(v/(1-beta2^t)) + eps)",
    "adamw": "theta -= lr*weight_decay*theta; then as adam, with the gradient before the decay",
}


def formula(name, h, sqrt=np.sqrt):
    """a function step(theta, g, s, t) -> theta"""
    lr, mu, eps = h["lr"], h.get("momentum"), h.get("eps")

    def step(theta, g, s, t):
        g = g + h.get("l2", 0.0) * theta
        if name == "sgd": return theta - lr * g
        if name in ("momentum", "nesterov"):
            v = s["v"] = mu * s.get("v", 0) + g
            return theta - lr * (v if name == "momentum" else g + mu * v)
        if name in ("adagrad", "adagrad_momentum"):
            G = s["G"] = s.get("G", 0) + g * g
            change = lr * g / (eps + sqrt(G))
            if name == "adagrad_momentum": change = s["change"] = change + mu * s.get("change", 0)
            return theta - change
        if name == "rmsprop":
            v = s["v"] = h["rho"] * s.get("v", 0) + (1 - h["rho"]) * g * g
            return theta - lr * g / (sqrt(v) + eps)
        b1, b2 = h["beta1"], h["beta2"]
        if name == "adamw": theta = theta - lr * h["weight_decay"] * theta
        m = s["m"] = b1 * s.get("m", 0) + (1 - b1) * g
        v = s["v"] = b2 * s.get("v", 0) + (1 - b2) * g * g
        return theta - lr * (m / (1 - b1 ** t)) / (sqrt(v / (1 - b2 ** t)) + eps)
    return step


def pytorch(name, h, theta):
    """PyTorch's optimizer on the parameter theta, its plain (not fused, not foreach) form; None where it has none"""
    plain = {"lr": h["lr"], "foreach": False, "weight_decay": h.get("l2", 0.0)}
    if name == "sgd": return torch.optim.SGD([theta], **plain)
    if name in ("momentum", "nesterov"): return torch.optim.SGD([theta], momentum=h["momentum"], dampening=0, nesterov=name == "nesterov", **plain)
    if name == "adagrad": return torch.optim.Adagrad([theta], eps=h["eps"], lr_decay=0, initial_accumulator_value=0, **plain)
    if name == "rmsprop": return torch.optim.RMSprop([theta], alpha=h["rho"], eps=h["eps"], momentum=0, centered=False, **plain)
    if name == "adam": return torch.optim.Adam([theta], betas=(h["beta1"], h["beta2"]), eps=h["eps"], amsgrad=False, **plain)
    if name == "adamw": return torch.optim.AdamW([theta], betas=(h["beta1"], h["beta2"]), eps=h["eps"], amsgrad=False, **plain | {"weight_decay": h["weight_decay"]})


# ---------------------------------------------------------------- problems

def rosenbrock(theta):
    x, y = theta
    return np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])


def sequence():
    g = np.round(np.random.default_rng(3).uniform(-1, 1, (50, 3, 3)), 6)
    g[:4, 1, 1] = 0.0
    return g


GRADIENTS = sequence()
PROBLEMS = {
    "array_3x3": (np.ones((3, 3)), 50, lambda theta, t: GRADIENTS[t - 1]),
    "rosenbrock": (np.array([-1.25, 1.0]), 100, lambda theta, t: rosenbrock(theta)),
}

ADAM = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
#          optimizer, what its hyper-parameters are, lr on the 3x3 array, lr on Rosenbrock
CASES = [("sgd", {}, 0.01, 5e-4),
         ("momentum", {"momentum": 0.9}, 0.01, 2e-4),
         ("nesterov", {"momentum": 0.9}, 0.01, 2e-4),
         ("adagrad", {"eps": 1e-10}, 0.01, 0.1),
         ("adagrad_momentum", {"momentum": 0.9, "eps": 1e-10}, 0.01, 0.02),
         ("rmsprop", {"rho": 0.99, "eps": 1e-8}, 0.01, 0.01),
         ("adam", ADAM, 0.001, 0.02),
         ("adamw", ADAM | {"weight_decay": 0.01}, 0.001, 0.02),
         # other hyper-parameters; l2 is added to the gradient as l2*theta (PyTorch's weight_decay outside AdamW)
         ("sgd", {"l2": 0.1}, 0.25, 1e-3),
         ("momentum", {"momentum": 0.5, "l2": 0.01}, 0.125, 5e-4),
         ("nesterov", {"momentum": 0.75}, 0.125, 4e-4),
         ("adagrad", {"eps": 0.01}, 0.3, 0.3),
         ("adagrad_momentum", {"momentum": 0.5, "eps": 1e-3}, 0.3, 0.05),
         ("rmsprop", {"rho": 0.9, "eps": 1e-4}, 0.003, 0.003),
         ("adam", {"beta1": 0.8, "beta2": 0.95, "eps": 1e-4, "l2": 0.05}, 0.05, 0.05),
         ("adamw", {"beta1": 0.7, "beta2": 0.9, "eps": 1e-6, "weight_decay": 0.2}, 0.05, 0.01)]


def trajectory_numpy(name, h, problem):
    start, steps, gradient = PROBLEMS[problem]
    theta, state, step, path = start.copy(), {}, formula(name, h), []
    for t in range(1, steps + 1):
        theta = step(theta, gradient(theta, t), state, t)
        path.append(theta)
    return path


def trajectory_torch(name, h, problem):
    start, steps, gradient = PROBLEMS[problem]
    theta, path = torch.nn.Parameter(torch.tensor(start)), []
    optimizer = pytorch(name, h, theta)
    for t in range(1, steps + 1):
        theta.grad = torch.tensor(gradient(theta.detach().numpy(), t))
        optimizer.step()
        path.append(theta.detach().numpy().copy())
    return path


def trajectory_mpmath(name, h, problem):
    start, steps, gradient = PROBLEMS[problem]
    to = np.vectorize(lambda v: mpmath.mpf(float(v)), otypes=[object])
    exact = {k: mpmath.mpf(v) for k, v in h.items()}
    theta, state, step, path = to(start), {}, formula(name, exact, np.vectorize(mpmath.sqrt, otypes=[object])), []
    for t in range(1, steps + 1):
        g = gradient(theta, t)
        theta = step(theta, g if g.dtype == object else to(g), state, t)
        path.append(theta.astype(float))
    return path


def difference(a, b):
    return max(float(np.max(np.abs(p - q) / (1 + np.abs(q)))) for p, q in zip(a, b))


def golden(name, h, lr_array, lr_rosenbrock, number):
    for problem, lr in (("array_3x3", lr_array), ("rosenbrock", lr_rosenbrock)):
        hyper = {"lr": lr, **h}
        with mpmath.workdps(40):
            exact = trajectory_mpmath(name, hyper, problem)
        ours = trajectory_numpy(name, hyper, problem)
        has_torch = name != "adagrad_momentum"
        path = trajectory_torch(name, hyper, problem) if has_torch else ours
        off = difference(path, ours if has_torch else exact)
        assert off < 1e-13 and difference(path, exact) < 1e-13, (name, problem, off, difference(path, exact))
        written = [t for t in range(1, len(path) + 1) if t <= 5 or t % 10 == 0]
        yield {"optimizer": name, "defaults": number < 8, "problem": problem, "by": "torch" if has_torch else "numpy", "formula": FORMULAS[name] + ("; g includes l2*theta" if "l2" in h else ""),
               "hyper": hyper, "steps": written, "theta": [path[t - 1].ravel().tolist() for t in written], "difference_from_formula": off}


# ---------------------------------------------------------------- schedule, penalties, clipping

def schedule(lr, warm_up, total):
    """lr_t = lr (t+1)/w for t < w, then lr (1 + cos(pi (t-w)/(T-w)))/2; t = 0 ... T; held against torch's CosineAnnealingLR"""
    values = []
    with mpmath.workdps(40):
        for t in range(total + 1):
            value = mpmath.mpf(lr) * (t + 1) / warm_up if t < warm_up else mpmath.mpf(lr) * (1 + mpmath.cospi(mpmath.mpf(t - warm_up) / (total - warm_up))) / 2
            values.append(common.to_double(value))
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)
    annealing = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=total - warm_up, eta_min=0)
    for t in range(warm_up, total + 1):
        assert abs(values[t] - annealing.get_last_lr()[0]) < 1e-14 * lr, (t, values[t], annealing.get_last_lr())
        optimizer.step(); annealing.step()
    return {"lr": lr, "warm_up_steps": warm_up, "total_steps": total, "lr_at": values}


def penalty(kind, strength, theta):
    p = torch.tensor(theta, requires_grad=True)
    cost = strength * (p.abs().sum() if kind == "l1" else 0.5 * (p * p).sum())
    cost.backward()
    return {"kind": kind, "strength": strength, "theta": theta, "penalty": float(cost.detach()), "gradient": p.grad.tolist()}


def parameters(grads):
    """parameters that carry these gradients"""
    made = []
    for g in grads:
        made.append(torch.nn.Parameter(torch.zeros(len(g))))
        made[-1].grad = torch.tensor(g)
    return made


def clip_by_norm(grads, max_norm):
    p = parameters(grads)
    norm = float(torch.nn.utils.clip_grad_norm_(p, max_norm, foreach=False))
    with mpmath.workdps(40):
        exact = mpmath.sqrt(mpmath.fsum(mpmath.mpf(v) ** 2 for g in grads for v in g))
        factor = lambda added: min(mpmath.mpf(1), mpmath.mpf(max_norm) / (exact + added)) if exact + added > 0 else mpmath.mpf(1)
        plain = [[common.to_double(mpmath.mpf(v) * factor(0)) for v in g] for g in grads]
        theirs = [[float(mpmath.mpf(v) * factor(mpmath.mpf(1e-6))) for v in g] for g in grads]
    clipped = [q.grad.tolist() for q in p]
    assert abs(norm - exact) <= 1e-15 * exact and np.allclose(np.concatenate(clipped), np.concatenate(theirs), rtol=1e-14, atol=0)
    return {"max_norm": max_norm, "grads": grads, "norm": norm, "torch_clipped": clipped, "clipped_without_1e-6": plain}


def clip_by_value(grads, limit):
    p = parameters(grads)
    torch.nn.utils.clip_grad_value_(p, limit, foreach=False)
    return {"limit": limit, "grads": grads, "clipped": [q.grad.tolist() for q in p]}


GRADS = [[0.5, -1.25, 3.0], [-0.003], [2.5, 0.0, -0.75, 1e-9]]

if __name__ == "__main__":
    names = [c[0] for c in CASES]
    assert names[:8] == list(FORMULAS) and names[8:] == list(FORMULAS)
    flat = [g.ravel().tolist() for g in GRADIENTS]
    common.write(
        "optimizers.py", ("torch", "numpy", "mpmath"),
        "theta flat, row-major, after each of `steps` (1 = after the first update); t counts from 1; g is the gradient at theta before the update; state starts at 0",
        problems={"array_3x3": {"start": PROBLEMS["array_3x3"][0].ravel().tolist(), "gradients": flat},
                  "rosenbrock": {"start": PROBLEMS["rosenbrock"][0].tolist(), "cost": "(1 - x)^2 + 100*(y - x^2)^2", "gradient": ["-2*(1 - x) - 400*x*(y - x^2)", "200*(y - x^2)"]}},
        trajectories=[entry for number, case in enumerate(CASES) for entry in golden(*case, number)],
        schedules={"formula": "cosine with linear warm-up of w steps, T steps in all: lr_t = lr*(t+1)/w for t < w, then 0.5*lr*(1 + cos(pi*(t-w)/(T-w))); lr_at[t], t = 0 ... T",
                   "tables": [schedule(1e-3, 5, 40), schedule(0.1, 0, 20), schedule(0.25, 1, 11), schedule(3e-4, 30, 60)]},
        penalties={"formula": "l2: strength*0.5*sum(theta^2), gradient strength*theta (PyTorch's weight_decay, the lectures' lam); l1: strength*sum|theta|, gradient strength*sign(theta), 0 at 0",
                   "examples": [penalty(kind, strength, [0.5, -1.25, 0.0, 3.0, -1e-3]) for kind in ("l2", "l1") for strength in (0.01, 0.5)]},
        clip_by_global_norm={"formula": "norm over all arrays together; torch_clipped = g*min(1, max_norm/(norm + 1e-6)) as torch.nn.utils.clip_grad_norm_ has it; clipped_without_1e-6 = g*min(1, max_norm/norm), mpmath",
                             "examples": [clip_by_norm(GRADS, 1.0), clip_by_norm(GRADS, 4.0), clip_by_norm(GRADS, 10.0), clip_by_norm([[0.0, 0.0], [0.0]], 1.0), clip_by_norm([[3e8, -4e8]], 5.0)]},
        clip_by_value={"formula": "min(max(g, -limit), limit), torch.nn.utils.clip_grad_value_", "examples": [clip_by_value(GRADS, 1.0), clip_by_value(GRADS, 5.0)]})
