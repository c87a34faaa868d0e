"""The device X-ray: does the code follow the device of what it is given? Tried on a GPU that is only played."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from grader.judge.errors import StudentError
from grader.judge.remote import Remote
from grader.judge.traces import Place
from grader.suite.xray.fault import Fault

_MEETING = re.compile(r"to be on the same device|device type tensor to numpy")
HINT = (
    "New tensors belong on the device of what they meet: is one made without device=, or moved by .cpu(), .to(\"cpu\") or to a device "
    "that was stored (self.device)?"
)
CHOSEN = (
    "Whoever calls decides where things lie. Does your code move something to a device that it has chosen itself, once and for all "
    "(torch.cuda.is_available), where it should follow what it is given?"
)


def misplaced_state(
    remote: Remote, student: Any, name: str, *args: Any, net: Any, optimizer: Any = None, starts_on_gpu: bool = False
) -> Fault | None:
    """Return what is wrong with where a net and its optimizer lie after a call that should leave them on a GPU; None where nothing is, or nothing can be told.

    Args:
        remote: the worker.
        student: the student's module in it.
        name: of the student's function.
        args: its arguments, "cuda" or "cuda:0" among them where it takes a device.
        net: the net that it works on; of no use afterwards.
        optimizer: the optimizer that it works on, if any.
        starts_on_gpu: whether the net lies on the GPU before the call.
    """
    asks = remote.mentions("is_available")
    called = student if asks else getattr(student, name)
    played = remote.module("grader.worker.devices")
    try:
        names = played.left_elsewhere(called, name, list(args), net, optimizer, "cuda" if starts_on_gpu else "cpu", "cuda")
        if not names and asks:
            on_cpu = ["cpu" if isinstance(value, str) and value in ("cuda", "cuda:0") else value for value in args]
            chosen = played.left_elsewhere(called, name, on_cpu, net, optimizer, "cpu", "cpu")
            if isinstance(chosen, list) and chosen:
                what = f"on a machine with a GPU {name} moves the net there, though it should stay on the CPU: {chosen[0]}. The device asked for is ignored"
                return Fault("chosen", what, CHOSEN)
    except StudentError as error:  # what else the code does cannot be played
        if not _MEETING.search(error.failure.message):
            return None
        frames = error.failure.frames
        what = f"on a machine with a GPU, {name} would fail where it is asked to work there: a tensor that lies on the CPU meets one on the GPU"
        moved = "Which tensors have to be moved to `device` before they meet: the net, and each batch?"
        return Fault("meeting", what, moved, Place(frames[-1].file, frames[-1].line) if frames else None)
    if not isinstance(names, list) or not names:
        return None
    state = [name for name in names if str(name).startswith("optimizer")]
    if len(state) == len(names):
        what = f"the optimizer's state would lie on the CPU while the net lies on the GPU: {names[0]}"
        return Fault("optimizer", what, "The optimizer's state goes where its parameters are at that moment. Is it loaded before the net is moved?")
    moved = "moves the net to the CPU" if starts_on_gpu else "does not move the net, which stays on the CPU"
    return Fault("net", f"on a machine with a GPU it {moved}: {names[0]}", "Which call moves a net, and to which device does it move it here?")


def misplaced(
    remote: Remote, student: Any, name: str, *args: Any, build: Sequence[Any] | None = None, method: str = "", attribute: str = ""
) -> Fault | None:
    """Return what is wrong with the devices of a call whose module and tensors lie on a GPU; None where nothing is, or nothing can be told.

    Code that asks whether there is a GPU (`torch.cuda.is_available`) hears that there is one, and is tried on the CPU of such a machine, too.

    Args:
        remote: the worker.
        student: the student's module in it.
        name: of the student's function, or of a class of modules.
        args: of the call.
        build: arguments that make a module of the class; None for a function.
        method: of the module, called in its place; empty to call the module itself.
        attribute: look at this attribute of the module instead of at the result.
    """
    asks = remote.mentions("is_available")
    called = student if asks else getattr(student, name)
    for place in ("cuda", "cpu") if asks else ("cuda",):
        fault = _misplaced_on(place, remote, called, name, args, build, method, attribute)
        if fault is not None:
            return fault
    return None


def _misplaced_on(
    place: str,
    remote: Remote,
    called: Any,
    name: str,
    args: Sequence[Any],
    build: Sequence[Any] | None,
    method: str,
    attribute: str,
) -> Fault | None:
    given = None if build is None else list(build)
    looked_at = f"`{attribute}`" if attribute else "the result"
    where = "with its input on a GPU" if place == "cuda" else "on a machine with a GPU, with all of its input on the CPU"
    hint = HINT if place == "cuda" else CHOSEN
    played = remote.module("grader.worker.devices")
    try:
        devices = played.devices_of_result(called, name, given, list(args), method, attribute, place)
    except StudentError as error:
        if not _MEETING.search(error.failure.message):
            return None
        frames = error.failure.frames
        meeting = "a tensor that was made on the CPU meets one on the GPU" if place == "cuda" else "a tensor that was moved to the GPU meets one on the CPU"
        return Fault("device", f"{where} the code would fail: {meeting}", hint, Place(frames[-1].file, frames[-1].line) if frames else None)
    other = {"cuda": "cpu", "cpu": "cuda"}[place]
    if isinstance(devices, list) and other in devices:
        on = {"cuda": "GPU", "cpu": "CPU"}[other]
        return Fault("device", f"{where}, {looked_at} would lie on the {on}: it does not follow the device of the input", hint)
    return None
