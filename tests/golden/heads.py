# SPDX-License-Identifier: BSD-3-Clause
"""Costs of heads from PyTorch in f64: the mean cost of rows, and its gradient in the network's outputs."""
import json
import math

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(11)
F = torch.nn.functional
rows = 7


def case(name, head, cost, columns, outputs, targets, of_rows):
    z = torch.randn(rows, outputs, requires_grad=True)
    c = of_rows(z, targets)
    assert c.shape == (rows,)
    c.mean().backward()
    return {"name": name, "head": head, "cost": cost, "columns": columns, "outputs": outputs, "z": z.detach().reshape(-1).tolist(),
            "t": targets.reshape(-1).tolist(), "cost_of_rows": c.detach().tolist(), "gradient": z.grad.reshape(-1).tolist()}


yes = torch.randint(0, 2, (rows,)).double()
flags = torch.randint(0, 2, (rows, 3)).double()
labels = torch.randint(0, 4, (rows,))
soft = torch.softmax(torch.randn(rows, 4), 1)
p = torch.rand(rows, 2)
y, y2 = torch.randn(rows), torch.randn(rows, 2)
counts = torch.randint(0, 6, (rows,)).double()
hot = F.one_hot(labels, 4).double()
levels = [0.1, 0.5, 0.8]


def quantiles(z, k):
    z = z.reshape(rows, k, 3)
    q = [z[:, :, 0]]
    for j in (1, 2):
        q.append(q[-1] + F.softplus(z[:, :, j]))
    return torch.stack(q, 2)


def pinball(z, t, k):
    e = t.reshape(rows, k, 1) - quantiles(z, k)
    a = torch.tensor(levels)
    return torch.maximum(a * e, (a - 1) * e).reshape(rows, -1).mean(1)


def gaussian(z, t, k):
    mean, s = z[:, :k], z[:, k:]
    return F.gaussian_nll_loss(mean, t.reshape(rows, k), torch.exp(2 * s), full=True, eps=1e-300, reduction="none").mean(1)


huber = lambda a, t, d: F.huber_loss(a, t, delta=d, reduction="none").mean(1)
cases = [
    case("RegressionSquared", "regression", "squared_error", 1, 1, y, lambda z, t: (z[:, 0] - t) ** 2),
    case("RegressionOfTwo", "regression", "squared_error", 2, 2, y2, lambda z, t: ((z - t) ** 2).mean(1)),
    case("RegressionHuber", "regression", "huber delta=0.5", 2, 2, y2, lambda z, t: huber(z, t, 0.5)),
    case("Binary", "binary", "binary_cross_entropy", 1, 1, yes, lambda z, t: F.binary_cross_entropy_with_logits(z[:, 0], t, reduction="none")),
    case("BinarySquared", "binary", "squared_error", 1, 1, yes, lambda z, t: (torch.sigmoid(z[:, 0]) - t) ** 2),
    case("BinaryAbsolute", "binary", "absolute", 1, 1, yes, lambda z, t: (torch.sigmoid(z[:, 0]) - t).abs()),
    case("Multilabel", "multilabel", "binary_cross_entropy", 3, 3, flags, lambda z, t: F.binary_cross_entropy_with_logits(z, t, reduction="none").mean(1)),
    case("MultilabelSquared", "multilabel", "squared_error", 3, 3, flags, lambda z, t: ((torch.sigmoid(z) - t) ** 2).mean(1)),
    case("Multiclass", "multiclass", "cross_entropy", 1, 4, labels, lambda z, t: F.cross_entropy(z, t, reduction="none")),
    case("MulticlassSquared", "multiclass", "squared_error", 1, 4, labels, lambda z, t: ((torch.softmax(z, 1) - hot) ** 2).mean(1)),
    case("MulticlassHuber", "multiclass", "huber delta=0.2", 1, 4, labels, lambda z, t: huber(torch.softmax(z, 1), hot, 0.2)),
    case("Probability", "probability", "binary_cross_entropy", 2, 2, p, lambda z, t: F.binary_cross_entropy_with_logits(z, t, reduction="none").mean(1)),
    case("Distribution", "distribution", "cross_entropy", 4, 4, soft, lambda z, t: F.cross_entropy(z, t, reduction="none")),
    case("Poisson", "poisson", "poisson", 1, 1, counts, lambda z, t: F.poisson_nll_loss(z[:, 0], t, log_input=True, full=False, reduction="none")),
    case("Gaussian", "gaussian", "gaussian", 1, 2, y, lambda z, t: gaussian(z, t, 1)),
    case("GaussianOfTwo", "gaussian", "gaussian", 2, 4, y2, lambda z, t: gaussian(z, t, 2)),
    case("Quantiles", "quantiles levels=0.1,0.5,0.8", "", 1, 3, y, lambda z, t: pinball(z, t, 1)),
    case("QuantilesOfTwo", "quantiles levels=0.1,0.5,0.8", "", 2, 6, y2, lambda z, t: pinball(z, t, 2)),
    case("QuantilesByTheNameOfTheirCost", "quantiles levels=0.1,0.5,0.8", "pinball", 1, 3, y, lambda z, t: pinball(z, t, 1)),
    case("Median", "regression", "pinball", 2, 2, y2, lambda z, t: ((z - t).abs() / 2).mean(1)),
    case("OneQuantile", "regression", "pinball levels=0.9", 1, 1, y, lambda z, t: torch.maximum(0.9 * (t - z[:, 0]), -0.1 * (t - z[:, 0]))),
    case("Formula", "binary", "log(1 + (a - y)^2)", 1, 1, yes, lambda z, t: torch.log(1 + (torch.sigmoid(z[:, 0]) - t) ** 2)),
]
print(json.dumps({"made_by": f"PyTorch {torch.__version__.split('+')[0]}", "rows": rows, "cases": cases}, indent=0))
