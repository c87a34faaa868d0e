"""Datasets decoded once, before the fork, and shared by every worker without a copy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.datasets import load_images, load_labels
from grader.worker.datasets import hold


def hold_datasets(roots: Mapping[str, str]) -> None:
    """Decode datasets and keep them; labels of test images are not read.

    Args:
        roots: dataset name -> root folder; only `fashion-mnist` is known.
    """
    for name, root in roots.items():
        if name != "fashion-mnist":
            raise ValueError(f"no dataset called {name!r}")
        folder = Path(root)
        hold(
            name,
            train_images=load_images(folder, True),
            train_labels=load_labels(folder, True).astype("int64"),
            test_images=load_images(folder, False),
        )
