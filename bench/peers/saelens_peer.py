"""SAELens's training SAE, stepped by SAELens's trainer: its loss, Adam, clipping and statistics."""

import torch
from sae_lens import SAETrainer
from sae_lens.config import SAETrainerConfig
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

NAMES = {"theta": "threshold"}  # our parameter names that SAELens calls something else
NEVER = 1e6  # steps without firing


def training_sae(case, sparse_activations):
    hyper = case["hyper"]
    common = {"d_in": case["dIn"], "d_sae": case["dSae"], "device": "cpu", "dtype": "float32"}
    top = lambda: common | {"k": hyper["k"], "aux_loss_coefficient": hyper["auxWeight"]}
    widths = lambda: prefix_bounds(hyper["groups"], case["dSae"])
    make = {
        "topk": lambda: TopKTrainingSAE(
            # Sparse tensors have no gradient for the rescaling.
            TopKTrainingSAEConfig(
                **top(),
                use_sparse_activations=sparse_activations,
                rescale_acts_by_decoder_norm=not sparse_activations,
            )
        ),
        "batch-topk": lambda: BatchTopKTrainingSAE(BatchTopKTrainingSAEConfig(**top())),
        "matryoshka": lambda: MatryoshkaBatchTopKTrainingSAE(
            MatryoshkaBatchTopKTrainingSAEConfig(**top(), matryoshka_widths=widths())
        ),
        "relu-l1": lambda: StandardTrainingSAE(
            StandardTrainingSAEConfig(**common, l1_coefficient=hyper["l1"])
        ),
        "gated": lambda: GatedTrainingSAE(GatedTrainingSAEConfig(**common, l1_coefficient=hyper["l1"])),
        "jump-relu": lambda: JumpReLUTrainingSAE(
            JumpReLUTrainingSAEConfig(
                **common, l0_coefficient=hyper["l0"], jumprelu_bandwidth=hyper["bandwidth"]
            )
        ),
    }
    return make[case["variant"]]()


class SaeLensPeer:
    def __init__(self, case, params, sparse_activations=False):
        sae = training_sae(case, sparse_activations)
        theirs = dict(sae.named_parameters())
        with torch.no_grad():
            for name, value in params.items():
                theirs[NAMES.get(name, name)].copy_(value.T if name == "W_enc" else value)
        settings, batch = case["optimizer"], case["batch"]
        config = SAETrainerConfig(
            total_training_samples=1000 * batch,
            train_batch_size_samples=batch,
            lr=settings["learningRate"],
            lr_end=settings["learningRate"],
            adam_beta1=float(settings["beta1"]),
            adam_beta2=float(settings["beta2"]),
        )
        self.dead_latents = case["deadLatents"]
        self.trainer = SAETrainer(config, sae, data_provider=iter(()))

    def step(self, x):
        self.trainer.n_forward_passes_since_fired[: self.dead_latents] = NEVER
        output = self.trainer.step(x)
        self.trainer.n_training_steps += 1
        return output.loss.item()
