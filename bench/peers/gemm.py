#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Matrix products beside PyTorch's (oneDNN, MKL) on one core, interleaved: one line a shape, GFLOP/s and the ratio of the best times.

    taskset -c 1 python bench/peers/gemm.py [--dtype f64] [--rounds 5] [MxNxK ...]

Ours is `build/ansatz bench gemm`, packing included; theirs is torch.mm into a given output. Each round measures one after the other for a third of a second, so that both see the same
machine; medians suffer from neighbours on a shared one, the best times less. Needs PyTorch.
"""
import argparse
import os

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import torch

from timing import best, ours, sample

SHAPES = "32x100x64 32x30x100 128x128x784 784x128x128 128x300x784 256x300x300 1024x1024x1024".split()


def theirs(m, n, k, dtype):
    kind = torch.float64 if dtype == "f64" else torch.float32
    a, b, c = torch.randn(m, k, dtype=kind), torch.randn(k, n, dtype=kind), torch.empty(m, n, dtype=kind)
    return sample(lambda: torch.mm(a, b, out=c), seconds=0.3)


def mine(shape, dtype):
    line = ours("gemm", "--shape", shape, "--dtype", dtype, "--seconds", 0.3)
    return line["us"], line["min_us"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shapes", nargs="*", default=SHAPES)
    parser.add_argument("--dtype", choices=["f32", "f64"], default="f32")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{'shape':>16} {'ours':>8} {'best':>8} {'torch':>8} {'best':>8} {'ratio':>6}   GFLOP/s, {arguments.dtype}; ratio of the best")
    for shape in arguments.shapes:
        m, n, k = map(int, shape.split("x"))
        rounds = [(*mine(shape, arguments.dtype), *theirs(m, n, k, arguments.dtype)) for _ in range(arguments.rounds)]
        median, least, torch_median, torch_least = best(rounds)
        speed = [2e-3 * m * n * k / t for t in (median, least, torch_median, torch_least)]
        print(f"{shape:>16} {speed[0]:8.1f} {speed[1]:8.1f} {speed[2]:8.1f} {speed[3]:8.1f} {speed[1] / speed[3]:6.2f}", flush=True)


if __name__ == "__main__":
    main()
