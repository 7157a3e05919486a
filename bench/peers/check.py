"""Checks that the PyTorch peers compute what sae-lab computes: against its golden values and against each other."""

import json
from pathlib import Path

import torch

import losses
import ways
from torch_peer import TorchPeer, initial_params

VARIANTS = Path(__file__).resolve().parents[2] / "packages" / "variants"
TOLERANCE = 1e-4
WAYS = {
    "torch-dense": (losses.DENSE, ways.DENSE),
    "torch-sparse-decode": (losses.DENSE, ways.SPARSE_DECODE),
    "torch-sparse": (losses.SPARSE, ways.SPARSE),
}
OPTIMIZER = {"learningRate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "gradientClip": None}
LARGE = {"dIn": 64, "dSae": 512, "batch": 256, "deadAfterTokens": 1e9, "optimizer": OPTIMIZER}
HYPER = {
    "topk": {"k": 16, "auxWeight": 0.25},
    "batch-topk": {"k": 16, "auxWeight": 0.25},
    "matryoshka": {"k": 16, "auxWeight": 0.25, "groups": [1 / 32, 1 / 16, 1 / 8, 1 / 4, 17 / 32]},
    "relu-l1": {"l1": 0.5, "loss": "decoder-norm"},
    "gated": {"l1": 0.5},
    "jump-relu": {"l0": 0.01, "bandwidth": 0.05, "targetL0": None},
}


def ways_of(variant):
    names = WAYS if variant in losses.OF_FIXED_COUNT else ["torch-dense", "torch-sparse"]
    return {name: (WAYS[name][0][variant], WAYS[name][1]) for name in names}


def loss_and_gradients(loss_of, way, params, x, hyper, dead):
    p = {name: value.clone().requires_grad_() for name, value in params.items()}
    loss, _, _ = loss_of(p, x, hyper, dead, way)
    loss.backward()
    # A missing gradient is zero.
    gradients = {
        name: torch.zeros_like(value) if value.grad is None else value.grad for name, value in p.items()
    }
    return {"loss": loss.detach()} | gradients


def difference(found, expected):
    """The largest relative difference over the loss and all gradients."""
    relative = lambda a, b: ((a - b).abs().max() / b.abs().max().clamp(min=1e-6)).item()
    return max(relative(found[name], expected[name]) for name in expected)


def golden_cases(variant):
    tensor = lambda entry: torch.tensor(entry["data"], dtype=torch.float32).view(entry["shape"])
    for case in json.loads((VARIANTS / variant / "golden.json").read_text()):
        expected = {"loss": torch.tensor(case["loss"])}
        expected |= {name: tensor(value) for name, value in case["gradients"].items()}
        params = {name: tensor(value) for name, value in case["params"].items()}
        yield params, tensor(case["x"]), case["hyper"], torch.tensor(case["dead"]).nonzero().squeeze(1), expected


def large_case(variant):
    case = LARGE | {"variant": variant, "hyper": HYPER[variant], "deadLatents": 0, "l0": 16}
    case["decoderNorm"] = "free" if variant == "relu-l1" else "unit"
    generator = torch.Generator().manual_seed(3)
    params = initial_params(case, generator)
    params["b_dec"] = torch.randn(case["dIn"], generator=generator) / 10
    return case, params, torch.randn(case["batch"], case["dIn"], generator=generator)


def compare(variant):
    """Largest differences, keyed by the peer and what it was compared with."""
    found = {}
    for name, (loss_of, way) in ways_of(variant).items():
        found[f"{name} golden"] = max(
            difference(loss_and_gradients(loss_of, way, params, x, hyper, dead), expected)
            for params, x, hyper, dead, expected in golden_cases(variant)
        )
    case, params, x = large_case(variant)
    dead = torch.arange(0, 512, 10)
    results = {
        name: loss_and_gradients(*how, params, x, case["hyper"], dead) for name, how in ways_of(variant).items()
    }
    stepped = {}
    for name, (loss_of, way) in ways_of(variant).items():
        peer = TorchPeer(case, params, {variant: loss_of}, way)
        for _ in range(2):
            peer.step(x)
        stepped[name] = {key: value.detach() for key, value in peer.params.items()}
    for name in results:
        if name != "torch-dense":
            found[f"{name} torch-dense"] = difference(results[name], results["torch-dense"])
            found[f"{name} torch-dense, two steps"] = difference(stepped[name], stepped["torch-dense"])
    return found


def check():
    """Returns the exit code: 0 if all agree."""
    is_sound = True
    for variant in HYPER:
        found = compare(variant)
        is_sound = is_sound and all(value < TOLERANCE for value in found.values())
        print(json.dumps({"variant": variant, "largestRelativeDifference": found}))
    return 0 if is_sound else 1
