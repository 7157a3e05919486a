"""One-to-one assignments by cosine, as scipy finds them.

    python tests/reference/assignment.py

Writes assignment.json next to it. Rows are rounded, so that both sides read the same numbers.
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment


def case(rows: int, columns: int, d: int, shared: float, seed: int) -> dict:
    """`shared`: fraction of the smaller side that has a noisy copy on the other."""
    random = np.random.default_rng(seed)
    a = random.normal(size=(rows, d))
    b = random.normal(size=(columns, d))
    for i in range(int(shared * min(rows, columns))):
        b[-1 - i] = a[i] + (0.1 + 0.15 * (i % 10)) * b[-1 - i]
    a, b = np.round(a, 2), np.round(b, 2)
    unit = [m / np.linalg.norm(m, axis=1, keepdims=True) for m in (a, b)]
    cosines = unit[0] @ unit[1].T
    chosen, partner = linear_sum_assignment(cosines, maximize=True)
    partners = np.full(rows, -1)
    partners[chosen] = partner
    return {
        "d": d,
        "a": a.ravel().tolist(),
        "b": b.ravel().tolist(),
        "partners": partners.tolist(),
        "mean": float(cosines[chosen, partner].mean()),
        "best": cosines.max(axis=1).tolist(),
    }


CASES = [(60, 60, 6, 0.0, 0), (40, 90, 6, 0.5, 1), (90, 40, 6, 0.5, 2), (150, 150, 4, 0.7, 3), (1, 5, 3, 0, 4)]
golden = [case(*one) for one in CASES]
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
