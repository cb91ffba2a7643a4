# SPDX-License-Identifier: BSD-3-Clause
"""Values and gradients of convolutions and pooling in f64.

    python tests/golden/convolutions.py > tests/golden/convolutions.json      (PyTorch 2.15, a second)

Tensors are written as Ansatz lays them out: x [n, spatial..., channels], weights [taps..., channels in / groups, channels out]. The gradient is that of L = sum(c * y) for given numbers c, by x and by the
weights. Each convolution and average is checked against NumPy sums over windows of the padded x, each gradient against central differences of L along a random direction.
"""
import numpy as np
import torch

import common

random = np.random.default_rng(20240917)
numbers = lambda shape: np.round(random.uniform(-2, 2, shape), 4)
inward = lambda a: np.moveaxis(a, -1, 1)        # channels first, as PyTorch has them
outward = lambda a: np.moveaxis(a, 1, -1)
listed = lambda a: [float(v) for v in np.ascontiguousarray(a).ravel()]


def padded(x, before, after, value=0.0):
    return np.pad(x, [(0, 0), *zip(before, after), (0, 0)], constant_values=value)


def windows(x, taps, stride, dilation):
    """[n, windows..., taps..., channels]"""
    span = [d * (t - 1) + 1 for t, d in zip(taps, dilation)]
    axes = tuple(range(1, 1 + len(taps)))
    view = np.lib.stride_tricks.sliding_window_view(x, span, axes)      # [n, windows..., channels, span...]
    view = view[(slice(None), *(slice(None, None, s) for s in stride), slice(None), *(slice(None, None, d) for d in dilation))]
    return np.moveaxis(view, 1 + len(taps), -1)


def differences(f, arguments, gradients):
    for k, (at, gradient) in enumerate(zip(arguments, gradients)):
        along, h = random.uniform(-1, 1, at.shape), 1e-4
        moved = lambda t: [a + t * along if i == k else a for i, a in enumerate(arguments)]
        slope = (8 * (f(*moved(h)) - f(*moved(-h))) - f(*moved(2 * h)) + f(*moved(-2 * h))) / (12 * h)
        assert abs(slope - (gradient * along).sum()) < 1e-7 * (1 + abs(slope)), (k, slope, (gradient * along).sum())


def gradients_of(f, arguments, cotangent):
    tensors = [torch.tensor(a, requires_grad=True) for a in arguments]
    y = f(*tensors)
    (y * torch.tensor(cotangent)).sum().backward()
    return y.detach().numpy(), [t.grad.numpy() for t in tensors]


def pad_torch(x, before, after, value=0.0):      # channels first
    flat = [n for pair in reversed(list(zip(before, after))) for n in pair]
    return torch.nn.functional.pad(x, flat, value=value)


def convolution(x_shape, taps, c_out, stride, before, after, dilation, groups):
    d = len(taps)
    x, w = numbers(x_shape), numbers((*taps, x_shape[-1] // groups, c_out))
    conv = (None, torch.nn.functional.conv1d, torch.nn.functional.conv2d, torch.nn.functional.conv3d)[d]

    def f(x, w):
        w = w.permute(d + 1, d, *range(d))
        y = conv(pad_torch(x.permute(0, d + 1, *range(1, d + 1)), before, after), w, stride=stride, dilation=dilation, groups=groups)
        return y.permute(0, *range(2, d + 2), 1)
    c = numbers(f(torch.tensor(x), torch.tensor(w)).shape)
    y, (dx, dw) = gradients_of(f, (x, w), c)

    def by_hand(x, w):
        view, each = windows(padded(x, before, after), taps, stride, dilation), x_shape[-1] // groups
        parts = [np.tensordot(view[..., g * each:(g + 1) * each], w[..., g * (c_out // groups):(g + 1) * (c_out // groups)], d + 1) for g in range(groups)]
        return np.concatenate(parts, -1)
    assert np.allclose(by_hand(x, w), y, rtol=1e-13, atol=1e-13)
    differences(lambda x, w: (by_hand(x, w) * c).sum(), (x, w), (dx, dw))
    return {"x_shape": list(x_shape), "taps": list(taps), "channels_out": c_out, "stride": list(stride), "before": list(before), "after": list(after), "dilation": list(dilation), "groups": groups,
            "x": listed(x), "weights": listed(w), "cotangent": listed(c), "y_shape": list(y.shape), "y": listed(y), "dx": listed(dx), "dweights": listed(dw)}


def pooling(kind, x_shape, taps, stride, padding, dilation, include_pad=True, ties=False):
    d = len(taps)
    x = np.round(numbers(x_shape)) if ties else numbers(x_shape)
    functional = torch.nn.functional
    of_max = (None, functional.max_pool1d, functional.max_pool2d, functional.max_pool3d)[d]
    of_mean = (None, functional.avg_pool1d, functional.avg_pool2d, functional.avg_pool3d)[d]

    def f(x):
        x = x.permute(0, d + 1, *range(1, d + 1))
        y = of_max(x, taps, stride, padding, dilation) if kind == "max" else of_mean(x, taps, stride, padding, count_include_pad=include_pad)
        return y.permute(0, *range(2, d + 2), 1)
    c = numbers(f(torch.tensor(x)).shape)
    y, (dx,) = gradients_of(f, (x,), c)
    axes = tuple(range(1 + d, 1 + 2 * d))

    def by_hand(x):
        if kind == "max":
            return windows(padded(x, padding, padding, -np.inf), taps, stride, dilation).max(axes)
        inside = windows(padded(np.ones_like(x), padding, padding), taps, stride, dilation).sum(axes)
        return windows(padded(x, padding, padding), taps, stride, dilation).sum(axes) / (np.prod(taps) if include_pad else inside)
    assert np.allclose(by_hand(x), y, rtol=1e-13, atol=1e-13)
    if not ties:
        differences(lambda x: (by_hand(x) * c).sum(), (x,), (dx,))
    return {"kind": kind, "x_shape": list(x_shape), "taps": list(taps), "stride": list(stride), "before": list(padding), "after": list(padding), "dilation": list(dilation), "include_pad": include_pad,
            "x": listed(x), "cotangent": listed(c), "y_shape": list(y.shape), "y": listed(y), "dx": listed(dx)}


# x, taps, channels out, stride, before, after, dilation, groups
CONVOLUTIONS = [
    ((2, 6, 5, 3), (3, 3), 4, (1, 1), (0, 0), (0, 0), (1, 1), 1),
    ((2, 6, 5, 3), (3, 3), 4, (1, 1), (1, 1), (1, 1), (1, 1), 1),
    ((1, 7, 8, 2), (3, 2), 3, (2, 3), (1, 0), (0, 2), (1, 1), 1),
    ((1, 8, 7, 2), (2, 3), 5, (1, 1), (2, 1), (1, 2), (3, 2), 1),
    ((2, 7, 7, 3), (3, 3), 2, (2, 2), (2, 2), (2, 2), (2, 2), 1),
    ((1, 5, 6, 4), (3, 3), 6, (1, 2), (1, 1), (1, 1), (1, 1), 2),
    ((2, 5, 5, 6), (3, 3), 6, (1, 1), (1, 1), (1, 1), (1, 1), 6),
    ((1, 5, 5, 3), (2, 2), 6, (2, 1), (0, 1), (1, 0), (1, 2), 3),
    ((2, 4, 4, 5), (1, 1), 3, (1, 1), (0, 0), (0, 0), (1, 1), 1),
    ((1, 9, 9, 40), (4, 4), 2, (2, 2), (1, 1), (1, 1), (1, 1), 1),
    ((2, 9, 3), (4,), 2, (2,), (1,), (2,), (2,), 1),
    ((1, 4, 5, 3, 2), (2, 3, 2), 3, (1, 2, 1), (1, 0, 1), (0, 1, 0), (1, 1, 2), 1),
]
# kind, x, taps, stride, padding, dilation, whether padding counts, whether many elements are equal
POOLING = [
    ("max", (2, 6, 6, 3), (2, 2), (2, 2), (0, 0), (1, 1)),
    ("max", (1, 7, 8, 2), (3, 2), (2, 1), (1, 1), (1, 1)),
    ("max", (1, 8, 7, 2), (2, 3), (1, 2), (0, 1), (3, 2)),
    ("max", (2, 6, 7, 3), (3, 3), (1, 1), (1, 1), (1, 1), True, True),
    ("max", (2, 6, 6, 2), (2, 2), (2, 2), (0, 0), (1, 1), True, True),
    ("max", (2, 9, 2), (3,), (2,), (1,), (1,)),
    ("max", (1, 4, 5, 3, 2), (2, 3, 2), (1, 2, 1), (1, 1, 0), (1, 1, 2)),
    ("mean", (2, 6, 6, 3), (2, 2), (2, 2), (0, 0), (1, 1)),
    ("mean", (1, 7, 8, 2), (3, 2), (2, 1), (1, 1), (1, 1)),
    ("mean", (1, 7, 8, 2), (3, 2), (2, 1), (1, 1), (1, 1), False),
    ("mean", (2, 9, 2), (3,), (2,), (1,), (1,), False),
    ("mean", (1, 4, 5, 3, 2), (2, 3, 2), (1, 2, 1), (1, 1, 0), (1, 1, 1)),
]

torch.set_num_threads(1)
common.write("convolutions.py", ("torch", "numpy"), "x [n, spatial..., channels], weights [taps..., channels in / groups, channels out]; dx, dweights: of sum(cotangent * y)",
             convolutions=[convolution(*c) for c in CONVOLUTIONS], pooling=[pooling(*p) for p in POOLING])
