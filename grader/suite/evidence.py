"""Pictures for the report, as data: tensors as cells, gradient tables, curves, confusion matrices, images with captions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from grader.records import (
    CaptionedImage,
    ConfusionEvidence,
    CurveEvidence,
    GradientEvidence,
    GradientRow,
    Grid,
    ImageEvidence,
    Series,
    TableEvidence,
    TensorEvidence,
)
from grader.suite.closeness import close_mask, is_close
from grader.suite.current import current

WINDOW_ROWS, WINDOW_COLUMNS = 10, 12
MOST_IMAGES = 24
MOST_GRADIENT_ROWS = 60
MOST_TABLE_ROWS = 60
LONGEST_CELL = 120
DIGITS = 5


def tensors(title: str, actual: Any, expected: torch.Tensor | None = None) -> None:
    """Show a tensor, beside the expected one if there is one; the window is laid around the first difference."""
    if not isinstance(actual, torch.Tensor):
        return
    actual = actual.detach().cpu()
    expected = None if expected is None else expected.detach().cpu()
    differs = None
    if expected is not None and expected.shape == actual.shape:
        differs = ~close_mask(actual, expected)
    corner = _corner(actual, differs)
    pair = TensorEvidence(
        title=title,
        actual=grid(actual, corner),
        expected=None if expected is None else grid(expected, corner if expected.shape == actual.shape else None),
        differs=()
        if differs is None
        else tuple(tuple(bool(cell) for cell in row) for row in _window(differs, corner).tolist()),
    )
    current().add_evidence(pair)


def gradients(title: str, module: Any, *, expected: Mapping[str, torch.Tensor] | None = None) -> None:
    """Show a table of a module's parameters and their gradients.

    Args:
        title: heading of the table.
        module: a module with `named_parameters()`, remote or local.
        expected: parameter name -> right gradient; a name that is no parameter of the module is shown as not registered.
    """
    expected = dict(expected or {})
    rows = [
        gradient_row(str(name), parameter, expected.pop(name, None))
        for name, parameter in list(module.named_parameters())[:MOST_GRADIENT_ROWS]
    ]
    rows += [gradient_row(name, None, right, registered=False) for name, right in expected.items()]
    add_gradients(title, rows)


def add_gradients(title: str, rows: Sequence[GradientRow]) -> None:
    """Show a table of gradients that is made already."""
    current().add_evidence(GradientEvidence(title=title, rows=tuple(rows[:MOST_GRADIENT_ROWS])))


def gradient_row(
    name: str,
    value: torch.Tensor | None,
    right: torch.Tensor | None,
    *,
    registered: bool = True,
    moved: bool | None = None,
    note: str = "",
) -> GradientRow:
    """Return what is to be shown of one parameter.

    Args:
        name: its name.
        value: the parameter with its `.grad`; None where there is no such tensor.
        right: the right gradient, where it is known.
        registered: whether the module lists it.
        moved: whether a step changed it; None where none was tried.
        note: a few words besides.
    """
    grad = None if value is None else value.grad
    return GradientRow(
        name=name[:100],
        shape=tuple(value.shape if value is not None else () if right is None else right.shape),
        registered=registered,
        requires_grad=value is not None and value.requires_grad,
        state=_gradient_state(grad, right),
        norm=None if grad is None else _norm(grad),
        expected_norm=None if right is None else _norm(right),
        ratio=None if grad is None or right is None else _ratio(grad, right),
        moved=moved,
        note=note,
    )


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, wrong: Sequence[int] = ()) -> None:
    """Show a table of words; `wrong` are the numbers, from 0, of the rows that are to be marked."""
    shown = tuple(tuple(str(cell)[:LONGEST_CELL] for cell in row) for row in rows[:MOST_TABLE_ROWS])
    marked = tuple(number for number in wrong if number < len(shown))
    current().add_evidence(TableEvidence(title=title, columns=tuple(columns), rows=shown, wrong=marked))


def curve(title: str, series: Mapping[str, Sequence[float]], *, x_label: str = "step", y_label: str = "loss") -> None:
    """Show curves over 1, 2, 3, ...; values that are no finite numbers are left out."""
    lines = tuple(
        Series(label=label, y=tuple(float(y) for y in values if math.isfinite(y))) for label, values in series.items()
    )
    current().add_evidence(CurveEvidence(title=title, x_label=x_label, y_label=y_label, series=lines))


def confusion(title: str, predicted: torch.Tensor, labels: torch.Tensor, names: Sequence[str]) -> None:
    """Show a confusion matrix: predicted (N,) and labels (N,), int64 in 0..K-1, with K names."""
    count = len(names)
    predicted, labels = predicted.cpu().long(), labels.cpu().long()
    fits = (predicted >= 0) & (predicted < count)
    cells = torch.bincount(labels[fits] * count + predicted[fits], minlength=count * count).view(count, count)
    current().add_evidence(
        ConfusionEvidence(title=title, labels=tuple(names), counts=tuple(tuple(row) for row in cells.tolist()))
    )


def images(title: str, pixels: torch.Tensor, captions: Sequence[str]) -> None:
    """Show grey images (N, H, W) uint8 with a caption each."""
    shown = [
        CaptionedImage(pixels=tuple(tuple(row) for row in image.tolist()), caption=caption)
        for image, caption in zip(pixels[:MOST_IMAGES].cpu(), captions)
    ]
    current().add_evidence(ImageEvidence(title=title, images=tuple(shown)))


def grid(tensor: torch.Tensor, corner: tuple[int, ...] | None = None) -> Grid:
    """Return a window of a tensor as cells; `corner` is the index of its first cell."""
    corner = corner if corner is not None else (0,) * tensor.dim()
    window = _window(tensor, corner)
    rows = tuple(tuple(_cell(value) for value in row) for row in window.tolist())
    whole = window.numel() == tensor.numel()
    return Grid(
        shape=tuple(tensor.shape),
        dtype=str(tensor.dtype).removeprefix("torch."),
        rows=rows,
        window="" if whole else _window_name(tensor, corner),
    )


def _corner(tensor: torch.Tensor, differs: torch.Tensor | None) -> tuple[int, ...]:
    """Return where the window begins, so that it shows the first difference."""
    if differs is None or not bool(differs.any()):
        return (0,) * tensor.dim()
    first = [int(index) for index in differs.nonzero()[0]]
    for dim, width in ((-2, WINDOW_ROWS), (-1, WINDOW_COLUMNS)):
        if len(first) >= -dim:
            first[dim] = max(0, min(first[dim] - 1, tensor.shape[dim] - width))
    return tuple(first)


def _window(tensor: torch.Tensor, corner: tuple[int, ...]) -> torch.Tensor:
    if tensor.numel() == 0:
        return tensor.reshape(0, 0)
    for index in corner[: max(0, tensor.dim() - 2)]:
        tensor = tensor[index]
    tensor = tensor.reshape((1,) * (2 - tensor.dim()) + tuple(tensor.shape))
    row, column = (0, 0, *corner)[-2:]
    return tensor[row : row + WINDOW_ROWS, column : column + WINDOW_COLUMNS]


def _window_name(tensor: torch.Tensor, corner: tuple[int, ...]) -> str:
    fixed = [str(index) for index in corner[: max(0, tensor.dim() - 2)]]
    widths = (WINDOW_ROWS, WINDOW_COLUMNS)[-min(2, tensor.dim()) :]
    spans = [
        f"{start}:{min(start + width, size)}" for start, width, size in zip(corner[-2:], widths, tensor.shape[-2:])
    ]
    return "[" + ", ".join(fixed + spans) + "]"


def _cell(value: Any) -> float | str:
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.{DIGITS}g}")
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53 else str(value)


def _gradient_state(grad: torch.Tensor | None, right: torch.Tensor | None) -> str:
    if grad is None:
        return "none"
    if not bool(torch.isfinite(grad).all()):
        return "nan"
    if right is not None and is_close(grad, right.to(grad.device)):
        return "right"
    if not bool(grad.any()):
        return "zero"
    return "unknown" if right is None else "wrong"


def _ratio(grad: torch.Tensor, right: torch.Tensor) -> float | None:
    """Return the factor between two gradients that point the same way; None where they do not."""
    if grad.shape != right.shape:
        return None
    a, b = (tensor.detach().double().flatten().cpu() for tensor in (grad, right))
    square = float(b @ b)
    if not 0 < square < math.inf:
        return None
    factor = float(a @ b) / square
    return float(f"{factor:.{DIGITS}g}") if is_close(a, factor * b, 1e-3, 1e-4 * float(b.abs().max())) else None


def _norm(tensor: torch.Tensor) -> float | None:
    norm = float(tensor.detach().double().norm())
    return float(f"{norm:.{DIGITS}g}") if math.isfinite(norm) else None
