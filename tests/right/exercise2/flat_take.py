import torch
from torch import Tensor


def _check(a: Tensor, dim: int, index: Tensor) -> int:
    if not isinstance(dim, int) or dim not in range(-a.ndim, a.ndim):
        raise IndexError(f"Dimension out of range (got {dim})")
    dim = range(a.ndim)[dim]
    if a.ndim != index.ndim:
        raise ValueError("Index tensor must have the same number of dimensions as input tensor")
    for k, (n, m) in enumerate(zip(index.shape, a.shape)):
        if k != dim and n > m:
            raise ValueError(f"Size does not match at dimension {k}")
    if ((index < 0) | (index >= a.shape[dim])).any():
        raise RuntimeError("index out of bounds")
    return dim


def gather(a: Tensor, dim: int, index: Tensor) -> Tensor:
    dim = _check(a, dim, index)
    if index.numel() == 0:
        return a.new_empty(index.shape)
    offset = torch.zeros((), dtype=torch.int64, device=a.device)
    step = 1
    for k in reversed(range(a.ndim)):
        along = torch.arange(index.shape[k], device=a.device)
        along = along.reshape([-1 if j == k else 1 for j in range(a.ndim)])
        offset = offset + step * (index if k == dim else along)
        step *= a.shape[k]
    return torch.take(a, offset)


def index_select(a: Tensor, dim: int, indices: Tensor) -> Tensor:
    moved = a.movedim(dim, 0)
    index = indices.reshape(-1, *[1] * (a.ndim - 1)).expand(-1, *moved.shape[1:])
    return gather(moved, 0, index).movedim(0, dim)


def pick(scores: Tensor, labels: Tensor) -> Tensor:
    return scores[torch.arange(scores.shape[0], device=scores.device), labels]


def diagonals(batch: Tensor) -> Tensor:
    return batch.diagonal(dim1=-2, dim2=-1)
