"""Reads an export of `pnpm export-features` with the classes of SAEDashboard, which wrote the format.

    pip install --no-deps sae-dashboard; pip install numpy
    python tests/reference/neuronpedia.py FOLDER

Prints how many features each batch has. Fails if a class refuses a field, or would write another file. Checked with
sae-dashboard 0.8.0. Neither the product nor its tests need Python.
"""

import json
import sys
from pathlib import Path

from sae_dashboard.neuronpedia.neuronpedia_dashboard import NeuronpediaDashboardBatch
from sae_dashboard.neuronpedia.neuronpedia_runner_config import NeuronpediaRunnerConfig

folder = Path(sys.argv[1]) / "neuronpedia"
settings = NeuronpediaRunnerConfig(**json.loads((folder / "run_settings.json").read_text()))
skipped = json.loads((folder / "skipped_indexes.json").read_text())
assert set(skipped) == {"model_id", "layer", "sae_set", "log_sparsity", "skipped_indexes"}, skipped.keys()

indices: list = []
for path in sorted(folder.glob("batch-*.json"), key=lambda path: int(path.stem.split("-")[1])):
    written = json.loads(path.read_text())
    batch = NeuronpediaDashboardBatch(**written)
    assert batch.to_dict() == written, f"{path} is not what SAEDashboard writes of the same batch"
    assert (batch.model_id, batch.layer, batch.sae_set) == (settings.model_id, settings.layer, settings.sae_set)
    for feature in batch.features:
        assert len(feature.freq_hist_data_bar_values) == len(feature.freq_hist_data_bar_heights)
        assert len(feature.pos_str) == len(feature.pos_values) and len(feature.neg_str) == len(feature.neg_values)
        for activation in feature.activations:
            assert len(activation.tokens) == len(activation.values)
            assert 0 <= activation.qualifying_token_index < len(activation.tokens)
    indices += [feature.feature_index for feature in batch.features]
    print(f"{path.name}: {len(batch.features)} features")
assert len(set(indices)) == len(indices) and not set(indices) & set(skipped["skipped_indexes"])
