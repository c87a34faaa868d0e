"""Which loss a classifier was trained with, seen from its gradient with respect to the scores; and how losses were added up."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

# Cosine above which two gradients are taken for the same; half precision in the loop costs about 1e-3.
ALIKE = 1 - 1e-5
RIGHT = 1 - 5e-3


def wrong_loss(passes: list[dict[str, Any]], labels: torch.Tensor) -> str:
    """Return the words for the loss that a loop went down, where it is a known one other than cross-entropy; else empty.

    Only the direction of a gradient is compared: averaging over parts, scaling and clipping are the loop's own affair.

    Args:
        passes: notes of a witness; those with a gradient of the scores count.
        labels: (N,) int64.
    """
    for note in passes:
        scores, gradient = note.get("scores"), note.get("score_gradient")
        # At equal scores all losses have nearly one gradient.
        if not isinstance(scores, torch.Tensor) or not isinstance(gradient, torch.Tensor) or float(scores.double().std()) < 0.05:
            continue
        found = _words_for(scores.double(), gradient.double(), labels[note["inputs"]])
        if found:
            return found
    return ""


def _words_for(scores: torch.Tensor, gradient: torch.Tensor, labels: torch.Tensor) -> str:
    if scores.shape != gradient.shape or len(labels) != len(scores) or not bool(torch.isfinite(gradient).all()):
        return ""
    if _is_cross_entropy(scores, gradient, labels):
        return ""
    fitting = [words for words, loss in _others(labels, scores.shape[1]).items() if _cosine(gradient, _gradient_of(loss, scores)) > ALIKE]
    return f"the net is trained with another loss: {' or '.join(fitting[:2])}" if fitting else ""


def _is_cross_entropy(scores: torch.Tensor, gradient: torch.Tensor, labels: torch.Tensor) -> bool:
    """Say whether a gradient is that of cross-entropy with any amount of label smoothing."""
    probabilities = scores.softmax(1)
    target = F.one_hot(labels, scores.shape[1]).double()
    design = torch.stack([(probabilities - target).flatten(), (probabilities - 1 / scores.shape[1]).flatten()], 1)
    fit = design @ torch.linalg.lstsq(design, gradient.flatten()[:, None]).solution
    return _cosine(fit, gradient.flatten()[:, None]) > RIGHT


def _others(labels: torch.Tensor, classes: int) -> dict[str, Any]:
    target = F.one_hot(labels, classes).double()
    rows = torch.arange(len(labels))
    return {
        "a softmax is taken before cross-entropy, which takes one itself": lambda s: F.cross_entropy(s.softmax(1), labels),
        "a sigmoid is taken before cross-entropy": lambda s: F.cross_entropy(s.sigmoid(), labels),
        "a ReLU is taken before cross-entropy": lambda s: F.cross_entropy(s.relu(), labels),
        "it is nll_loss of raw scores, without log_softmax": lambda s: -s[rows, labels].mean(),
        "it is nll_loss of probabilities, not of their logarithms": lambda s: -s.softmax(1)[rows, labels].mean(),
        "it is a squared error (MSE), not cross-entropy": lambda s: (s - target).square().mean(),
        "it is a squared error (MSE) of probabilities, not cross-entropy": lambda s: (s.softmax(1) - target).square().mean(),
        "it is the absolute error (L1), not cross-entropy": lambda s: (s - target).abs().mean(),
        "it is binary cross-entropy, not cross-entropy over the classes": lambda s: F.binary_cross_entropy_with_logits(s, target),
        "it is the multi-class margin loss, not cross-entropy": lambda s: F.multi_margin_loss(s, labels),
    }


def _gradient_of(loss: Any, scores: torch.Tensor) -> torch.Tensor:
    with torch.enable_grad():
        leaf = scores.clone().requires_grad_()
        loss(leaf).backward()
    return leaf.grad if leaf.grad is not None else torch.zeros_like(scores)


def _cosine(a: torch.Tensor, b: torch.Tensor) -> float:
    norm = float(a.norm() * b.norm())
    return float(a.flatten() @ b.flatten()) / norm if norm > 0 else 0.0


def ways_to_add(losses: torch.Tensor, batch_size: int) -> dict[str, float]:
    """Return what the usual mistakes give for the mean loss of an epoch: words -> value.

    Args:
        losses: (N,) loss of each image, in the loader's order.
        batch_size: of the loader; the last batch is smaller.
    """
    parts = torch.split(losses, batch_size)
    means = torch.stack([part.mean() for part in parts])
    count, batches = len(losses), len(parts)
    return {
        "it is the mean of the batch means; images of the smaller last batch count too much": float(means.mean()),
        "the batch means are summed, not averaged": float(means.sum()),
        "the losses of all images are summed, not averaged": float(losses.sum()),
        "the batch means are summed and divided by the number of images": float(means.sum() / count),
        "the losses of all images are summed and divided by the number of batches": float(losses.sum() / batches),
        "it is the loss of the last batch alone": float(means[-1]),
        "it is the loss of the first batch alone": float(means[0]),
        "the last, smaller batch is left out": float(losses[: batch_size * (batches - 1)].mean()),
        "the last, smaller batch is counted as if it were full": float((means * batch_size).sum() / count),
        "the last batch is smaller, but counted as a full one in the division": float(losses.sum() / (batches * batch_size)),
        "the loss of a batch is a sum already, and is multiplied by its size besides": sum(
            float(part.sum()) * len(part) for part in parts
        )
        / count,
        "each batch is counted as 128 images, whatever its size": float(means.sum() * 128 / count),
        "each batch counts as if it were full: it is the sum of the batch means over the batch size": float(
            means.sum() / batch_size
        ),
        "the mean of a batch is divided by its size once more": float(
            torch.stack([part.mean() / len(part) for part in parts]).sum()
        ),
        "the mean of a batch is divided by its size once more, then averaged over the batches": float(
            torch.stack([part.mean() / len(part) for part in parts]).mean()
        ),
    }


def other_losses(scores: torch.Tensor, labels: torch.Tensor) -> dict[str, float]:
    """Return the mean over the images of losses that are taken for cross-entropy: words -> value.

    Args:
        scores: (N, classes) float.
        labels: (N,) int64.
    """
    named = {words: float(loss(scores.double())) for words, loss in _others(labels, scores.shape[1]).items()}
    cross_entropy = float(F.cross_entropy(scores, labels))
    accuracy = float((scores.argmax(1) == labels).double().mean())
    return named | {"its sign is turned round": -cross_entropy, "it is the accuracy, not the loss": accuracy}
