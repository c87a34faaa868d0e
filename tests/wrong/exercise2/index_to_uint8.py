# mistake: the index is converted to a small integer type (int8) and overflows for tensors longer than 127
# words: int8, overflow, int64, type of the index, integer type, 127, large index, long dimension
from __future__ import annotations

import torch


def gather(a, dim, index):
    """see torch docs"""
    # --- validate the arguments ---
    nd = a.ndim
    if dim not in range(-nd, nd):
        raise IndexError(dim)
    dim = range(nd)[dim]
    if index.ndim != nd:
        raise RuntimeError('number of dimensions')
    if not all(d == dim or index.size(d) <= a.size(d) for d in range(nd)):
        raise RuntimeError('too large')
    if not ((0 <= index) & (index < a.size(dim))).all():
        raise RuntimeError('value out of range')
    # --- do the work ---
    index = index.to(torch.int8)  # saves memory
    coords = [torch.arange(s).view([-1 if k == d else 1 for k in range(nd)]) for d, s in enumerate(index.shape)]
    coords[dim] = index.long()
    return a[tuple(coords)]


def index_select(a, dim, indices):
    """uses gather from above"""
    n = a.dim()
    if dim < -n or dim > n - 1:
        raise IndexError('dim out of range')
    d = dim + n if dim < 0 else dim
    idx = indices
    for _ in range(d):
        idx = idx.unsqueeze(0)
    for _ in range(n - d - 1):
        idx = idx.unsqueeze(-1)
    target = a.shape[:d] + (len(indices),) + a.shape[d + 1:]
    return gather(a, dim, idx.expand(target))


def pick(scores, labels):
    """Pick the score of the label in each row."""
    rows = torch.arange(scores.shape[0])
    result = scores[rows, labels]
    return result


def diagonals(batch):
    """Main diagonals of a batch of matrices."""
    N, R, C = batch.shape
    K = min(R, C)
    idx = torch.arange(K, device=batch.device).view(1, K, 1).expand(N, K, 1)
    return gather(batch, 2, idx).squeeze(2)
