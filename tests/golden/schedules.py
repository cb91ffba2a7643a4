# SPDX-License-Identifier: BSD-3-Clause
"""Factors of learning-rate schedules, by PyTorch's schedulers.

    python tests/golden/schedules.py > tests/golden/schedules.json      (PyTorch 2.15, a second)

`text` is the schedule as Ansatz writes it; factors[t] belongs to step t from 0. An epoch has `steps_per_epoch` steps, and schedulers that count epochs are asked once an epoch; costs[e] is the
validation cost after epoch e. The inverse time is the lectures' t0/(t + t1), in plain Python.
"""
import random

import torch
from torch.optim import lr_scheduler

import common


def optimizer():
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)


def of_epochs(text, make, epochs, steps_per_epoch, costs=None):
    o = optimizer()
    scheduler, factors = make(o), []
    for epoch in range(epochs):
        factors += [o.param_groups[0]["lr"]] * steps_per_epoch
        o.step()
        scheduler.step(*([costs[epoch]] if costs else []))
    return {"text": text, "total_steps": epochs * steps_per_epoch, "steps_per_epoch": steps_per_epoch, "costs": costs or [], "factors": factors}


def of_steps(text, make, steps):
    o = optimizer()
    scheduler, factors = make(o), []
    for step in range(steps):
        factors.append(o.param_groups[0]["lr"])
        o.step()
        if step + 1 < steps: scheduler.step()
    return {"text": text, "total_steps": steps, "steps_per_epoch": 1, "costs": [], "factors": factors}


def one_cycle(steps, rise=0.3, initial=25.0, final=1e4):
    return lambda o: lr_scheduler.OneCycleLR(o, max_lr=1.0, total_steps=steps, pct_start=rise, div_factor=initial, final_div_factor=final, cycle_momentum=False)


def falling(epochs, seed, rate, noise):
    r = random.Random(seed)
    return [round(rate ** e + noise * r.random(), 6) for e in range(epochs)]


CASES = [
    of_epochs("step", lambda o: lr_scheduler.StepLR(o, 30), 100, 1),
    of_epochs("step every=7 factor=0.5", lambda o: lr_scheduler.StepLR(o, 7, 0.5), 40, 3),
    of_epochs("exponential", lambda o: lr_scheduler.ExponentialLR(o, 0.99), 80, 2),
    of_epochs("exponential factor=0.9", lambda o: lr_scheduler.ExponentialLR(o, 0.9), 60, 1),
    of_steps("cosine", lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=50, eta_min=0), 50),
    of_steps("one_cycle", one_cycle(100), 100),
    of_steps("one_cycle rise=0.45 initial_divisor=10 final_divisor=100", one_cycle(37, 0.45, 10.0, 100.0), 37),
    of_steps("one_cycle", one_cycle(3), 3),
    of_steps("one_cycle rise=0", one_cycle(9, 0.0), 9),
    *[of_epochs("on_plateau" + text, lambda o, k=keywords: lr_scheduler.ReduceLROnPlateau(o, eps=0.0, **k), 120, 2, costs)
      for costs in (falling(120, 1, 0.9, 0.05), falling(120, 2, 0.97, 0.2), [1.0] * 120, falling(120, 3, 0.999, 0.0))
      for text, keywords in (("", {}), (" factor=0.5 patience=3", {"factor": 0.5, "patience": 3}), (" patience=0 factor=0.9 threshold=0.05", {"patience": 0, "factor": 0.9, "threshold": 0.05}),
                             (" factor=0.5 patience=2 cooldown=5 smallest=0.05", {"factor": 0.5, "patience": 2, "cooldown": 5, "min_lr": 0.05}))],
    *[{"text": text, "total_steps": 60, "steps_per_epoch": 1, "costs": [], "factors": [t0 / (t + t1) for t in range(60)]}
      for text, t0, t1 in (("inverse_time", 50.0, 50.0), ("inverse_time t0=5", 5.0, 50.0), ("inverse_time t0=1 t1=10", 1.0, 10.0))],
]

if __name__ == "__main__":
    common.write("schedules.py", ("torch",), "factors[t] on the learning rate at step t, from 0; costs: after each epoch of steps_per_epoch steps", cases=CASES)
