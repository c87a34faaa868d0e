"""What a data loader serves: which images, in which order, how many."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from grader.suite.closeness import is_same
from grader.suite.xray.fault import Fault

ORDER_HINT = "Which argument of DataLoader mixes the images anew in every epoch?"
MOST_DROPPED = 256


def training_faults(
    first: torch.Tensor, second: torch.Tensor, in_file: torch.Tensor
) -> Iterator[Fault]:
    """Yield what is wrong with the order of a train loader. Keys: order, epochs.

    Args:
        first: (K,) labels as the first epoch begins.
        second: (K,) labels as the second epoch begins.
        in_file: labels in the order of the file.
    """
    if is_same(first, in_file[: len(first)]):
        yield Fault("order", "the train loader serves the images in the order of the file: they are not shuffled", ORDER_HINT)
    elif is_same(first, second):
        what = "two epochs come in the same order: the images are shuffled once, not anew in each epoch"
        yield Fault("epochs", what, ORDER_HINT)


def count_faults(name: str, count: int, right: int, other: int) -> Iterator[Fault]:
    """Yield what is wrong with the number of images that a loader serves. Keys: swapped, dropped, count.

    Args:
        name: `train` or `test`.
        count: images of one pass.
        right: how many there should be.
        other: how many the other part of the data has.
    """
    mine, theirs = ("training", "test") if name == "train" else ("test", "training")
    if count == right:
        return
    if count == other:
        what = f"the {name} loader serves the {count:,} {theirs} images; the {mine} images are {right:,}"
        what += ": what a net learnt by heart tells nothing of new images" if name == "test" else ""
        yield Fault("swapped", what, f"Which argument of the dataset chooses the {mine} images? Which loader is returned first?")
    elif 0 < right - count < MOST_DROPPED:
        what = f"the {name} loader serves {count:,} of the {right:,} {mine} images: the last, smaller batch is dropped"
        yield Fault("dropped", what, "Look at `drop_last` of the DataLoader.")
    else:
        yield Fault("count", f"the {name} loader serves {count:,} images; there are {right:,} {mine} images")
