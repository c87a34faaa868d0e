from __future__ import annotations

import torch
from torch import Tensor


def gather(a: Tensor, dim: int, index: Tensor) -> Tensor:
    nd = a.dim()
    if not -nd <= dim < nd:
        raise IndexError("bad dim")
    dim = dim % nd
    if index.dim() != nd:
        raise RuntimeError("index and a need the same number of dimensions")
    if any(index.shape[k] > a.shape[k] for k in range(nd) if k != dim):
        raise RuntimeError("index is larger than a")
    if index.numel() and bool(((index < 0) | (index >= a.shape[dim])).any()):
        raise IndexError("index value out of range")
    grids = list(torch.meshgrid(*[torch.arange(s, device=a.device) for s in index.shape], indexing="ij"))
    grids[dim] = index
    return a[grids[0]] if nd == 1 else a[tuple(grids)]


def index_select(a: torch.Tensor, dim: int, indices: torch.Tensor) -> torch.Tensor:
    # put the wanted dimension last, there expand is easy
    moved = a.movedim(dim, -1)
    idx = indices.expand(*moved.shape[:-1], indices.numel())
    return gather(moved, -1, idx).movedim(-1, dim)


def pick(scores: Tensor, labels: Tensor) -> Tensor:
    return scores[:, labels].diagonal()


def diagonals(batch: Tensor) -> Tensor:
    r = min(batch.size(1), batch.size(2))
    return torch.einsum("nkk->nk", batch[:, :r, :r])
