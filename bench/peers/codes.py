"""Active latents as entries of a sparse matrix."""

from dataclasses import dataclass

import torch


@dataclass
class Code:
    """Active entries of a B × width matrix, in row order, so that the entries of a row are contiguous."""

    values: torch.Tensor  # [entries]
    support: "Support"

    def dense(self):
        s = self.support
        zeros = self.values.new_zeros(s.rows * s.width)
        return zeros.scatter(0, s.flat, self.values).view(s.rows, s.width)

    def fired(self):
        on = torch.zeros(self.support.width, dtype=torch.bool)
        on[self.support.columns[self.values > 0]] = True
        return on


class Support:
    """The positions of the entries."""

    def __init__(self, flat, rows, width):
        """flat: row · width + column, [entries], in row order"""
        self.flat, self.rows, self.width = flat, rows, width
        self.columns = flat % width
        self.offsets = torch.searchsorted(flat, torch.arange(rows) * width)  # where each row begins

    def by_column(self):
        """The order that makes the entries of a column contiguous, the row of each entry in that order, and where each column starts."""
        columns, order = self.columns.sort()
        rows = torch.div(self.flat, self.width, rounding_mode="floor")[order]
        return order, rows, torch.searchsorted(columns, torch.arange(self.width))


@torch.no_grad()
def largest_of_rows(z, k):
    rows, width = z.shape
    columns = torch.topk(z, k, dim=1, sorted=False).indices.sort(dim=1).values
    return Support((columns + (torch.arange(rows) * width).unsqueeze(1)).flatten(), rows, width)


@torch.no_grad()
def largest_of_batch(z, k):
    """Five times as fast as PyTorch's topk over everything: a sample rules out most entries."""
    rows, width = z.shape
    flat, wanted = z.reshape(-1), k * rows
    sample = flat[:: 61 if flat.numel() > 100_000 else 1]
    share = min(sample.numel(), int(1.2 * wanted * sample.numel() / flat.numel()) + 1)
    bound = torch.topk(sample, share, sorted=False).values.min()
    candidates = (flat >= bound).nonzero().squeeze(1)
    if candidates.numel() < wanted:
        candidates = torch.arange(flat.numel())
    chosen = torch.topk(flat[candidates], wanted, sorted=False).indices
    return Support(candidates[chosen].sort().values, rows, width)


@torch.no_grad()
def above(z, threshold):
    """All entries above a threshold per column."""
    return Support((z > threshold).view(-1).nonzero().squeeze(1), *z.shape)
