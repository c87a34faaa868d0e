"""Images and loaders for the student's code: this module runs in the worker, beside it.

The zygote calls `hold` before it forks, so that every worker finds the decoded images in memory that is shared.
Labels of the test images are never here: only the judge has them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, default_collate

if TYPE_CHECKING:
    import numpy as np

CLASSES = 10
IMAGE_SIDE = 28
TRAIN_IMAGES = 60_000
TEST_IMAGES = 10_000
SCORING_BATCH = 1_000

_held: dict[str, dict[str, Tensor]] = {}


def hold(
    name: str, *, train_images: np.ndarray | Tensor, train_labels: np.ndarray | Tensor, test_images: np.ndarray | Tensor
) -> None:
    """Keep the uint8 arrays of a data set for every worker forked from here on; runs no tensor operation."""
    arrays = {"train_images": train_images, "train_labels": train_labels, "test_images": test_images}
    _held[name] = {key: torch.as_tensor(array) for key, array in arrays.items()}


def dataset(name: str) -> FashionMNIST:
    """Return the data set called `name`, which the zygote holds.

    Raises:
        LookupError: it was not asked for in `[data] datasets` of exercise.toml, or has no files on this machine.
    """
    if name not in _held:
        raise LookupError(f"no data set called {name!r} is held here; there are: {', '.join(_held) or 'none'}")
    return FashionMNIST(**_held[name])


def to_pixels(images: Tensor) -> Tensor:
    """Return uint8 images (..., 28, 28) as float32 (..., 1, 28, 28), pixel p as 2 * p / 255 - 1."""
    return images.unsqueeze(-3).to(torch.float32).mul_(2).div_(255).sub_(1)


class Samples(Sequence[Any]):
    """The samples of one batch, already stacked; also a plain sequence of them, for loaders that collate themselves."""

    def __init__(self, x: Tensor, y: Tensor) -> None:
        self.x = x
        self.y = y

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, index: int) -> Any:  # type: ignore[override]  # slices are not asked for
        return self.x[index], self.y[index]

    def __iter__(self) -> Iterator[Any]:
        return iter(zip(self.x, self.y, strict=True))


class PairDataset(Dataset[Any]):
    """`len(data)` samples `(data[i], targets[i])`; `__getitems__` fetches a whole batch with one indexing call."""

    def __init__(self, data: Tensor, targets: Tensor) -> None:
        if len(data) != len(targets):
            raise ValueError(f"{len(data)} inputs, but {len(targets)} targets")
        self.data = data
        self.targets = targets

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.prepare(self.data[index]), self.targets[index]

    def __getitems__(self, indices: list[int]) -> Samples:
        at = torch.as_tensor(indices)
        return Samples(self.prepare(self.data[at]), self.targets[at])

    def prepare(self, data: Tensor) -> Tensor:
        """Return what a loader serves for these entries of `data`."""
        return data


class ImageDataset(PairDataset):
    """Like a PairDataset over uint8 images, which it serves as floats (see `to_pixels`)."""

    def prepare(self, data: Tensor) -> Tensor:
        return to_pixels(data)


def collate(samples: Sequence[Any]) -> Any:
    """Return a batch as `default_collate` does; samples that are stacked already are not touched again."""
    if isinstance(samples, Samples):
        return [samples.x, samples.y]
    return default_collate(list(samples))


def make_loader(x: Tensor, y: Tensor, batch_size: int = 32, shuffle: bool = False) -> DataLoader[Any]:
    """Return a genuine DataLoader over the pairs of `x` and `y`, batches made by one indexing call each."""
    return _loader(PairDataset(x, y), batch_size, shuffle)


def _loader(pairs: PairDataset, batch_size: int, shuffle: bool) -> DataLoader[Any]:
    return DataLoader(pairs, batch_size=batch_size, shuffle=shuffle, collate_fn=collate)


class FashionMNIST:
    """The decoded FashionMNIST, without the labels of the test images.

    Args:
        train_images: (60000, 28, 28) uint8.
        train_labels: (60000,), any integer dtype.
        test_images: (10000, 28, 28) uint8.
    """

    def __init__(self, train_images: Tensor, train_labels: Tensor, test_images: Tensor) -> None:
        self._train = ImageDataset(train_images, train_labels.to(torch.int64))
        self._test_images = test_images

    def train_loader(self, batch_size: int = 128) -> DataLoader[Any]:
        """Return a loader over the training images, in a new order each epoch."""
        return _loader(self._train, batch_size, shuffle=True)

    def test_images(self) -> Tensor:
        """Return the test images, (10000, 1, 28, 28) float32."""
        return to_pixels(self._test_images)

    def scores(self, net: nn.Module, device: torch.device | str = "cpu") -> Tensor:
        """Return the scores that `net` gives the test images in eval mode, (10000, classes) on the CPU."""
        was_training = net.training
        parts = torch.split(self._test_images, SCORING_BATCH)
        net.to(device).eval()
        try:
            with torch.no_grad():
                scores = [net(to_pixels(part).to(device)).cpu() for part in parts]
        finally:
            net.train(was_training)
        return torch.cat(scores)


# A stand-in for the real files


def synthetic_images(seed: int, train: bool) -> tuple[Tensor, Tensor]:
    """Return made-up images (N, 28, 28) and labels (N,), uint8, as many as FashionMNIST has, from `seed` alone."""
    count = TRAIN_IMAGES if train else TEST_IMAGES
    generator = torch.Generator().manual_seed(2 * seed + int(train))
    patterns = torch.randint(0, 256, (256, IMAGE_SIDE, IMAGE_SIDE), generator=generator, dtype=torch.uint8)
    # Both ends of the range are in every image, so that a normalisation shows in any few of them.
    patterns[:, 0, :4] = torch.tensor([0, 255, 0, 255], dtype=torch.uint8)
    images = patterns[torch.randint(0, 256, (count,), generator=generator)]
    labels = torch.randint(0, CLASSES, (count,), generator=generator, dtype=torch.uint8)
    return images, labels


def write_synthetic_root(root: str | Path, seed: int) -> None:
    """Write the files that `torchvision.datasets.FashionMNIST(root)` reads, unpacked, with made-up images in them."""
    raw = Path(root) / "FashionMNIST" / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for split, train in (("train", True), ("t10k", False)):
        images, labels = synthetic_images(seed, train)
        header = struct.pack(">4I", 0x00000803, len(images), IMAGE_SIDE, IMAGE_SIDE)
        (raw / f"{split}-images-idx3-ubyte").write_bytes(header + images.numpy().tobytes())
        header = struct.pack(">2I", 0x00000801, len(labels))
        (raw / f"{split}-labels-idx1-ubyte").write_bytes(header + labels.numpy().tobytes())
