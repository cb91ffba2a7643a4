# SPDX-License-Identifier: BSD-3-Clause
"""Values and gradients of layers from PyTorch in f64: inputs, parameters, outputs, the gradient of sum(outputs * c) in the
input and in each parameter, and running statistics. Samples are channels-last, as ours are."""
import json

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(7)


def flat(t):
    return t.detach().reshape(-1).tolist()


def case(name, text, shape, parameters, forward, to_ours=None, buffers=None, running=None):
    """parameters: {our name: (tensor, permutation to our layout or None)}"""
    x = torch.randn(shape, requires_grad=True)
    for tensor, _ in parameters.values():
        tensor.requires_grad_(True)
    y = forward(x, *[p for p, _ in parameters.values()])
    c = torch.randn_like(y)
    (y * c).sum().backward()
    ours = lambda t, order: t if order is None else t.permute(order)
    return {
        "name": name, "text": text, "sample": list(shape[1:]), "rows": shape[0], "x": flat(x), "y": flat(y), "c": flat(c),
        "dx": flat(x.grad),
        "parameters": [flat(ours(p, o)) for p, o in parameters.values()],
        "gradients": [flat(ours(p.grad, o)) for p, o in parameters.values()],
        "running": [flat(r) for r in (running() if running else [])],
    }


F = torch.nn.functional
nchw = lambda t: t.permute(0, 3, 1, 2)
nhwc = lambda t: t.permute(0, 2, 3, 1)
conv_order = (2, 3, 1, 0)  # [out, in, ky, kx] -> [ky, kx, in, out]
cases = []

w, b = torch.randn(5, 3), torch.randn(5)
cases.append(case("Dense", "dense 5", (4, 3), {"weights": (w, (1, 0)), "bias": (b, None)}, lambda x, w, b: F.linear(x, w, b)))
w = torch.randn(5, 3)
cases.append(case("DenseWithoutBias", "dense 5 bias=no", (4, 3), {"weights": (w, (1, 0))}, lambda x, w: F.linear(x, w)))
for name, text, size, args in [
    ("Conv", "conv 4 3x3", (4, 2, 3, 3), dict(padding=1)),
    ("ConvValidStride", "conv 4 3x2 stride=2 padding=valid", (4, 2, 3, 2), dict(stride=2)),
    ("ConvDilated", "conv 4 3 dilation=2", (4, 2, 3, 3), dict(padding=2, dilation=2)),
    ("ConvGroups", "conv 4 3 groups=2", (4, 1, 3, 3), dict(padding=1, groups=2)),
]:
    w, b = torch.randn(size), torch.randn(4)
    cases.append(case(name, text, (2, 6, 7, 2), {"weights": (w, conv_order), "bias": (b, None)},
                      lambda x, w, b, args=args: nhwc(F.conv2d(nchw(x), w, b, **args))))
cases.append(case("MaxPool", "max_pool 2", (2, 6, 7, 3), {}, lambda x: nhwc(F.max_pool2d(nchw(x), 2))))
cases.append(case("MaxPoolOverlapping", "max_pool 3x2 stride=1", (2, 6, 7, 3), {}, lambda x: nhwc(F.max_pool2d(nchw(x), (3, 2), 1))))
cases.append(case("AveragePool", "average_pool 2x3", (2, 6, 7, 3), {}, lambda x: nhwc(F.avg_pool2d(nchw(x), (2, 3)))))
cases.append(case("AveragePoolPadded", "average_pool 3 stride=1 padding=same", (2, 6, 7, 3), {},
                  lambda x: nhwc(F.avg_pool2d(nchw(x), 3, 1, padding=1, count_include_pad=False))))
cases.append(case("GlobalAveragePool", "global_average_pool", (2, 6, 7, 3), {}, lambda x: x.mean((1, 2))))
for name, shape in [("BatchNorm", (6, 4)), ("BatchNormOfImages", (3, 4, 5, 2))]:
    g, b = torch.randn(shape[-1]), torch.randn(shape[-1])
    mean, var = torch.zeros(shape[-1]), torch.ones(shape[-1])
    order = (0, 3, 1, 2) if len(shape) == 4 else (0, 1)
    back = (0, 2, 3, 1) if len(shape) == 4 else (0, 1)
    cases.append(case(name, "batch_norm", shape, {"gamma": (g, None), "beta": (b, None)},
                      lambda x, g, b, m=mean, v=var, o=order, k=back: F.batch_norm(x.permute(o), m, v, g, b, True).permute(k),
                      running=lambda m=mean, v=var: [m, v]))
g, b = torch.randn(7), torch.randn(7)
cases.append(case("LayerNorm", "layer_norm", (5, 7), {"gamma": (g, None), "beta": (b, None)}, lambda x, g, b: F.layer_norm(x, (7,), g, b)))
g, b = torch.randn(3, 2, 2), torch.randn(3, 2, 2)
cases.append(case("LayerNormOfImages", "layer_norm", (5, 3, 2, 2), {"gamma": (g, None), "beta": (b, None)},
                  lambda x, g, b: F.layer_norm(x, (3, 2, 2), g, b)))
a = torch.rand(4)
cases.append(case("Prelu", "prelu", (6, 4), {"slope": (a, None)}, lambda x, a: F.prelu(x, a)))
cases.append(case("Flatten", "flatten", (3, 2, 4, 2), {}, lambda x: x.reshape(3, -1)))
cases.append(case("Reshape", "reshape 4x4", (3, 2, 4, 2), {}, lambda x: x.reshape(3, 4, 4)))
w, b = torch.randn(4, 4), torch.randn(4)
cases.append(case("Residual", "residual (dense 4, tanh)", (3, 4), {"weights": (w, (1, 0)), "bias": (b, None)},
                  lambda x, w, b: x + torch.tanh(F.linear(x, w, b))))

print(json.dumps({"made_by": f"PyTorch {torch.__version__.split('+')[0]}", "cases": cases}, indent=0))
