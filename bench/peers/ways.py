"""The ways in which a peer encodes and decodes. All compute the same values."""

import torch
import torch.nn.functional as F

from codes import Code


class DenseEncoder:
    """Pre-activations as a dense matrix with a gradient."""

    def __init__(self, x, W, bias):
        self.z = F.linear(x, W, bias)

    def at(self, support):
        return self.z.view(-1).index_select(0, support.flat)

    def among(self, latents):
        return self.z.index_select(1, latents)


class SparseEncoder:
    """Pre-activations with a gradient only for the entries that are used, so that the backward pass has no product."""

    def __init__(self, x, W, bias):
        self.x, self.W, self.bias = x, W, bias
        with torch.no_grad():
            self.z = F.linear(x, W, bias)

    def at(self, support):
        return SelectedLinear.apply(self.W, self.bias, self.x, self.z.view(-1)[support.flat], support)

    def among(self, latents):
        return F.linear(self.x, self.W.index_select(0, latents), self.bias.index_select(0, latents))


class SelectedLinear(torch.autograd.Function):
    """Some entries of x·Wᵀ + bias. A row of W's gradient is the weighted sum of x over the entries of that row."""

    @staticmethod
    def forward(ctx, W, bias, x, values, support):
        ctx.save_for_backward(x)
        ctx.support = support
        return values

    @staticmethod
    def backward(ctx, to_values):
        (x,) = ctx.saved_tensors
        order, rows, offsets = ctx.support.by_column()
        to_W = F.embedding_bag(rows, x, offsets, mode="sum", per_sample_weights=to_values[order])
        to_bias = to_values.new_zeros(ctx.support.width).index_add_(0, ctx.support.columns, to_values)
        return to_W, to_bias, None, None, None


def dense_decode(code, W):
    return code.dense() @ W


def dense_prefixes(code, W, bounds):
    """Reconstructions from the first bounds[g] latents, each built on the previous one: one product's work in total."""
    f = code.dense()
    parts = []
    for begin, end in zip([0, *bounds], bounds):
        part = f[:, begin:end] @ W[begin:end]
        parts.append(parts[-1] + part if parts else part)
    return parts


def sparse_decode(code, W):
    """Sums rows of W_dec with PyTorch's embedding bag."""
    support = code.support
    return F.embedding_bag(support.columns, W, support.offsets, mode="sum", per_sample_weights=code.values)


def sparse_prefixes(code, W, bounds):
    """One bag per row and group. Columns are sorted within a row, so the entries of a group are contiguous."""
    support = code.support
    starts = (torch.arange(support.rows) * support.width).unsqueeze(1) + torch.tensor([0, *bounds[:-1]])
    offsets = torch.searchsorted(support.flat, starts.flatten())
    bags = F.embedding_bag(support.columns, W, offsets, mode="sum", per_sample_weights=code.values)
    return list(bags.view(support.rows, len(bounds), -1).cumsum(dim=1).unbind(dim=1))


class Way:
    def __init__(self, encoder, decode, prefixes):
        self.encoder, self.decode, self.prefixes = encoder, decode, prefixes

    def encode(self, p, x, centred=True, bias="b_enc"):
        """Computes (x − b_dec)·Wᵀ + b as x·Wᵀ + (b − W·b_dec), so that b_dec's gradient needs no product over the batch."""
        own = p[bias] if bias else 0.0
        return self.encoder(x, p["W_enc"], own - p["W_enc"] @ p["b_dec"] if centred else own)

    def code(self, encoded, support):
        return Code(F.relu(encoded.at(support)), support)


DENSE = Way(DenseEncoder, dense_decode, dense_prefixes)
SPARSE_DECODE = Way(DenseEncoder, sparse_decode, sparse_prefixes)
SPARSE = Way(SparseEncoder, sparse_decode, sparse_prefixes)
