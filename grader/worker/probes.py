"""Nets that note what a training or evaluation loop does to them, for suites that check such loops. Runs in the worker.

What a probe notes is for telling mistakes apart. Its inputs, weights and expected results come from the judge.
"""

from __future__ import annotations

import inspect
import os
import time
import zipfile
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset

WARM_UP_STEPS = 5
TIMED_STEPS = 20
REFERENCE_BATCH = 128


class Witness(nn.Module):
    """A linear classifier. Its input n is a picture with pixel n lit alone, so that column n of its weights is n's own.

    Beside the head two linear layers begin at zero, whose scores are added to the head's: an optimizer of the whole net moves them as well. They
    stand beside it, not before it, so that no gradient depends on the weights of another layer and a step at the wrong place raises no error.

    Each forward pass notes which inputs came, in which mode, what the weights and their gradients were just before, and, once the
    backward pass has run, the gradient of the scores.

    Args:
        weight: (classes, pixels) float32; the scores of input n are `weight[:, n]` times the brightness of its pixel.
        roll_in_training: in train mode each class gets the score of its neighbour, as if dropout had struck.
        note_weights: whether the notes hold the weights and gradients, too.
    """

    def __init__(self, weight: Tensor, roll_in_training: bool = False, note_weights: bool = True) -> None:
        super().__init__()
        self.beside = nn.ModuleList([nn.Linear(weight.shape[1], weight.shape[0], bias=False) for _ in range(2)])
        self.head = nn.Linear(weight.shape[1], weight.shape[0], bias=False)
        with torch.no_grad():
            self.head.weight.copy_(weight)
            for other in self.beside.parameters():
                other.zero_()
        self.roll_in_training = roll_in_training
        self.note_weights = note_weights
        self.notes: list[dict[str, Any]] = []

    def forward(self, x: Tensor) -> Tensor:
        pixels = x.flatten(1)
        note: dict[str, Any] = {
            "inputs": pixels.detach().argmax(1).cpu(),
            "training": self.training,
            "inner_training": self.head.training,
        }
        if self.note_weights:
            weight = self.head.weight
            grad = torch.zeros_like(weight) if weight.grad is None else weight.grad
            note["weight"], note["grad"] = weight.detach().cpu().clone(), grad.detach().cpu().clone()
        scores: Tensor = self.head(pixels) + sum(layer(pixels) for layer in self.beside)
        note["records_gradients"] = scores.requires_grad
        if self.note_weights and scores.requires_grad:
            note["scores"] = scores.detach().cpu().clone()
            scores.register_hook(  # type: ignore[no-untyped-call]  # torch leaves it unannotated
                lambda gradient: note.update(score_gradient=gradient.detach().cpu().clone())
            )
        self.notes.append(note)
        return scores.roll(1, dims=1) if self.training and self.roll_in_training else scores


def fold(module: nn.Module, x: Tensor) -> tuple[Tensor, list[dict[str, Any]]]:
    """Run `module(x)` without gradients; return its result and what its layers met, in the order of the calls.

    Each entry tells of one call of an nn.Linear or nn.Conv2d: `kind` ("linear" or "convolution"), `name` in the module,
    `square` (a convolution over all channels with a square kernel larger than one), `input` and `output`, of which
    maps are given at their centre only. Subclasses are left out: their forward may hold an activation.
    """
    met: list[dict[str, Any]] = []

    def note(name: str) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        def hook(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            square = isinstance(layer, nn.Conv2d) and _is_square(layer)
            convolves = isinstance(layer, nn.Conv2d)
            look = _at_centre if convolves else Tensor.clone
            kind = "convolution" if convolves else "linear"
            met.append({"kind": kind, "name": name, "square": square, "input": look(inputs[0]), "output": look(output)})

        return hook

    layers = [(name, layer) for name, layer in module.named_modules() if type(layer) in (nn.Linear, nn.Conv2d)]
    handles = [layer.register_forward_hook(note(name)) for name, layer in layers]
    try:
        with torch.no_grad():
            return module(x), met
    finally:
        for handle in handles:
            handle.remove()


def _is_square(layer: nn.Conv2d) -> bool:
    height, width = layer.kernel_size
    return layer.groups == 1 and height == width > 1


def _at_centre(maps: Tensor) -> Tensor:
    return maps[..., maps.shape[-2] // 2, maps.shape[-1] // 2].clone()


def epoch_labels(loader: Any) -> tuple[Tensor, list[int]]:
    """Return the labels of one pass over a loader, (N,) int64, and the sizes of its batches."""
    labels = [torch.as_tensor(batch[1]).flatten().to(torch.int64).cpu() for batch in loader]
    return torch.cat(labels), [len(part) for part in labels]


def sampled(loader: Any) -> Tensor | None:
    """Return the numbers of the images that one pass over a loader takes, (N,) int64, without decoding any of them.

    None where the loader does not tell: it is no DataLoader, or has no sampler.
    """
    if (
        not isinstance(loader, DataLoader)
        or loader.batch_sampler is None
        or isinstance(loader.dataset, IterableDataset)
    ):
        return None
    return torch.tensor([number for batch in loader.batch_sampler for number in batch], dtype=torch.int64)


def labels_at(loader: DataLoader[Any], numbers: Tensor) -> Tensor:
    """Return the labels (N,) int64 that the dataset of a loader has at `numbers` (N,), decoding no other image."""
    part = DataLoader(loader.dataset, batch_size=64, sampler=numbers.tolist(), collate_fn=loader.collate_fn)
    return epoch_labels(part)[0]


def first_batches(loader: Any, count: int) -> list[tuple[Tensor, Tensor]]:
    """Return the first `count` batches of a new pass over a loader (fewer where it has fewer)."""
    batches = []
    for batch in loader:
        batches.append((batch[0], torch.as_tensor(batch[1])))
        if len(batches) == count:
            break
    return batches


def records_gradients_after(function: Callable[..., Any], args: list[Any]) -> bool:
    """Call a function; return whether torch records gradients afterwards, as it did before."""
    with torch.enable_grad():
        function(*args)
        return torch.is_grad_enabled()


def with_slice(function: Callable[..., Any], whole: Tensor, start: int, args: list[Any]) -> Any:
    """Call a function with the rows of a tensor from `start` on, a view of its memory, and further arguments."""
    return function(whole[start:], *args)


def made_to_want_gradients(function: Callable[..., Any], args: list[Any]) -> list[int]:
    """Call a function with copies of its arguments that want no gradients; return the numbers of those that want some afterwards."""
    copies = [value.detach().clone() if isinstance(value, Tensor) else value for value in args]
    function(*copies)
    return [number for number, value in enumerate(copies) if isinstance(value, Tensor) and value.requires_grad]


def argument_names(function: Callable[..., Any]) -> list[str]:
    """Return the names of a function's arguments, in its order."""
    return list(inspect.signature(function).parameters)


def files_below(folder: str) -> dict[str, int]:
    """Return the files and folders below a folder, by their paths in it, and the bytes in each file."""
    found: dict[str, int] = {}
    for place, folders, files in os.walk(folder):
        inside = os.path.relpath(place, folder)
        for name in [*folders, *files]:
            size = os.path.getsize(os.path.join(place, name)) if name in files else 0
            found[os.path.normpath(os.path.join(inside, name))] = size
    return found


def read_records(path: str) -> list[tuple[str, bytes]]:
    """Return names and contents of what lies in a file of torch.save; of one in the old format, which is no zip, all under no name."""
    if not zipfile.is_zipfile(path):
        with open(path, "rb") as file:
            return [("", file.read())]
    with zipfile.ZipFile(path) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def write_records(path: str, records: list[tuple[str, bytes]]) -> None:
    """Write a file again from what `read_records` found in it."""
    if [name for name, _ in records] == [""]:
        with open(path, "wb") as file:
            file.write(records[0][1])
        return
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in records:
            archive.writestr(name, content)


def shared_entries(path: str) -> list[list[str]]:
    """Return which entries of a file with a state dict lie in one memory, a list of names a group; none where it holds no dict."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    groups: dict[Any, list[str]] = {}
    for name, value in state.items() if isinstance(state, dict) else ():
        if isinstance(name, str) and isinstance(value, Tensor) and value.numel():
            place = (value.untyped_storage().data_ptr(), value.storage_offset(), tuple(value.shape))
            groups.setdefault(place, []).append(name)
    return [names for names in groups.values() if len(names) > 1]


def reference_step_s(device: str) -> float:
    """Return how long one training step of the task text's net takes on this machine now, batch 128, in seconds."""
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    ).to(device)  # fmt: skip
    x = torch.randn(REFERENCE_BATCH, 1, 28, 28, device=device)
    y = torch.randint(0, 10, (REFERENCE_BATCH,), device=device)
    optimizer = torch.optim.Adam(net.parameters())
    started = 0.0
    for step in range(WARM_UP_STEPS + TIMED_STEPS):
        if step == WARM_UP_STEPS:
            started = time.perf_counter()
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()  # type: ignore[no-untyped-call]  # torch 2.4 to 2.14 leave it unannotated
        optimizer.step()
        loss.item()  # waits for the device, as a loop that sums its losses does
    return (time.perf_counter() - started) / TIMED_STEPS
