"""The checkpoint X-ray: what a file that student code wrote holds, against what it should. It is opened in a clean worker, never here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from grader.judge.remote import Remote
from grader.suite import evidence
from grader.suite.tensors import assert_tensor
from grader.suite.types import type_name
from grader.suite.words import CheckFailed, fail
from grader.suite.xray.fault import Fault

State = Mapping[str, torch.Tensor]
STATE_HINT = "Print list(net.state_dict()) beside list(torch.load(path)): what belongs to the file, and what is in it?"
CLASS_HINT = "Which object goes into the file? Only names, tensors and plain values open with weights_only=True."
# Precision that a value can lose on its way: dtype -> words.
_NARROW = ((torch.float16, "half precision"), (torch.bfloat16, "bfloat16"), (torch.float32, "float32"))
SHOWN_NAMES = 6


def open_checkpoint(clean: Remote, path: Path, writer: str) -> Any:
    """Return what a clean worker reads from a file with weights_only=True.

    Args:
        clean: a worker in which no student code has run.
        path: the file, below its scratch folder.
        writer: the student's function that was to write it.

    Raises:
        CheckFailed: there is no such file, or it does not open.
    """
    found = files_below(clean)
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


def shared_entries(clean: Remote, path: Path) -> tuple[tuple[str, ...], ...]:
    """Return which entries of a state dict that lies in a file are one and the same tensor, as a clean worker reads them."""
    groups = clean.module("grader.worker.probes").shared_entries(str(path))
    return tuple(tuple(map(str, group)) for group in groups)


def files_below(clean: Remote) -> dict[str, int]:
    """Return the files and folders of the scratch folder, and the bytes in each, as a clean worker sees them."""
    found = clean.module("grader.worker.probes").files_below(str(clean.scratch))
    return {str(name): int(size) for name, size in found.items()}


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
    if name.startswith("torch.nn") or (name and not name.startswith(("torch", "collections", "builtins", "_codecs"))):
        return f"it holds a whole module or another object, a pickled {name}, not its state_dict"
    if name:
        return f"it holds a pickled {name}"
    if "Unsupported operand" in text:
        return "it is pickled in a way of its own (by pickle.dump, or torch.save with another pickle_protocol?)"
    return "it is not a file of torch.save (written with pickle, or as text, or cut off?)"


@dataclass(frozen=True)
class StateXray:
    """A state dict that was found, against the one that should be.

    Attributes:
        found: what was found: anything.
        expected: name -> right tensor.
        where: where it was found, for messages: "in the file of save".
        buffers: which of the names are buffers.
        shared: names of `found` that lie in one memory, a tuple a group, as far as known.
        frozen: which of the names are parameters with requires_grad=False.
    """

    found: Any
    expected: State
    where: str
    buffers: frozenset[str] = frozenset()
    shared: tuple[tuple[str, ...], ...] = ()
    frozen: frozenset[str] = frozenset()

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong with its form. Keys: kind, nested, prefixed, buffers, missing, unexpected, shape, dtype, aliased."""
        if not isinstance(self.found, dict):
            what = f"{self.where} lies {kind_of(self.found)}, not the net's state_dict: the names of the tensors are lost"
            yield Fault("kind", what, STATE_HINT)
            return
        yield from self._faults_of_names(self.found)
        for name, value in self.expected.items():
            if isinstance(self.found.get(name), torch.Tensor):
                yield from self._faults_of_kind(name, self.found[name], value)
        yield from self._faults_of_aliases()

    def expect(self, *keys: str) -> None:
        """Fail the check with the first fault (of these keys, where some are given); the table goes to the evidence."""
        for fault in self.faults():
            if not keys or fault.key in keys:
                self.show()
                fault.fail()

    def show(self) -> None:
        """Add the table of entries to the evidence."""
        rows, wrong = self._rows()
        evidence.table(f"{self.where}: entry by entry", ("entry", "should be", "is", "verdict"), rows, wrong=wrong)

    def _rows(self) -> tuple[list[tuple[str, str, str, str]], list[int]]:
        found = self.found if isinstance(self.found, dict) else {}
        names = [*self.expected, *(str(name) for name in found if name not in self.expected)]
        rows, wrong = [], []
        for number, name in enumerate(names):
            right, mine = self.expected.get(name), found.get(name)
            verdict = _verdict_of(right, mine)
            kind = "buffer" if name in self.buffers else "" if right is None else "parameter"
            rows.append((name, described(right), described(mine), " ".join(part for part in (kind, verdict) if part)))
            if verdict != "right":
                wrong.append(number)
        return rows, wrong

    def _faults_of_names(self, found: dict[Any, Any]) -> Iterator[Fault]:
        names = set(self.expected)
        inside = [key for key, value in found.items() if isinstance(value, dict) and names <= set(value)]
        if inside:
            what = (
                f"{self.where} lies a dict around the state_dict, which is found under the key {listed(inside)!r}; "
                "load is to read any file that holds just a state_dict"
            )
            yield Fault("nested", what, STATE_HINT)
            return
        missing = [name for name in self.expected if name not in found]
        prefix = _prefix_of(list(map(str, found)), list(self.expected)) if len(missing) == len(names) else ""
        if prefix:
            why = ": was it saved from a net wrapped in DataParallel?" if prefix == "module." else ""
            what = f"{self.where} every name begins with {prefix!r}, in the net's state_dict none does{why}"
            yield Fault("prefixed", what, STATE_HINT)
            return
        if missing and all(name in self.buffers for name in missing):
            what = f"{self.where} the net's buffers are missing: {listed(missing)}. Buffers are state without being parameters"
            yield Fault("buffers", what, STATE_HINT)
        elif missing:
            which = self._what_they_share(missing)
            what = f"{self.where} entries of the state_dict are missing: {listed(missing)}{which}. It has: {listed(list(found)) or 'none'}"
            yield Fault("missing", what, STATE_HINT)
        unexpected = [name for name in found if name not in names]
        if unexpected:
            yield Fault("unexpected", f"{self.where} lies what is not in the state_dict: {listed(unexpected)}", STATE_HINT)

    def _what_they_share(self, missing: Sequence[str]) -> str:
        """Say what all that is missing has in common, and nothing else has; empty where there is no such thing."""
        own = {name for name in self.expected if "." not in name}
        if set(missing) == self.frozen:
            return ", the frozen ones (requires_grad=False)"
        if set(missing) == own != set(self.expected):
            return ", of the net itself and of none of its layers (children)"
        return ""

    def _faults_of_kind(self, name: str, found: torch.Tensor, right: torch.Tensor) -> Iterator[Fault]:
        entry = f"{self.where}, the entry {name!r}{' (a buffer)' if name in self.buffers else ''}"
        if found.shape != right.shape:
            yield Fault("shape", f"{entry} has shape {tuple(found.shape)} instead of {tuple(right.shape)}")
        elif found.dtype != right.dtype:
            yield Fault("dtype", f"{entry} has dtype {plain(found.dtype)} instead of {plain(right.dtype)}: was it cast on the way?")

    def _faults_of_aliases(self) -> Iterator[Fault]:
        for group in self.shared:
            known = [name for name in group if name in self.expected]
            if len(known) > 1 and any(not torch.equal(self.expected[known[0]], self.expected[name]) for name in known[1:]):
                what = f"{self.where} several entries are one and the same tensor: {listed(known)}"
                yield Fault("aliased", what, "Is one tensor put under several names, or written over in a loop?")


def compare_states(
    actual: Mapping[str, Any],
    expected: State,
    *,
    what: str,
    buffers: frozenset[str] = frozenset(),
    lookalikes: Mapping[str, State] | None = None,
    hint: str = "",
) -> None:
    """Fail at the first tensor of `actual` that is not, bit for bit, the one of `expected`.

    Args:
        actual: name -> what was found.
        expected: name -> right tensor.
        what: how the message begins, followed by the name in brackets.
        buffers: which of the names are buffers.
        lookalikes: known mistake -> the state that it would give.
        hint: what to look at next.
    """
    for name, value in expected.items():
        found, full_name = actual.get(name), f"{what}[{name!r}]{' (a buffer)' if name in buffers else ''}"
        if not isinstance(found, torch.Tensor):
            fail(f"{full_name} is {kind_of(found)}, not a tensor", hint=hint)
        if found.dtype != value.dtype:
            fail(f"{full_name} has dtype {plain(found.dtype)} instead of {plain(value.dtype)}: was it cast on the way?", hint=hint)
        if torch.equal(found, value):
            continue
        known = {mistake: state[name] for mistake, state in (lookalikes or {}).items()}
        if value.is_floating_point():
            known |= {f"rounded: it has been through {words} on the way": value.to(dtype).to(value.dtype) for dtype, words in _NARROW}
            if _is_rounded(found, value) and not any(torch.equal(found, other) for other in known.values()):
                fail(f"{full_name}: near to what was saved, yet not the same bit for bit: was it rounded on the way?", hint=hint)
        try:
            assert_tensor(found, value, name=full_name, lookalikes=known, rtol=0, atol=0, hint=hint)
        except CheckFailed:
            StateXray(dict(actual), expected, what, buffers).show()
            raise


def first_loss(saved: Any, loaded: Any, place: str = "optimizer.state_dict()") -> str:
    """Return where an optimizer's state dict is first not what was saved, as an index; empty if nowhere."""
    if isinstance(saved, dict):
        for key, value in saved.items():
            if not isinstance(loaded, dict) or key not in loaded:
                return f"{place}[{key!r}] (missing)"
            found = first_loss(value, loaded[key], f"{place}[{key!r}]")
            if found:
                return found
        return ""
    if isinstance(saved, (list, tuple)):
        if not isinstance(loaded, (list, tuple)) or len(saved) != len(loaded):
            return place
        places = (first_loss(s, v, f"{place}[{at}]") for at, (s, v) in enumerate(zip(saved, loaded)))
        return next((found for found in places if found), "")
    if isinstance(saved, torch.Tensor):
        same = isinstance(loaded, torch.Tensor) and torch.equal(saved.cpu(), loaded.detach().cpu())
        return "" if same else place
    return "" if saved == loaded else place


def edit_pickle(clean: Remote, path: Path, edit: Callable[[bytes], bytes]) -> None:
    """Change the pickle inside a file of torch.save, in today's format (a zip) or the old one, whatever it holds."""
    probes = clean.module("grader.worker.probes")
    records = probes.read_records(str(path))
    is_pickle = {name: not name or name.endswith("data.pkl") for name, _ in records}
    probes.write_records(str(path), [(name, edit(content) if is_pickle[name] else content) for name, content in records])


def moved_to(device: str) -> Callable[[bytes], bytes]:
    """Return an edit of a pickle that has its tensors lie on another device, such as one that this machine lacks."""

    def edit(content: bytes) -> bytes:
        for known in ("cpu", "cuda:0"):
            content = content.replace(_pickled(known), _pickled(device))
        return content

    return edit


def with_trap(folder: Path) -> Callable[[bytes], bytes]:
    """Return an edit that hides a call in a pickle: opening it as any pickle makes `folder`; the rest is as it was."""
    call = b"cos\nmkdir\n" + _pickled(str(folder)) + b"\x85R0"
    return lambda content: content[:2] + call + content[2:]


def _pickled(text: str) -> bytes:
    """Return a text as torch.save writes it into a pickle: opcode, length, letters."""
    return b"X" + len(text.encode()).to_bytes(4, "little") + text.encode()


def kind_of(value: Any) -> str:
    """Name the kind of what was found, for a message."""
    if value is None:
        return "None"
    name = type_name(value).rsplit(".", 1)[-1].lstrip("_")
    return f"{'an' if name.lower().startswith(tuple('aeio')) else 'a'} {name}"


def listed(names: Sequence[Any]) -> str:
    """Return the first few names, for a message."""
    return ", ".join(str(name)[:40] for name in names[:SHOWN_NAMES]) + (", ..." if len(names) > SHOWN_NAMES else "")


def plain(dtype: torch.dtype) -> str:
    """Return the name of a dtype without its module."""
    return str(dtype).removeprefix("torch.")


def described(value: Any) -> str:
    """Describe an entry of a state dict in a few words."""
    if isinstance(value, torch.Tensor):
        return f"{tuple(value.shape)} {plain(value.dtype)}"
    return "" if value is None else kind_of(value)


def _verdict_of(right: torch.Tensor | None, mine: Any) -> str:
    if right is None:
        return "unexpected"
    if mine is None:
        return "missing"
    if not isinstance(mine, torch.Tensor):
        return "no tensor"
    if mine.shape != right.shape:
        return "other shape"
    if mine.dtype != right.dtype:
        return "other dtype"
    return "right" if torch.equal(mine.cpu(), right.cpu()) else "other values"


def _prefix_of(found: list[str], expected: list[str]) -> str:
    """Return what stands before every name; empty where that is not all of the difference."""
    if len(found) != len(expected) or not expected:
        return ""
    prefixes = {theirs[: -len(name)] if theirs.endswith(name) else "" for theirs, name in zip(sorted(found), sorted(expected))}
    return prefixes.pop() if len(prefixes) == 1 else ""


def _is_rounded(found: torch.Tensor, value: torch.Tensor) -> bool:
    return found.shape == value.shape and torch.allclose(found, value, rtol=0.01, atol=0.01)
