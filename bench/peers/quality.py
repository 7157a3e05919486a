"""Trains SAEs with SAELens's losses and trainer on activations that sae-lab extracted: JSON lines in, JSON lines out.

In: a line per SAE, sent by `saeLensOn` in bench/quality/train.ts. Out: once the SAE is trained and saved in the job's folder,
`{"explainedVarianceAtStart": ..., "seconds": ..., "versions": {...}}`. `pnpm bench:quality` starts this script.
"""

import json
import os
import sys
import time
from pathlib import Path

WEIGHTS = "sae_weights.safetensors"


def training_sae(job):
    from sae_lens.saes.batchtopk_sae import BatchTopKTrainingSAE, BatchTopKTrainingSAEConfig
    from sae_lens.saes.gated_sae import GatedTrainingSAE, GatedTrainingSAEConfig
    from sae_lens.saes.jumprelu_sae import JumpReLUTrainingSAE, JumpReLUTrainingSAEConfig
    from sae_lens.saes.matryoshka_batchtopk_sae import (
        MatryoshkaBatchTopKTrainingSAE,
        MatryoshkaBatchTopKTrainingSAEConfig,
    )
    from sae_lens.saes.standard_sae import StandardTrainingSAE, StandardTrainingSAEConfig
    from sae_lens.saes.topk_sae import TopKTrainingSAE, TopKTrainingSAEConfig

    from losses import prefix_bounds

    hyper, warmup = job["hyper"], int(job["warmup"] * job["steps"])
    common = {"d_in": job["dIn"], "d_sae": job["dSae"], "device": "cpu", "dtype": "float32"}
    # Everything else is SAELens's default: AuxK weight 1, decoder rows of norm 0.1 at the start.
    make = {
        "topk": lambda: TopKTrainingSAE(TopKTrainingSAEConfig(**common, k=hyper["k"])),
        "batch-topk": lambda: BatchTopKTrainingSAE(BatchTopKTrainingSAEConfig(**common, k=hyper["k"])),
        "matryoshka": lambda: MatryoshkaBatchTopKTrainingSAE(
            MatryoshkaBatchTopKTrainingSAEConfig(
                **common, k=hyper["k"], matryoshka_widths=prefix_bounds(hyper["groups"], job["dSae"])
            )
        ),
        "relu-l1": lambda: StandardTrainingSAE(
            StandardTrainingSAEConfig(**common, l1_coefficient=hyper["l1"], l1_warm_up_steps=warmup)
        ),
        "gated": lambda: GatedTrainingSAE(
            GatedTrainingSAEConfig(**common, l1_coefficient=hyper["l1"], l1_warm_up_steps=warmup)
        ),
        "jump-relu": lambda: JumpReLUTrainingSAE(
            JumpReLUTrainingSAEConfig(**common, l0_coefficient=hyper["l0"], l0_warm_up_steps=warmup)
        ),
    }
    return make[job["variant"]]()


def batches(x, size, seed):
    """An endless stream of shuffled batches."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    left = torch.empty(0, dtype=torch.long)
    while True:
        while len(left) < size:
            left = torch.cat([left, torch.randperm(len(x), generator=generator)])
        yield x[left[:size]]
        left = left[size:]


def explained_variance(sae, x):
    import torch

    with torch.no_grad():
        residual = (x - sae(x)).double().square().sum()
        spread = (x - x.mean(0)).double().square().sum()
    return (1 - residual / spread).item()


def fold_scale(folder, scale):
    """Converts an SAE that was trained on x' = scale · x into one for x."""
    from safetensors.torch import load_file, save_file

    path = str(Path(folder) / WEIGHTS)
    tensors = load_file(path)
    for name, factor in {"W_enc": scale, "W_dec": 1 / scale, "b_dec": 1 / scale}.items():
        tensors[name] = tensors[name] * factor
    save_file(tensors, path)


def train(job):
    import numpy
    import torch
    from sae_lens import SAETrainer, __version__
    from sae_lens.config import SAETrainerConfig

    torch.set_num_threads(job["threads"])
    torch.manual_seed(job["seed"])
    rows = numpy.fromfile(job["activations"], dtype=numpy.float32).reshape(-1, job["dIn"])
    x = torch.from_numpy(rows) * job["scale"]
    steps, size = job["steps"], job["batchSize"]
    sae = training_sae(job)
    stream = batches(x, size, job["seed"])
    at_start = explained_variance(sae, next(batches(x, size, job["seed"])))
    config = SAETrainerConfig(
        total_training_samples=steps * size,
        train_batch_size_samples=size,
        lr=job["learningRate"],
        lr_end=job["learningRate"],
        lr_warm_up_steps=int(job["warmup"] * steps),
        lr_decay_steps=int(job["decay"] * steps),
        dead_feature_window=max(1, int(job["deadAfter"] * steps)),
    )
    start = time.perf_counter()
    sae = SAETrainer(config, sae, stream).fit()
    seconds = time.perf_counter() - start
    sae.save_inference_model(job["folder"])
    fold_scale(job["folder"], job["scale"])
    versions = {"python": sys.version.split()[0], "torch": torch.__version__, "sae-lens": __version__}
    return {"explainedVarianceAtStart": at_start, "seconds": seconds, "versions": versions}


def main():
    # Some libraries print to standard output, which is reserved for answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        print(json.dumps(train(json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
