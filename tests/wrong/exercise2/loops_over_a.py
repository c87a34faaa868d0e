# mistake: the loops run over the shape of a instead of the shape of the index, which fails when the index is smaller or longer
# words: shape of a, shape of `a`, shape of the index, index.shape, smaller index, index smaller, smaller than, index's shape
from __future__ import annotations

import torch

def gather(a, dim, index):
    if dim < 0:
        dim += a.dim()
    if dim < 0 or dim >= a.dim():
        raise IndexError("dim out of range")
    if index.dim() != a.dim():
        raise RuntimeError("dims")
    if (index < 0).any():
        raise IndexError("negative index")
    if a.dim() == 1:
        return torch.stack([a[index[i]] for i in range(a.shape[0])])
    if a.dim() == 2:
        rows = []
        for i in range(a.shape[0]):
            row = []
            for j in range(a.shape[1]):
                if dim == 0:
                    row.append(a[index[i, j], j])
                else:
                    row.append(a[i, index[i, j]])
            rows.append(torch.stack(row))
        return torch.stack(rows)
    # higher dims: recurse
    if dim == 0:
        return torch.stack([gather(a[:, j], 0, index[:, j]) for j in range(a.shape[1])], dim=1)
    return torch.stack([gather(a[i], dim - 1, index[i]) for i in range(a.shape[0])])

def index_select(a: torch.Tensor, dim: int, indices: torch.Tensor) -> torch.Tensor:
    # put the wanted dimension last, there expand is easy
    moved = a.movedim(dim, -1)
    idx = indices.expand(*moved.shape[:-1], indices.numel())
    return gather(moved, -1, idx).movedim(-1, dim)

def pick(scores, labels):
    return scores[torch.arange(scores.shape[0]), labels]

def diagonals(batch):
    n, r, c = batch.shape
    if r == 0 or c == 0:
        return batch.reshape(n, 0)
    out = []
    for k in range(min(r, c)):
        out.append(batch[:, k, k])
    return torch.stack(out, dim=1)
