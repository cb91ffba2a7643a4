#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Test accuracy of `ansatz train` beside scikit-learn's MLPClassifier((100, 30)), on the very same splits.

    python bench/peers/digits.py [--seeds 20] [--cache build/digits_sklearn.json]

For each seed: `ansatz train DATA --target digit --hidden 100,30 --seed S --split-out split.csv --json` trains and writes which row went where (CSV `row,part`; part is train, validation or test; row counts
data rows from 0). scikit-learn then fits MLPClassifier((100, 30), max_iter=300, random_state=S), once with early_stopping=True (it takes its own 10 % out of its rows) and once with False, on the standardised
train rows (--sklearn-rows train+validation: on both), and is scored on the same test rows. Its results are kept in --cache, so that running again costs only our own trainings.

Passes (exit 0) when our mean is at most 0.005 below the better of scikit-learn's two means and no seed of ours is under 0.94; else exit 1. Exit 2: something could not run.
Needs NumPy and scikit-learn. Without a built ansatz: --only-sklearn makes stratified 70/15/15 splits itself and shows scikit-learn's half of the table.
"""
import argparse
import csv
import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")          # before NumPy: one thread is the fastest at this size

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

PARTS = ("train", "validation", "test")
ALLOWED_GAP, LOWEST_SEED = 0.005, 0.94
MODELS = {"early stopping": True, "to the end": False}


class Failed(Exception):
    """could not run: exit 2"""


def read_table(path, target):
    """(x [rows, columns], y [rows] as text)"""
    opened = gzip.open(path, "rt", newline="") if path.suffix == ".gz" else open(path, newline="")
    with opened as file:
        header, *rows = [row for row in csv.reader(file) if row]
    if target not in header:
        raise Failed(f"{path}: no column '{target}'; it has {', '.join(header[:3])} ... {header[-1]}")
    column = header.index(target)
    return np.array([[float(v) for i, v in enumerate(row) if i != column] for row in rows]), np.array([row[column] for row in rows])


def read_split(path, rows):
    """{part: row numbers, ascending}; every data row has to be in exactly one part"""
    parts = {part: [] for part in PARTS}
    with open(path, newline="") as file:
        for line in csv.DictReader(file):
            if line.get("part") not in parts: raise Failed(f"{path}: part '{line.get('part')}'; expected one of {', '.join(PARTS)}")
            parts[line["part"]].append(int(line["row"]))
    seen = sorted(r for p in parts.values() for r in p)
    if seen != list(range(rows)): raise Failed(f"{path}: {len(seen)} rows ({len(set(seen))} distinct) for a table of {rows}; each row belongs to one part")
    return {part: np.array(sorted(numbers), dtype=int) for part, numbers in parts.items()}


def own_split(y, seed):
    """stratified 70/15/15, for --only-sklearn"""
    r, parts = np.random.default_rng(seed), {part: [] for part in PARTS}
    for label in np.unique(y):
        rows = r.permutation(np.flatnonzero(y == label))
        a, b = round(0.70 * len(rows)), round(0.85 * len(rows))
        for part, some in zip(PARTS, (rows[:a], rows[a:b], rows[b:])): parts[part] += some.tolist()
    return {part: np.array(sorted(numbers), dtype=int) for part, numbers in parts.items()}


def train_ansatz(args, seed, rows):
    """(test accuracy, split)"""
    with tempfile.TemporaryDirectory(prefix="digits_") as folder:
        split = Path(folder) / "split.csv"
        command = [str(args.ansatz.resolve()), "train", str(args.data.resolve()), "--target", args.target, "--hidden", "100,30", "--seed", str(seed),
                   "--split-out", str(split), "--json", "-o", str(Path(folder) / "model.ansatz"), *args.ansatz_args]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=args.timeout)
        except OSError as e:
            raise Failed(f"{args.ansatz}: {e.strerror}; build it first (make), or name it with --ansatz") from e
        except subprocess.TimeoutExpired as e:
            raise Failed(f"{' '.join(command)}: not finished after {args.timeout} s") from e
        if done.returncode != 0:
            raise Failed(f"{' '.join(command)}: exit {done.returncode}\n{(done.stderr or done.stdout)[-2000:]}")
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        try:
            accuracy = float(json.loads(lines[-1])["test"]["accuracy"])
        except (IndexError, KeyError, TypeError, ValueError) as e:
            raise Failed(f"{' '.join(command)}: its last line is not an object with test.accuracy ({type(e).__name__}): {lines[-1][:300] if lines else 'no output'}") from e
        if not 0 <= accuracy <= 1: raise Failed(f"seed {seed}: accuracy {accuracy} is no fraction")
        if not split.exists(): raise Failed(f"{' '.join(command)}: wrote no {split.name}")
        return accuracy, read_split(split, rows)


class Cache:
    """scikit-learn's results by everything they depend on; written after each fit"""

    def __init__(self, path):
        self.path = path
        try:
            self.found = json.loads(path.read_text()) if path and path.exists() else {}
        except ValueError as e:
            raise Failed(f"{path}: not a cache of this script ({e}); remove it") from e

    def get(self, key, make):
        if key not in self.found:
            self.found[key] = make()
            if self.path:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                part = self.path.with_name(self.path.name + ".part")
                part.write_text(json.dumps(self.found, indent=1, sort_keys=True) + "\n")
                os.replace(part, self.path)
        return self.found[key]


def score_sklearn(x, y, fit_rows, test_rows, early_stopping, seed):
    scaler = StandardScaler().fit(x[fit_rows])
    model = MLPClassifier((100, 30), max_iter=300, early_stopping=early_stopping, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(scaler.transform(x[fit_rows]), y[fit_rows])
    return float(model.score(scaler.transform(x[test_rows]), y[test_rows]))


def sklearn_scores(cache, x, y, split, which, seed):
    """{model: test accuracy}"""
    fit_rows = split["train"] if which == "train" else np.sort(np.concatenate([split["train"], split["validation"]]))
    digest = hashlib.sha256(b"".join([x.tobytes(), "\0".join(y).encode(), fit_rows.astype("<i8").tobytes(), b"|", split["test"].astype("<i8").tobytes()])).hexdigest()
    return {name: cache.get(f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, early_stopping={early}, seed {seed}, rows {digest}",
                            lambda: score_sklearn(x, y, fit_rows, split["test"], early, seed)) for name, early in MODELS.items()}


def spread(values):
    return f"{np.mean(values):.4f} ± {np.std(values, ddof=1) if len(values) > 1 else 0:.4f}"


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("data", nargs="?", type=Path, default=Path("examples/data/digits.csv.gz"))
    ap.add_argument("--target", default="digit")
    ap.add_argument("--ansatz", type=Path, default=Path("build/ansatz"), help="the program (default build/ansatz)")
    ap.add_argument("--seeds", type=int, default=20, help="seeds 0 ... N-1 (default 20)")
    ap.add_argument("--sklearn-rows", choices=("train", "train+validation"), default="train", help="rows that scikit-learn fits on (default train)")
    ap.add_argument("--cache", type=Path, help="file that keeps scikit-learn's results")
    ap.add_argument("--timeout", type=float, default=600, help="seconds for one training of ours")
    ap.add_argument("--only-sklearn", action="store_true", help="no ansatz: splits made here, scikit-learn's columns only")
    ap.add_argument("--ansatz-args", nargs=argparse.REMAINDER, default=[], help="everything after this goes to `ansatz train`")
    args = ap.parse_args()
    if args.seeds < 1: ap.error("--seeds: at least 1")
    try:
        return compare(args)
    except (Failed, OSError, ValueError) as e:
        print(f"digits.py: {e}", file=sys.stderr)
        return 2


def compare(args):
    x, y = read_table(args.data, args.target)
    cache, table = Cache(args.cache), []
    names = ([] if args.only_sklearn else ["ansatz"]) + [f"scikit-learn, {name}" for name in MODELS]
    print(f"{args.data.name}: {len(y)} rows x {x.shape[1]} columns, {len(np.unique(y))} classes; 100,30 hidden; scikit-learn {sklearn.__version__} fitted on the {args.sklearn_rows} rows")
    print(" seed  train/valid/test  " + "  ".join(f"{name:>28}" for name in names))
    for seed in range(args.seeds):
        if args.only_sklearn:
            ours, split = [], own_split(y, seed)
        else:
            accuracy, split = train_ansatz(args, seed, len(y))
            ours = [accuracy]
        table.append(ours + list(sklearn_scores(cache, x, y, split, args.sklearn_rows, seed).values()))
        sizes = "/".join(str(len(split[part])) for part in PARTS)
        print(f"{seed:5d}  {sizes:>16}  " + "  ".join(f"{score:28.4f}" for score in table[-1]), flush=True)
    columns = np.array(table).T
    print(" mean ± sd (n-1)         " + "  ".join(f"{spread(column):>28}" for column in columns))
    if args.only_sklearn: return 0
    ours, *theirs = columns
    best = max(range(len(theirs)), key=lambda i: theirs[i].mean())
    difference, paired = ours.mean() - theirs[best].mean(), ours - theirs[best]
    error = f" ± {paired.std(ddof=1) / np.sqrt(len(paired)):.4f} (standard error, paired by seed)" if len(paired) > 1 else ""
    passed = difference >= -ALLOWED_GAP and ours.min() >= LOWEST_SEED
    print(f"difference of means, ansatz - {names[1 + best]}: {difference:+.4f}{error}; at least {-ALLOWED_GAP} is asked for")
    print(f"lowest seed of ansatz: {ours.min():.4f} (seed {int(ours.argmin())}); at least {LOWEST_SEED} is asked for")
    print("passed" if passed else "FAILED")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
