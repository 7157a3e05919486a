"""
Loads the exports of every variant with SAELens and compares 1,000 rows with what sae-lab computes:

    pnpm sweep tests/experiments/every-variant.ts --data /tmp/lab
    pnpm sae export every-variant --to /tmp/exports --data /tmp/lab
    node tests/reference/export-rows.ts /tmp/exports /tmp/lab/activations/* /tmp/rows
    pip install torch==2.9.1 sae-lens==6.54.12
    python tests/reference/saelens_exports.py /tmp/exports /tmp/rows
    pnpm exec oxfmt tests/reference/saelens_exports.json

Writes saelens_exports.json. Differences are relative to the largest value.
"""

import json
import sys
from pathlib import Path

import sae_lens
import torch
from safetensors.torch import load_file

TOLERANCE = 1e-5


def difference(actual, expected):
    return float((actual - expected).abs().max() / expected.abs().max())


def main(exports, rows):
    results = []
    for folder in sorted(path for path in Path(exports).iterdir() if path.is_dir()):
        expected = load_file(Path(rows) / f"{folder.name}.safetensors")
        sae = sae_lens.SAE.load_from_disk(folder, device="cpu")
        with torch.no_grad():
            f = sae.encode(expected["x"])
            y = sae.decode(f)
        metadata = sae.cfg.metadata
        result = {
            "variant": json.loads((folder / "sae_lab.json").read_text())["variant"],
            "width": sae.cfg.d_sae,
            "architecture": sae.cfg.architecture(),
            "trainingArchitecture": metadata.training_architecture,
            "rows": len(f),
            "l0": round(float((f != 0).sum(1).float().mean()), 3),
            "supportDifferences": int(((f != 0) != (expected["f"] != 0)).sum()),
            "codes": difference(f, expected["f"]),
            "reconstructions": difference(y, expected["y"]),
        }
        result["agrees"] = (
            result["supportDifferences"] == 0
            and max(result["codes"], result["reconstructions"]) <= TOLERANCE
            and metadata.figures["l0"] > 0
        )
        results.append(result)
    results.sort(key=lambda result: (result["variant"], result["width"]))
    versions = {"sae-lens": sae_lens.__version__, "torch": torch.__version__.split("+")[0]}
    record = {"tolerance": TOLERANCE, "versions": versions, "results": results}
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(record, indent=2) + "\n")
    print(path.read_text())


main(*sys.argv[1:])
