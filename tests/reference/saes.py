"""
Writes SAEs in the formats of other projects, with the codes and reconstructions that those projects compute:

    pip install torch==2.9.1 sae-lens==6.54.12
    pip install --no-deps dictionary-learning==0.1.0 eai-sparsify==1.3.3 natsort
    python tests/reference/saes.py

Each folder of tests/reference/saes has the files of an SAE, and expected.safetensors: activations x, the code f, the
reconstruction y. Gemma Scope has no library; SAELens computes its SAEs as the JumpReLU architecture.
"""

import json
import os
import shutil
import sys
import types
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

# Its kernels need a GPU.
os.environ["SPARSIFY_DISABLE_TRITON"] = "1"
# Their data loaders import these; the SAEs do not need them.
for name in ["nnsight", "schedulefree"]:
    module = types.ModuleType(name)
    module.LanguageModel = module.ScheduleFreeWrapper = module.ScheduleFreeWrapperReference = object
    sys.modules[name] = module

from dictionary_learning.dictionary import AutoEncoder, AutoEncoderNew, GatedAutoEncoder, JumpReluAutoEncoder
from dictionary_learning.trainers.batch_top_k import BatchTopKSAE
from dictionary_learning.trainers.matryoshka_batch_top_k import MatryoshkaBatchTopKSAE
from dictionary_learning.trainers.top_k import AutoEncoderTopK
from sae_lens import SAE
from sae_lens.saes.batchtopk_sae import BatchTopKTrainingSAE, BatchTopKTrainingSAEConfig
from sae_lens.saes.gated_sae import GatedSAE, GatedSAEConfig
from sae_lens.saes.jumprelu_sae import (
    JumpReLUSAE,
    JumpReLUSAEConfig,
    JumpReLUTrainingSAE,
    JumpReLUTrainingSAEConfig,
)
from sae_lens.saes.matryoshka_batchtopk_sae import (
    MatryoshkaBatchTopKTrainingSAE,
    MatryoshkaBatchTopKTrainingSAEConfig,
)
from sae_lens.saes.sae import SAEMetadata
from sae_lens.saes.standard_sae import (
    StandardSAE,
    StandardSAEConfig,
    StandardTrainingSAE,
    StandardTrainingSAEConfig,
)
from sae_lens.saes.topk_sae import TopKSAE, TopKSAEConfig, TopKTrainingSAE, TopKTrainingSAEConfig
from sae_lens.saes.transcoder import Transcoder, TranscoderConfig
from sparsify.config import SparseCoderConfig
from sparsify.sparse_coder import SparseCoder

D, F, K, ROWS = 16, 64, 8, 5
OUT = Path(__file__).parent / "saes"
METADATA = dict(
    model_name="pythia-70m-deduped",
    hook_name="blocks.3.hook_resid_post",
    hook_head_index=None,
    context_size=128,
    prepend_bos=True,
    seqpos_slice=[None],
    model_from_pretrained_kwargs={},
)


def fill(module, generator):
    """Random weights in which no bias is zero and decoder rows have different norms."""
    with torch.no_grad():
        for name, tensor in list(module.named_parameters()):
            scale = 0.3 if tensor.ndim == 2 else 0.1
            values = scale * torch.randn(tensor.shape, generator=generator)
            tensor.copy_(values.abs() * 4 if name == "threshold" else values)
    return module


def expect(folder, x, f, y):
    tensors = {"x": x, "f": f, "y": y}
    save_file({k: v.detach().float().contiguous() for k, v in tensors.items()}, folder / "expected.safetensors")


def case(name):
    folder = OUT / name
    folder.mkdir(parents=True)
    generator = torch.Generator().manual_seed(sum(name.encode()))
    return folder, torch.randn(ROWS, D, generator=generator), generator


def saelens(name, sae_class, config_class, training=False, dtype="float32", refused=False, **options):
    folder, x, generator = case(f"saelens-{name}")
    cfg = config_class(d_in=D, d_sae=F, dtype=dtype, metadata=SAEMetadata(**METADATA), **options)
    sae = fill(sae_class(cfg), generator)
    if hasattr(sae, "topk_threshold"):
        sae.topk_threshold.fill_(0.4)
    sae.save_model(folder)
    if training:
        # What SAELens itself makes of a checkpoint.
        sae.save_inference_model(folder / "inference")
        sae = SAE.load_from_disk(folder / "inference")
        shutil.rmtree(folder / "inference")
    elif not refused:
        sae = SAE.load_from_disk(folder, dtype="float32")
    if refused:
        return
    f = sae.encode(x)
    expect(folder, x, f, sae.decode(f))


def saelens_5(name, cfg):
    """The configuration as SAELens 5 and older wrote it, without metadata."""
    folder, x, generator = case(f"saelens-{name}")
    tensors = {
        "W_enc": 0.3 * torch.randn(D, F, generator=generator),
        "b_enc": 0.1 * torch.randn(F, generator=generator),
        "W_dec": 0.3 * torch.randn(F, D, generator=generator),
        "b_dec": 0.1 * torch.randn(D, generator=generator),
    }
    save_file(tensors, folder / "sae_weights.safetensors")
    (folder / "cfg.json").write_text(json.dumps({"d_in": D, "d_sae": F, "dtype": "float32", "device": "cpu", **cfg}))
    sae = SAE.load_from_disk(folder)
    f = sae.encode(x)
    expect(folder, x, f, sae.decode(f))


def dictionary_learning(dict_class, sae, k=None, loader=None, **trainer):
    folder, x, generator = case(f"dictionary-learning-{dict_class}")
    fill(sae, generator)
    if hasattr(sae, "threshold") and sae.threshold.ndim == 0:
        sae.threshold.fill_(0.4)
    torch.save({name: tensor.cpu() for name, tensor in sae.state_dict().items()}, folder / "ae.pt")
    config = {
        "trainer": {
            "trainer_class": "Trainer",
            "dict_class": dict_class,
            "activation_dim": D,
            "dict_size": F,
            "lr": 1e-4,
            "steps": 100,
            "seed": 0,
            "device": "cuda:0",
            "layer": 3,
            "lm_name": "EleutherAI/pythia-70m-deduped",
            "wandb_name": dict_class,
            "submodule_name": "resid_post_layer_3",
            **({"k": k} if k is not None else {}),
            **trainer,
        },
        "buffer": {"d_submodule": D, "io": "out", "n_ctxs": 10, "ctx_len": 128, "device": "cuda:0"},
    }
    (folder / "config.json").write_text(json.dumps(config))
    # As its load_dictionary does.
    loaded = loader(folder / "ae.pt")
    f = loaded.encode(x)
    expect(folder, x, f, loaded.decode(f))


def torch_files():
    """An OrderedDict of parameters with its attributes, a pickle that calls a function, and the format before 1.6."""
    folder, x, generator = case("dictionary-learning-torch-ordered")
    sae = fill(AutoEncoderNew(D, F), generator)
    torch.save(sae.state_dict(keep_vars=True), folder / "ae.pt")
    config = {"trainer": {"dict_class": "AutoEncoderNew"}}
    (folder / "config.json").write_text(json.dumps(config))
    f = sae.encode(x)
    expect(folder, x, f, sae.decode(f))

    class Malicious:
        def __reduce__(self):
            return os.system, ("touch /tmp/executed",)

    folder, _, _ = case("dictionary-learning-torch-malicious")
    (folder / "config.json").write_text(json.dumps(config))
    torch.save({"encoder.weight": torch.zeros(F, D), "encoder.bias": Malicious()}, folder / "ae.pt")
    folder, _, _ = case("dictionary-learning-torch-legacy")
    (folder / "config.json").write_text(json.dumps(config))
    torch.save({"encoder.bias": torch.zeros(F)}, folder / "ae.pt", _use_new_zipfile_serialization=False)


def sparsify(name, dtype=torch.float32, **options):
    folder, x, generator = case(f"sparsify-{name}/layers.3")
    sae = fill(SparseCoder(D, SparseCoderConfig(num_latents=F, k=K, **options), dtype=dtype), generator)
    sae.save_to_disk(folder)
    (folder.parent / "config.json").write_text(
        json.dumps({"model": "EleutherAI/pythia-70m-deduped", "ctx_len": 512, "sae": sae.cfg.to_dict()})
    )
    if options.get("skip_connection") or options.get("activation") == "groupmax":
        return
    sae = SparseCoder.load_from_disk(folder).float()
    top, indices, _ = sae.encode(x)
    f = torch.zeros(ROWS, F).scatter(1, indices, top)
    expect(folder, x, f, sae.decode(top, indices))


def gemma_scope(name, save, dtype=np.float32):
    folder, x, generator = case(f"gemma-scope-{name}")
    cfg = JumpReLUSAEConfig(d_in=D, d_sae=F, apply_b_dec_to_input=False)
    sae = fill(JumpReLUSAE(cfg), generator)
    arrays = {name: tensor.detach().numpy().astype(dtype) for name, tensor in sae.named_parameters()}
    save(folder / "params.npz", **arrays)
    sae.load_state_dict({name: torch.tensor(array.astype(np.float32)) for name, array in arrays.items()})
    f = sae.encode(x)
    expect(folder, x, f, sae.decode(f))


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    saelens("standard", StandardSAE, StandardSAEConfig)
    saelens("standard-without-centring", StandardSAE, StandardSAEConfig, apply_b_dec_to_input=False)
    saelens("topk", TopKSAE, TopKSAEConfig, k=K)
    saelens("topk-rescaled", TopKSAE, TopKSAEConfig, k=K, rescale_acts_by_decoder_norm=True)
    saelens("gated", GatedSAE, GatedSAEConfig)
    saelens("jumprelu", JumpReLUSAE, JumpReLUSAEConfig)
    saelens("bfloat16", StandardSAE, StandardSAEConfig, dtype="bfloat16")
    saelens("float16", StandardSAE, StandardSAEConfig, dtype="float16")
    saelens("float64", StandardSAE, StandardSAEConfig, dtype="float64")
    saelens("transcoder", Transcoder, TranscoderConfig, refused=True, d_out=D, apply_b_dec_to_input=False)
    saelens("checkpoint-standard", StandardTrainingSAE, StandardTrainingSAEConfig, training=True)
    saelens("checkpoint-topk", TopKTrainingSAE, TopKTrainingSAEConfig, training=True, k=K)
    saelens("checkpoint-jumprelu", JumpReLUTrainingSAE, JumpReLUTrainingSAEConfig, training=True)
    saelens("checkpoint-batchtopk", BatchTopKTrainingSAE, BatchTopKTrainingSAEConfig, training=True, k=K)
    saelens(
        "checkpoint-matryoshka",
        MatryoshkaBatchTopKTrainingSAE,
        MatryoshkaBatchTopKTrainingSAEConfig,
        training=True,
        k=K,
        matryoshka_widths=[16, F],
    )
    old = {"model_name": "gpt2-small", "hook_point": "blocks.3.hook_resid_pre", "hook_point_layer": 3, "lp_norm": 1}
    saelens_5("5-standard", {**old, "activation_fn": "relu", "normalize_activations": False, "context_size": 128})
    saelens_5("5-topk", {**old, "activation_fn_str": "topk", "activation_fn_kwargs": {"k": K}})
    dictionary_learning("AutoEncoder", AutoEncoder(D, F), loader=AutoEncoder.from_pretrained)
    dictionary_learning("AutoEncoderNew", AutoEncoderNew(D, F), loader=AutoEncoderNew.from_pretrained)
    dictionary_learning("GatedAutoEncoder", GatedAutoEncoder(D, F), loader=GatedAutoEncoder.from_pretrained)
    dictionary_learning("JumpReluAutoEncoder", JumpReluAutoEncoder(D, F), loader=JumpReluAutoEncoder.from_pretrained)
    dictionary_learning("AutoEncoderTopK", AutoEncoderTopK(D, F, K), k=K, loader=AutoEncoderTopK.from_pretrained)
    dictionary_learning("BatchTopKSAE", BatchTopKSAE(D, F, K), k=K, loader=BatchTopKSAE.from_pretrained)
    matryoshka = MatryoshkaBatchTopKSAE(D, F, K, [16, 48])
    loader = MatryoshkaBatchTopKSAE.from_pretrained
    dictionary_learning("MatryoshkaBatchTopKSAE", matryoshka, k=K, loader=loader, group_sizes=[16, 48])
    torch_files()
    sparsify("topk")
    sparsify("bfloat16", dtype=torch.bfloat16)
    sparsify("skip", skip_connection=True)
    sparsify("groupmax", activation="groupmax")
    gemma_scope("stored", np.savez)
    gemma_scope("deflated", np.savez_compressed)
    gemma_scope("float16", np.savez, dtype=np.float16)
    gemma_scope("columns", lambda path, **arrays: np.savez(path, **{k: np.asfortranarray(v) for k, v in arrays.items()}))


main()
