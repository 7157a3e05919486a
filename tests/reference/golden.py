"""Golden losses and gradients of every variant, by an independent implementation.

The formulas are written out here from the papers, in float64, and differentiated by JAX. Neither the product
nor its tests need Python: the values are committed beside each variant as golden.json.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install jax==0.10.2
    /tmp/reference/bin/python tests/reference/golden.py
"""

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
stop = jax.lax.stop_gradient
VARIANTS = Path(__file__).resolve().parents[2] / "packages" / "variants"
SHAPES = [(6, 5, 12), (9, 8, 7)]  # rows, dIn, dSae
SEEDS = [0, 1, 2]


def batch_mean_squared_error(x, y):
    return jnp.mean(jnp.sum((x - y) ** 2, axis=1))


def top_k(values, k):
    """Keeps the k largest of each row, of those that are positive; ties go to the lowest index."""
    order = jnp.argsort(-values, axis=1, stable=True)
    rank = jnp.argsort(order, axis=1, stable=True)
    return jnp.where((rank < k) & (values > 0), values, 0.0)


def relu_l1(p, x, hyper, dead):
    notebook = hyper["loss"] == "notebook"
    z = (x if notebook else x - p["b_dec"]) @ p["W_enc"].T + p["b_enc"]
    f = jnp.where(z > 0, z, 0.0)
    reconstruction = f @ p["W_dec"] + p["b_dec"]
    if notebook:
        return {"reconstruction": jnp.mean((x - reconstruction) ** 2), "sparsity": jnp.mean(jnp.abs(f))}
    norms = jnp.linalg.norm(p["W_dec"], axis=1) if hyper["loss"] == "decoder-norm" else 1.0
    return {
        "reconstruction": batch_mean_squared_error(x, reconstruction),
        "sparsity": jnp.mean(jnp.sum(f * norms, axis=1)),
    }


def topk(p, x, hyper, dead):
    z = (x - p["b_dec"]) @ p["W_enc"].T + p["b_enc"]
    reconstruction = top_k(z, hyper["k"]) @ p["W_dec"] + p["b_dec"]
    auxk = jnp.float64(0.0)
    if dead.sum() > 0:
        k_aux = min(max(1, x.shape[1] // 2), int(dead.sum()))
        error = stop(x - reconstruction)
        predicted = top_k(jnp.where(dead > 0, z, -1.0), k_aux) @ p["W_dec"]
        auxk = jnp.sum((error - predicted) ** 2) / jnp.sum((error - error.mean(0)) ** 2)
    return {"reconstruction": batch_mean_squared_error(x, reconstruction), "auxk": auxk}


def gated(p, x, hyper, dead):
    u = (x - p["b_dec"]) @ p["W_enc"].T
    gate = u + p["b_gate"]
    magnitude = jax.nn.relu(jnp.exp(p["r_mag"]) * u + p["b_mag"])
    f = jnp.where(gate > 0, 1.0, 0.0) * magnitude
    relu_gate = jax.nn.relu(gate)
    return {
        "reconstruction": batch_mean_squared_error(x, f @ p["W_dec"] + p["b_dec"]),
        "sparsity": jnp.mean(jnp.sum(relu_gate, axis=1)),
        "auxiliary": batch_mean_squared_error(x, relu_gate @ stop(p["W_dec"]) + stop(p["b_dec"])),
    }


CASES = {
    "relu-l1": (relu_l1, ["b_enc"], [{"l1": 0.7, "loss": name} for name in ("decoder-norm", "unit-norm", "notebook")]),
    "topk": (topk, ["b_enc"], [{"k": 3, "auxWeight": 0.25}]),
    "gated": (gated, ["b_gate", "b_mag", "r_mag"], [{"l1": 0.7}]),
}


def weights(hyper):
    return {"reconstruction": 1.0, "auxiliary": 1.0, "sparsity": hyper.get("l1"), "auxk": hyper.get("auxWeight")}


def golden(losses, vectors, hyper, shape, seed, with_dead):
    rows, d_in, d_sae = shape
    rng = np.random.default_rng(seed)
    draw = lambda *size: rng.normal(size=size).astype(np.float32)
    params = {"W_enc": draw(d_sae, d_in), "W_dec": draw(d_sae, d_in), "b_dec": draw(d_in)}
    params |= {name: 0.3 * draw(d_sae) for name in vectors}
    x = draw(rows, d_in)
    dead = (np.arange(d_sae) % 3 == 0 if with_dead else np.zeros(d_sae)).astype(np.float32)

    def total(p):
        terms = losses(p, jnp.asarray(x, jnp.float64), hyper, dead)
        return sum(weights(hyper)[name] * value for name, value in terms.items()), terms

    p64 = {name: jnp.asarray(value, jnp.float64) for name, value in params.items()}
    (loss, terms), gradients = jax.value_and_grad(total, has_aux=True)(p64)
    tensor = lambda a: {"shape": list(a.shape), "data": [float(f"{v:.9g}") for v in np.asarray(a).ravel()]}
    return {
        "hyper": hyper,
        "seed": seed,
        "x": tensor(x),
        "dead": dead.astype(int).tolist(),
        "params": {name: tensor(value) for name, value in params.items()},
        "loss": float(loss),
        "terms": {name: float(value) for name, value in terms.items()},
        "gradients": {name: tensor(value) for name, value in gradients.items()},
    }


for variant, (losses, vectors, hypers) in CASES.items():
    cases = [
        golden(losses, vectors, hyper, shape, seed, with_dead)
        for hyper in hypers
        for shape in SHAPES
        for seed in SEEDS
        for with_dead in ([False, True] if variant == "topk" else [False])
    ]
    path = VARIANTS / variant / "golden.json"
    path.write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
    print(f"{path}: {len(cases)} cases")
