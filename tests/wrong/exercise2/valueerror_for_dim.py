# mistake: a dim out of range raises ValueError where torch raises IndexError
# words: ValueError, IndexError, error type, kind of error, type of error
from __future__ import annotations

import torch


def gather(a: torch.Tensor, dim: int, index: torch.Tensor) -> torch.Tensor:
    """Own gather."""
    if not -a.dim() <= dim < a.dim():
        raise ValueError(f"dim must be between {-a.dim()} and {a.dim() - 1}, got {dim}")
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
    grid = torch.meshgrid(*[torch.arange(s, device=index.device) for s in index.shape], indexing="ij")
    return a[tuple(index if d == dim else grid[d] for d in range(nd))]


def index_select(a: torch.Tensor, dim: int, indices: torch.Tensor) -> torch.Tensor:
    if not -a.dim() <= dim < a.dim():
        raise ValueError(f"dim must be between {-a.dim()} and {a.dim() - 1}, got {dim}")
    moved = a.movedim(dim, -1)
    return gather(moved, -1, indices.expand(*moved.shape[:-1], len(indices))).movedim(-1, dim)


def pick(scores, labels):
    rows = torch.arange(scores.shape[0])
    result = scores[rows, labels]
    return result


def diagonals(batch: torch.Tensor) -> torch.Tensor:
    k = torch.arange(min(batch.shape[1:]), device=batch.device)
    return batch[:, k, k]


if __name__ == "__main__":
    t = torch.arange(12).reshape(3, 4)
    print(t)
    print(index_select(t, 1, torch.tensor([0, 2])))
    print(torch.gather(t, 1, torch.tensor([[0], [1], [2]])))  # compare
