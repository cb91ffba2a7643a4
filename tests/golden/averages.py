# SPDX-License-Identifier: BSD-3-Clause
"""Averaged weights, by PyTorch's AveragedModel.

    python tests/golden/averages.py > tests/golden/averages.json      (PyTorch 2.15, two seconds)

A network 2-4-1 with batch normalisation, all rows at once, six steps of gradient descent in f64. `ema`: decay 0.9 with use_buffers, after each step. `swa`: the mean of the weights after
steps 2, 4 and 6, then update_bn on the batches that `batch` rows make. Vectors are in the order of our parameters (weights [in, out], bias, gamma, beta, …) and buffers (mean, variance).
"""
import json

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, update_bn

torch.set_default_dtype(torch.float64)
torch.manual_seed(3)
model = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.BatchNorm1d(4, momentum=0.1, eps=1e-5), torch.nn.Tanh(), torch.nn.Linear(4, 1))
x, t = torch.randn(10, 2), torch.randn(10, 1)


def parameters(m):
    first, norm, _, last = m
    return torch.cat([first.weight.T.flatten(), first.bias, norm.weight, norm.bias, last.weight.T.flatten(), last.bias]).tolist()


def buffers(m):
    return torch.cat([m[1].running_mean, m[1].running_var]).tolist()


result = {"x": x.flatten().tolist(), "targets": t.flatten().tolist(), "parameters": parameters(model), "learning_rate": 0.1, "batch": 5}
ema = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9), use_buffers=True)
swa = AveragedModel(model)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
result["ema"] = []
for step in range(1, 7):
    optimizer.zero_grad()
    torch.nn.functional.mse_loss(model(x), t).backward()
    optimizer.step()
    ema.update_parameters(model)
    if step % 2 == 0:
        swa.update_parameters(model)
    result["ema"].append({"parameters": parameters(ema.module), "buffers": buffers(ema.module)})
update_bn([x[:5], x[5:]], swa)
result["swa"] = {"parameters": parameters(swa.module), "buffers": buffers(swa.module)}
result["made_by"] = f"PyTorch {torch.__version__.split('+')[0]}"
print(json.dumps(result, indent=0))
