#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""One training step (gather the batch, forward, cross entropy, backward, Adam) beside JAX's and PyTorch's, on one core.

    . DIR/env.sh; taskset -c 1 DIR/bin/python bench/peers/steps.py [--torch] [--rounds 3] [LAYERS:BATCH[:ACTIVATION][:f64] ...]

Ours is `build/ansatz bench step`. JAX runs a whole epoch as one compiled lax.scan, its fastest form; PyTorch runs eagerly with fused Adam. Each round measures one after the other, so that all see the
same machine; the ratio is that of the least times, which neighbours disturb least. The floor is products at this core's peak and all else at the speed of its copies.
DIR is made by bench/peers/setup.sh.
"""
import argparse
import os

for variable, value in {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": "", "JAX_ENABLE_X64": "1",
                        "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"}.items():
    os.environ.setdefault(variable, value)

import jax
import jax.numpy as jnp
import numpy as np

from timing import best, ours, sample

WORK = """64,100,30,10:32 64,100,30,10:32:f64 64,100,30,10:128 784,300,100,10:128 18,300,300,300,1:256 1024,1024,1024,1024:256
13,37,11,1:32 4,50,1:1000 32,32,32,32,32,32,32,32,32,32,32,32,32,32,32,32,32,32,32,32,32,1:64 18,64,1:100000 4,50,1:1000:tanh 2,50,50,50,1:1000:tanh 64,100,30,10:32:tanh 2,50,50,50,1:1000:tanh:f64""".split()


class Work:
    """Layers, batch and resident random data."""

    def __init__(self, text):
        layers, batch, *rest = text.split(":")
        self.layers, self.batch = [int(n) for n in layers.split(",")], int(batch)
        self.dtype = np.float64 if "f64" in rest else np.float32
        self.activation = next((name for name in rest if name != "f64"), "leaky_relu")
        self.rows = max(4 * self.batch, 1437 // self.batch * self.batch)
        self.steps = self.rows // self.batch
        random = np.random.default_rng(0)
        self.x = random.standard_normal((self.rows, self.layers[0])).astype(self.dtype)
        self.y = random.integers(0, max(self.layers[-1], 2), self.rows)
        self.weights = [(2 / a) ** 0.5 * random.standard_normal((a, b)).astype(self.dtype) for a, b in zip(self.layers, self.layers[1:])]

    @property
    def binary(self):
        return self.layers[-1] == 1


def jax_epoch(work):
    def cost(parameters, x, t):
        for i, (w, b) in enumerate(parameters):
            x = x @ w + b
            if i + 1 < len(parameters):
                x = jax.nn.gelu(x, approximate=False) if work.activation == "gelu" else getattr(jax.nn, work.activation)(x)
        if work.binary:
            return jnp.mean(jax.nn.softplus(x[:, 0]) - t * x[:, 0])
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(x), t[:, None], 1))

    def step(state, batch):
        parameters, m, v, k = state
        gradient, k = jax.grad(cost)(parameters, *batch), k + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradient)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradient)
        c1, c2 = 1 - 0.9**k, 1 - 0.999**k
        parameters = jax.tree.map(lambda p, m, v: p - 1e-3 * (m / c1) / (jnp.sqrt(v / c2) + 1e-8), parameters, m, v)
        return (parameters, m, v, k), None

    @jax.jit
    def run(state, x, y):
        return jax.lax.scan(step, state, (x, y))[0]

    parameters = [(jnp.asarray(w), jnp.zeros(w.shape[1], work.dtype)) for w in work.weights]
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    x = jnp.asarray(work.x).reshape(work.steps, work.batch, -1)
    y = jnp.asarray(work.y.astype(work.dtype if work.binary else np.int32)).reshape(work.steps, work.batch)
    state = [(parameters, zeros, zeros, jnp.asarray(0, work.dtype))]

    def epoch():
        state[0] = jax.block_until_ready(run(state[0], x, y))

    return epoch


def torch_epoch(work):
    import torch

    torch.set_num_threads(1)
    kind = torch.from_numpy(work.x).dtype
    modules = []
    for a, b in zip(work.layers, work.layers[1:]):
        modules += [torch.nn.Linear(a, b, dtype=kind), {"leaky_relu": torch.nn.LeakyReLU, "tanh": torch.nn.Tanh, "sigmoid": torch.nn.Sigmoid}[work.activation]()]
    network = torch.nn.Sequential(*modules[:-1])
    adam = torch.optim.Adam(network.parameters(), lr=1e-3, fused=True)
    x, y = torch.from_numpy(work.x), torch.from_numpy(work.y.astype(work.dtype) if work.binary else work.y)

    def epoch():
        for first in range(0, work.rows, work.batch):
            adam.zero_grad(set_to_none=True)
            out, t = network(x[first : first + work.batch]), y[first : first + work.batch]
            cost = torch.nn.functional.binary_cross_entropy_with_logits(out[:, 0], t) if work.binary else torch.nn.functional.cross_entropy(out, t)
            cost.backward()
            adam.step()

    return epoch


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", nargs="*", default=WORK)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--torch", action="store_true", help="also PyTorch")
    arguments = parser.parse_args()
    print(f"{'network : batch : dtype':<34} {'floor':>9} {'ours':>9} {'least':>9} {'JAX':>9} {'least':>9} {'ratio':>6}" + (f" {'torch':>9} {'ratio':>6}" if arguments.torch else "") + "   microseconds a step; ratios of the least")
    for text in arguments.work:
        work = Work(text)
        peers = [jax_epoch(work)] + ([torch_epoch(work)] if arguments.torch else [])
        rounds, floors = [[] for _ in range(1 + len(peers))], []
        for _ in range(arguments.rounds):
            line = ours("step", "--layers", ",".join(map(str, work.layers)), "--batch", work.batch, "--activation", work.activation, "--dtype", "f64" if work.dtype == np.float64 else "f32", "--seconds", 0.4)
            rounds[0].append((line["us_per_step"], line["min_us"]))
            floors.append(line["floor_us"])
            for peer, of_peer in zip(peers, rounds[1:]):
                of_peer.append(tuple(t / work.steps for t in sample(peer)))
        mine, jax_times, *torch_times = map(best, rounds)
        name = text if len(text) < 34 else f"{work.layers[0]}-{work.layers[1]}x{len(work.layers) - 2}-{work.layers[-1]}:{work.batch}"
        print(f"{name:<34} {min(floors):9.1f} {mine[0]:9.1f} {mine[1]:9.1f} {jax_times[0]:9.1f} {jax_times[1]:9.1f} {mine[1] / jax_times[1]:6.2f}" + "".join(f" {t[1]:9.1f} {mine[1] / t[1]:6.2f}" for t in torch_times), flush=True)


if __name__ == "__main__":
    main()
