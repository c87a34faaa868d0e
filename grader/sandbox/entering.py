"""Entering the sandbox: the best that this machine has, and what it lacks for a better one."""

from __future__ import annotations

from collections.abc import Sequence

from grader.isolation import Level, Reached
from grader.sandbox import kernel, landlock, places, seccomp

ABI_WITH_SCOPES = 6


def enter(scratch: str, gpu: int | None, parent: int, most: Level) -> Reached:
    """Give up, in this process and for good, all that a worker does not need; single-threaded, before any foreign code.

    Args:
        scratch: the folder that stays writable.
        gpu: index of the GPU that stays usable; None for none.
        parent: a process that must not get signals from here even where Landlock cannot say so.
        most: the best level to enter.
    """
    if not kernel.is_supported():
        return Reached(
            Level.NONE, (f"{kernel.machine()} has neither Landlock nor seccomp: use a Linux machine or container",)
        )
    rules = places.rules_for_worker(scratch, (), gpu)
    kernel.gain_no_privileges()
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    kernel.drop_capabilities()
    lacks: list[str] = []
    version = _enter_landlock(rules, lacks, most) if most.reaches(Level.LANDLOCK_OLD) else 0
    if not _enter_seccomp(parent, lacks):
        return Reached(Level.NONE, tuple(lacks))
    if version >= ABI_WITH_SCOPES:
        return Reached(Level.LANDLOCK, tuple(lacks))
    return Reached(Level.LANDLOCK_OLD if version else Level.FILTERED, tuple(lacks))


def _enter_landlock(rules: Sequence[landlock.Rule], lacks: list[str], most: Level) -> int:
    version = landlock.abi() if most.reaches(Level.LANDLOCK) else min(landlock.abi(), ABI_WITH_SCOPES - 1)
    if version == 0:
        lacks.append(
            "the kernel has no Landlock (Linux 5.13 and newer, switched on in `lsm=`): update it, or use another machine"
        )
        return 0
    if version < ABI_WITH_SCOPES:
        lacks.append(f"Landlock is old (ABI {version}; 6 came with Linux 6.12): update the kernel")
    try:
        landlock.restrict(rules, version)
    except OSError as error:
        lacks.append(
            f"Landlock refused its rules ({error.strerror or error}): is the machine a container that forbids it?"
        )
        return 0
    return version


def _enter_seccomp(parent: int, lacks: list[str]) -> bool:
    try:
        seccomp.load(seccomp.program([parent]))
    except OSError as error:
        lacks.append(
            f"seccomp filters cannot be loaded ({error.strerror or error}): is the machine a container that forbids them?"
        )
        return False
    return True
