# SPDX-License-Identifier: BSD-3-Clause
"""Images that are rotated, shifted and mirrored, with the gradient of sum(outputs * c) in the images, from PyTorch in f64.

Rotations are grid_sample (bilinear, zeros outside), counterclockwise; each is checked against SciPy's affine_transform. Images are channels-last, as ours are."""
import json
import math

import numpy as np
import scipy.ndimage
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(5)
nchw = lambda t: t.permute(0, 3, 1, 2)
nhwc = lambda t: t.permute(0, 2, 3, 1)
flat = lambda t: t.detach().reshape(-1).tolist()


def rotated(x, angles):
    """Output pixel (r, c), measured from the centre, is read at (cos r + sin c, cos c - sin r): rows run downwards."""
    n, h, w, _ = x.shape
    r, c = torch.meshgrid(torch.arange(h) - (h - 1) / 2, torch.arange(w) - (w - 1) / 2, indexing="ij")
    cos, sin = torch.cos(angles)[:, None, None], torch.sin(angles)[:, None, None]
    rows, columns = cos * r + sin * c, cos * c - sin * r
    grid = torch.stack([columns / ((w - 1) / 2), rows / ((h - 1) / 2)], 3)
    y = nhwc(torch.nn.functional.grid_sample(nchw(x), grid, "bilinear", "zeros", align_corners=True))
    for i in range(n):
        cos, sin = math.cos(angles[i]), math.sin(angles[i])
        matrix, centre = np.array([[cos, sin], [-sin, cos]]), np.array([(h - 1) / 2, (w - 1) / 2])
        for k in range(x.shape[3]):
            other = scipy.ndimage.affine_transform(x[i, :, :, k].detach().numpy(), matrix, centre - matrix @ centre, order=1, mode="grid-constant")
            assert np.abs(other - y[i, :, :, k].detach().numpy()).max() < 1e-12
    return y


def shifted(x, down, right):
    n, h, w, _ = x.shape
    big = torch.nn.functional.pad(nchw(x), (w, w, h, h))
    return nhwc(torch.stack([big[i, :, h - int(down[i]):2 * h - int(down[i]), w - int(right[i]):2 * w - int(right[i])] for i in range(n)]))


def flipped(x, vertically, horizontally):
    return torch.stack([x[i].flip([a for a, on in enumerate((vertically[i], horizontally[i])) if on]) for i in range(len(x))])


def case(name, kind, shape, function, *arguments):
    x = torch.randn(shape, requires_grad=True)
    y = function(x, *[torch.tensor(a) for a in arguments])
    c = torch.randn_like(y)
    (y * c).sum().backward()
    return {"name": name, "kind": kind, "shape": list(shape), "arguments": [list(map(float, a)) for a in arguments], "x": flat(x),
            "y": flat(y), "c": flat(c), "dx": flat(x.grad)}


cases = [
    case("Rotated", "rotated", (5, 6, 7, 2), rotated, [0.0, 0.3, -0.8, 3.0, math.pi / 180]),
    case("RotatedSquare", "rotated", (3, 5, 5, 1), rotated, [0.1, -0.1, 1.2]),
    case("Shifted", "shifted", (4, 5, 4, 2), shifted, [0.0, 2.0, -1.0, -4.0], [0.0, -1.0, 3.0, 0.0]),
    case("Flipped", "flipped", (4, 5, 4, 2), flipped, [0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]),
]
print(json.dumps({"made_by": f"PyTorch {torch.__version__.split('+')[0]}", "cases": cases}, indent=0))
