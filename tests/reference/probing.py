"""Golden values for k-sparse probing, probes of single latents and targeted probe perturbation.

python tests/reference/probing.py (scikit-learn, scipy)
"""

import json
from pathlib import Path

import numpy as np
from scipy.stats import mannwhitneyu
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

LABELS = {"letters": 50, "novels": 40, "speeches": 30}
D_IN, D_SAE = 6, 60
KS = [1, 2, 5, 10, 20]
ABLATED = [2, 5, 10, 20, 50]

random = np.random.default_rng(16)
labels = random.permutation([label for label, count in LABELS.items() for _ in range(count)])
documents = len(labels)
hashes = random.integers(-(2**31), 2**31, documents)


def rounded(values):
    return np.round(values, 2).astype(np.float32)


# Each class has a direction and latents that prefer it; both are noisy, so that probes err.
number = np.array([list(LABELS).index(label) for label in labels])
raw = rounded(1.2 * np.eye(len(LABELS), D_IN)[number] + random.standard_normal((documents, D_IN)))
prefers = random.integers(0, len(LABELS), D_SAE)
codes = 0.8 * (prefers[None, :] == number[:, None]) + random.standard_normal((documents, D_SAE)) - 0.7
codes = rounded(np.maximum(codes, 0))
decoder = rounded(0.5 * np.eye(len(LABELS), D_IN)[prefers] + 0.4 * random.standard_normal((D_SAE, D_IN)))


def classes():
    """One class against the rest: members in the order of their unsigned hashes, a quarter of them for the test."""
    unsigned = hashes % 2**32
    order = np.argsort(unsigned, kind="stable")
    is_test = (unsigned * 0x9E3779B1 % 2**32 >> 8) / 2**24 < 0.25
    for label in sorted(LABELS):
        own, others = order[labels[order] == label], order[labels[order] != label]
        size = min(len(own), len(others))
        members = np.concatenate([own[:size], others[np.arange(size) * len(others) // size]])
        yield members[~is_test[members]], members[is_test[members]], labels == label


class Probe:
    def __init__(self, matrix, columns, train, target):
        self.columns = columns
        x = matrix[train][:, columns].astype(np.float64)
        self.mean, deviation = x.mean(0), x.std(0)
        self.deviation = np.where(deviation > 0, deviation, 1)
        fit = LogisticRegression(tol=1e-12, max_iter=100_000)
        self.fit = fit.fit((x - self.mean) / self.deviation, target[train])

    def accuracy(self, matrix, test, target):
        x = (matrix[test][:, self.columns].astype(np.float64) - self.mean) / self.deviation
        return np.mean(self.fit.predict(x) == target[test])


def differences(matrix, train, target):
    x = matrix.astype(np.float64)
    return x[train][target[train]].mean(0) - x[train][~target[train]].mean(0)


def sparse(matrix, k):
    accuracies = []
    for train, test, target in classes():
        chosen = np.argsort(-np.abs(differences(matrix, train, target)), kind="stable")[:k]
        accuracies.append(Probe(matrix, chosen, train, target).accuracy(matrix, test, target))
    return np.mean(accuracies)


def single_probes(matrix):
    """Of each column the class with the best AUROC in training, its AUROC in the test, and Bonferroni's p-value."""
    split = list(zip(sorted(LABELS), classes()))
    found = []
    for column in range(matrix.shape[1]):
        values = matrix[:, column].astype(np.float64)
        if not any(values[train].any() for _, (train, _, _) in split):
            continue
        areas = [roc_auc_score(target[train], values[train]) for _, (train, _, target) in split]
        label, (_, test, target) = split[int(np.argmax(areas))]
        of_class, others = values[test][target[test]], values[test][~target[test]]
        chance = mannwhitneyu(of_class, others, alternative="greater", method="asymptotic").pvalue
        score = roc_auc_score(target[test], values[test])
        found.append([column, label, score, max(areas), chance, len(test)])
    names = ["latent", "class", "score", "trainingScore", "pValue", "documents"]
    rows = [dict(zip(names, row)) for row in found]
    return [{**row, "pValue": min(1, row["pValue"] * len(rows))} for row in rows]


def perturbation(n):
    split = list(classes())
    probes = [Probe(raw, np.arange(D_IN), train, target) for train, _, target in split]
    scores = []
    for i, (train, _, target) in enumerate(split):
        weights = probes[i].fit.coef_[0] / probes[i].deviation
        effect = np.maximum(differences(codes, train, target), 0) * (decoder.astype(np.float64) @ weights)
        ranking = np.argsort(-effect, kind="stable")
        ablated = [latent for latent in ranking if effect[latent] > 0][:n]
        edited = raw - codes[:, ablated].astype(np.float64) @ decoder[ablated].astype(np.float64)
        lost = [
            probe.accuracy(raw, test, of) - probe.accuracy(edited, test, of)
            for probe, (_, test, of) in zip(probes, split)
        ]
        scores.append(lost[i] - np.mean(lost[:i] + lost[i + 1 :]))
    return np.mean(scores)


# Few values, in steps of 1: ties of all kinds. One column never fires, another on one side only.
sparse_codes = np.round(codes[:, :12]) * (random.random((documents, 12)) < 0.4)
sparse_codes[:, 3] = 0
sparse_codes[:, 4] = 3 * (number == 1)

figures = {f"probing_k{k}": sparse(codes, k) for k in KS}
figures |= {f"probing_raw_k{k}": sparse(raw, min(k, D_IN)) for k in KS}
figures |= {"probing_raw": sparse(raw, D_IN)}
figures |= {f"tpp_{n}": perturbation(n) for n in ABLATED}

hundredths = lambda matrix: np.round(matrix.ravel().astype(np.float64) * 100).astype(int).tolist()
path = Path(__file__).parents[2] / "packages/core/src/evaluation/probing/probing-golden.json"
path.write_text(
    json.dumps(
        {
            "labels": labels.tolist(),
            "hashes": hashes.tolist(),
            "dIn": D_IN,
            "dSae": D_SAE,
            "raw": hundredths(raw),
            "codes": hundredths(codes),
            "decoder": hundredths(decoder),
            "figures": figures,
            # The raw columns have negative values and no zeros; those of the sparse codes are mostly tied.
            "probes": {
                "codes": single_probes(codes),
                "raw": single_probes(raw),
                "sparse": single_probes(sparse_codes),
            },
            "sparse": hundredths(sparse_codes),
        }
    )
    + "\n"
)
