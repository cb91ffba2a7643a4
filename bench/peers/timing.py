# SPDX-License-Identifier: BSD-3-Clause
"""What the comparisons share: our program, and timing in interleaved rounds."""
import json
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "ansatz"


def ours(*arguments):
    """The last line of `ansatz bench ARGUMENTS`, which is JSON."""
    command = [str(PROGRAM), "bench", *map(str, arguments)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def sample(call, seconds=0.4, warm=1):
    """(median, least) microseconds of a call, over samples of about 0.04 s."""
    for _ in range(warm):
        call()
    start = time.perf_counter()
    call()
    calls = max(1, int(0.04 / max(time.perf_counter() - start, 1e-9)))
    samples, begin = [], time.perf_counter()
    while time.perf_counter() - begin < seconds or len(samples) < 3:
        start = time.perf_counter()
        for _ in range(calls):
            call()
        samples.append((time.perf_counter() - start) / calls * 1e6)
    return sorted(samples)[len(samples) // 2], min(samples)


def best(rounds):
    """Of the (median, least) of several rounds: the lowest of each."""
    return tuple(min(column) for column in zip(*rounds))
