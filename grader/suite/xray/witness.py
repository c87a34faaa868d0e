"""The net, the images and the loader on which training and evaluation loops are looked at.

The net is a `Witness` (grader/worker/probes.py): linear, and its input n lights pixel n alone. So column n of its weights, and of
their gradients, tells what input n has done, whatever optimizer is at work.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch

from grader.judge.remote import Remote

BRIGHTNESS = 3.0


@dataclass(frozen=True)
class Task:
    """Images of which each lights one pixel, their labels, and the net that notes what a loop does to it.

    Attributes:
        net: the witness, in the worker.
        loader: a DataLoader of the worker over the images, in a fixed order.
        images: (N, *image) float32.
        labels: (N,) int64.
        batch_size: of the loader; the last batch may be smaller.
    """

    net: Any
    loader: Any
    images: torch.Tensor
    labels: torch.Tensor
    batch_size: int

    @property
    def batches(self) -> int:
        """How many batches a pass over the loader has."""
        return math.ceil(len(self.labels) / self.batch_size)

    def notes(self) -> list[dict[str, Any]]:
        """Return what the net has noted: one entry a forward pass."""
        return list(self.net.notes)

    def learning_passes(self) -> list[dict[str, Any]]:
        """Return the notes of the forward passes that recorded gradients; a pass that only looks does not count."""
        return [note for note in self.notes() if note["records_gradients"]]

    def weight(self) -> torch.Tensor:
        """Return the weights of the net as they are now, (classes, pixels), on the CPU."""
        weight: torch.Tensor = self.net.head.weight
        return weight.detach().cpu()


def make_task(
    remote: Remote,
    labels: torch.Tensor,
    *,
    batch_size: int,
    classes: int,
    image: tuple[int, ...],
    scores: torch.Tensor | None = None,
    roll_in_training: bool = False,
    note_weights: bool = True,
) -> Task:
    """Return a task.

    Args:
        remote: the worker that the net is to live in.
        labels: (N,) int64; N at most the number of pixels.
        batch_size: images a batch.
        classes: scores an image.
        image: shape of one image.
        scores: (N, classes) that the net gives at first; None for zeros.
        roll_in_training: in train mode each class gets the score of its neighbour, as if dropout had struck.
        note_weights: whether the notes hold weights and gradients.
    """
    pixels, count = math.prod(image), len(labels)
    weight = torch.zeros(classes, pixels)
    if scores is not None:
        weight[:, :count] = scores.T / BRIGHTNESS
    lit = torch.zeros(count, pixels)
    lit[torch.arange(count), torch.arange(count)] = BRIGHTNESS
    images = lit.view(count, *image)
    net = remote.module("grader.worker.probes").Witness(weight, roll_in_training=roll_in_training, note_weights=note_weights)
    return Task(net, remote.loader(images, labels, batch_size=batch_size), images, labels, batch_size)
