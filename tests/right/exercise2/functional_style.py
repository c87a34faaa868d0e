from functools import partial
from typing import Callable

import torch

Coord = Callable[[int], torch.Tensor]


def _axis(n: int, size: int, d: int, device) -> torch.Tensor:
    return torch.arange(size, device=device)[tuple(slice(None) if k == d else None for k in range(n))]


def _require(ok: bool, err: Exception) -> None:
    if not ok:
        raise err


def gather(a, dim, index):
    n = a.ndim
    _require(-n <= dim < n, IndexError(f"dim={dim}"))
    d0 = range(n)[dim]
    _require(index.ndim == n, ValueError("ndim"))
    _require(all(i <= s for d, (i, s) in enumerate(zip(index.shape, a.shape)) if d != d0), ValueError("size"))
    _require(bool(((0 <= index) & (index < a.shape[d0])).all()), IndexError("value"))
    axis = partial(_axis, n, device=index.device)
    return a[tuple(index if d == d0 else axis(size=s, d=d) for d, s in enumerate(index.shape))]


def index_select(a, dim, indices):
    _require(-a.ndim <= dim < a.ndim, IndexError(f"dim={dim}"))
    d0 = range(a.ndim)[dim]
    size = [len(indices) if d == d0 else s for d, s in enumerate(a.shape)]
    idx = indices[tuple(slice(None) if d == d0 else None for d in range(a.ndim))]
    return gather(a, dim, idx.expand(size))


pick = lambda scores, labels: gather(scores, -1, labels[:, None])[:, 0]
diagonals = lambda batch: torch.diagonal(batch, dim1=-2, dim2=-1)
