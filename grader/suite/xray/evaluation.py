"""The evaluation X-ray: in which mode a loop evaluates, what it leaves behind, and how it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F

from grader.suite.xray.fault import Fault
from grader.suite.xray.witness import Task


@dataclass(frozen=True)
class EvaluationXray:
    """What an evaluation loop did with the witness of a task.

    Attributes:
        returned: what the loop returned.
        task: net, images and labels that it was given.
        came_training: the mode that the net came in.
        before: weights of the net before, (classes, pixels).
    """

    returned: Any
    task: Task
    came_training: bool
    before: torch.Tensor

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong. Keys: net, mode, gradients, frozen, changed, restored."""
        notes, net = self.task.notes(), self.task.net
        if not notes:
            what = "evaluate never calls the net that it is given"
            yield Fault("net", what, "Does it use the argument for the net, or another net or a copy?")
            return
        if any(note["training"] or note["inner_training"] for note in notes):
            what = "a net that comes in train mode is evaluated in train mode"
            yield Fault("mode", what, "Which method of a module switches to eval mode, for all modules inside?")
        if any(note["records_gradients"] for note in notes):
            what = "evaluate records gradients: the graph of every batch is built for nothing"
            yield Fault("gradients", what, "Look up torch.no_grad and torch.inference_mode.")
        if not net.head.weight.requires_grad:
            what = "after evaluate the parameters no longer require gradients: the net cannot be trained further"
            yield Fault("frozen", what, "Recording can be switched off for a block of code, without touching the parameters.")
        if not torch.equal(self.task.weight(), self.before):
            what = "evaluate changes the weights of the net"
            yield Fault("changed", what, "Evaluation only looks; no optimizer and no loss are needed.")
        if bool(net.training) is not self.came_training or bool(net.head.training) is not self.came_training:
            came, left = ("train", "eval") if self.came_training else ("eval", "train")
            what = f"a net that came in {came} mode is left in {left} mode: the mode is not put back"
            yield Fault("restored", what, "Remember the mode before you change it; the attribute `training` tells it.")

    def expect(self, *keys: str) -> None:
        """Fail the check with the first fault of these keys."""
        for fault in self.faults():
            if fault.key in keys:
                fault.fail()


def xray_evaluation(task: Task, evaluate: Callable[[Any, Any], Any], *, training: bool) -> EvaluationXray:
    """Let an evaluation loop look at the witness of a task.

    Args:
        task: of `make_task`.
        evaluate: calls the student's loop with (net, loader) and returns what it returns.
        training: the mode that the net comes in.
    """
    task.net.train(training)
    before = task.weight().clone()
    return EvaluationXray(evaluate(task.net, task.loader), task, training, before)


def ways_to_count(scores: torch.Tensor, labels: torch.Tensor, batch_size: int) -> dict[str, float]:
    """Return what the usual mistakes give for the accuracy: words -> value.

    Args:
        scores: (N, classes), as they come in the loader's order.
        labels: (N,) int64.
        batch_size: of the loader; the last batch is smaller.
    """
    hits = (scores.argmax(1) == labels).double()
    parts = torch.split(hits, batch_size)
    means = torch.stack([part.mean() for part in parts])
    count, batches = len(hits), len(parts)
    full = (batches - 1) * batch_size
    classes = [hits[labels == number].mean() for number in range(int(labels.max()) + 1) if bool((labels == number).any())]
    both = zip(torch.split(scores.argmax(1, keepdim=True), batch_size), torch.split(labels, batch_size))
    pairs = torch.stack([(predicted == right).sum() for predicted, right in both]).sum()
    fractions = {
        "it is the mean of the batch accuracies; images of the smaller last batch count too much": means.mean(),
        "the last, smaller batch is left out": hits[:full].mean(),
        "the last, smaller batch is counted on one side only: its hits are missing": hits[:full].sum() / count,
        "it is the accuracy of the last batch alone": means[-1],
        "it is the accuracy of the first batch alone": means[0],
        "the last batch is smaller, but counted as a full one in the division": hits.sum() / (batches * batch_size),
        "it is the error rate: the images that are not recognised are counted": 1 - hits.mean(),
        "it is the mean over the classes (macro average), not over the images": torch.stack(classes).mean(),
        "predictions and labels are compared all with all within a batch, a column (N, 1) against a row (N,): a broadcast": pairs / count,
        "the class with the smallest score is taken": (scores.argmin(1) == labels).double().mean(),
        "the hits of the last batch alone are divided by the number of all images": parts[-1].sum() / count,
    }
    accuracy = float(hits.mean())
    percentages = {f"{words}; and it is a percentage": 100 * float(value) for words, value in fractions.items()}
    return {
        "it is a percentage; a fraction in [0, 1] is asked for": 100 * accuracy,
        **{words: float(value) for words, value in fractions.items()},
        "it is the number of images that are recognised, not divided by anything": float(hits.sum()),
        "the hits are divided by the number of batches, not by that of the images": float(hits.sum() / batches),
        "the hits are divided by the batch size": float(hits.sum() / batch_size),
        "the accuracies of the batches are summed, not averaged": float(means.sum()),
        "it is the mean loss, not the accuracy": float(F.cross_entropy(scores, labels)),
        "it is rounded": round(accuracy, 2),
        "it is rounded to one digit": round(accuracy, 1),
        "it is rounded to a whole number": float(round(accuracy)),
        **percentages,
    }
