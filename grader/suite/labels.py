"""Labels that stay with the judge."""

from __future__ import annotations

import pathlib

import torch

_data_root: list[pathlib.Path] = []


def set_data_root(root: pathlib.Path) -> None:
    """Tell where the datasets lie."""
    _data_root[:] = [root]


def fashion_mnist_labels(train: bool = False) -> torch.Tensor:
    """Return the labels of FashionMNIST, int64, (10000,) or for training (60000,)."""
    from grader.datasets import load_labels

    if not _data_root:
        raise FileNotFoundError("FashionMNIST is not at hand")
    return torch.from_numpy(load_labels(_data_root[0], train).astype("int64"))
