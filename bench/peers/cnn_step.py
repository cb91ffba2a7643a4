#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A training step of a small convolutional network (conv 16 3x3, relu, max-pool 2, conv 32 3x3, relu, max-pool 2, dense 128, relu, dense 10 on images of 28 x 28; gather the batch, forward, cross entropy, backward,
Adam; f32) beside PyTorch's and JAX's, on one core.

    . DIR/env.sh; taskset -c 1 DIR/bin/python bench/peers/cnn_step.py [--batch 128] [--rounds 3] [--threads 1]

Ours is `build/ansatz bench conv`. PyTorch runs eagerly (channels first; with --channels-last also its other layout), JAX one compiled step a batch. Each round measures one after the other, so that all see the same
machine; ratios are those of the least times, which neighbours disturb least. DIR is made by bench/peers/setup.sh.
"""
import argparse
import os
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--batch", type=int, default=128)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--channels-last", action="store_true", help="also PyTorch's memory format of channels last")
arguments = parser.parse_args()

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
if arguments.threads == 1:
    for variable, value in {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"}.items():
        os.environ.setdefault(variable, value)

import jax
import jax.numpy as jnp
import numpy as np
import torch

from timing import ours

B, STEPS = arguments.batch, 8
random = np.random.default_rng(0)
X = random.standard_normal((STEPS * B, 28, 28)).astype("f")
Y = random.integers(0, 10, STEPS * B)
torch.set_num_threads(arguments.threads)


def torch_step(channels_last=False):
    n = torch.nn
    net = n.Sequential(n.Conv2d(1, 16, 3, padding=1), n.ReLU(), n.MaxPool2d(2), n.Conv2d(16, 32, 3, padding=1), n.ReLU(), n.MaxPool2d(2), n.Flatten(), n.Linear(1568, 128), n.ReLU(), n.Linear(128, 10))
    x, y = torch.tensor(X)[:, None], torch.tensor(Y)
    if channels_last:
        net, x = net.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    adam = torch.optim.Adam(net.parameters(), 1e-3, fused=True)

    def step(i):
        rows = torch.arange(i * B, (i + 1) * B)
        adam.zero_grad(set_to_none=True)
        n.functional.cross_entropy(net(x[rows]), y[rows]).backward()
        adam.step()
    return step


def jax_step():
    he = lambda s, f: jnp.asarray(random.standard_normal(s).astype("f") * np.sqrt(2 / f).astype("f"))
    parameters = [(he((3, 3, 1, 16), 9), jnp.zeros(16)), (he((3, 3, 16, 32), 144), jnp.zeros(32)), (he((1568, 128), 1568), jnp.zeros(128)), (he((128, 10), 128), jnp.zeros(10))]
    x, y = jnp.asarray(X)[..., None], jnp.asarray(Y.astype("i4"))

    def logits(p, a):
        for w, b in p[:2]:
            a = jax.nn.relu(jax.lax.conv_general_dilated(a, w, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")) + b)
            a = jax.lax.reduce_window(a, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        a = jax.nn.relu(a.reshape(len(a), -1) @ p[2][0] + p[2][1])
        return a @ p[3][0] + p[3][1]

    def cost(p, a, t):
        z = logits(p, a)
        return jnp.mean(jax.nn.logsumexp(z, 1) - jnp.take_along_axis(z, t[:, None], 1)[:, 0])

    def update(state, i):
        p, m, v, t = state
        g, t = jax.grad(cost)(p, x[i], y[i]), t + 1
        m = jax.tree.map(lambda a, b: 0.9 * a + 0.1 * b, m, g)
        v = jax.tree.map(lambda a, b: 0.999 * a + 0.001 * b * b, v, g)
        p = jax.tree.map(lambda a, b, d: a - 1e-3 * (b / (1 - 0.9**t)) / (jnp.sqrt(d / (1 - 0.999**t)) + 1e-8), p, m, v)
        return p, m, v, t

    run = jax.jit(update, donate_argnums=0)
    state = [(parameters, jax.tree.map(jnp.zeros_like, parameters), jax.tree.map(jnp.zeros_like, parameters), jnp.zeros(()))]

    def step(i):
        state[0] = jax.block_until_ready(run(state[0], jnp.arange(i * B, (i + 1) * B)))
    return step


def least(step):
    for i in range(2):
        step(i)
    times = []
    for i in range(3 * STEPS):
        begin = time.perf_counter()
        step(i % STEPS)
        times.append((time.perf_counter() - begin) * 1e3)
    return sorted(times)[len(times) // 2], min(times)


peers = {"PyTorch": torch_step(), "JAX": jax_step()}
if arguments.channels_last:
    peers["PyTorch, channels last"] = torch_step(True)
rounds = {name: [] for name in ["ours", *peers]}
for _ in range(arguments.rounds):
    line = ours("conv", "--batch", B, "--threads", arguments.threads, "--seconds", 1)
    rounds["ours"].append((line["ms_per_step"], line["min_ms"]))
    for name, step in peers.items():
        rounds[name].append(least(step))
mine = min(t for _, t in rounds["ours"])
print(f"{'milliseconds a step':<26} {'median':>8} {'least':>8} {'ours/it':>8}")
for name, times in rounds.items():
    print(f"{name:<26} {min(t for t, _ in times):8.2f} {min(t for _, t in times):8.2f} {mine / min(t for _, t in times):8.2f}")
