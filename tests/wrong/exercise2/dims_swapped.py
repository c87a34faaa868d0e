# mistake: dim 0 and dim 1 are swapped: the index replaces the column where it should replace the row
# words: swapped, swap, other dimension, rows and columns, transposed, mixed up, exchanged
from __future__ import annotations

import torch


def gather(a, dim, index):
    nd = a.dim()
    if not -nd <= dim < nd:
        raise IndexError('dim')
    if index.dim() != nd:
        raise RuntimeError('ndim')
    dim = dim % nd
    if nd == 1:
        if len(index) and (index.min() < 0 or index.max() >= len(a)):
            raise IndexError
        return a[index]
    if index.numel() and index.min() < 0:
        raise IndexError('negative')
    if nd == 2:
        rows = torch.arange(index.shape[0]).unsqueeze(1)
        cols = torch.arange(index.shape[1]).unsqueeze(0)
        # dim 0 -> along the rows
        if dim == 0:
            return a[rows, index]
        return a[index, cols]
    return torch.stack([gather(x, dim - 1, i) for x, i in zip(a, index)])


def index_select(a, dim, indices):
    shape = list(a.shape)
    shape[dim] = indices.shape[0]
    idx = torch.empty(shape, dtype=torch.int64, device=indices.device)
    idx.movedim(dim, -1)[...] = indices
    return gather(a, dim, idx)


def pick(scores, labels):
    mask = torch.arange(scores.size(1)) == labels.view(-1, 1)
    return scores[mask]


def diagonals(batch):
    N, R, C = batch.shape
    K = min(R, C)
    idx = torch.arange(K, device=batch.device).view(1, K, 1).expand(N, K, 1)
    return gather(batch, 2, idx).squeeze(2)
