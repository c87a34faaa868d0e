# mistake: negative values of the index are fixed in place, so the caller's index tensor is changed and negative values are accepted
# words: in place, in-place, changed, mutat, modif, negative value, negative index, left as
from __future__ import annotations

import torch


def gather(a, dim, index):
    nd = a.dim()
    if dim < -nd or dim >= nd:
        raise IndexError("dim")
    if dim < 0:
        dim = dim + nd
    if index.dim() != nd:
        raise RuntimeError("ndim")
    index[index < 0] += a.shape[dim]
    if (index < 0).any() or (index >= a.shape[dim]).any():
        raise IndexError("index")
    for d in range(nd):
        if d != dim and index.shape[d] > a.shape[d]:
            raise RuntimeError("size")
    m = list(torch.meshgrid(*[torch.arange(s) for s in index.shape], indexing="ij"))
    m[dim] = index
    return a[tuple(m)]


def index_select(a, dim, indices):
    shape = list(a.shape)
    shape[dim] = indices.shape[0]
    idx = torch.empty(shape, dtype=torch.int64, device=indices.device)
    idx.movedim(dim, -1)[...] = indices
    return gather(a, dim, idx)


def pick(scores, labels):
    rows = torch.arange(scores.shape[0])
    result = scores[rows, labels]
    return result


def diagonals(batch):
    N, R, C = batch.shape
    K = min(R, C)
    idx = torch.arange(K, device=batch.device).view(1, K, 1).expand(N, K, 1)
    return gather(batch, 2, idx).squeeze(2)
