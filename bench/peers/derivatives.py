#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Derivatives of a 30-300-300-1 tanh network beside JAX's on one core, interleaved: microseconds (the best of the rounds) and the ratio ours / JAX's.

    taskset -c 1 python bench/peers/derivatives.py [--dtype f64] [--batch 64] [--rounds 5]

Ours is `build/ansatz bench derivatives`; theirs are jitted: grad, jvp of grad, and a forward Laplacian written by hand for this network (each layer's gradient and Laplacian carried
forward), vmapped over the batch. Each round measures one after the other, so that both see the same machine. Values are compared first. Needs JAX and NumPy.
"""
import argparse
import os

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
for variable in ("OMP_NUM_THREADS", "JAX_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np

from timing import ours, sample

jax.config.update("jax_enable_x64", True)
LAYERS = [30, 300, 300, 1]


def network(parameters, x):
    for w, b in parameters[:-1]:
        x = jnp.tanh(x @ w + b)
    w, b = parameters[-1]
    return jnp.sum(x @ w + b)


def forward_laplacian(parameters, x):
    """of one sample x [n]"""
    gradient, laplacian = None, None                        # [n, width], [width]
    for i, (w, b) in enumerate(parameters):
        x = x @ w + b
        gradient = w if gradient is None else gradient @ w
        laplacian = None if laplacian is None else laplacian @ w
        if i + 1 == len(parameters):
            return laplacian[0]
        x = jnp.tanh(x)
        slope = 1 - x * x
        curvature = -2 * x * slope * jnp.sum(gradient * gradient, axis=0)
        laplacian = curvature if laplacian is None else curvature + slope * laplacian
        gradient = gradient * slope


def quantities(parameters, x, v, w):
    in_x, in_parameters = jax.grad(network, 1), jax.grad(network, 0)
    return {
        "function": (jax.jit(network), (parameters, x)),
        "gradient_parameters": (jax.jit(in_parameters), (parameters, x)),
        "gradient_inputs": (jax.jit(in_x), (parameters, x)),
        "hvp_parameters": (jax.jit(lambda p, x, w: jax.jvp(lambda q: in_parameters(q, x), (p,), (w,))[1]), (parameters, x, w)),
        "hvp_inputs": (jax.jit(lambda p, x, v: jax.jvp(lambda y: in_x(p, y), (x,), (v,))[1]), (parameters, x, v)),
        "laplacian": (jax.jit(jax.vmap(forward_laplacian, (None, 0)) if x.shape[0] > 1 else lambda p, x: forward_laplacian(p, x[0])), (parameters, x)),
    }


def check(parameters, x):
    """The hand-written Laplacian is the trace of JAX's Hessian."""
    one = forward_laplacian(parameters, x[0])
    exact = jnp.trace(jax.hessian(lambda y: network(parameters, y))(x[0]))
    assert abs(one - exact) < 1e-3 * (1 + abs(exact)), (one, exact)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dtype", choices=["f32", "f64"], default="f32")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.3)
    arguments = parser.parse_args()
    random = np.random.default_rng(0)
    kind = np.float64 if arguments.dtype == "f64" else np.float32
    tensors = lambda: [(jnp.array(random.normal(size=(m, n)).astype(kind) / m ** 0.5), jnp.array(random.normal(size=n).astype(kind))) for m, n in zip(LAYERS, LAYERS[1:])]
    x, v = (jnp.array(random.normal(size=(arguments.batch, LAYERS[0])).astype(kind)) for _ in range(2))
    parameters = tensors()
    check(parameters, x)
    print(f"{arguments.dtype}, batch {arguments.batch}, one core; JAX {jax.__version__}\n{'':>20} {'ours us':>10} {'jax us':>10} {'ratio':>6}")
    for name, (function, inputs) in quantities(parameters, x, v, tensors()).items():
        rounds = []
        for _ in range(arguments.rounds):
            line = ours("derivatives", "--layers", ",".join(map(str, LAYERS)), "--dtype", arguments.dtype, "--batch", arguments.batch, "--only", name, "--seconds", arguments.seconds)
            rounds.append((line[name]["min_us"], sample(lambda: jax.block_until_ready(function(*inputs)), arguments.seconds, warm=3)[1]))
        mine, other = (min(column) for column in zip(*rounds))
        print(f"{name:>20} {mine:10.1f} {other:10.1f} {mine / other:6.2f}", flush=True)


if __name__ == "__main__":
    main()
