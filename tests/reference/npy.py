"""Writes .npy files with NumPy, to test that sae-lab reads what NumPy writes.

    python3 -m venv ../reference && ../reference/bin/pip install numpy
    ../reference/bin/python tests/reference/npy.py
"""

from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).resolve().parents[2] / "packages/core/src/activations/imported/npy-golden"

if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    rows = np.arange(15).reshape(5, 3) / 8 - 1
    np.save(GOLDEN / "float32.npy", rows.astype("float32"))
    np.save(GOLDEN / "float16.npy", rows.astype("float16"))
    np.save(GOLDEN / "float64.npy", rows)
    np.save(GOLDEN / "fortran.npy", np.asfortranarray(rows.astype("float32")))
    np.save(GOLDEN / "big-endian.npy", rows.astype(">f4"))
    np.save(GOLDEN / "ids.npy", np.array([7, 7, -2, 2**40 + 3, 7]))
