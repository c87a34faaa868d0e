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
    raise NotImplementedError


def index_select(a: torch.Tensor, dim: int, indices: torch.Tensor) -> torch.Tensor:
    """Return the slices of `a` that `indices` names along `dim`, in that order, by way of `gather`.

    Args:
        a: any number of dimensions, 1 and up.
        dim: the dimension chosen from; a negative one counts from the last.
        indices: (K,) int64.

    Returns:
        The shape of `a`, but K in dimension `dim`.
    """
    raise NotImplementedError


def pick(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return the score of each row at its label.

    Args:
        scores: (N, C).
        labels: (N,) int64, each in 0..C-1.

    Returns:
        (N,)
    """
    raise NotImplementedError


def diagonals(batch: torch.Tensor) -> torch.Tensor:
    """Return the main diagonal of each matrix of a batch.

    Args:
        batch: (N, R, C).

    Returns:
        (N, min(R, C))
    """
    raise NotImplementedError
