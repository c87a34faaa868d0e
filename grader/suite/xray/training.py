"""The training X-ray: what a training loop does, batch by batch, to a net that notes it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from grader.judge.remote import Event, Remote, Seen
from grader.judge.traces import Place
from grader.suite import evidence
from grader.suite.closeness import is_same
from grader.suite.xray.fault import Fault
from grader.suite.xray.losses import wrong_loss
from grader.suite.xray.witness import Task

_STEP = "torch.optim.Optimizer.step"
_ZERO_GRAD = ("torch.optim.Optimizer.zero_grad", "torch.nn.Module.zero_grad")
_SHOWN = {
    _STEP: "optimizer.step()",
    **dict.fromkeys(_ZERO_GRAD, "zero_grad()"),
    "torch.Tensor.backward": "loss.backward()",
    "torch.autograd.backward": "loss.backward()",
    "torch.nn.Module.train": "net.train()",
    "torch.nn.Module.eval": "net.eval()",
}
SHOWN_STEPS = 9
OTHER_NET = "train never calls the net that it is given: another net, or a copy, is trained"
OTHER_NET_HINT = "The caller keeps the net and expects it to be trained, not a new one."


@dataclass(frozen=True)
class TrainingXray:
    """What a training loop did to the witness of a task.

    Attributes:
        returned: what the loop returned.
        task: net, images and labels that it was given.
        epochs: how many passes it was asked for.
        seen: the operations that ran.
    """

    returned: Any
    task: Task
    epochs: int
    seen: Seen

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong, likeliest cause first. Keys: net, learning, by_hand, batches, step, direction, order, zero_grad, mode, loss."""
        passes, after = self.task.learning_passes(), self.task.weight()
        if not passes:
            yield Fault("net", OTHER_NET, OTHER_NET_HINT)
            return
        yield from self._faults_of_mode(passes)
        if not bool(after.any()):
            yield self._nothing_learnt()
            return
        if any(not bool(weight.detach().any()) for weight in self.task.net.beside.parameters()):
            what = "only a part of the net is trained: the parameters of some layers never change"
            yield Fault("learning", what, "Which parameters does the optimizer get: those of the whole net, or those of some layers?")
        if _STEP not in self.seen.names:
            what = "the weights are changed by hand: no optimizer of torch.optim ever makes a step"
            yield Fault("by_hand", what, "Which object of torch.optim knows the parameters, and which of its methods moves them?")
        yield from self._faults_of_batches(after)
        yield from self._faults_of_steps(passes, after)
        yield from self._faults_of_gradients(passes)
        loss = wrong_loss(passes, self.task.labels)
        if loss:
            yield Fault("loss", loss, "Which loss does the task ask for, and what does it expect: raw scores, or probabilities?")

    def expect(self, *keys: str) -> None:
        """Fail the check with the first fault of these keys; the table of operations goes to the evidence."""
        for fault in self.faults():
            if fault.key in keys:
                self.show()
                fault.fail()

    def show(self, title: str = "what your training loop did, in this order") -> None:
        """Add the first operations of the loop to the evidence."""
        shown = (event for event in self.seen.events if event.name in _SHOWN)
        # A switch of mode is seen once for each module inside.
        steps = [event for event, _ in itertools.groupby(shown)][:SHOWN_STEPS]
        rows = [(_SHOWN[event.name], f"line {event.line}") for event in steps]
        evidence.table(title, ("operation", "where"), rows)

    def _nothing_learnt(self) -> Fault:
        why = _why_nothing_was_learnt(self.seen)
        return Fault("learning", f"training never changes the weights: {why.what}", why.hint, why.place)

    def _faults_of_mode(self, passes: list[dict[str, Any]]) -> Iterator[Fault]:
        modes = [note["training"] for note in passes]
        if not any(modes):
            what = "a net that comes in eval mode is trained in eval mode: train mode is never switched on"
            yield Fault("mode", what, "Which method of a module switches the mode, and where should it be called?")
        elif not all(modes):
            what = "part of the training runs in eval mode: the net is switched and not switched back"
            yield Fault("mode", what, "Does something between the epochs or batches call eval()?", self._place_of("torch.nn.Module.eval"))
        elif not all(note["inner_training"] for note in passes):
            what = "the layers inside the net stay in eval mode: only the outermost module was switched to train mode"
            yield Fault("mode", what, "Setting the attribute `training` reaches one module; a method of nn.Module reaches all.")

    def _faults_of_batches(self, after: torch.Tensor) -> Iterator[Fault]:
        parts = torch.split(after[:, : len(self.task.labels)].any(0), self.task.batch_size)
        taught = torch.stack([part.any() for part in parts])
        count, batches = int(taught.sum()), len(taught)
        if count == batches:
            return
        if count == 1 and bool(taught[-1]):
            what = "only the last batch of an epoch changes the weights: the step stands outside the loop over the batches"
            yield Fault("batches", what, "How far are backward() and step() indented?", self._place_of(_STEP))
        elif count == 1 and bool(taught[0]):
            what = "only the first batch changes the weights: the loop over the batches ends too early"
            yield Fault("batches", what, "Does a `break` or `return` stand in the loop over the batches?")
        else:
            yield Fault("batches", f"{batches - count} of {batches} batches never change the weights")

    def _faults_of_steps(self, passes: list[dict[str, Any]], after: torch.Tensor) -> Iterator[Fault]:
        first_epoch, labels = passes[: self.task.batches], self.task.labels
        if not any(not torch.equal(note["weight"], first_epoch[0]["weight"]) for note in first_epoch):
            what = "the weights stay the same for a whole epoch: the optimizer steps once an epoch, not once a batch"
            yield Fault("step", what, "How far is optimizer.step() indented?", self._place_of(_STEP))
        # From weights of zero, any step down the gradient raises the score of the right class of an image.
        rises = after[labels, torch.arange(len(labels))] > after[:, : len(labels)].mean(0)
        if float(rises.double().mean()) <= 0.5:
            what = "training makes the loss larger: the weights move up the gradient instead of down"
            yield Fault("direction", what, "Is there a minus sign too many or too few, or does the optimizer maximize?")
        if _steps_lag_behind(first_epoch):
            what = "optimizer.step() runs before loss.backward(): each step uses the gradients of the batch before"
            yield Fault("order", what, "In which order do the loss, its gradients and the step depend on each other?", self._place_of(_STEP))

    def _faults_of_gradients(self, passes: list[dict[str, Any]]) -> Iterator[Fault]:
        if not _gradients_pile_up(passes):
            return
        what = "gradients are accumulated: those of a batch that had its step are still in .grad when the next are added"
        place = next((place for name in _ZERO_GRAD if (place := self._place_of(name))), None)
        if _is_zeroed_with_each_epoch(passes, self.task.batches):
            yield Fault("zero_grad", f"{what}; they are zeroed once an epoch only", "How far is zero_grad indented?", place)
        elif place is None:
            yield Fault("zero_grad", f"{what}; zero_grad is missing", "backward() adds to what is in .grad. What sets it back, and when?")
        else:
            yield Fault("zero_grad", f"{what}; zero_grad comes too rarely, or reaches other parameters", "", place)

    def _place_of(self, name: str) -> Place | None:
        event = next((event for event in self.seen.events if event.name == name), None)
        return Place(event.file, event.line) if event else None


def xray_training(remote: Remote, task: Task, train: Callable[[Any, Any], Any], *, epochs: int) -> TrainingXray:
    """Let a training loop train the witness of a task, whose weights begin at zero.

    Args:
        remote: the worker.
        task: of `make_task`.
        train: calls the student's loop with (net, loader) and returns what it returns.
        epochs: how many passes the loop is asked for.
    """
    with remote.observe() as seen:
        returned = train(task.net, task.loader)
    return TrainingXray(returned, task, epochs, seen)


# Why nothing is learnt


def _why_nothing_was_learnt(seen: Seen) -> Fault:
    names = seen.names
    backward = [at for at, name in enumerate(names) if name.endswith(".backward")]
    steps = [at for at, name in enumerate(names) if name == _STEP]
    if not backward and not steps:
        return Fault("learning", "there is neither a backward pass nor a step of an optimizer")
    if not backward:
        return Fault("learning", "backward is never called, so there are no gradients")
    if not steps:
        return Fault("learning", "the optimizer never makes a step")
    zeroed = _zeroed_before_step(seen.events, backward, steps)
    if zeroed is not None:
        return Fault("learning", "the gradients are zeroed between backward and step", place=zeroed)
    if steps[0] < backward[0]:
        place = Place(seen.events[steps[0]].file, seen.events[steps[0]].line)
        return Fault("learning", "optimizer.step() runs before loss.backward(), when the gradients have just been zeroed", place=place)
    what = (
        "the optimizer steps, but the parameters of this net get no gradients: was it given other parameters, "
        "or is the graph cut (.data, .detach(), .item())?"
    )
    return Fault("learning", what)


def _zeroed_before_step(events: list[Event], backward: list[int], steps: list[int]) -> Place | None:
    """Return where zero_grad runs between a backward pass and the step after it."""
    spans = [(max((at for at in backward if at < step), default=step), step) for step in steps]
    zeroed = next((event for start, end in spans for event in events[start:end] if event.name.endswith(".zero_grad")), None)
    return Place(zeroed.file, zeroed.line) if zeroed else None


# What the notes tell


def _steps_lag_behind(notes: list[dict[str, Any]]) -> bool:
    """Say whether no batch of the first epoch has changed its own columns by the time that the next batch comes."""
    pairs = [(before, now) for before, now in itertools.pairwise(notes) if not is_same(before["inputs"], now["inputs"])]
    return not any(bool(now["weight"][:, before["inputs"]].any()) for before, now in pairs)


def _gradients_pile_up(notes: list[dict[str, Any]]) -> bool:
    """Say whether a gradient that was already used in a step was still in .grad when another batch added its own."""
    latest: dict[tuple[int, ...], tuple[torch.Tensor, torch.Tensor, torch.Tensor]] = {}
    for before, now in itertools.pairwise(notes):
        columns = before["inputs"]
        batch = tuple(columns.tolist())
        latest.pop(batch, None)
        if not bool(now["grad"][:, columns].any()):
            continue
        for inputs, gradient, weight in latest.values():
            stepped = not torch.equal(before["weight"], weight)
            if stepped and _points_along(now["grad"][:, inputs], gradient):
                return True
        latest[batch] = (columns, now["grad"][:, columns], before["weight"])
    return False


def _is_zeroed_with_each_epoch(notes: list[dict[str, Any]], batches: int) -> bool:
    """Say whether the gradient of the second batch of epoch 1 is gone after the first batch of epoch 2."""
    if len(notes) < batches + 2:
        return False
    return not bool(notes[batches + 1]["grad"][:, notes[1]["inputs"]].any())


def _points_along(kept: torch.Tensor, gradient: torch.Tensor) -> bool:
    """Say whether what is left in .grad is the old gradient: its direction, and not only a trace of it."""
    a, b = kept.flatten().double(), gradient.flatten().double()
    if float(a.norm()) < 0.02 * float(b.norm()) or float(b.norm()) == 0:
        return False
    return float(torch.dot(a, b) / (a.norm() * b.norm())) > 0.99
