"""The device X-ray: does the code follow the device of what it is given? Tried on a GPU that is only played."""

from __future__ import annotations

import re
from typing import Any

from grader.judge.errors import StudentError
from grader.judge.remote import Remote
from grader.judge.traces import Place
from grader.suite.xray.fault import Fault

_MEETING = re.compile(r"to be on the same device|device type tensor to numpy")
HINT = "New tensors belong on the device of what they meet: is one made without device=, or moved by .cpu() or .to(\"cpu\")?"


def misplaced_state(
    remote: Remote, function: Any, *args: Any, net: Any, optimizer: Any = None, starts_on_gpu: bool = False
) -> Fault | None:
    """Return what is wrong with where a net and its optimizer lie after a call that should leave them on a GPU; None where nothing is, or nothing can be told.

    Args:
        remote: the worker.
        function: the student's function.
        args: its arguments, "cuda" among them where it takes a device.
        net: the net that it works on; of no use afterwards.
        optimizer: the optimizer that it works on, if any.
        starts_on_gpu: whether the net lies on the GPU before the call.
    """
    if remote.mentions("is_available"):
        return None
    try:
        names = remote.module("grader.worker.devices").left_on_cpu(function, list(args), net, optimizer, starts_on_gpu)
    except StudentError:  # what else the code does cannot be played
        return None
    if not isinstance(names, list) or not names:
        return None
    state = [name for name in names if str(name).startswith("optimizer")]
    if len(state) == len(names):
        what = f"the optimizer's state would lie on the CPU while the net lies on the GPU: {names[0]}"
        return Fault("optimizer", what, "The optimizer's state goes where its parameters are when it is loaded. Where are they then?")
    moved = "moves the net to the CPU" if starts_on_gpu else "leaves the net on the CPU"
    return Fault("net", f"on a machine with a GPU it {moved}: {names[0]}", "Which call moves a net, and to which device does it move it here?")


def misplaced(remote: Remote, function: Any, *args: Any, module: Any = None, attribute: str = "") -> Fault | None:
    """Return what is wrong with the devices of a call whose module and tensors lie on a GPU; None where nothing is, or nothing can be told.

    Of code that asks whether there is a GPU (`torch.cuda.is_available`) nothing is said: where there is one it may be right.

    Args:
        remote: the worker.
        function: the student's function, method or module.
        args: its arguments; tensors are moved.
        module: moved before the call, and of no use afterwards.
        attribute: look at this attribute of the module instead of at the result.
    """
    if remote.mentions("is_available"):
        return None
    looked_at = f"`{attribute}`" if attribute else "the result"
    try:
        devices = remote.module("grader.worker.devices").devices_on_gpu(function, list(args), module, attribute)
    except StudentError as error:
        if not _MEETING.search(error.failure.message):
            return None
        frames = error.failure.frames
        what = "with its input on a GPU the code would fail: a tensor that was made on the CPU meets one on the GPU"
        return Fault("device", what, HINT, Place(frames[-1].file, frames[-1].line) if frames else None)
    if isinstance(devices, list) and "cpu" in devices:
        return Fault("device", f"with its input on a GPU, {looked_at} would lie on the CPU: it does not follow the device of the input", HINT)
    return None
