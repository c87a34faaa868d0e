"""Exercise 2: gather and three functions that use it. The task is in README.md."""

from __future__ import annotations

import torch


def gather(a: torch.Tensor, dim: int, index: torch.Tensor) -> torch.Tensor:
    """Return the elements of `a` that `index` chooses along `dim`, as `torch.gather` does.

    Args:
        a: any number of dimensions, 1 and up.
        dim: the dimension chosen from; a negative one counts from the last.
        index: int64, as many dimensions as `a`, no larger than `a` in the dimensions other than `dim`.

    Returns:
        A new tensor of the shape of `index` and the dtype of `a`. Gradients reach `a`.

    Raises:
        IndexError: `dim` is out of range.
        IndexError or RuntimeError: a value of `index` is out of range; negative values are.
        RuntimeError, IndexError or ValueError: `index` has another number of dimensions than `a`, or is larger than `a` in a
            dimension other than `dim`.
    """
    dim = _counted_from_the_front(dim, a.dim())
    if index.dim() != a.dim():
        raise RuntimeError(f"index has {index.dim()} dimensions, a has {a.dim()}")
    if any(k != dim and size > a.shape[k] for k, size in enumerate(index.shape)):
        raise RuntimeError(f"index {tuple(index.shape)} does not fit a {tuple(a.shape)} outside dimension {dim}")
    if index.numel() and (index.min() < 0 or index.max() >= a.shape[dim]):
        raise IndexError(f"index is out of range for dimension {dim} of size {a.shape[dim]}")
    # Each position keeps its own coordinates, except the one along dim, which comes from the index.
    coordinates = list(torch.meshgrid(*(torch.arange(n, device=a.device) for n in index.shape), indexing="ij"))
    coordinates[dim] = index
    return a[tuple(coordinates)]


def index_select(a: torch.Tensor, dim: int, indices: torch.Tensor) -> torch.Tensor:
    """Return the slices of `a` that `indices` names along `dim`, in that order, by way of `gather`.

    Args:
        a: any number of dimensions, 1 and up.
        dim: the dimension chosen from; a negative one counts from the last.
        indices: (K,) int64.

    Returns:
        The shape of `a`, but K in dimension `dim`.
    """
    dim = _counted_from_the_front(dim, a.dim())
    along_dim = [1] * a.dim()
    along_dim[dim] = len(indices)
    shape = list(a.shape)
    shape[dim] = len(indices)
    return gather(a, dim, indices.reshape(along_dim).expand(shape))


def pick(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return the score of each row at its label.

    Args:
        scores: (N, C).
        labels: (N,) int64, each in 0..C-1.

    Returns:
        (N,)
    """
    return gather(scores, 1, labels[:, None])[:, 0]


def diagonals(batch: torch.Tensor) -> torch.Tensor:
    """Return the main diagonal of each matrix of a batch.

    Args:
        batch: (N, R, C).

    Returns:
        (N, min(R, C))
    """
    n, rows, columns = batch.shape
    positions = torch.arange(min(rows, columns), device=batch.device)
    return gather(batch, 2, positions.reshape(1, -1, 1).expand(n, -1, 1))[:, :, 0]


def _counted_from_the_front(dim: int, dimensions: int) -> int:
    """Return `dim` as 0..dimensions-1; raises IndexError where it is out of range."""
    if not -dimensions <= dim < dimensions:
        raise IndexError(f"dim {dim} is out of range for {dimensions} dimensions")
    return dim % dimensions
