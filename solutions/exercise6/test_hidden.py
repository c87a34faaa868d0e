"""The hidden checks of exercise 6: files are opened by clean workers, reference runs are trained in clean workers."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from grader.suite import assert_tensor, expect, expect_raises, fail, is_a, type_name

pytestmark = pytest.mark.filterwarnings("ignore")

# A device that no machine has, as it would stand in a file that was written elsewhere.
FOREIGN_DEVICE = b"cuda:63"
STATE_HINT = "Print list(net.state_dict()) beside list(torch.load(path)): what belongs to the file, and what is in it?"
CLASS_HINT = "Which object goes into the file? Only names, tensors and plain values open with weights_only=True."
# The checks of a whole training run take a net with buffers, in float32, of this many features.
FEATURES, SCORES = 3, 2


# Nets and their values


def build(nn: Any) -> Any:
    """Return a net with parameters and buffers, made by the `torch.nn` of this or of another process."""
    return nn.Sequential(nn.Linear(FEATURES, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, SCORES))


def build_odd(nn: Any) -> Any:
    """Return a net in float64 with one layer in two places and a buffer that is no part of its state."""
    shared = nn.Linear(4, 4)
    net = nn.Sequential(shared, nn.BatchNorm1d(4, affine=False), shared, nn.Conv1d(2, 3, 2), nn.PReLU()).double()
    net.register_buffer("scratchpad", torch.full((2,), 7.0), persistent=False)
    return net


def draw_state(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return other values for `state`, such that no new net has: positive variances, counters above 1."""
    drawn: dict[str, torch.Tensor] = {}
    for name, value in state.items():
        twin = next((other for other in drawn if state[other].data_ptr() == value.data_ptr()), None)
        if twin is not None:
            drawn[name] = drawn[twin]
        elif not value.is_floating_point():
            drawn[name] = torch.randint(2, 99, value.shape, dtype=value.dtype)
        elif "var" in name:
            drawn[name] = torch.rand_like(value) + 0.5
        else:
            drawn[name] = torch.randn_like(value)
    return drawn


def on_cpu(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the plain values of a state dict, as they are now, on the CPU."""
    return {name: value.detach().cpu().clone() for name, value in state.items()}


def compare_states(
    actual: dict[str, torch.Tensor],
    expected: dict[str, torch.Tensor],
    *,
    what: str,
    lookalikes: dict[str, dict[str, torch.Tensor]] | None = None,
    hint: str = "",
) -> None:
    """Fail at the first tensor of `actual` that is not, bit for bit, the one of `expected`."""
    for name, value in expected.items():
        found, full_name = actual.get(name), f"{what}[{name!r}]{' (a buffer)' if is_buffer(name) else ''}"
        if not isinstance(found, torch.Tensor):
            fail(f"{full_name} is {kind_of(found)}, not a tensor", hint=hint)
        expect(
            found.dtype == value.dtype,
            f"{full_name} has dtype {plain(found.dtype)} instead of {plain(value.dtype)}: was it cast on the way?",
            hint=hint,
        )
        if torch.equal(found, value):
            continue
        known = {mistake: state[name] for mistake, state in (lookalikes or {}).items()}
        if value.is_floating_point():
            known["rounded: it has been through half precision on the way"] = value.half().to(value.dtype)
            known["rounded: it has been through bfloat16 on the way"] = value.bfloat16().to(value.dtype)
            known["rounded: it has been through float32 on the way"] = value.float().to(value.dtype)
            expect(
                not is_rounded(found, value) or any(torch.equal(found, other) for other in known.values()),
                f"{full_name}: near to what was saved, yet not the same bit for bit: was it rounded on the way?",
                hint=hint,
            )
        assert_tensor(found, value, name=full_name, lookalikes=known, rtol=0, atol=0, hint=hint)


def is_rounded(found: torch.Tensor, value: torch.Tensor) -> bool:
    """Say whether a tensor has nearly the values that it should have."""
    return found.shape == value.shape and torch.allclose(found, value, rtol=0.01, atol=0.01)


def is_buffer(name: str) -> bool:
    """Say whether a name of the nets of this suite is that of a buffer."""
    return "running_" in name or "num_batches" in name


def plain(dtype: torch.dtype) -> str:
    """Return the name of a dtype without its module."""
    return str(dtype).removeprefix("torch.")


# Files


def files_under(clean: Any) -> dict[str, int]:
    """Return the files and folders of the scratch folder, and the bytes in each, as a clean worker sees them."""
    found: dict[str, int] = {}
    for folder, folders, files in clean.builtins.list(clean.os.walk(str(clean.scratch))):
        for name in [*folders, *files]:
            path = Path(folder) / name
            found[str(path.relative_to(clean.scratch))] = clean.os.path.getsize(str(path)) if name in files else 0
    return found


def open_file(clean: Any, path: Path, writer: str) -> Any:
    """Return what the clean worker reads from `path` with weights_only=True, or say what is wrong with the file."""
    found = files_under(clean)
    if str(path.relative_to(clean.scratch)) not in found:
        others = ", ".join(sorted(found)) or "nothing"
        fail(
            f"{writer} was asked to write {path.name!r}, and there is no such file; the folder holds: {others}",
            hint="Follow the argument path to the call that writes: it is the whole name of the file.",
        )
    try:
        return clean.torch.load(str(path), map_location="cpu", weights_only=True)
    except Exception as error:  # Whatever stops torch.load is a property of the file.
        fail(f"the file of {writer} does not open with weights_only=True: {why_refused(error)}", hint=CLASS_HINT)


def why_refused(error: Exception) -> str:
    """Say in the field's words what torch.load(weights_only=True) did not like."""
    text = str(error)
    found = re.search(r"GLOBAL (?:__builtin__ |builtins?\.)?([\w.]+)", text)
    name = found.group(1) if found else ""
    if "TorchScript" in text:
        return "it is a TorchScript archive, that is the whole module, not its state_dict"
    if name.endswith("getattr"):
        return "it holds a method, pickled together with its object; were the parentheses of state_dict() forgotten?"
    if name.startswith("torch.optim") or "defaultdict" in name:
        return f"it holds the optimizer's own objects ({name}), pickled, not the optimizer's state_dict"
    if name.startswith("numpy"):
        return "it holds NumPy arrays, not the tensors of the state_dict"
    if name.startswith(("torch.nn", "tiny_net")):
        return f"it holds a whole module, a pickled {name}, not its state_dict"
    if name:
        return f"it holds a pickled {name}"
    if "Unsupported operand" in text:
        return "it is pickled in a way of its own (by pickle.dump, or torch.save with another pickle_protocol?)"
    return "it is not a file of torch.save (written with pickle, or as text, or cut off?)"


def tamper(clean: Any, path: Path, edit: Callable[[bytes], bytes]) -> None:
    """Change the pickle inside a file of torch.save, in today's format (a zip) or the old one, whatever it holds."""
    if not clean.zipfile.is_zipfile(str(path)):
        with clean.builtins.open(str(path), "rb") as file:
            content = file.read()
        with clean.builtins.open(str(path), "wb") as file:
            file.write(edit(content))
        return
    source = clean.zipfile.ZipFile(str(path))
    records = [(name, source.read(name)) for name in source.namelist()]
    source.close()
    target = clean.zipfile.ZipFile(str(path), "w")
    for name, content in records:
        target.writestr(name, edit(content) if name.endswith("data.pkl") else content)
    target.close()


def written_elsewhere(content: bytes) -> bytes:
    """Return the pickle with its tensors on a GPU that this machine does not have."""
    for device in (b"cpu", b"cuda:0"):
        content = content.replace(as_pickled(device), as_pickled(FOREIGN_DEVICE))
    return content


def as_pickled(text: bytes) -> bytes:
    """Return a text as torch.save writes it into a pickle: opcode, length, letters."""
    return b"X" + len(text).to_bytes(4, "little") + text


def trap_at(folder: Path) -> Callable[[bytes], bytes]:
    """Return an edit that hides a call in a pickle: opening it as any pickle makes `folder`; the rest is as it was."""
    name = str(folder).encode()
    call = b"cos\nmkdir\n" + as_pickled(name) + b"\x85R0"
    return lambda content: content[:2] + call + content[2:]


def expect_nothing_else(before: dict[str, int], after: dict[str, int], path: Path, writer: str) -> None:
    """Fail where the scratch folder holds more than the file that was asked for."""
    extra = sorted(set(after) - set(before) - {path.name})
    expect(
        not extra,
        f"{writer} writes more than {path.name!r}: it leaves {', '.join(extra)} behind as well",
        hint="All that is to be kept goes into the one file that the caller named.",
    )
    changed = sorted(name for name in before if name != path.name and after.get(name) != before[name])
    expect(not changed, f"{writer} changes files that it was not asked to write: {', '.join(changed)}")


def kind_of(value: Any) -> str:
    """Name the kind of what came back, for a message."""
    if value is None:
        return "None"
    name = type_name(value).rsplit(".", 1)[-1].lstrip("_")
    return f"{'an' if name.lower().startswith(tuple('aeio')) else 'a'} {name}"


# Training runs


def momentum(optim: Any, net: Any) -> Any:
    return optim.SGD(net.parameters(), lr=0.1, momentum=0.9)


def adam(optim: Any, net: Any) -> Any:
    return optim.Adam(net.parameters(), lr=0.05)


def groups(optim: Any, net: Any) -> Any:
    first, last = list(net[0].parameters()), list(net[3].parameters())
    return optim.AdamW([{"params": first, "lr": 0.02}, {"params": last, "weight_decay": 0.3}], lr=0.1)


class Run:
    """One net, its optimizer and the worker that both live in."""

    def __init__(
        self, where: Any, make_optimizer: Callable[[Any, Any], Any], state: dict, device: torch.device
    ) -> None:
        self.where = where
        self.net = build(where.torch.nn)
        self.net.load_state_dict(state)
        self.net.to(device)
        self.optimizer = make_optimizer(where.torch.optim, self.net)

    def step(self, x: torch.Tensor, y: torch.Tensor) -> None:
        """Take one step of training."""
        self.optimizer.zero_grad()
        scores = self.net(x)
        expect(
            scores.requires_grad,
            "no gradient can reach the net's parameters any more: the scores of the net do not require grad",
            hint="Print p.requires_grad for the parameters of the net, before and after your function.",
        )
        ((scores - y) ** 2).mean().backward()
        self.optimizer.step()

    def train(self, batches: list[tuple[torch.Tensor, torch.Tensor]]) -> None:
        """Take one step a batch."""
        for x, y in batches:
            self.step(x, y)

    def lower_learning_rate(self) -> None:
        """Let a schedule divide the learning rate by 10, as it does after so many epochs."""
        schedule = self.where.torch.optim.lr_scheduler.StepLR(self.optimizer, step_size=1, gamma=0.1)
        self.optimizer.step()
        schedule.step()

    def values(self) -> torch.Tensor:
        """Return the net's parameters, in one row."""
        return values_of(self.net.state_dict())


def values_of(state: dict[str, torch.Tensor]) -> torch.Tensor:
    """Return the parameters of a state dict, in one row."""
    return torch.cat([value.detach().cpu().flatten() for name, value in state.items() if not is_buffer(name)])


def draw_batches(count: int, device: torch.device) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Return small batches for a regression."""
    size = int(torch.randint(5, 9, ()))
    return [
        (torch.randn(size, FEATURES, device=device), torch.randn(size, SCORES, device=device)) for _ in range(count)
    ]


def draw_start() -> dict[str, torch.Tensor]:
    """Return the values of a net before training, none of them as they are at initialisation."""
    return draw_state(build(torch.nn).state_dict())


def first_loss(saved: Any, loaded: Any, place: str = "optimizer.state_dict()") -> str:
    """Return where an optimizer's state dict is first not what was saved, as an index; empty if nowhere."""
    if isinstance(saved, dict):
        for key, value in saved.items():
            if key not in loaded:
                return f"{place}[{key!r}] (missing)"
            found = first_loss(value, loaded[key], f"{place}[{key!r}]")
            if found:
                return found
        return ""
    if isinstance(saved, (list, tuple)):
        if len(saved) != len(loaded):
            return place
        places = (first_loss(s, v, f"{place}[{at}]") for at, (s, v) in enumerate(zip(saved, loaded, strict=True)))
        return next((found for found in places if found), "")
    if isinstance(saved, torch.Tensor):
        same = isinstance(loaded, torch.Tensor) and torch.equal(saved.cpu(), loaded.detach().cpu())
        return "" if same else place
    return "" if saved == loaded else place


# save


@pytest.mark.points(0.25)
@pytest.mark.concept("state_dict against pickling")
def test_save_writes_the_state_dict(student, remote, fresh_remote, device):
    """The file of save holds the net's state_dict: every parameter and every buffer

    Open your own file with torch.load(path, weights_only=True) and print what is in it.
    """
    net = build(remote.torch.nn)
    net.load_state_dict(draw_start())
    net[0].requires_grad_(False)  # A frozen layer is part of the state as well.
    net.to(device)
    path = remote.scratch / "net.pt"

    student.save(net, str(path))

    check_file(open_file(fresh_remote(), path, "save"), on_cpu(net.state_dict()))


@pytest.mark.points(0.25)
@pytest.mark.concept("state_dict against pickling")
def test_save_writes_what_is_shared_and_what_is_double(student, remote, fresh_remote):
    """save keeps all names of a shared layer, and float64 as it is

    Here one layer stands in two places of the net, the numbers are float64, and one buffer is not persistent.
    """
    net = build_odd(remote.torch.nn)
    path = remote.scratch / "net.pt"

    student.save(net, str(path))

    check_file(open_file(fresh_remote(), path, "save"), on_cpu(net.state_dict()))


def check_file(found: Any, state: dict[str, torch.Tensor]) -> None:
    """Fail where what was read from a file is not the state dict `state`, and say in which way."""
    if not isinstance(found, dict):
        fail(
            f"the file of save holds {kind_of(found)}, not the net's state_dict: the names of the tensors are lost",
            hint=STATE_HINT,
        )
    inside = [key for key, value in found.items() if isinstance(value, dict) and set(state) <= set(value)]
    expect(
        not inside,
        f"the file of save holds a dict around the state_dict, which lies under the key {some(inside)!r}; "
        "load is to read any file that holds just a state_dict",
        hint=STATE_HINT,
    )
    missing = [name for name in state if name not in found]
    buffers = [name for name in missing if is_buffer(name)]
    prefixes = {key[: -len(name)] for key, name in zip(found, state, strict=False) if str(key).endswith(name)}
    expect(
        not (len(missing) == len(state) == len(found) and len(prefixes) == 1),
        f"in the file of save every name begins with {some(list(prefixes))!r}, in the net's state_dict none does",
        hint=STATE_HINT,
    )
    expect(
        not missing or missing != buffers,
        f"the file of save lacks the net's buffers: {', '.join(buffers)}. Buffers are state without being parameters",
        hint=STATE_HINT,
    )
    expect(
        not missing,
        f"the file of save lacks entries of the state_dict: {', '.join(missing)}. It has: {some(list(found))}",
        hint=STATE_HINT,
    )
    unexpected = [name for name in found if name not in state]
    expect(
        not unexpected,
        f"the file of save holds what is not in the state_dict: {some(unexpected)}",
        hint=STATE_HINT,
    )
    compare_states(found, state, what="in the file of save, state_dict()")


def some(names: list[Any]) -> str:
    """Return the first few names, for a message."""
    return ", ".join(str(name)[:40] for name in names[:6]) + (", ..." if len(names) > 6 else "")


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

        compare_states(
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
    before = files_under(clean)

    student.save(net, str(path))

    after = files_under(clean)
    open_file(clean, path, "save")
    extra = sorted(set(after) - set(before) - {"runs/best"})
    expect(
        not extra,
        f"save writes more than 'runs/best': it leaves {', '.join(extra)} behind as well",
        hint="All that is to be kept goes into the one file that the caller named.",
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("state_dict against pickling")
@pytest.mark.needs("test_save_writes_the_state_dict")
def test_save_replaces_an_older_file(student, remote, fresh_remote):
    """Saving again to the same path replaces what was there

    A net is saved, changed, and saved once more to the same path: the file holds the newer values.
    """
    net = build(remote.torch.nn)
    path = str(remote.scratch / "net.pt")

    student.save(net, path)
    older = on_cpu(net.state_dict())
    net.load_state_dict(draw_start())
    student.save(net, path)

    found = open_file(fresh_remote(), Path(path), "save")
    expect(
        isinstance(found, dict), f"the file of save holds {kind_of(found)}, not the net's state_dict", hint=STATE_HINT
    )
    compare_states(
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


def save_and_compare(student: Any, remote: Any, device: torch.device, training: bool) -> None:
    """Let the student save a net in train or eval mode, and compare it with its equal in this process."""
    start = draw_start()
    net, local = build(remote.torch.nn), build(torch.nn)
    for module in (net, local):
        module.load_state_dict(start)
        module.to(device)
        module.train(training)
    (x, y), (x2, _) = draw_batches(2, device)
    ((net(x) - y) ** 2).mean().backward()
    ((local(x) - y) ** 2).mean().backward()
    before = on_cpu(net.state_dict())

    student.save(net, str(remote.scratch / "net.pt"))

    compare_states(on_cpu(net.state_dict()), before, what="save changes the net it was to write: state_dict()")
    gradient = net[3].weight.grad
    expect(
        gradient is not None and bool(gradient.any()),
        "save clears the gradients of the net that it writes",
        hint="Saving is reading: which of your lines changes the net?",
    )
    expect(
        net(x2).requires_grad,
        "save freezes the net: afterwards its scores do not require grad, so nothing can be trained",
        hint="Saving is reading: which of your lines changes the net?",
    )
    check_mode(net, local, x2, training, "save")


def check_mode(net: Any, local: torch.nn.Module, x: torch.Tensor, training: bool, culprit: str) -> None:
    """Fail where `net` does not behave as in the mode that it should be in; `local` is its equal in this process."""
    others = {True: "train", False: "eval"}
    wrong = build(torch.nn)
    wrong.load_state_dict(local.state_dict())
    wrong.to(x.device)
    wrong.train(not training)
    assert_tensor(
        net(x).detach(),
        local(x).detach(),
        name=f"the scores of a net in {others[training]} mode after {culprit}",
        lookalikes={
            f"those of {others[not training]} mode: {culprit} leaves the net in another mode than it came in": wrong(
                x
            ).detach()
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
        net = maker(remote.torch.nn).to(device)
        before = on_cpu(net.state_dict())
        state = draw_state(maker(torch.nn).state_dict())
        path = remote.scratch / "net.pt"
        remote.torch.save(state, str(path))

        returned = load_plain_state(student, net, path, device)

        unfilled = "the net that load was given is not filled: the value is still the one from before"
        if returned is not None and not remote.operator.is_(returned, net):
            unfilled += " (what load returns is another object)"
        compare_states(
            on_cpu(net.state_dict()),
            state,
            what="after load, net.state_dict()",
            lookalikes={unfilled: before},
            hint="Which tensors does your code write the file's values into: all that net.state_dict() names?",
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


@pytest.mark.points(0.25)
@pytest.mark.concept("Strict loading")
@pytest.mark.needs("test_load_fills_the_net")
def test_load_returns_the_net(student, remote, device):
    """load returns the net that it was given

    After `net = load(net, path)`, net is the same object as before.
    """
    net, local = build(remote.torch.nn).to(device).eval(), build(torch.nn)
    state = draw_start()
    local.load_state_dict(state)
    path = str(remote.scratch / "net.pt")
    remote.torch.save(state, path)

    returned = student.load(net, path, device=str(device))

    hint = (
        "What does the last line of load hand back? net.load_state_dict() has a value of its own, which is not the net."
    )
    is_it = returned is not None and remote.operator.is_(returned, net)
    expect(
        is_it or is_a(returned, torch.nn.Module),
        f"load returns {kind_of(returned)} instead of the net",
        hint=hint,
    )
    expect(is_it, "load returns another object than the net that it was given (a copy, or a new net)", hint=hint)
    x = torch.randn(4, FEATURES, device=device)
    assert_tensor(
        returned(x).detach(), local.to(device).eval()(x).detach(), name="the scores of the net that load returns"
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("Strict loading")
@pytest.mark.needs("test_load_fills_the_net")
@pytest.mark.parametrize("kind", ["a missing key", "an unexpected key"])
def test_load_is_strict(student, remote, device, kind):
    """A file that does not fit the net raises RuntimeError

    A state_dict fits when it has the names that the net has: none less, none more.
    """
    net = build(remote.torch.nn).to(device)
    state = draw_start()
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
    state = draw_start()
    remote.torch.save(state, str(path))
    for training in (True, False):
        net, local = build(remote.torch.nn).to(device), build(torch.nn)
        local.load_state_dict(state)
        net.train(training)

        student.load(net, str(path), str(device))

        check_mode(net, local.to(device).train(training), draw_batches(1, device)[0][0], training, "load")


@pytest.mark.points(0.25)
@pytest.mark.concept("Strict loading")
@pytest.mark.needs("test_load_fills_the_net", "test_load_leaves_the_mode_as_it_was")
def test_an_optimizer_made_before_load_trains_the_net(student, remote, device):
    """An optimizer that was made before load still trains the net

    An optimizer holds the parameters that it was given. Are they still the net's parameters after load?
    """
    start = draw_start()
    run = Run(remote, lambda optim, net: optim.SGD(net.parameters(), lr=0.5), draw_start(), device)
    path = remote.scratch / "net.pt"
    remote.torch.save(start, str(path))
    ((x, y),) = draw_batches(1, device)
    local = build(torch.nn)
    local.load_state_dict(start)
    local.to(device)
    loss = ((local(x) - y) ** 2).mean()
    gradients = torch.autograd.grad(loss, list(local.parameters()))
    trained = local[3].weight.detach() - 0.5 * gradients[4]

    student.load(run.net, str(path), str(device))
    run.step(x, y)

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
    net = build(remote.torch.nn).to(device)
    path = remote.scratch / "net.pt"
    clean = fresh_remote()
    clean.torch.save(draw_start(), str(path))
    student.load(net, str(path), str(device))
    tamper(clean, path, trap_at(remote.scratch / "made-by-the-file"))

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
    expect("made-by-the-file" not in files_under(clean), what, hint=hint)
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
    net = build(remote.torch.nn).to(device)
    state = draw_start()
    path = remote.scratch / "net.pt"
    clean = fresh_remote()
    clean.torch.save(state, str(path))
    student.load(net, str(path), str(device))
    net.load_state_dict(draw_start())
    tamper(clean, path, written_elsewhere)

    opens_a_foreign_file(lambda: student.load(net, str(path), str(device)), "load")

    compare_states(on_cpu(net.state_dict()), state, what="after load of a file from a GPU, net.state_dict()")


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
    state = draw_start()
    remote.torch.save(state, str(path))
    there, back = build(remote.torch.nn), build(remote.torch.nn).to(device)

    student.load(there, str(path), device=str(device))
    student.load(back, str(path))

    assert_tensor(there.state_dict()["1.running_var"], state["1.running_var"].to(device), name=f"net on {device}")
    assert_tensor(back.state_dict()["1.running_var"], state["1.running_var"], name="net on the CPU")


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

    expect(not files_under(remote), "load makes the file that it should have found missing")


# Checkpoints


def save_small(student: Any, remote: Any, path: Any, device: torch.device, epoch: int = 3) -> Run:
    """Let the student save the checkpoint of a net after one step with Adam."""
    run = Run(remote, adam, draw_start(), device)
    run.train(draw_batches(1, device))
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

    open_file(fresh_remote(), path, "save_checkpoint")


@pytest.mark.points(0.25)
@pytest.mark.concept("Optimizer state")
def test_checkpoint_arguments_in_order(student, remote, device):
    """save_checkpoint takes path, net, optimizer, epoch, load_checkpoint path, net, optimizer, device

    The order and the names of the arguments are those of the task.
    """
    run = Run(remote, momentum, draw_start(), device)
    path = str(remote.scratch / "training.pt")

    order, order_back = ("path", "net", "optimizer", "epoch"), ("path", "net", "optimizer", "device")
    values = {"path": path, "net": run.net, "optimizer": run.optimizer, "epoch": 3, "device": str(device)}

    call_in_order(remote, student.save_checkpoint, order, values)
    epoch = call_in_order(remote, student.load_checkpoint, order_back, values)

    expect(epoch is not None, "load_checkpoint returns None instead of the epoch", hint="Does it end with a return?")


def call_named(remote: Any, function: Any, **values: Any) -> Any:
    """Call by keyword, or by position where the arguments bear other names: a check of its own is about that."""
    names = remote.builtins.list(remote.inspect.signature(function).parameters)
    return function(**values) if set(values) <= set(names) else function(*values.values())


def call_in_order(remote: Any, function: Any, order: tuple[str, ...], values: dict[str, Any]) -> Any:
    """Call by position and by keyword; where that fails and the arguments have other names or another order, say so."""
    try:
        function(*(values[name] for name in order))
        return function(**{name: values[name] for name in order})
    except (AttributeError, TypeError):
        signature = remote.inspect.signature(function)
        names = tuple(remote.builtins.list(signature.parameters))
        expect(
            names == order,
            f"the arguments are not those of the task, in its order: they are ({', '.join(names)}), "
            f"and the task says ({', '.join(order)})",
            hint="Compare the def lines with those of the file that you were given.",
        )
        raise


@pytest.mark.points(0.25)
@pytest.mark.concept("Optimizer state")
def test_a_checkpoint_restores_the_net(student, remote, fresh_remote, device):
    """A checkpoint brings back the net, buffers included, in another process

    The checkpoint is saved by one process and loaded by another one: all there is to know has to be in the file.
    """
    path = remote.scratch / "training.pt"
    saved = save_small(student, remote, path, device)
    other = fresh_remote()
    run = Run(other, adam, draw_start(), device)
    before = on_cpu(run.net.state_dict())

    load_or_name_the_loss(lambda: other.student.load_checkpoint(path, run.net, run.optimizer, str(device)))

    compare_states(
        on_cpu(run.net.state_dict()),
        on_cpu(saved.net.state_dict()),
        what="after load_checkpoint, net.state_dict()",
        lookalikes={"not restored: the value is still the one from before load_checkpoint": before},
        hint="What of the net's state_dict goes into the checkpoint, and does all of it come back?",
    )


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
    "SGD with momentum": (momentum, "momentum"),
    "Adam": (adam, "Adam's running averages and step counts"),
    "parameter groups": (groups, "the running averages of AdamW"),
    "a lowered learning rate": (momentum, "momentum"),
}


@pytest.mark.points(0.5)
@pytest.mark.concept("Optimizer state")
@pytest.mark.needs("test_a_checkpoint_restores_the_net")
@pytest.mark.parametrize("recipe", list(RECIPES))
def test_training_goes_on_as_if_it_had_never_stopped(student, remote, fresh_remote, device, recipe):
    """Training goes on from a checkpoint as if it had never stopped

    The same steps are taken by a net that never stopped, and by a new net and a new optimizer that load the checkpoint.
    Compare optimizer.state_dict() right before save_checkpoint and right after load_checkpoint.
    """
    make_optimizer, memory = RECIPES[recipe]
    start, batches, rest = draw_start(), draw_batches(2, device), draw_batches(2, device)
    path = str(remote.scratch / "training.pt")
    workers = (remote, fresh_remote(), fresh_remote())
    saved, honest, resumed = (Run(where, make_optimizer, start, device) for where in workers)
    for run in (saved, honest):
        run.train(batches)
        if recipe == "a lowered learning rate":
            run.lower_learning_rate()
    at_save = on_cpu(honest.net.state_dict())
    memory_at_save = copy.deepcopy(honest.optimizer.state_dict())

    call_named(remote, student.save_checkpoint, path=path, net=saved.net, optimizer=saved.optimizer, epoch=3)
    call_named(
        resumed.where,
        resumed.where.student.load_checkpoint,
        path=path,
        net=resumed.net,
        optimizer=resumed.optimizer,
        device=str(device),
    )
    lost = first_loss(memory_at_save, resumed.optimizer.state_dict())
    resumed.train(rest)
    honest.train(rest)

    found, expected = resumed.values(), honest.values()
    if torch.equal(found, expected):
        return
    fresh = Run(honest.where, make_optimizer, start, device).optimizer.state_dict()
    memory_only = {**memory_at_save, "param_groups": fresh["param_groups"]}

    def otherwise(kept: dict[str, Any] | None = None, *, training: bool = True) -> torch.Tensor:
        """Return where training goes with this of the optimizer's state."""
        run = Run(honest.where, make_optimizer, at_save, device)
        if kept is not None:
            run.optimizer.load_state_dict(copy.deepcopy(kept))
        run.net.train(training)
        run.train(rest)
        return run.values()

    lookalikes = {
        "not changed: after load_checkpoint the optimizer trains other parameters than the net has": values_of(at_save),
        f"those of a new optimizer: its state ({memory}) is not restored": otherwise(),
        "those of an optimizer with another learning rate: the param_groups are not restored": otherwise(memory_only),
        "those of a net in eval mode: load_checkpoint leaves the net in another mode than it came in": otherwise(
            memory_at_save, training=False
        ),
    }
    if recipe == "a lowered learning rate":  # elsewhere it goes the way of the new optimizer
        lookalikes[f"those of an optimizer with its learning rate restored, but not its memory ({memory})"] = otherwise(
            {**memory_at_save, "state": {}}
        )
    assert_tensor(
        found,
        expected,
        name="the net's parameters two steps after load_checkpoint",
        lookalikes=lookalikes,
        hint=f"Of the optimizer's state, the first thing that load_checkpoint does not bring back is {lost}."
        if lost
        else "",
        **exactly(device),
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
    run = Run(remote, adam, draw_start(), device)
    later = int(torch.randint(4, 9000, ()))

    for epoch in (later, 1, 0):
        path = str(remote.scratch / f"epoch-{epoch}.pt")
        call_named(remote, student.save_checkpoint, path=path, net=run.net, optimizer=run.optimizer, epoch=epoch)
        check_epoch(student.load_checkpoint(path, run.net, run.optimizer, str(device)), epoch)


def check_epoch(found: Any, epoch: int) -> None:
    """Fail where what load_checkpoint returned is not the number `epoch`."""
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
def test_saving_a_checkpoint_leaves_the_training_as_it_was(student, remote, fresh_remote, device):
    """Saving a checkpoint changes neither the net nor the optimizer

    Two trainings take the same steps; one of them is saved half way. Both must end with the same net.
    """
    start, batches = draw_start(), draw_batches(4, device)
    saved, honest = (Run(where, momentum, start, device) for where in (remote, fresh_remote()))
    for run in (saved, honest):
        run.train(batches[:2])
    before, state = on_cpu(saved.net.state_dict()), on_cpu(honest.net.state_dict())

    path = str(remote.scratch / "training.pt")
    call_named(remote, student.save_checkpoint, path=path, net=saved.net, optimizer=saved.optimizer, epoch=1)

    compare_states(on_cpu(saved.net.state_dict()), before, what="save_checkpoint changes the net: state_dict()")
    gradient = saved.net[3].weight.grad
    expect(
        gradient is not None and bool(gradient.any()),
        "save_checkpoint clears the gradients of the net",
        hint="Saving is reading: which of your lines changes the net or the optimizer?",
    )
    memory = copy.deepcopy(honest.optimizer.state_dict())
    saved.train(batches[2:])
    honest.train(batches[2:])
    found, expected = saved.values(), honest.values()
    if torch.equal(found, expected):
        return
    frozen, forgetful = (Run(honest.where, momentum, state, device) for _ in range(2))
    frozen.optimizer.load_state_dict(memory)
    frozen.net.eval()
    for run in (frozen, forgetful):
        run.train(batches[2:])
    assert_tensor(
        found,
        expected,
        name="the net's parameters two steps after save_checkpoint",
        lookalikes={
            "those of a net that trains in eval mode: save_checkpoint changes the mode of the net": frozen.values(),
            "those of an optimizer whose momentum was cleared by save_checkpoint": forgetful.values(),
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
    for name in ("run.7", "last"):
        path = remote.scratch / name
        before = files_under(clean)

        save_small(student, remote, path if name == "last" else str(path), device)

        after = files_under(clean)
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
    nn, optim = remote.torch.nn, remote.torch.optim
    path = str(remote.scratch / "training.pt")
    for kind in ("a missing key", "an unexpected key"):
        full = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4)).to(device)
        without = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4, track_running_stats=False)).to(device)
        source, target = (without, full) if kind == "a missing key" else (full, without)

        written = optim.SGD(source.parameters(), lr=0.1)
        call_named(remote, student.save_checkpoint, path=path, net=source, optimizer=written, epoch=2)
        optimizer = optim.SGD(target.parameters(), lr=0.1)

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
    tamper(clean, path, trap_at(remote.scratch / "made-by-the-file"))

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
    run.net.load_state_dict(draw_start())
    tamper(fresh_remote(), path, written_elsewhere)

    opens_a_foreign_file(lambda: student.load_checkpoint(path, run.net, run.optimizer, str(device)), "load_checkpoint")

    compare_states(on_cpu(run.net.state_dict()), state, what="after load_checkpoint of a file from a GPU, state_dict()")


@pytest.mark.points(0.25)
@pytest.mark.concept("map_location")
@pytest.mark.needs("test_a_checkpoint_restores_the_net")
def test_load_checkpoint_ends_on_the_device(student, remote, device):
    """After load_checkpoint the net and the optimizer's state are on the device that was asked for

    The optimizer's state follows its parameters: where are they when you load it?
    """
    path = str(remote.scratch / "training.pt")
    batches = draw_batches(2, device)
    saved, resumed = (Run(remote, momentum, draw_start(), torch.device("cpu")) for _ in range(2))
    saved.train([(x.cpu(), y.cpu()) for x, y in batches[:1]])
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
    resumed.train(batches[1:])


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

    expect(not files_under(remote), "load_checkpoint makes the file that it should have found missing")
