#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Seconds to 98 % test accuracy on MNIST beside JAX, interleaved: 784-300-100-10, ReLU, Adam, batches of 128, a cosine rate, evaluation after each epoch included.

    python bench/peers/mnist.py DIR [--epochs 3] [--learning-rate 0.0015] [--threads 2] [--rounds 3]

DIR holds the four IDX files, compressed. Ours is `build/ansatz bench mnist DIR`. JAX runs an epoch as one compiled lax.scan that gathers its batches from resident data; compiling it is not
counted. Both see the same pixels, scaled alike; both draw their own initial weights and permutations. Needs JAX and NumPy.
"""
import argparse
import gzip
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from timing import PROGRAM

WIDTHS, BATCH = [784, 300, 100, 10], 128


def idx(path):
    content = gzip.open(path).read()
    shape = np.frombuffer(content, ">i4", content[3], 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


class Jax:
    def __init__(self, folder, epochs, learning_rate):
        self.epochs, self.rate = epochs, learning_rate
        images, test = (idx(folder / f"{part}-images-idx3-ubyte.gz").reshape(-1, WIDTHS[0]) for part in ("train", "t10k"))
        labels, self.test_labels = (idx(folder / f"{part}-labels-idx1-ubyte.gz").astype(np.int32) for part in ("train", "t10k"))
        mean, deviation = images.mean(), images.std()
        self.x, self.test_x = (jnp.asarray(((values - mean) / deviation).astype(np.float32)) for values in (images, test))
        self.t = jnp.asarray(labels)
        self.steps = len(labels) // BATCH
        self.predict = jax.jit(self.network)
        self.epoch = jax.jit(self.epoch_of)
        self.once(1)  # compiles

    @staticmethod
    def network(parameters, x):
        for i, (w, b) in enumerate(parameters):
            x = x @ w + b
            if i + 1 < len(parameters):
                x = jax.nn.relu(x)
        return x

    def epoch_of(self, state, x, t, permutation):
        def cost(parameters, x, t):
            return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(self.network(parameters, x)), t[:, None], 1))

        def step(state, rows):
            parameters, m, v, k = state
            gradient = jax.grad(cost)(parameters, x[rows], t[rows])
            rate = self.rate * 0.5 * (1 + jnp.cos(jnp.pi * k / (self.epochs * self.steps)))
            k = k + 1
            m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradient)
            v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradient)
            c1, c2 = 1 - 0.9**k, 1 - 0.999**k
            parameters = jax.tree.map(lambda p, m, v: p - rate * (m / c1) / (jnp.sqrt(v / c2) + 1e-8), parameters, m, v)
            return (parameters, m, v, k), None

        return jax.lax.scan(step, state, permutation)[0]

    def once(self, epochs, seed=0):
        """[(seconds, test accuracy) after each epoch]"""
        random = np.random.default_rng(seed)
        parameters = [(jnp.asarray((random.standard_normal((a, b)) * (2 / a) ** 0.5).astype(np.float32)), jnp.zeros(b, np.float32)) for a, b in zip(WIDTHS, WIDTHS[1:])]
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        state, result = (parameters, zeros, zeros, jnp.float32(0)), []
        jax.block_until_ready(state)
        start = time.perf_counter()
        for _ in range(epochs):
            permutation = random.permutation(len(self.t))[: self.steps * BATCH].reshape(self.steps, BATCH).astype(np.int32)
            state = self.epoch(state, self.x, self.t, jnp.asarray(permutation))
            said = np.asarray(self.predict(state[0], self.test_x)).argmax(1)
            result.append((time.perf_counter() - start, float((said == self.test_labels).mean())))
        return result


def ours(folder, arguments, seed):
    command = [str(PROGRAM), "bench", "mnist", str(folder), "--epochs", str(arguments.epochs), "--learning-rate", str(arguments.learning_rate), "--threads", str(arguments.threads), "--seed", str(seed)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [(line["s"], line["test_accuracy"]) for line in map(json.loads, lines)]


def main(arguments):
    peer = Jax(arguments.folder, arguments.epochs, arguments.learning_rate)
    print(f"{arguments.epochs} epochs, {arguments.threads} threads; JAX {jax.__version__}\n{'':>8} {'ours s':>8} {'accuracy':>9} {'jax s':>8} {'accuracy':>9} {'ratio':>6}")
    rounds = []
    for r in range(arguments.rounds):
        (mine, accuracy), (other, peers_accuracy) = ours(arguments.folder, arguments, r)[-1], peer.once(arguments.epochs, r)[-1]
        rounds.append((mine, other))
        print(f"{'seed ' + str(r):>8} {mine:8.3f} {accuracy:9.4f} {other:8.3f} {peers_accuracy:9.4f} {mine / other:6.2f}", flush=True)
    mine, other = (min(column) for column in zip(*rounds))
    print(f"{'least':>8} {mine:8.3f} {'':>9} {other:8.3f} {'':>9} {mine / other:6.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--learning-rate", type=float, default=1.5e-3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    os.environ["JAX_PLATFORMS"] = "cpu"
    if chosen.threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    import jax
    import jax.numpy as jnp
    import numpy as np

    sys.exit(main(chosen))
