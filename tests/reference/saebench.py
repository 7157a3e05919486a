"""SAEBench's core evaluation of exports, compared with sae-lab's figures on the same tokens.

The model is a TransformerLens `HookedTransformer` with the weights of the bundled model: see `saelens_ce.py`, which also has
the documents. SAEBench's command loads models and datasets from the hub by name, so its `run_evals` is called directly.
Its explained variance is another figure: a mean over tokens of fractions, where ours is a fraction of means over tokens.
Writes `saebench.json`: both values of each figure and their relative difference. Neither the product nor its tests need
Python.

    pnpm sweep tests/experiments/saebench.ts --data /tmp/lab
    pnpm sae export saebench --to /tmp/exports --data /tmp/lab
    python3 -m venv ../reference && ../reference/bin/pip install sae-bench
    mkdir /tmp/bundled && node -e "import('./packages/core/src/activations/extraction/model/build/bundled-weights.ts')
        .then(({ writeBundledCheckpoint }) => writeBundledCheckpoint('/tmp/bundled', 1, 'logits'))"
    ../reference/bin/python tests/reference/saebench.py /tmp/bundled /tmp/exports
    pnpm exec oxfmt tests/reference/saebench.json
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import torch
from datasets import Dataset
from sae_bench.evals.core.eval_config import CoreEvalConfig
from sae_bench.evals.core.main import run_evals
from sae_bench.sae_bench_utils.general_utils import load_and_format_sae
from sae_lens import SAE, ActivationsStore
from saelens_ce import CONTEXT, DOCUMENTS, hooked, pieces
from transformers import PreTrainedTokenizerFast

# By our name: category and name in SAEBench.
FIGURES = {
    "l0": ("sparsity", "l0"),
    "l1": ("sparsity", "l1"),
    "cosine": ("reconstruction_quality", "cossim"),
    "mse": ("reconstruction_quality", "mse"),
    "explained_variance": ("reconstruction_quality", "explained_variance"),
    "l2_ratio": ("shrinkage", "l2_ratio"),
    "relative_reconstruction_bias": ("shrinkage", "relative_reconstruction_bias"),
    "ce_clean": ("model_performance_preservation", "ce_loss_without_sae"),
    "ce_spliced": ("model_performance_preservation", "ce_loss_with_sae"),
    "ce_zero": ("model_performance_preservation", "ce_loss_with_ablation"),
    "ce_recovered": ("model_performance_preservation", "ce_loss_score"),
    "kl_spliced": ("model_behavior_preservation", "kl_div_with_sae"),
    "kl_zero": ("model_behavior_preservation", "kl_div_with_ablation"),
    "kl_recovered": ("model_behavior_preservation", "kl_div_score"),
}


def main(checkpoint, exports):
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=f"{checkpoint}/tokenizer.json",
        name_or_path=checkpoint,
        bos_token="<|endoftext|>",
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
    )
    model, _ = hooked(checkpoint, tokenizer)
    tokens = torch.tensor(pieces(tokenizer))
    results = []
    for folder in sorted(path for path in Path(exports).iterdir() if path.is_dir()):
        details = json.loads((folder / "sae_lab.json").read_text())
        ours = {
            name: figure["value"]
            for evaluation in details["evaluations"]
            for name, figure in evaluation["figures"].items()
        }
        # Adds the fields that SAEBench expects in the configuration; it also checks that decoder rows have norm 1.
        _, sae, _ = load_and_format_sae("sae-lab", SAE.load_from_disk(folder), "cpu")
        store = ActivationsStore.from_sae(
            model,
            sae,
            context_size=CONTEXT,
            dataset=Dataset.from_dict({"tokens": tokens.tolist()}),
            streaming=False,
            store_batch_size_prompts=DOCUMENTS,
            n_batches_in_buffer=2,
            train_batch_size_tokens=CONTEXT,
            device="cpu",
        )
        config = CoreEvalConfig(
            model_name="bundled",
            batch_size_prompts=DOCUMENTS,
            n_eval_reconstruction_batches=1,
            n_eval_sparsity_variance_batches=1,
            compute_kl=True,
            compute_ce_loss=True,
            compute_l2_norms=True,
            compute_sparsity_metrics=True,
            compute_variance_metrics=True,
        )
        metrics, _ = run_evals(sae, store, model, config)
        figures = {}
        for name, (category, theirs) in FIGURES.items():
            value = metrics[category][theirs]
            if name == "mse":
                # SAEBench divides the squared error of a token by the number of tokens, not by that of dimensions.
                value *= tokens.numel() / sae.cfg.d_in
            figures[name] = {"sae-bench": value, "sae-lab": ours[name], "difference": abs(value / ours[name] - 1)}
        results.append({"variant": details["variant"], "architecture": sae.cfg.architecture(), "figures": figures})
    recorded = {
        "versions": {name: version(name) for name in ["sae-bench", "sae-lens", "transformer-lens", "torch"]},
        "documents": DOCUMENTS,
        "context": CONTEXT,
        "saes": sorted(results, key=lambda result: result["variant"]),
    }
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(recorded, indent=2) + "\n")
    print(path.read_text())


if __name__ == "__main__":
    main(*sys.argv[1:])
