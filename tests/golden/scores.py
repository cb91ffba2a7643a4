# SPDX-License-Identifier: BSD-3-Clause
"""Scores of random predictions by scikit-learn, and Wilson's intervals by SciPy: scores.json.

    python tests/golden/scores.py > tests/golden/scores.json      (scikit-learn, SciPy; a second)
"""
import numpy as np
from scipy.stats import binomtest
from sklearn import metrics as sk

import common

random = np.random.default_rng(20)


def binary(rows, ties, weighted):
    truth = random.integers(0, 2, rows)
    p = np.clip(0.25 + 0.5 * truth + 0.3 * random.normal(size=rows), 0.01, 0.99)
    if ties:
        p = np.round(p, 1).clip(0.1, 0.9)
    weights = random.uniform(0.1, 2.0, rows) if weighted else None
    said = (p > 0.5).astype(int)
    return {
        "truth": truth.tolist(), "p": p.tolist(), "weights": weights.tolist() if weighted else [],
        "scores": {
            "accuracy": sk.accuracy_score(truth, said, sample_weight=weights),
            "balanced_accuracy": sk.balanced_accuracy_score(truth, said, sample_weight=weights),
            "roc_auc": sk.roc_auc_score(truth, p, sample_weight=weights),
            "average_precision": sk.average_precision_score(truth, p, sample_weight=weights),
            "f1": sk.f1_score(truth, said, sample_weight=weights),
            "brier": sk.brier_score_loss(truth, p, sample_weight=weights),
            "log_loss": sk.log_loss(truth, p, sample_weight=weights),
        }}


def multiclass(rows, classes, weighted):
    truth = random.integers(0, classes, rows)
    z = random.normal(size=(rows, classes)) + 1.5 * np.eye(classes)[truth]
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    weights = random.uniform(0.1, 2.0, rows) if weighted else None
    said = p.argmax(axis=1)
    one_hot = np.eye(classes)[truth]
    return {
        "classes": classes, "truth": truth.tolist(), "p": p.ravel().tolist(),
        "weights": weights.tolist() if weighted else [],
        "scores": {
            "accuracy": sk.accuracy_score(truth, said, sample_weight=weights),
            "balanced_accuracy": sk.balanced_accuracy_score(truth, said, sample_weight=weights),
            "roc_auc": float(np.mean([sk.roc_auc_score(truth == c, p[:, c], sample_weight=weights)
                                      for c in range(classes)])),
            "average_precision": float(np.mean([sk.average_precision_score(truth == c, p[:, c], sample_weight=weights)
                                                for c in range(classes)])),
            "f1": sk.f1_score(truth, said, average="macro", sample_weight=weights),
            "brier": float(np.average(((p - one_hot) ** 2).sum(axis=1), weights=weights)),
            "log_loss": sk.log_loss(truth, p, sample_weight=weights),
        }}


def quantities(rows, weighted):
    truth = random.normal(size=rows)
    said = truth + 0.3 * random.normal(size=rows)
    weights = random.uniform(0.1, 2.0, rows) if weighted else None
    return {
        "truth": truth.tolist(), "p": said.tolist(), "weights": weights.tolist() if weighted else [],
        "scores": {
            "rmse": float(np.sqrt(sk.mean_squared_error(truth, said, sample_weight=weights))),
            "mae": sk.mean_absolute_error(truth, said, sample_weight=weights),
            "r2": sk.r2_score(truth, said, sample_weight=weights),
        }}


def wilson(right, rows):
    interval = binomtest(right, rows).proportion_ci(method="wilson")
    return {"right": right, "rows": rows, "low": interval.low, "high": interval.high}


common.write("scores.py", ("sklearn", "scipy"), "p: [rows, classes] row-major; of two classes, of the second; weights: of rows, or none", **{
    "binary": [binary(rows, ties, weighted) for rows in (7, 100) for ties in (False, True) for weighted in (False, True)],
    "multiclass": [multiclass(60, classes, weighted) for classes in (3, 5) for weighted in (False, True)],
    "quantities": [quantities(40, weighted) for weighted in (False, True)],
    "wilson": [wilson(*c) for c in [(0, 1), (1, 1), (0, 20), (20, 20), (3, 7), (97, 100), (500, 1000)]],
})
