"""A process that reads foreign text and computes, and needs nothing else: no file, no network, no other process."""

from __future__ import annotations

import resource

from grader.sandbox import kernel, landlock, seccomp
from grader.worker import confine


def seal(memory_bytes: int, processor_s: int) -> None:
    """Give up, for good, all but the descriptors that are open: what is imported later, or opened, fails.

    Where the kernel lacks a wall, the others stand all the same: what runs behind them is our own code, not the student's.

    Args:
        memory_bytes: address space beyond the present one.
        processor_s: processor time, in seconds.
    """
    confine.limit_resources(memory_bytes, processes=None)
    resource.setrlimit(resource.RLIMIT_CPU, (processor_s, processor_s))
    if not kernel.is_supported():
        return
    kernel.gain_no_privileges()
    kernel.drop_capabilities()
    version = landlock.abi()
    try:
        if version:
            landlock.enforce(landlock.ruleset((), version), version)
        seccomp.load(seccomp.assemble(seccomp.program((), only_self=True)))
    except OSError:  # a container that forbids walls: there the process has its limits
        return
