"""The X-rays of modules, training and evaluation loops, loaders and checkpoints: each mistake by its name, and no word about right code."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F

from grader.suite.words import CheckFailed
from grader.suite.xray import (
    StateXray,
    compare_states,
    count_faults,
    first_loss,
    make_task,
    open_checkpoint,
    other_losses,
    shared_entries,
    training_faults,
    ways_to_add,
    ways_to_count,
    wrong_loss,
    xray_evaluation,
    xray_gradients,
    xray_training,
)

CLASSES, IMAGE = 4, (1, 8, 8)

LAYERS = """
import torch
from torch import nn
import torch.nn.functional as F

class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(3, 4))
        self.b = nn.Parameter(torch.randn(4))
    def forward(self, x):
        return x @ self.w + self.b

class PlainTensor(Layer):
    def __init__(self):
        super().__init__()
        del self.b
        self.b = torch.randn(4)

class InAList(Layer):
    def __init__(self):
        super().__init__()
        held = [self.b]
        del self.b
        self.__dict__["b"] = held[0]

class Frozen(Layer):
    def __init__(self):
        super().__init__()
        self.b.requires_grad_(False)

class Detached(Layer):
    def forward(self, x):
        return x @ self.w + self.b.detach()

class Unused(Layer):
    def forward(self, x):
        return x @ self.w

class Remade(Layer):
    def forward(self, x):
        self.b = nn.Parameter(torch.zeros(4))
        return x @ self.w + self.b

class Averaged(Layer):
    def forward(self, x):
        return x @ self.w + self.b / 4

class NotFinite(Layer):
    def forward(self, x):
        return x @ self.w + torch.sqrt(self.b - self.b) + self.b
"""

LOOPS = """
import copy
import torch
from torch import nn
import torch.nn.functional as F

def train(net, loader, *, zero="batch", order="bs", step="batch", mode=True, loss=F.cross_entropy, of=None, stop=0, sign=1, name="SGD"):
    if mode is not None:
        net.train(mode)
    trained = of(net) if of else net
    optimizer = torch.optim.SGD(trained.parameters(), lr=0.05) if name == "SGD" else torch.optim.Adam(trained.parameters(), lr=0.05)
    for epoch in range(2):
        if zero == "epoch":
            optimizer.zero_grad()
        for number, (x, y) in enumerate(loader):
            if zero == "batch":
                optimizer.zero_grad()
            value = sign * loss(trained(x), y)
            if order == "sb" and step == "batch":
                optimizer.step()
                optimizer.zero_grad()
            value.backward()
            if zero == "before step":
                optimizer.zero_grad()
            if step == "batch" and order == "bs":
                optimizer.step()
            if zero == "after":
                optimizer.zero_grad()
            if stop and number + 1 == stop:
                break
        if step == "epoch":
            optimizer.step()

def right(net, loader): train(net, loader)
def right_with_adam(net, loader): train(net, loader, name="Adam")
def right_zeroed_afterwards(net, loader): train(net, loader, zero="after")
def right_with_smoothing(net, loader): train(net, loader, loss=lambda s, y: F.cross_entropy(s, y, label_smoothing=0.1))
def right_with_a_sum(net, loader): train(net, loader, loss=lambda s, y: F.cross_entropy(s, y, reduction="sum") / len(y))
def right_by_hand(net, loader):
    net.train()
    for epoch in range(2):
        for x, y in loader:
            net.zero_grad()
            F.nll_loss(F.log_softmax(net(x), 1), y).backward()
            with torch.no_grad():
                for p in net.parameters():
                    p -= 0.05 * p.grad
def other_net(net, loader): train(net, loader, of=copy.deepcopy)
def last_layer_only(net, loader): train(net, loader, of=lambda net: LastLayer(net))
class LastLayer(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = [net]
        self.head = net.head
    def forward(self, x): return self.net[0](x)
    def train(self, mode=True): self.net[0].train(mode)
def no_step(net, loader): train(net, loader, step="never")
def zeroed_before_step(net, loader): train(net, loader, zero="before step")
def step_first(net, loader): train(net, loader, order="sb", zero="never")
def step_each_epoch(net, loader): train(net, loader, step="epoch", zero="epoch")
def one_batch(net, loader): train(net, loader, stop=1)
def some_batches(net, loader): train(net, loader, stop=3)
def uphill(net, loader): train(net, loader, sign=-1)
def never_zeroed(net, loader): train(net, loader, zero="never")
def zeroed_each_epoch(net, loader): train(net, loader, zero="epoch")
def in_eval_mode(net, loader): train(net, loader, mode=None)
def outer_mode_only(net, loader):
    net.training = True
    train(net, loader, mode=None)
def softmax_first(net, loader): train(net, loader, loss=lambda s, y: F.cross_entropy(s.softmax(1), y))
def squared_error(net, loader): train(net, loader, loss=lambda s, y: F.mse_loss(s, F.one_hot(y, 4).float()))

def evaluate(net, loader, mode=False, grad=False, back=True, other=False, freeze=False):
    was = net.training
    if other:
        net = copy.deepcopy(net)
    if mode is not None:
        net.train(mode)
    with torch.set_grad_enabled(grad):
        hits = sum(int((net(x).argmax(1) == y).sum()) for x, y in loader)
    if back:
        net.train(was)
    if freeze:
        net.requires_grad_(False)
    return hits / len(loader.dataset)
def looks(net, loader): return evaluate(net, loader)
def looks_in_train_mode(net, loader): return evaluate(net, loader, mode=None)
def looks_with_gradients(net, loader): return evaluate(net, loader, grad=True)
def looks_and_leaves_eval(net, loader): return evaluate(net, loader, back=False)
def looks_at_a_copy(net, loader): return evaluate(net, loader, other=True)
def looks_and_freezes(net, loader): return evaluate(net, loader, freeze=True)
"""


CUT_LINE = next(number for number, line in enumerate(LAYERS.splitlines(), start=1) if "detach" in line)


# Gradients


def gradients_of(bench: Any, name: str) -> Any:
    opened = bench(LAYERS)
    layer = getattr(opened.student, name)()
    x, upstream = torch.randn(5, 3), torch.randn(5, 4)
    right = {"w": x.T @ upstream, "b": upstream.sum(0)}
    return xray_gradients(opened.remote, layer, lambda: layer(x), upstream=upstream, expected=right)


def test_a_layer_that_learns_has_no_fault(bench):
    xray = gradients_of(bench, "Layer")

    for name in ("w", "b"):
        assert xray.fault(name) is None
        xray.expect(name)


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ("PlainTensor", "`b` is a plain tensor, not an nn.Parameter"),
        ("InAList", "`b` is an nn.Parameter, but parameters() does not list it"),
        ("Frozen", "`b` is frozen: its requires_grad is False"),
        ("Detached", f"the gradient path from `b` to the result is cut at work.py:{CUT_LINE}, by `.detach()`"),
        ("Unused", "nothing of the result is computed with `b`"),
        ("Remade", "a new parameter in the place of `b`"),
        ("Averaged", "b.grad: it is 4 times too small"),
        ("NotFinite", "b.grad holds NaN or infinite values"),
    ],
)
def test_what_keeps_a_parameter_from_learning_is_named(bench, layer, words):
    xray = gradients_of(bench, layer)

    with pytest.raises(CheckFailed) as failed:
        xray.expect("b")

    assert words in failed.value.what
    xray.expect("w")


# Training


@pytest.fixture(scope="module")
def _labels() -> torch.Tensor:
    return torch.randint(0, CLASSES, (22,), generator=torch.Generator().manual_seed(3))


def trained(opened: Any, loop: str, labels: torch.Tensor) -> Any:
    task = make_task(opened.remote, labels, batch_size=4, classes=CLASSES, image=IMAGE)
    task.net.eval()
    return xray_training(opened.remote, task, getattr(opened.student, loop), epochs=2)


def test_right_loops_have_no_fault(bench, _labels):
    opened = bench(LOOPS)
    for loop in (
        "right",
        "right_with_adam",
        "right_zeroed_afterwards",
        "right_with_smoothing",
        "right_with_a_sum",
    ):
        assert list(trained(opened, loop, _labels).faults()) == [], loop
    # Right as well, where an exercise does not ask for an optimizer.
    assert [fault.key for fault in trained(opened, "right_by_hand", _labels).faults()] == ["by_hand"]


def test_mistakes_in_a_training_loop_are_named(bench, _labels):
    opened = bench(LOOPS)
    for loop, key, words in (
        ("other_net", "net", "another net, or a copy, is trained"),
        ("no_step", "learning", "the optimizer never makes a step"),
        ("last_layer_only", "learning", "only a part of the net is trained"),
        ("zeroed_before_step", "learning", "zeroed between backward and step"),
        ("step_first", "order", "optimizer.step() runs before loss.backward()"),
        ("step_each_epoch", "step", "the optimizer steps once an epoch"),
        ("one_batch", "batches", "only the first batch changes the weights"),
        ("some_batches", "batches", "3 of 6 batches never change the weights"),
        ("uphill", "direction", "training makes the loss larger"),
        ("never_zeroed", "zero_grad", "zero_grad is missing"),
        ("zeroed_each_epoch", "zero_grad", "they are zeroed once an epoch only"),
        ("in_eval_mode", "mode", "train mode is never switched on"),
        ("outer_mode_only", "mode", "only the outermost module"),
    ):
        faults = list(trained(opened, loop, _labels).faults())
        told = {fault.key: fault.what for fault in faults}
        assert words in told.get(key, ""), (loop, told)


def test_the_loss_that_a_net_goes_down_is_seen_from_its_gradient(bench, _labels):
    opened = bench(LOOPS)
    scores = 2 * torch.randn(22, CLASSES, generator=torch.Generator().manual_seed(4))
    for loop, words in (
        ("right", ""),
        ("right_with_smoothing", ""),
        ("right_by_hand", ""),
        ("softmax_first", "a softmax is taken before cross-entropy"),
        ("squared_error", "squared error"),
    ):
        task = make_task(opened.remote, _labels, batch_size=4, classes=CLASSES, image=IMAGE, scores=scores)
        getattr(opened.student, loop)(task.net, task.loader)

        told = wrong_loss(task.learning_passes(), _labels)
        assert words in told, loop
        assert bool(words) == bool(told), loop


def test_mistakes_in_an_evaluation_are_named(bench, _labels):
    opened = bench(LOOPS)
    scores = torch.randn(22, CLASSES)
    for loop, key in (
        ("looks", ""),
        ("looks_in_train_mode", "mode"),
        ("looks_with_gradients", "gradients"),
        ("looks_and_leaves_eval", "restored"),
        ("looks_at_a_copy", "net"),
        ("looks_and_freezes", "frozen"),
    ):
        task = make_task(opened.remote, _labels, batch_size=4, classes=CLASSES, image=IMAGE, scores=scores)

        xray = xray_evaluation(task, getattr(opened.student, loop), training=True)

        assert [fault.key for fault in xray.faults()] == ([key] if key else []), loop
        assert xray.returned == pytest.approx(float((scores.argmax(1) == _labels).double().mean()))


# How losses and hits are added up


def test_each_way_to_add_up_gives_a_number_of_its_own():
    torch.manual_seed(0)
    scores, labels = 2 * torch.randn(27, 10), torch.randint(0, 10, (27,))
    losses = F.cross_entropy(scores, labels, reduction="none")
    added = ways_to_add(losses, 8) | other_losses(scores, labels)
    counted = ways_to_count(scores + 2 * F.one_hot(labels, 10), labels, 8)

    assert all(abs(value - float(losses.mean())) > 1e-6 for value in added.values())
    for named in (added, counted):
        assert len({round(value, 6) for value in named.values()}) > 0.8 * len(named)


def test_loaders_that_serve_other_images_are_named():
    labels = torch.randint(0, 10, (600,), generator=torch.Generator().manual_seed(1))
    mixed, again = labels[torch.randperm(600)[:64]], labels[torch.randperm(600)[:64]]

    assert list(training_faults(mixed, again, labels)) == []
    assert [fault.key for fault in training_faults(labels[:64], again, labels)] == ["order"]
    assert [fault.key for fault in training_faults(mixed, mixed, labels)] == ["epochs"]
    assert list(count_faults("test", 100, 100, 600)) == []
    assert [fault.key for fault in count_faults("test", 600, 100, 600)] == ["swapped"]
    assert [fault.key for fault in count_faults("train", 590, 600, 100)] == ["dropped"]
    assert [fault.key for fault in count_faults("train", 50, 600, 100)] == ["count"]


# Checkpoints


def state() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return {"a.weight": torch.randn(2, 3), "a.bias": torch.randn(2), "n.mean": torch.randn(2)}


@pytest.mark.parametrize(
    ("found", "key"),
    [
        pytest.param(lambda s: s, "", id="right"),
        pytest.param(lambda s: list(s.values()), "kind", id="a list"),
        pytest.param(lambda s: {"model": s}, "nested", id="a dict around it"),
        pytest.param(lambda s: {f"module.{k}": v for k, v in s.items()}, "prefixed", id="a prefix"),
        pytest.param(lambda s: {k: v for k, v in s.items() if k != "n.mean"}, "buffers", id="without buffers"),
        pytest.param(lambda s: {k: v for k, v in s.items() if k != "a.bias"}, "missing", id="without a bias"),
        pytest.param(lambda s: s | {"epoch": torch.tensor(1)}, "unexpected", id="one more"),
        pytest.param(lambda s: s | {"a.weight": s["a.weight"].T}, "shape", id="transposed"),
        pytest.param(lambda s: s | {"a.weight": s["a.weight"].half()}, "dtype", id="in half precision"),
    ],
)
def test_what_a_state_dict_lacks_is_named(found, key):
    xray = StateXray(found(state()), state(), "in the file of save", frozenset({"n.mean"}))

    assert [fault.key for fault in xray.faults()] == ([key] if key else [])


def test_a_file_is_opened_by_a_clean_worker_and_entries_in_one_memory_are_seen(bench):
    opened = bench("import torch\ndef save(state, path): torch.save(state, path)\nclass Own: pass\ndef save_own(path): torch.save(Own(), path)")
    path = opened.remote.scratch / "net.pt"
    opened.student.save({"a": torch.ones(3), "b": torch.zeros(3)}, str(path))
    same = opened.remote.torch.zeros(3)
    opened.student.save({"a": same, "b": same}, str(opened.remote.scratch / "same.pt"))
    opened.student.save_own(str(opened.remote.scratch / "own.pt"))
    clean = opened.fresh_remote()

    assert set(open_checkpoint(clean, path, "save")) == {"a", "b"}
    assert shared_entries(clean, path) == ()
    with pytest.raises(CheckFailed, match=r"a pickled work\.Own"):
        open_checkpoint(clean, clean.scratch / "own.pt", "save")
    with pytest.raises(CheckFailed, match="there is no such file"):
        open_checkpoint(clean, clean.scratch / "other.pt", "save")


def test_values_that_were_rounded_on_the_way_are_named():
    right = state()
    for dtype, words in ((torch.float16, "half precision"), (torch.bfloat16, "bfloat16")):
        found = {name: value.to(dtype).float() for name, value in right.items()}
        with pytest.raises(CheckFailed, match=f"it has been through {words}"):
            compare_states(found, right, what="after load, state_dict()")
    compare_states(right, right, what="after load, state_dict()")


def test_the_first_loss_of_an_optimizer_is_told_as_an_index():
    saved = {"state": {0: {"step": torch.tensor(3.0), "exp_avg": torch.ones(2)}}, "param_groups": [{"lr": 0.1, "params": [0]}]}

    assert first_loss(saved, saved) == ""
    assert first_loss(saved, {"state": {}, "param_groups": saved["param_groups"]}) == "optimizer.state_dict()['state'][0] (missing)"
    changed = {"state": saved["state"], "param_groups": [{"lr": 0.5, "params": [0]}]}
    assert first_loss(saved, changed) == "optimizer.state_dict()['param_groups'][0]['lr']"
