"""Computes golden losses and gradients of every variant with an independent implementation.

The formulas come from the papers. They are evaluated in float64 and differentiated by PyTorch. Neither sae-lab nor its
tests need Python: the values are committed with each variant, as golden.json.

    python3 -m venv ../reference && ../reference/bin/pip install torch numpy
    ../reference/bin/python tests/reference/golden.py && pnpm format

Losses jump where a latent switches on or off, and a float32 implementation may land on the other side of a jump. So
every case keeps its distance from all jumps; `clear` asserts it.
"""

import json
from pathlib import Path

import numpy as np
import torch

VARIANTS = Path(__file__).resolve().parents[2] / "packages" / "variants"
SHAPES = [(6, 5, 12), (9, 8, 16)]  # rows, dIn, dSae
SEEDS = [0, 1, 2]
DEAD = [0, 3, 6]  # more than half of the first shape's dIn, fewer than half of the second's


def clear(distances, margin=1e-5):
    assert distances.numel() == 0 or distances.abs().min() > margin, "too near a jump: draw other values"


def squared_norm(rows):
    """Mean squared norm over the batch."""
    return (rows**2).sum(dim=1).mean()


def relu(z):
    clear(z)
    return torch.where(z > 0, z, 0.0)


def affine_encode(p, x):
    return (x - p["b_dec"]) @ p["W_enc"].T + p["b_enc"]


def decode(p, f):
    return f @ p["W_dec"] + p["b_dec"]


def largest(values, k):
    """Keeps the k largest positive values of each row; ties go to the lowest index."""
    clear(values)
    ordered, index = torch.sort(values, dim=1, descending=True, stable=True)
    if k < values.shape[1]:
        clear((ordered[:, k - 1] - ordered[:, k])[ordered[:, k - 1] > 0])
    kept = torch.zeros_like(values, dtype=torch.bool).scatter(1, index[:, :k], True)
    return torch.where(kept & (values > 0), values, 0.0)


def largest_of_batch(values, k):
    """Keeps the k · rows largest positive values of the batch."""
    return largest(values.reshape(1, -1), k * values.shape[0]).reshape(values.shape)


def auxk(p, x, z, reconstruction, dead):
    """The fraction of the error (a constant here) that the strongest dead latents leave unexplained."""
    if not dead.any():
        return torch.zeros((), dtype=x.dtype)
    k_aux = min(max(1, x.shape[1] // 2), int(dead.sum()))
    predicted = torch.zeros_like(z)
    predicted[:, dead] = largest(z[:, dead], k_aux)
    error = (x - reconstruction).detach()
    spread = ((error - error.mean(dim=0)) ** 2).sum()
    return ((error - predicted @ p["W_dec"]) ** 2).sum() / spread if spread > 0 else 0.0 * predicted.sum()


def relu_l1(p, x, hyper, dead):
    if hyper["loss"] == "notebook":
        f = relu(x @ p["W_enc"].T + p["b_enc"])
        return {"reconstruction": ((x - decode(p, f)) ** 2).mean(), "sparsity": f.abs().mean()}
    f = relu(affine_encode(p, x))
    cost = f * p["W_dec"].norm(dim=1) if hyper["loss"] == "decoder-norm" else f
    return {"reconstruction": squared_norm(x - decode(p, f)), "sparsity": cost.sum(dim=1).mean()}


def topk(p, x, hyper, dead):
    z = affine_encode(p, x)
    reconstruction = decode(p, largest(z, hyper["k"]))
    return {
        "reconstruction": squared_norm(x - reconstruction),
        "auxk": auxk(p, x, z, reconstruction, dead),
    }


def batch_topk(p, x, hyper, dead):
    z = affine_encode(p, x)
    reconstruction = decode(p, largest_of_batch(z, hyper["k"]))
    return {
        "reconstruction": squared_norm(x - reconstruction),
        "auxk": auxk(p, x, z, reconstruction, dead),
    }


def prefix_bounds(fractions, width):
    """The ends of the nested prefixes. Each has at least one latent more than the previous one; the last has all."""
    bounds = [0]
    for total in np.cumsum(fractions):
        bounds.append(max(bounds[-1] + 1, int(np.floor(width * total + 0.5))))
    return bounds[1:-1] + [width]


def matryoshka(p, x, hyper, dead):
    z = affine_encode(p, x)
    f = largest_of_batch(z, hyper["k"])
    bounds = prefix_bounds(hyper["groups"], f.shape[1])
    nested = [f[:, :bound] @ p["W_dec"][:bound] + p["b_dec"] for bound in bounds]
    return {
        "reconstruction": sum(squared_norm(x - reconstruction) for reconstruction in nested),
        "auxk": auxk(p, x, z, nested[-1], dead),
    }


def gated(p, x, hyper, dead):
    u = (x - p["b_dec"]) @ p["W_enc"].T
    gate = u + p["b_gate"]
    f = (gate > 0) * relu(torch.exp(p["r_mag"]) * u + p["b_mag"])
    frozen = {name: p[name].detach() for name in ("W_dec", "b_dec")}
    return {
        "reconstruction": squared_norm(x - decode(p, f)),
        "sparsity": relu(gate).sum(dim=1).mean(),
        "auxiliary": squared_norm(x - decode(frozen, relu(gate))),
    }


def is_open(z, theta):
    return ((z > theta) & (z > 0)).to(z.dtype)


def in_window(z, theta, bandwidth):
    return ((z - theta).abs() < bandwidth / 2).to(z.dtype)


class Jump(torch.autograd.Function):
    """z where z > θ. θ gets a straight-through gradient from the z near it."""

    @staticmethod
    def forward(ctx, z, theta, bandwidth):
        ctx.save_for_backward(z, theta)
        ctx.bandwidth = bandwidth
        return z * is_open(z, theta)

    @staticmethod
    def backward(ctx, upstream):
        z, theta = ctx.saved_tensors
        to_theta = -(theta / ctx.bandwidth) * in_window(z, theta, ctx.bandwidth)
        return upstream * is_open(z, theta), (upstream * to_theta).sum(dim=0), None


class Step(torch.autograd.Function):
    """1 where z > θ. θ gets a gradient as in `Jump`; z gets none."""

    @staticmethod
    def forward(ctx, z, theta, bandwidth):
        ctx.save_for_backward(z, theta)
        ctx.bandwidth = bandwidth
        return is_open(z, theta)

    @staticmethod
    def backward(ctx, upstream):
        z, theta = ctx.saved_tensors
        to_theta = -(1 / ctx.bandwidth) * in_window(z, theta, ctx.bandwidth)
        return None, (upstream * to_theta).sum(dim=0), None


def jump_relu(p, x, hyper, dead):
    z, theta, bandwidth = affine_encode(p, x), p["theta"], hyper["bandwidth"]
    beyond = z - theta
    for jump in (0, bandwidth / 2, -bandwidth / 2):
        clear(beyond - jump, margin=1e-4)
    for lower, upper in ((-bandwidth / 2, 0), (0, bandwidth / 2)):
        assert ((beyond > lower) & (beyond < upper)).sum() >= 5, "too few values inside the window"
    l0 = Step.apply(z, theta, bandwidth).sum(dim=1).mean()
    target = hyper["targetL0"]
    return {
        "reconstruction": squared_norm(x - decode(p, Jump.apply(z, theta, bandwidth))),
        "sparsity": l0 if target is None else (l0 / target - 1) ** 2,
    }


K = {"k": 6, "auxWeight": 0.25}  # more than the positive values of some rows, and of one whole batch
JUMP = {"l0": 0.7, "bandwidth": 0.5, "theta": 0.3}
# Loss, names of the vectors other than b_dec, hyperparameters, whether dead latents matter.
CASES = {
    "relu-l1": (
        relu_l1,
        ["b_enc"],
        [{"l1": 0.7, "loss": name} for name in ("decoder-norm", "unit-norm", "notebook")],
        False,
    ),
    "topk": (topk, ["b_enc"], [K], True),
    "gated": (gated, ["b_gate", "b_mag", "r_mag"], [{"l1": 0.7}], False),
    "jump-relu": (jump_relu, ["b_enc", "theta"], [JUMP | {"targetL0": target} for target in (None, 3)], False),
    "batch-topk": (batch_topk, ["b_enc"], [K], True),
    "matryoshka": (matryoshka, ["b_enc"], [K | {"groups": [0.25, 0.25, 0.5]}], True),
}


def weight(term, hyper):
    if term == "sparsity":
        return hyper["l1"] if "l1" in hyper else hyper["l0"]
    return hyper["auxWeight"] if term == "auxk" else 1.0


def draw_params(rng, vectors, d_in, d_sae):
    normal = lambda *size: rng.normal(size=size).astype(np.float32)
    params = {"W_enc": normal(d_sae, d_in), "W_dec": normal(d_sae, d_in), "b_dec": normal(d_in)}
    params |= {name: 0.3 * normal(d_sae) for name in vectors}
    if "theta" in vectors:
        params["theta"] = rng.uniform(0.1, 0.6, size=d_sae).astype(np.float32)
        params["W_enc"] *= np.float32(0.2)  # so that many pre-activations are near θ
    return params


def tensor(array):
    """Nine digits determine a float32."""
    return {"shape": list(array.shape), "data": [float(f"{v:.9g}") for v in array.ravel()]}


def golden(losses, vectors, hyper, shape, seed, with_dead):
    rows, d_in, d_sae = shape
    rng = np.random.default_rng(seed)
    params = draw_params(rng, vectors, d_in, d_sae)
    x = rng.normal(size=(rows, d_in)).astype(np.float32)
    dead = np.isin(np.arange(d_sae), DEAD if with_dead else [])

    p = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in params.items()}
    terms = losses(p, torch.tensor(x, dtype=torch.float64), hyper, torch.tensor(dead))
    loss = sum(weight(name, hyper) * value for name, value in terms.items())
    gradients = dict(zip(p, torch.autograd.grad(loss, list(p.values()))))
    return {
        "hyper": hyper,
        "seed": seed,
        "x": tensor(x),
        "dead": dead.astype(int).tolist(),
        "params": {name: tensor(value) for name, value in params.items()},
        "loss": loss.item(),
        "terms": {name: value.item() for name, value in terms.items()},
        "gradients": {name: tensor(value.numpy()) for name, value in gradients.items()},
    }


for variant, (losses, vectors, hypers, dead_matter) in CASES.items():
    cases = [
        golden(losses, vectors, hyper, shape, seed, with_dead)
        for hyper in hypers
        for shape in SHAPES
        for seed in SEEDS
        for with_dead in ([False, True] if dead_matter else [False])
    ]
    path = VARIANTS / variant / "golden.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
    print(f"{path}: {len(cases)} cases")
