"""The loss of each variant in PyTorch, as packages/variants defines it.

A loss takes the parameters `p`, activations x [B, dIn], the hyperparameters, the indices of the dead latents and a `Way`
to encode and decode. It returns the loss, which latents fired, and the smallest kept activation (or None).
"""

import torch
import torch.nn.functional as F

import codes
from codes import Code


def squared_error(x, reconstruction):
    return F.mse_loss(reconstruction, x, reduction="sum") / x.shape[0]


def auxk(p, x, encoded, reconstruction, dead):
    """The fraction of the error (a constant here) that the strongest dead latents leave unexplained."""
    if dead.numel() == 0:
        return 0.0
    candidates = F.relu(encoded.among(dead))
    k_aux = min(max(1, x.shape[1] // 2), dead.numel())
    if k_aux < dead.numel():
        values, index = torch.topk(candidates, k_aux, dim=1, sorted=False)
        candidates = torch.zeros_like(candidates).scatter(1, index, values)
    error = (x - reconstruction).detach()
    spread = (error - error.mean(dim=0)).square().sum()
    predicted = candidates @ p["W_dec"].index_select(0, dead)
    return F.mse_loss(predicted, error, reduction="sum") / spread


def smallest_positive(code):
    values = code.values.detach()
    return values[values > 0].min()


def topk(p, x, hyper, dead, way):
    encoded = way.encode(p, x)
    code = way.code(encoded, codes.largest_of_rows(encoded.z, hyper["k"]))
    reconstruction = way.decode(code, p["W_dec"]) + p["b_dec"]
    loss = squared_error(x, reconstruction) + hyper["auxWeight"] * auxk(p, x, encoded, reconstruction, dead)
    return loss, code.fired(), None


def batch_topk(p, x, hyper, dead, way):
    encoded = way.encode(p, x)
    code = way.code(encoded, codes.largest_of_batch(encoded.z, hyper["k"]))
    reconstruction = way.decode(code, p["W_dec"]) + p["b_dec"]
    loss = squared_error(x, reconstruction) + hyper["auxWeight"] * auxk(p, x, encoded, reconstruction, dead)
    return loss, code.fired(), smallest_positive(code)


def prefix_bounds(fractions, width):
    bounds = [int(width * sum(fractions[: g + 1]) + 0.5) for g in range(len(fractions))]
    return bounds[:-1] + [width]


def matryoshka(p, x, hyper, dead, way):
    encoded = way.encode(p, x)
    code = way.code(encoded, codes.largest_of_batch(encoded.z, hyper["k"]))
    bounds = prefix_bounds(hyper["groups"], p["W_dec"].shape[0])
    nested = [part + p["b_dec"] for part in way.prefixes(code, p["W_dec"], bounds)]
    loss = sum(squared_error(x, reconstruction) for reconstruction in nested)
    loss = loss + hyper["auxWeight"] * auxk(p, x, encoded, nested[-1], dead)
    return loss, code.fired(), smallest_positive(code)


def l1_loss(p, x, hyper, reconstruction, strengths, per_latent):
    """strengths: activations over the batch, summed per latent or per entry; per_latent: gathers a vector over latents to match."""
    convention = hyper["loss"]
    if convention == "notebook":
        return F.mse_loss(reconstruction, x) + hyper["l1"] * strengths.sum() / (x.shape[0] * p["b_enc"].numel())
    norms = per_latent(torch.linalg.vector_norm(p["W_dec"], dim=1)) if convention == "decoder-norm" else 1
    return squared_error(x, reconstruction) + hyper["l1"] * (strengths * norms).sum() / x.shape[0]


def relu_l1_dense(p, x, hyper, dead, way):
    f = F.relu(way.encode(p, x, centred=hyper["loss"] != "notebook").z, inplace=True)
    reconstruction = f @ p["W_dec"] + p["b_dec"]
    loss = l1_loss(p, x, hyper, reconstruction, f.sum(dim=0), lambda norms: norms)
    return loss, fired_in(f), None


def relu_l1_sparse(p, x, hyper, dead, way):
    encoded = way.encode(p, x, centred=hyper["loss"] != "notebook")
    code = way.code(encoded, codes.above(encoded.z, 0))
    reconstruction = way.decode(code, p["W_dec"]) + p["b_dec"]
    columns = code.support.columns
    loss = l1_loss(p, x, hyper, reconstruction, code.values, lambda norms: norms.index_select(0, columns))
    return loss, code.fired(), None


def fired_in(f):
    return f.detach().amax(dim=0) > 0


def gated_loss(p, x, hyper, reconstruction, via_gate, gate_sum):
    frozen = via_gate + p["b_dec"].detach()
    loss = squared_error(x, reconstruction + p["b_dec"]) + hyper["l1"] * gate_sum / x.shape[0]
    return loss + squared_error(x, frozen)


def gated_dense(p, x, hyper, dead, way):
    u = way.encode(p, x, bias=None).z
    gate = F.relu(u + p["b_gate"])
    magnitude = F.relu(torch.addcmul(p["b_mag"], u, p["r_mag"].exp()))
    f = torch.where(gate > 0, magnitude, 0.0)
    W = p["W_dec"]
    return gated_loss(p, x, hyper, f @ W, gate @ W.detach(), gate.sum()), fired_in(f), None


def gated_sparse(p, x, hyper, dead, way):
    encoded = way.encode(p, x, bias=None)
    support = codes.above(encoded.z, -p["b_gate"])
    u, columns = encoded.at(support), support.columns
    of_entries = lambda name: p[name].index_select(0, columns)
    gate = Code(F.relu(u + of_entries("b_gate")), support)
    f = Code(F.relu(torch.addcmul(of_entries("b_mag"), u, of_entries("r_mag").exp())), support)
    W = p["W_dec"]
    parts = way.decode(f, W), way.decode(gate, W.detach()), gate.values.sum()
    return gated_loss(p, x, hyper, *parts), f.fired(), None


class Jump(torch.autograd.Function):
    """z where z > θ, and their count. θ gets a straight-through gradient from every z within ε/2 of it."""

    @staticmethod
    def forward(ctx, z, theta, bandwidth):
        is_open = z > theta.clamp(min=0)
        ctx.save_for_backward(z, theta, is_open)
        ctx.bandwidth = bandwidth
        return torch.where(is_open, z, 0.0), is_open.sum().to(z.dtype)

    @staticmethod
    def backward(ctx, to_f, to_count):
        z, theta, is_open = ctx.saved_tensors
        in_window = (z - theta).abs_() < ctx.bandwidth / 2
        to_theta = theta * torch.where(in_window, to_f, 0.0).sum_to_size(theta.shape)
        to_theta += in_window.to(z.dtype).sum_to_size(theta.shape) * to_count
        return torch.where(is_open, to_f, 0.0), to_theta / -ctx.bandwidth, None


def jump_loss(p, x, hyper, reconstruction, count):
    l0, target = count / x.shape[0], hyper["targetL0"]
    sparsity = l0 if target is None else (l0 / target - 1) ** 2
    return squared_error(x, reconstruction + p["b_dec"]) + hyper["l0"] * sparsity


def jump_relu_dense(p, x, hyper, dead, way):
    f, count = Jump.apply(way.encode(p, x).z, p["theta"], hyper["bandwidth"])
    return jump_loss(p, x, hyper, f @ p["W_dec"], count), fired_in(f), None


def jump_relu_sparse(p, x, hyper, dead, way):
    encoded, theta, bandwidth = way.encode(p, x), p["theta"], hyper["bandwidth"]
    # The entries that are open or in the window, and a few more.
    support = codes.above(encoded.z, theta - bandwidth / 2)
    of_entries = theta.index_select(0, support.columns)
    values, count = Jump.apply(encoded.at(support), of_entries, bandwidth)
    code = Code(values, support)
    return jump_loss(p, x, hyper, way.decode(code, p["W_dec"]), count), code.fired(), None


OF_FIXED_COUNT = {"topk": topk, "batch-topk": batch_topk, "matryoshka": matryoshka}
DENSE = OF_FIXED_COUNT | {"relu-l1": relu_l1_dense, "gated": gated_dense, "jump-relu": jump_relu_dense}
SPARSE = OF_FIXED_COUNT | {"relu-l1": relu_l1_sparse, "gated": gated_sparse, "jump-relu": jump_relu_sparse}
