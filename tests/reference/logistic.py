"""Golden values for logistic regression: python tests/reference/logistic.py (scikit-learn)."""

import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

random = np.random.default_rng(0)
cases = []
for rows, columns, shift in [(40, 1, 1.0), (60, 5, 0.7), (30, 50, 0.3)]:
    y = np.arange(rows) % 2 == 0
    x = random.standard_normal((rows, columns)) + shift * y[:, None]
    x = np.round(x, 4)
    fit = LogisticRegression(tol=1e-12, max_iter=10_000).fit(x, y)
    cases.append(
        {
            "columns": columns,
            "x": x.ravel().tolist(),
            "y": y.tolist(),
            "weights": fit.coef_[0].tolist(),
            "bias": float(fit.intercept_[0]),
        }
    )
# Separable: only the penalty keeps the weights finite.
x = np.array([[-2.0], [-1.0], [1.0], [3.0]])
y = np.array([False, False, True, True])
fit = LogisticRegression(tol=1e-12, max_iter=10_000).fit(x, y)
cases.append({"columns": 1, "x": x.ravel().tolist(), "y": y.tolist(), "weights": fit.coef_[0].tolist(), "bias": float(fit.intercept_[0])})

path = Path(__file__).parents[2] / "packages/core/src/evaluation/probing/logistic-golden.json"
path.write_text(json.dumps(cases) + "\n")
