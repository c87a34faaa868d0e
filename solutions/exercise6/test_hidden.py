"""The hidden checks of exercise 6: files are opened by clean workers, reference runs are trained in this process."""

from __future__ import annotations

import copy
import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch

from grader.suite import assert_tensor, expect, expect_raises, fail, is_a
from grader.suite.xray import (
    StateXray,
    compare_states,
    edit_pickle,
    files_below,
    first_loss,
    kind_of,
    misplaced_state,
    moved_to,
    open_checkpoint,
    shared_entries,
    with_trap,
)

pytestmark = pytest.mark.filterwarnings("ignore")

# A device that no machine has, as it would stand in a file that was written elsewhere.
FOREIGN_DEVICE = "cuda:63"
STATE_HINT = "Print list(net.state_dict()) beside list(torch.load(path)): what belongs to the file, and what is in it?"
# The checks of a whole training run take a net with buffers, in float32, of this many features.
FEATURES, SCORES = 3, 2
# No more of them than it takes: each tensor costs time whenever the net is made, saved or loaded.
LAYERS = [("Linear", FEATURES, 5, False), ("BatchNorm1d", 5, 1e-5, 0.1, False), ("Tanh",), ("Linear", 5, SCORES)]
CPU = torch.device("cpu")
# Seed, number of features, number of scores: drawn where it is needed (`grader.worker.nets`).
Batch = tuple[int, int, int]


# Nets and their values


class Here:
    """This process, with what a run asks of a worker: where reference runs live."""

    module = staticmethod(importlib.import_module)


def build(where: Any, state: dict[str, torch.Tensor] | int | None = None, device: torch.device = CPU) -> Any:
    """Return a net with parameters and buffers, made `Here` or by a worker, with this state, or one that is drawn with this seed."""
    return where.module("grader.worker.nets").sequential(LAYERS, state, device)


def build_odd(where: Any) -> Any:
    """Return a net in float64 with a layer in two places and a buffer that is no part of its state, made `Here` or by a worker."""
    return where.module("grader.worker.nets").odd()


def draw_seed() -> int:
    """Return the seed of a net's values, or of a batch."""
    return int(torch.randint(2**31, ()))


def draw_state(maker: Callable[[Any], Any] = build) -> dict[str, torch.Tensor]:
    """Return the state of a net of this maker in which nothing is as at initialisation."""
    net = maker(Here)
    Here.module("grader.worker.nets").draw_state(net, draw_seed())
    return dict(net.state_dict())


def on_cpu(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the plain values of a state dict, as they are now, on the CPU."""
    return {name: value.detach().cpu().clone() for name, value in state.items()}


def is_buffer(name: str) -> bool:
    """Say whether a name of the nets of this suite is that of a buffer."""
    return "running_" in name or "num_batches" in name


def buffers_of(state: dict[str, torch.Tensor]) -> frozenset[str]:
    """Return which names of a state dict are those of buffers."""
    return frozenset(filter(is_buffer, state))


def same_state(actual: dict[str, Any], expected: dict[str, torch.Tensor], **words: Any) -> None:
    """Fail at the first tensor of `actual` that is not, bit for bit, the one of `expected`."""
    compare_states(actual, expected, buffers=buffers_of(expected), **words)


def expect_nothing_else(before: dict[str, int], after: dict[str, int], path: Path, writer: str) -> None:
    """Fail where the scratch folder holds more than the file that was asked for."""
    extra = sorted(set(after) - set(before) - {path.name})
    expect(
        not extra,
        f"{writer} writes more than {path.name!r}: it leaves {', '.join(extra)} behind as well, a file or folder that nobody asked for",
        hint="All that is to be kept goes into the one file that the caller named.",
    )
    changed = sorted(name for name in before if name != path.name and after.get(name) != before[name])
    expect(not changed, f"{writer} changes files that it was not asked to write: {', '.join(changed)}")


# Training runs


class Recipe(NamedTuple):
    """An optimizer: its name in torch.optim, its options and, by number of a layer, those of parameter groups of their own."""

    optimizer: str
    options: dict[str, Any]
    parts: dict[int, dict[str, Any]] = {}


PLAIN = Recipe("SGD", {"lr": 0.5})
MOMENTUM = Recipe("SGD", {"lr": 0.1, "momentum": 0.9})
ADAM = Recipe("Adam", {"lr": 0.05})
GROUPS = Recipe("AdamW", {"lr": 0.1}, {0: {"lr": 0.02}, 3: {"weight_decay": 0.3}})


class Run:
    """One net, its optimizer and the worker (or `Here`) that both live in.

    Args:
        start: the net's state, or the seed of one in which nothing is as at initialisation.
        batches: one step is taken a batch.
    """

    def __init__(self, where: Any, recipe: Recipe, start: dict[str, torch.Tensor] | int, device: torch.device, batches: Sequence[Batch] = ()) -> None:
        self.where = where
        self.device = device
        self.net, self.optimizer = where.module("grader.worker.nets").in_training(LAYERS, *recipe, start, device, batches)

    def train(self, batches: Sequence[Batch]) -> torch.Tensor:
        """Take one step a batch; return the net's parameters then, in one row."""
        parameters = self.where.module("grader.worker.nets").train(self.net, self.optimizer, batches, self.device)
        expect(
            parameters is not None,
            "no gradient can reach the net's parameters any more: the scores of the net do not require grad",
            hint="Print p.requires_grad for the parameters of the net, before and after your function.",
        )
        return parameters

    def lower_learning_rate(self) -> None:
        """Let a schedule divide the learning rate by 10, as it does after so many epochs."""
        self.where.module("grader.worker.nets").lower_learning_rate(self.optimizer)


def values_of(state: dict[str, torch.Tensor]) -> torch.Tensor:
    """Return the parameters of a state dict, in one row."""
    return torch.cat([value.detach().cpu().flatten() for name, value in state.items() if not is_buffer(name)])


def draw_batches(count: int) -> list[Batch]:
    """Return small batches for a regression."""
    return [(draw_seed(), FEATURES, SCORES) for _ in range(count)]


# save


@pytest.mark.points(0.25)
@pytest.mark.concept("state_dict against pickling")
def test_save_writes_the_state_dict(student, remote, fresh_remote, device):
    """The file of save holds the net's state_dict: every parameter and every buffer

    Open your own file with torch.load(path, weights_only=True) and print what is in it.
    """
    net = build(remote, draw_seed())
    net[0].requires_grad_(False)  # A frozen layer is part of the state as well.
    net.to(device)
    path = remote.scratch / "net.pt"

    student.save(net, str(path))

    check_file(fresh_remote(), path, on_cpu(net.state_dict()), frozen=("0.weight",))


@pytest.mark.points(0.25)
@pytest.mark.concept("state_dict against pickling")
def test_save_writes_what_is_shared_and_what_is_double(student, remote, fresh_remote):
    """save keeps all names of a shared layer, and float64 as it is

    Here one layer stands in two places of the net, the numbers are float64, and one buffer is not persistent.
    """
    net = build_odd(remote)
    path = remote.scratch / "net.pt"

    student.save(net, str(path))

    check_file(fresh_remote(), path, on_cpu(net.state_dict()))


def check_file(clean: Any, path: Path, state: dict[str, torch.Tensor], frozen: tuple[str, ...] = ()) -> None:
    """Fail where the file of `save` does not hold the state dict `state`, and say in which way."""
    found = open_checkpoint(clean, path, "save")
    StateXray(found, state, "in the file of save", buffers_of(state), shared_entries(clean, path), frozenset(frozen)).expect()
    same_state(found, state, what="in the file of save, state_dict()")


@pytest.mark.points(0.25)
@pytest.mark.concept("state_dict against pickling")
def test_save_and_load_take_any_path(student, remote, device):
    """save and load take the path as a str and as a Path

    Which methods and operators of `path` do you use? Do both str and Path have them, for any name?
    """
    for path in (str(remote.scratch / "net.v2.pt"), remote.scratch / "net.v3.pt"):
        saved, loaded = (remote.tiny_net.TinyNet().to(device) for _ in range(2))
        before = on_cpu(loaded.state_dict())

        call_in_order(remote, student.save, ("net", "path"), {"net": saved, "path": path})
        values = {"net": loaded, "path": path, "device": str(device)}
        call_in_order(remote, student.load, ("net", "path", "device"), values)

        same_state(
            on_cpu(loaded.state_dict()),
            on_cpu(saved.state_dict()),
            what="after save and load, state_dict()",
            lookalikes={"not filled: the value is still the one from before load": before},
        )


@pytest.mark.points(0.25)
@pytest.mark.concept("state_dict against pickling")
def test_save_writes_nothing_else(student, remote, fresh_remote):
    """save writes the one file that it was asked for

    List the folder before and after the call. The path is the whole name of the file, in whatever folder it lies.
    """
    net = remote.tiny_net.TinyNet()
    folder = remote.scratch / "runs"
    clean = fresh_remote()
    clean.os.mkdir(str(folder))
    path = folder / "best"
    before = files_below(clean)

    student.save(net, str(path))

    after = files_below(clean)
    open_checkpoint(clean, path, "save")
    extra = sorted(set(after) - set(before) - {"runs/best"})
    expect(
        not extra,
        f"save writes more than 'runs/best': it leaves {', '.join(extra)} behind as well, a file or folder that nobody asked for",
        hint="All that is to be kept goes into the one file that the caller named, and in no other folder than the caller's.",
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("state_dict against pickling")
@pytest.mark.needs("test_save_writes_the_state_dict")
def test_save_replaces_an_older_file(student, remote, fresh_remote):
    """Saving again to the same path replaces what was there

    A net is saved, changed, and saved once more to the same path: the file holds the newer values.
    """
    net = build(remote)
    path = str(remote.scratch / "net.pt")

    student.save(net, path)
    older = on_cpu(net.state_dict())
    net.load_state_dict(draw_state())
    student.save(net, path)

    clean = fresh_remote()
    found = open_checkpoint(clean, Path(path), "save")
    extra = sorted(set(files_below(clean)) - {"net.pt"})
    expect(
        not extra,
        f"where a file is replaced, save leaves another file behind: {', '.join(extra)}",
        hint="save writes nothing but the one file: is a backup kept beside it?",
    )
    expect(
        isinstance(found, dict), f"the file of save holds {kind_of(found)}, not the net's state_dict", hint=STATE_HINT
    )
    same_state(
        {**older, **found},
        on_cpu(net.state_dict()),
        what="in the file after the second save, state_dict()",
        lookalikes={"still the values of the first save: the older file was not replaced": older},
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("state_dict against pickling")
def test_save_leaves_the_net_as_it_was(student, remote, device):
    """Saving changes nothing of the net: no value, no gradient, not its mode

    Compare the net before and after the call: net.training, net.state_dict(), the gradients.
    """
    for training in (True, False):
        save_and_compare(student, remote, device, training)
    net = build(remote)
    path = str(remote.scratch / "from-a-gpu.pt")
    fault = misplaced_state(remote, student, "save", net, path, net=net, starts_on_gpu=True)
    if fault is not None:
        fault.fail(hint="Saving is reading: which of your lines moves the net?")


def save_and_compare(student: Any, remote: Any, device: torch.device, training: bool) -> None:
    """Let the student save a net in train or eval mode, and compare it with its equal in this process."""
    start = draw_seed()
    net, local = build(remote, start, device), build(Here, start, device)
    for module in (net, local):
        module.train(training)
    (batch,) = draw_batches(1)
    for where, module in ((remote, net), (Here, local)):
        where.module("grader.worker.nets").give_gradients(module, batch, device)
    before = on_cpu(net.state_dict())

    student.save(net, str(remote.scratch / "net.pt"))

    same_state(on_cpu(net.state_dict()), before, what="save changes the net it was to write: state_dict()")
    gradient = net[3].weight.grad
    expect(
        gradient is not None and bool(gradient.any()),
        "save clears the gradients of the net that it writes",
        hint="Saving is reading: which of your lines changes the net?",
    )
    x = torch.randn(6, FEATURES, device=device)
    expect(
        net(x).requires_grad,
        "save freezes the net: afterwards its scores do not require grad, so nothing can be trained",
        hint="Saving is reading: which of your lines changes the net?",
    )
    check_mode(net, local, x, training, "save")


def check_mode(net: Any, local: torch.nn.Module, x: torch.Tensor, training: bool, culprit: str) -> None:
    """Fail where `net` does not behave as in the mode that it should be in; `local` is its equal in this process."""
    others = {True: "train", False: "eval"}
    wrong = build(Here, local.state_dict(), x.device)
    wrong.train(not training)
    with torch.no_grad():
        found, right, mistaken = net(x), local(x), wrong(x)
    assert_tensor(
        found,
        right,
        name=f"the scores of a net in {others[training]} mode after {culprit}",
        lookalikes={
            f"those of {others[not training]} mode: {culprit} leaves the net in another mode than it came in": mistaken
        },
        hint="What is net.training before the call, what is it after?",
    )


# load


@pytest.mark.points(0.25)
@pytest.mark.concept("Strict loading")
def test_load_fills_the_net(student, remote, device):
    """load fills every parameter and every buffer of the net that it is given

    The file holds a plain state_dict, and the net is compared with it name by name, bit by bit.
    """
    for maker in (build, build_odd):
        net = maker(remote).to(device)
        before = on_cpu(net.state_dict())
        state = draw_state(maker)
        path = remote.scratch / f"{maker.__name__}.pt"
        remote.torch.save(state, str(path))

        returned = load_plain_state(student, net, path, device)

        unfilled = "the net that load was given is not filled: the value is still the one from before"
        if returned is not None and not remote.operator.is_(returned, net):
            unfilled += " (what load returns is another object, a copy for instance)"
        same_state(
            on_cpu(net.state_dict()),
            state,
            what="after load, net.state_dict()",
            lookalikes={unfilled: before},
            hint="Which tensors does your code write the file's values into: all that net.state_dict() names?",
        )
    older, newer = state, draw_state(maker)
    remote.torch.save(newer, str(path))
    load_plain_state(student, net, path, device)
    same_state(
        on_cpu(net.state_dict()),
        newer,
        what="after load of a file that was written anew, net.state_dict()",
        lookalikes={"stale: the value is the one that the file held before. Is what was read kept (a cache) and not read again?": older},
        hint="Does each call of load open the file?",
    )


def load_plain_state(student: Any, net: Any, path: Path, device: torch.device) -> Any:
    """Let the student load a file; where the code looks for a layout of its own in it, say so."""
    try:
        return student.load(net, str(path), str(device))
    except KeyError as error:
        fail(
            f"load looks for the key {error.args[0]} in the file, which holds just a state_dict: "
            "its keys are the names of the net's tensors",
            hint="Which object does save put into the file, and which one does load take out of it?",
        )
    except RuntimeError as error:
        if "issing key" not in str(error) or '"module.' not in str(error):
            raise
        fail(
            "load renames the keys of the file: a net with a part called 'module' cannot be filled, as the prefix 'module.' is "
            "cut out of the names",
            hint="Which names does the file of save hold, and which ones has the net? They are the same.",
        )


@pytest.mark.points(0.25)
@pytest.mark.concept("Strict loading")
@pytest.mark.needs("test_load_fills_the_net")
def test_load_returns_the_net(student, remote, device):
    """load returns the net that it was given

    After `net = load(net, path)`, net is the same object as before.
    """
    state = draw_state()
    net, local = build(remote, device=device).eval(), build(Here, state, device).eval()
    path = str(remote.scratch / "net.pt")
    remote.torch.save(state, path)

    returned = student.load(net, path, device=str(device))

    hint = (
        "What does the last line of load hand back? What load_state_dict returns is a report of keys, not the net."
    )
    is_it = returned is not None and remote.operator.is_(returned, net)
    expect(
        is_it or is_a(returned, torch.nn.Module),
        f"load returns {kind_of(returned)} instead of the net",
        hint=hint,
    )
    expect(is_it, "load returns another object than the net that it was given (a copy, or a new net)", hint=hint)
    x = torch.randn(4, FEATURES, device=device)
    with torch.no_grad():
        found, right = returned(x), local(x)
    assert_tensor(found, right, name="the scores of the net that load returns")


@pytest.mark.points(0.25)
@pytest.mark.concept("Strict loading")
@pytest.mark.needs("test_load_fills_the_net")
@pytest.mark.parametrize("kind", ["a missing key", "an unexpected key"])
def test_load_is_strict(student, remote, device, kind):
    """A file that does not fit the net raises RuntimeError

    A state_dict fits when it has the names that the net has: none less, none more.
    """
    net = build(remote, device=device)
    state = draw_state()
    path = remote.scratch / "net.pt"
    remote.torch.save(state, str(path))
    student.load(net, str(path), str(device))
    if kind == "a missing key":
        del state["3.bias"]
    else:
        state["4.bias"] = torch.randn(2)
    remote.torch.save(state, str(path))

    with expect_raises(
        RuntimeError,
        what=f"load must raise RuntimeError for {kind} in the file: {why_strict(kind)}",
        hint="Is loading strict? And does every error of it reach the caller, as the RuntimeError that it is?",
    ):
        student.load(net, str(path), str(device))
    state = draw_state()
    state["3.shift"] = state.pop("3.bias")
    remote.torch.save(state, str(path))
    with expect_raises(
        RuntimeError,
        what="load must raise RuntimeError for a renamed key in the file, one that is missing and one that is unexpected: "
        f"{why_strict(kind)}",
        hint="Is each name compared, not only how many there are? A strict load_state_dict does it by itself.",
    ):
        student.load(net, str(path), str(device))


def why_strict(kind: str) -> str:
    """Say what goes wrong when a key that does not fit is passed over."""
    if kind == "a missing key":
        return "part of the net silently keeps its old values"
    return "part of the file is silently dropped"


@pytest.mark.points(0.25)
@pytest.mark.concept("Strict loading")
@pytest.mark.needs("test_load_fills_the_net")
def test_load_leaves_the_mode_as_it_was(student, remote, device):
    """load leaves the net in the mode that it came in

    A net in train mode is in train mode afterwards, one in eval mode in eval mode: whoever calls load decides.
    """
    path = remote.scratch / "net.pt"
    state = draw_state()
    remote.torch.save(state, str(path))
    for training in (True, False):
        net, local = build(remote, device=device), build(Here, state, device)
        net.train(training)
        net[0].requires_grad_(False)

        student.load(net, str(path), str(device))

        check_mode(net, local.train(training), torch.randn(6, FEATURES, device=device), training, "load")
        still_frozen(net, "load")


def still_frozen(net: Any, culprit: str) -> None:
    """Fail where the first layer of a net, which was frozen, wants gradients."""
    expect(
        not net[0].weight.requires_grad,
        f"{culprit} unfreezes the net: a layer with requires_grad=False has requires_grad=True afterwards, so training would change it",
        hint="Loading fills in values. Which line touches requires_grad, or puts new parameters in the place of the old ones?",
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("Strict loading")
@pytest.mark.needs("test_load_fills_the_net", "test_load_leaves_the_mode_as_it_was")
def test_an_optimizer_made_before_load_trains_the_net(student, remote, device):
    """An optimizer that was made before load still trains the net

    An optimizer holds the parameters that it was given. Are they still the net's parameters after load?
    """
    start = draw_state()
    run = Run(remote, PLAIN, draw_seed(), device)
    path = remote.scratch / "net.pt"
    remote.torch.save(start, str(path))
    batches = draw_batches(1)
    x, y = Here.module("grader.worker.nets").drawn(batches[0], device)
    local = build(Here, start, device)
    loss = ((local(x) - y) ** 2).mean()
    (gradient,) = torch.autograd.grad(loss, local[3].weight)
    trained = local[3].weight.detach() - 0.5 * gradient

    student.load(run.net, str(path), str(device))
    run.train(batches)

    assert_tensor(
        run.net.state_dict()["3.weight"].detach(),
        trained,
        name="net[3].weight after load and one step of an optimizer made before",
        lookalikes={
            "not changed by the step: the optimizer trains other parameters than the net has. "
            "Did load put new parameters in the place of the net's own?": start["3.weight"].to(device)
        },
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("state_dict against pickling")
@pytest.mark.needs("test_load_fills_the_net")
def test_load_refuses_a_file_with_code(student, remote, fresh_remote, device):
    """load refuses a file in which code is hidden

    A pickle can hold calls that run while it is opened. This file holds a good state_dict, and such a call.
    """
    net = build(remote, device=device)
    path = remote.scratch / "net.pt"
    clean = fresh_remote()
    clean.torch.save(draw_state(), str(path))
    student.load(net, str(path), str(device))
    edit_pickle(clean, path, with_trap(remote.scratch / "made-by-the-file"))

    refuses_the_trap(lambda: student.load(net, str(path), str(device)), clean, "load")


def refuses_the_trap(call: Callable[[], object], clean: Any, culprit: str) -> None:
    """Fail where `call` opens the file with the trap, or lets it run."""
    what = f"{culprit} runs code that is hidden in a file: it does not open the file with weights_only=True"
    hint = (
        "Which argument makes torch.load refuse all but tensors and plain values? Does your code have a way around it?"
    )
    try:
        call()
        refused = False
    except Exception:  # Any error will do: which one is left open.
        refused = True
    expect("made-by-the-file" not in files_below(clean), what, hint=hint)
    expect(
        refused,
        f"{culprit} goes on as if nothing had happened when torch.load refuses the file (weights_only=True)",
        hint="Which errors does your code catch, and who hears of them?",
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("map_location")
@pytest.mark.needs("test_load_fills_the_net")
def test_load_opens_a_file_from_a_gpu(student, remote, fresh_remote, device):
    """load opens a file that was written on a GPU which this machine does not have

    Each tensor in a file remembers its device. Who decides where it goes when the file is opened?
    """
    net = build(remote, device=device)
    state = draw_state()
    path = remote.scratch / "net.pt"
    clean = fresh_remote()
    clean.torch.save(state, str(path))
    student.load(net, str(path), str(device))
    net.load_state_dict(draw_state())
    edit_pickle(clean, path, moved_to(FOREIGN_DEVICE))

    opens_a_foreign_file(lambda: student.load(net, str(path), str(device)), "load")

    same_state(on_cpu(net.state_dict()), state, what="after load of a file from a GPU, net.state_dict()")


def opens_a_foreign_file(call: Callable[[], object], culprit: str) -> None:
    """Fail in the field's words where `call` cannot open a file with tensors of another device."""
    try:
        call()
    except RuntimeError as error:
        if "eserialize" not in str(error):
            raise
        fail(
            f"{culprit} cannot open a file that was written on a GPU: torch.load puts each tensor back on the device "
            "that it came from, and this machine has no such device. That is what map_location is for",
            hint=f"Which part does {culprit}'s argument `device` play when the file is opened?",
        )


@pytest.mark.points(0.25)
@pytest.mark.concept("map_location")
@pytest.mark.needs("test_load_fills_the_net")
def test_load_puts_the_net_on_the_device(student, remote, device):
    """load returns the net on the device that was asked for, by default the CPU

    Loading a state_dict copies values into the net where it is. What moves the net?
    """
    path = remote.scratch / "net.pt"
    state = draw_state()
    remote.torch.save(state, str(path))
    there, back = build(remote), build(remote, device=device)

    student.load(there, str(path), device=str(device))
    student.load(back, str(path))

    assert_tensor(there.state_dict()["1.running_var"], state["1.running_var"].to(device), name=f"net on {device}")
    assert_tensor(back.state_dict()["1.running_var"], state["1.running_var"], name="net on the CPU")
    for gpu in ("cuda", "cuda:0"):
        net = build(remote)
        fault = misplaced_state(remote, student, "load", net, str(path), gpu, net=net)
        if fault is not None:
            fault.fail(hint=f"Asked for device={gpu!r}. Which call moves the net, and for which names of a device does it run?")


@pytest.mark.points(0.25)
@pytest.mark.concept("Strict loading")
def test_load_of_a_missing_file(student, remote):
    """load raises FileNotFoundError where there is no file

    Whoever mistypes a path should hear of it, and not train on from random values.
    """
    net = remote.tiny_net.TinyNet()

    with expect_raises(
        FileNotFoundError,
        what="load must raise FileNotFoundError for a file that does not exist",
        hint="Does your code handle the missing file itself, or pass over the error?",
    ):
        student.load(net, str(remote.scratch / "no-such-file.pt"))

    expect(not files_below(remote), "load makes the file that it should have found missing")


# Checkpoints


def save_small(student: Any, remote: Any, path: Any, device: torch.device, epoch: int = 3) -> Run:
    """Let the student save the checkpoint of a net after one step with momentum."""
    run = Run(remote, MOMENTUM, draw_seed(), device, draw_batches(1))
    call_named(remote, student.save_checkpoint, path=path, net=run.net, optimizer=run.optimizer, epoch=epoch)
    return run


@pytest.mark.points(0.25)
@pytest.mark.concept("state_dict against pickling")
def test_a_checkpoint_holds_no_objects(student, remote, fresh_remote, device):
    """A checkpoint opens with weights_only=True: state dicts and plain values only

    Neither the net nor the optimizer nor anything else of a class of its own belongs into the file.
    """
    path = remote.scratch / "training.pt"

    save_small(student, remote, path, device)

    open_checkpoint(fresh_remote(), path, "save_checkpoint")


@pytest.mark.points(0.25)
@pytest.mark.concept("Optimizer state")
def test_checkpoint_arguments_in_order(student, remote, device):
    """save_checkpoint takes path, net, optimizer, epoch, load_checkpoint path, net, optimizer, device

    The order and the names of the arguments are those of the task.
    """
    run = Run(remote, MOMENTUM, draw_seed(), device)
    path = str(remote.scratch / "training.pt")

    order, order_back = ("path", "net", "optimizer", "epoch"), ("path", "net", "optimizer", "device")
    values = {"path": path, "net": run.net, "optimizer": run.optimizer, "epoch": 3, "device": str(device)}

    call_in_order(remote, student.save_checkpoint, order, values)
    epoch = call_in_order(remote, student.load_checkpoint, order_back, values)

    expect(epoch is not None, "load_checkpoint returns None instead of the epoch", hint="Does it end with a return?")


def call_named(remote: Any, function: Any, **values: Any) -> Any:
    """Call by keyword, or by position where the arguments bear other names: a check of its own is about that."""
    try:
        return function(**values)
    except TypeError:
        if set(values) <= set(remote.module("grader.worker.probes").argument_names(function)):
            raise
    return function(*values.values())


def call_in_order(remote: Any, function: Any, order: tuple[str, ...], values: dict[str, Any]) -> Any:
    """Call by position and by keyword; where that fails and the arguments have other names or another order, say so."""
    try:
        function(*(values[name] for name in order))
        return function(**{name: values[name] for name in order})
    except (AttributeError, TypeError):
        names = tuple(remote.module("grader.worker.probes").argument_names(function))
        expect(
            names == order,
            f"the arguments are not those of the task, in its order: they are ({', '.join(names)}), "
            f"and the task says ({', '.join(order)})",
            hint="Compare the def lines with those of the file that you were given.",
        )
        raise


@pytest.mark.points(0.25)
@pytest.mark.concept("Optimizer state")
def test_a_checkpoint_restores_the_net(student, remote, second_remote, device):
    """A checkpoint brings back the net, buffers included, in another process

    The checkpoint is saved by one process and loaded by another one: all there is to know has to be in the file.
    """
    path = remote.scratch / "training.pt"
    saved = save_small(student, remote, path, device)
    run = Run(second_remote, MOMENTUM, draw_seed(), device)
    run.net[0].requires_grad_(False)
    before = on_cpu(run.net.state_dict())

    load_or_name_the_loss(lambda: second_remote.student.load_checkpoint(path, run.net, run.optimizer, str(device)))

    same_state(
        on_cpu(run.net.state_dict()),
        on_cpu(saved.net.state_dict()),
        what="after load_checkpoint, net.state_dict()",
        lookalikes={"not restored: the value is still the one from before load_checkpoint": before},
        hint="What of the net's state_dict goes into the checkpoint, and does all of it come back?",
    )
    still_frozen(run.net, "load_checkpoint")
    odd = build_odd(remote)
    optimizer = remote.torch.optim.SGD(odd.parameters(), lr=0.1)
    state = on_cpu(odd.state_dict())
    call_named(remote, student.save_checkpoint, path=str(path), net=odd, optimizer=optimizer, epoch=1)
    student.load_checkpoint(str(path), odd, optimizer)
    same_state(on_cpu(odd.state_dict()), state, what="after load_checkpoint of a net in float64, net.state_dict()")


def load_or_name_the_loss(call: Callable[[], object]) -> None:
    """Call; where the keys of the net's own checkpoint do not fit it, say which are gone."""
    try:
        call()
    except RuntimeError as error:
        if "issing key" not in str(error) or "running_" not in str(error):
            raise
        fail(
            "the checkpoint lacks the buffers of the net, the running statistics of its batch norm, so loading fails",
            hint="parameters() names what is trained. What else is part of the state of a net?",
        )


RECIPES = {
    "SGD with momentum": (MOMENTUM, "momentum"),
    "Adam": (ADAM, "Adam's running averages and step counts"),
    "parameter groups": (GROUPS, "the running averages of AdamW"),
    "a lowered learning rate": (MOMENTUM, "momentum"),
}


@pytest.mark.points(0.5)
@pytest.mark.concept("Optimizer state")
@pytest.mark.needs("test_a_checkpoint_restores_the_net")
@pytest.mark.parametrize("recipe", list(RECIPES))
def test_training_goes_on_as_if_it_had_never_stopped(student, remote, second_remote, device, recipe):
    """Training goes on from a checkpoint as if it had never stopped

    The same steps are taken by a net that never stopped, and by a new net and a new optimizer that load the checkpoint.
    Compare optimizer.state_dict() right before save_checkpoint and right after load_checkpoint.
    """
    kind, memory = RECIPES[recipe]
    start, batches, rest = draw_seed(), draw_batches(1), draw_batches(1)
    path = str(remote.scratch / "training.pt")

    def until_save(where: Any) -> Run:
        """Return a run as it is when it is saved."""
        run = Run(where, kind, start, device, batches)
        if recipe == "a lowered learning rate":
            run.lower_learning_rate()
        return run

    def from_the_file() -> Run:
        """Return a new run that has loaded what the other one has saved."""
        run = Run(second_remote, kind, start, device)
        load = run.where.student.load_checkpoint
        call_named(run.where, load, path=path, net=run.net, optimizer=run.optimizer, device=str(device))
        return run

    saved, honest = until_save(remote), until_save(Here)
    call_named(remote, student.save_checkpoint, path=path, net=saved.net, optimizer=saved.optimizer, epoch=3)
    resumed = from_the_file()
    try:
        found = resumed.train(rest)
    except (AttributeError, KeyError, TypeError):
        state_of(resumed.optimizer, "load_checkpoint")
        raise
    expected = honest.train(rest)
    if torch.equal(found, expected):
        return

    stopped = until_save(Here)
    at_save, memory_at_save = on_cpu(stopped.net.state_dict()), stopped.optimizer.state_dict()
    lost = first_loss(memory_at_save, state_of(from_the_file().optimizer, "load_checkpoint"))
    fresh = Run(honest.where, kind, start, device).optimizer.state_dict()
    memory_only = {**memory_at_save, "param_groups": fresh["param_groups"]}

    def otherwise(kept: dict[str, Any] | None = None, *, training: bool = True) -> torch.Tensor:
        """Return where training goes with this of the optimizer's state."""
        run = Run(honest.where, kind, at_save, device)
        if kept is not None:
            run.optimizer.load_state_dict(copy.deepcopy(kept))
        run.net.train(training)
        return run.train(rest)

    lookalikes = {
        "not changed: after load_checkpoint the optimizer trains other parameters than the net has": values_of(at_save),
        f"those of a new optimizer: its state ({memory}) is not restored": otherwise(),
        "those of an optimizer with another learning rate: the param_groups are not restored": otherwise(memory_only),
        "those of a net in eval mode: load_checkpoint leaves the net in another mode than it came in": otherwise(
            memory_at_save, training=False
        ),
    }
    if recipe in ("Adam", "parameter groups"):
        anew = {number: {**kept, "step": torch.zeros_like(kept["step"])} for number, kept in memory_at_save["state"].items()}
        lookalikes["those of an optimizer whose step counts start anew, so that Adam's bias correction does, too"] = otherwise(
            {**memory_at_save, "state": anew}
        )
    if recipe == "a lowered learning rate":  # elsewhere it goes the way of the new optimizer
        lookalikes[f"those of an optimizer with its learning rate restored, but not its memory ({memory})"] = otherwise(
            {**memory_at_save, "state": {}}
        )
    assert_tensor(
        found,
        expected,
        name="the net's parameters one step after load_checkpoint",
        lookalikes=lookalikes,
        hint=f"Of the optimizer's state, the first thing that load_checkpoint does not bring back is {lost}."
        if lost
        else "",
        **exactly(device),
    )


def state_of(optimizer: Any, culprit: str) -> Any:
    """Return the state_dict of an optimizer; the check fails in words where it has none any more."""
    try:
        return optimizer.state_dict()
    except (KeyError, AttributeError, TypeError):
        fail(
            f"{culprit} breaks the optimizer: its param_groups no longer hold the parameters that it trains",
            hint="optimizer.state_dict() gives groups whose `params` are numbers, and shares dicts with the optimizer itself. Does your "
            "code write into them, or put them in the place of the optimizer's own groups?",
        )


def exactly(device: torch.device) -> dict[str, float]:
    """Return the tolerance between two runs of the same steps: none on the CPU, a little where sums vary in order."""
    return {"rtol": 0, "atol": 0} if device.type == "cpu" else {"rtol": 1e-4, "atol": 1e-5}


@pytest.mark.points(0.25)
@pytest.mark.concept("Optimizer state")
def test_the_epoch_comes_back_as_it_was(student, remote, device):
    """load_checkpoint returns the epoch that was saved, as an int

    Tried with epoch 0, before any step was taken, and with later ones.
    """
    run = Run(remote, PLAIN, draw_seed(), device)
    later = int(torch.randint(10, 9000, ()))
    older = later - 5
    # The default device is the CPU.
    where = () if device.type == "cpu" else (str(device),)
    path, path_at_start = (str(remote.scratch / name) for name in ("training.pt", "start.pt"))

    call_named(remote, student.save_checkpoint, path=path_at_start, net=run.net, optimizer=run.optimizer, epoch=0)
    # Who goes on from a checkpoint saves the next one in its place.
    run.train(draw_batches(1))
    for epoch in (older, later):
        call_named(remote, student.save_checkpoint, path=path, net=run.net, optimizer=run.optimizer, epoch=epoch)

    found = student.load_checkpoint(path, run.net, run.optimizer, *where)
    expect(
        found != older,
        f"a checkpoint is not replaced by a newer one at the same path: load_checkpoint returns {found}, {later} was saved last",
        hint="What becomes of the file that was there before: is it kept, extended, or read instead of the newer one?",
    )
    check_epoch(found, later)
    check_epoch(student.load_checkpoint(path_at_start, run.net, run.optimizer, *where), 0)


def check_epoch(found: Any, epoch: int) -> None:
    """Fail where what load_checkpoint returned is not the number `epoch`; 0 comes after others were right."""
    expect(
        epoch != 0 or (isinstance(found, int) and found == 0),
        f"epoch 0 comes back as {found}, while later ones come back right: is zero taken for a missing value?",
        hint="Zero counts as false in `epoch or 1` and `if epoch`. Only None stands for a missing value.",
    )
    hint = "Follow the number from save_checkpoint's argument into the file, and from the file to the return."
    expect(
        isinstance(found, int) and not isinstance(found, bool),
        f"load_checkpoint returns {kind_of(found)} instead of the epoch as an int",
        hint=hint,
    )
    expect(
        found not in (epoch - 1, epoch + 1),
        f"the epoch is off by one: saved with {epoch}, load_checkpoint returns {found}",
        hint="Give back the epoch that the caller saved: which one comes next is for the caller to decide.",
    )
    expect(
        found == epoch,
        f"load_checkpoint returns {found} for a checkpoint that was saved with epoch {epoch}",
        hint=hint,
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("Optimizer state")
def test_saving_a_checkpoint_leaves_the_training_as_it_was(student, remote, device):
    """Saving a checkpoint changes neither the net nor the optimizer

    Two trainings take the same steps; one of them is saved half way. Both must end with the same net.
    """
    start, batches, rest = draw_seed(), draw_batches(1), draw_batches(1)
    saved, honest = (Run(where, MOMENTUM, start, device, batches) for where in (remote, Here))
    before = on_cpu(saved.net.state_dict())

    path = str(remote.scratch / "training.pt")
    call_named(remote, student.save_checkpoint, path=path, net=saved.net, optimizer=saved.optimizer, epoch=1)

    lost = first_loss(honest.optimizer.state_dict(), state_of(saved.optimizer, "save_checkpoint"))
    expect(
        not lost,
        f"save_checkpoint changes the optimizer in place: {lost} is another one afterwards. What optimizer.state_dict() "
        "gives are the optimizer's own objects, not copies",
        hint="Which line writes into what state_dict() has given, or into a dict or tensor inside it?",
    )
    same_state(on_cpu(saved.net.state_dict()), before, what="save_checkpoint changes the net: state_dict()")
    gradient = saved.net[3].weight.grad
    expect(
        gradient is not None and bool(gradient.any()),
        "save_checkpoint clears the gradients of the net",
        hint="Saving is reading: which of your lines changes the net or the optimizer?",
    )
    found, expected = saved.train(rest), honest.train(rest)
    if torch.equal(found, expected):
        return
    frozen = Run(Here, MOMENTUM, start, device, batches)
    forgetful = Run(Here, MOMENTUM, on_cpu(frozen.net.state_dict()), device)
    frozen.net.eval()
    assert_tensor(
        found,
        expected,
        name="the net's parameters one step after save_checkpoint",
        lookalikes={
            "those of a net that trains in eval mode: save_checkpoint changes the mode of the net": frozen.train(rest),
            "those of an optimizer whose momentum was cleared by save_checkpoint": forgetful.train(rest),
        },
        hint="Saving is reading: which of your lines changes the net or the optimizer?",
        **exactly(device),
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("Optimizer state")
def test_a_checkpoint_is_one_file(student, remote, fresh_remote, device):
    """save_checkpoint writes one file, just where it was asked to, whether the path is a str or a Path

    List the folder before and after the call. All that training needs goes into the file at `path`.
    """
    clean = fresh_remote()
    run = Run(remote, MOMENTUM, draw_seed(), device, draw_batches(1))
    for name in ("run.7", "last"):
        path = remote.scratch / name
        before = files_below(clean)

        given = path if name == "last" else str(path)
        call_named(remote, student.save_checkpoint, path=given, net=run.net, optimizer=run.optimizer, epoch=3)

        after = files_below(clean)
        expect(
            path.name in after,
            f"save_checkpoint was asked to write {path.name!r}, and there is no such file; the folder holds: "
            f"{', '.join(sorted(after)) or 'nothing'}",
            hint="Follow the argument path to the call that writes: it is the whole name of the file.",
        )
        expect_nothing_else(before, after, path, "save_checkpoint")


@pytest.mark.points(0.25)
@pytest.mark.concept("Strict loading")
@pytest.mark.needs("test_a_checkpoint_restores_the_net")
def test_load_checkpoint_is_strict(student, remote, device):
    """A checkpoint that does not fit the net raises RuntimeError

    Two nets with the same parameters, of which only one keeps running statistics: neither fits the other's checkpoint.
    """
    in_training = remote.module("grader.worker.nets").in_training
    path = str(remote.scratch / "training.pt")
    linear, unlike = ("Linear", 3, 4), ("Linear", 4, 4)
    # The arguments of a batch norm up to track_running_stats.
    full, without = ([linear, ("BatchNorm1d", 4, 1e-5, 0.1, True, tracked)] for tracked in (True, False))
    misfits = {
        "a missing key": (without, full),
        "an unexpected key": (full, without),
        "a renamed key": ([linear, unlike], [linear, ("Tanh",), unlike]),
    }
    for kind, layers in misfits.items():
        (source, written), (target, optimizer) = (in_training(part, *PLAIN, None, device) for part in layers)
        call_named(remote, student.save_checkpoint, path=path, net=source, optimizer=written, epoch=2)

        with expect_raises(
            RuntimeError,
            what=f"load_checkpoint must raise RuntimeError for {kind} of the net: {why_strict(kind)}",
            hint="Is loading strict? And does every error of it reach the caller, as the RuntimeError that it is?",
        ):
            student.load_checkpoint(path, target, optimizer, str(device))


@pytest.mark.points(0.25)
@pytest.mark.concept("state_dict against pickling")
@pytest.mark.needs("test_a_checkpoint_holds_no_objects", "test_a_checkpoint_restores_the_net")
def test_load_checkpoint_refuses_a_file_with_code(student, remote, fresh_remote, device):
    """load_checkpoint refuses a file in which code is hidden

    A pickle can hold calls that run while it is opened. This file holds a good checkpoint, and such a call.
    """
    path = remote.scratch / "training.pt"
    run = save_small(student, remote, path, device)
    student.load_checkpoint(path, run.net, run.optimizer, str(device))
    clean = fresh_remote()
    edit_pickle(clean, path, with_trap(remote.scratch / "made-by-the-file"))

    refuses_the_trap(
        lambda: student.load_checkpoint(path, run.net, run.optimizer, str(device)), clean, "load_checkpoint"
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("map_location")
@pytest.mark.needs("test_a_checkpoint_holds_no_objects", "test_a_checkpoint_restores_the_net")
def test_load_checkpoint_opens_a_file_from_a_gpu(student, remote, fresh_remote, device):
    """load_checkpoint opens a file that was written on a GPU which this machine does not have

    Each tensor in a file remembers its device. Who decides where it goes when the file is opened?
    """
    path = remote.scratch / "training.pt"
    run = save_small(student, remote, path, device)
    state = on_cpu(run.net.state_dict())
    run.net.load_state_dict(draw_state())
    edit_pickle(fresh_remote(), path, moved_to(FOREIGN_DEVICE))

    opens_a_foreign_file(lambda: student.load_checkpoint(path, run.net, run.optimizer, str(device)), "load_checkpoint")

    same_state(on_cpu(run.net.state_dict()), state, what="after load_checkpoint of a file from a GPU, state_dict()")


@pytest.mark.points(0.25)
@pytest.mark.concept("map_location")
@pytest.mark.needs("test_a_checkpoint_restores_the_net")
def test_load_checkpoint_ends_on_the_device(student, remote, device):
    """After load_checkpoint the net and the optimizer's state are on the device that was asked for

    The optimizer's state follows its parameters: where are they when you load it?
    """
    path = str(remote.scratch / "training.pt")
    batches = draw_batches(2)
    saved = Run(remote, MOMENTUM, draw_seed(), CPU, batches[:1])
    resumed = Run(remote, MOMENTUM, draw_seed(), CPU)
    expected = saved.optimizer.state_dict()["state"][0]["momentum_buffer"].to(device)
    call_named(remote, student.save_checkpoint, path=path, net=saved.net, optimizer=saved.optimizer, epoch=1)

    call_named(
        remote, student.load_checkpoint, path=path, net=resumed.net, optimizer=resumed.optimizer, device=str(device)
    )

    buffer = resumed.optimizer.state_dict()["state"].get(0, {}).get("momentum_buffer")
    assert_tensor(
        resumed.net.state_dict()["3.weight"], saved.net.state_dict()["3.weight"].to(device), name="net[3].weight"
    )
    expect(
        buffer is not None,
        "the optimizer's state, the momentum of net[0].weight, is not restored by load_checkpoint",
        hint="Compare optimizer.state_dict() right before save_checkpoint and right after load_checkpoint.",
    )
    assert_tensor(buffer, expected, name="the momentum of net[0].weight")
    resumed.device = device
    resumed.train(batches[1:])
    if device.type != "cpu":
        return
    fresh = Run(remote, MOMENTUM, draw_seed(), device)
    fault = misplaced_state(
        remote, student, "load_checkpoint", path, fresh.net, fresh.optimizer, "cuda", net=fresh.net, optimizer=fresh.optimizer
    )
    if fault is not None:
        fault.fail()


@pytest.mark.points(0.25)
@pytest.mark.concept("Strict loading")
def test_load_checkpoint_of_a_missing_file(student, remote, device):
    """load_checkpoint raises FileNotFoundError where there is no file

    Whoever mistypes a path should hear of it, and not train on from random values.
    """
    net = remote.tiny_net.TinyNet()
    optimizer = remote.torch.optim.SGD(net.parameters(), lr=0.1)

    with expect_raises(
        FileNotFoundError,
        what="load_checkpoint must raise FileNotFoundError for a file that does not exist",
        hint="Does your code handle the missing file itself, or pass over the error?",
    ):
        student.load_checkpoint(str(remote.scratch / "no-such-file.pt"), net, optimizer)

    expect(not files_below(remote), "load_checkpoint makes the file that it should have found missing")
