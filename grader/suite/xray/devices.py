"""The device X-ray: does the code follow the device of what it is given? Tried on torch's meta device, so no GPU is needed."""

from __future__ import annotations

import re
from typing import Any

from grader.judge.errors import StudentError
from grader.judge.remote import Remote
from grader.judge.traces import Place
from grader.suite.xray.fault import Fault
from grader.worker.devices import ELSEWHERE

_MEETING = re.compile(r"not on the expected device|to be on the same device")
HINT = "New tensors belong on the device of what they meet: is one made without device=, or moved by .cpu() or .to(\"cpu\")?"


def misplaced(remote: Remote, function: Any, *args: Any, module: Any = None, attribute: str = "") -> Fault | None:
    """Return what is wrong with the devices of a call whose module and tensors lie elsewhere than on the CPU; None where nothing is, or nothing can be told.

    Code that looks at values (a loop over `.item()`, a detour over the CPU and back) cannot run on the meta device: of it nothing is said.

    Args:
        remote: the worker.
        function: the student's function, method or module.
        args: its arguments; tensors are moved.
        module: moved before the call, and of no use afterwards.
        attribute: look at this attribute of the module instead of at the result.
    """
    looked_at = f"`{attribute}`" if attribute else "the result"
    try:
        devices = remote.module("grader.worker.devices").devices_elsewhere(function, list(args), module, attribute)
    except StudentError as error:
        if not _MEETING.search(error.failure.message):
            return None
        frames = error.failure.frames
        what = "with its input on a GPU the code would fail: a tensor that was made on the CPU meets one on the GPU"
        return Fault("device", what, HINT, Place(frames[-1].file, frames[-1].line) if frames else None)
    if isinstance(devices, list) and devices and devices != [ELSEWHERE]:
        return Fault("device", f"with its input on a GPU, {looked_at} would lie on the CPU: it does not follow the device of the input", HINT)
    return None
