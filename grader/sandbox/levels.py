"""The five levels of isolation: entering the best that this machine has, and saying what it lacks for a better one."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from grader.sandbox import kernel, landlock, places, seccomp

ABI_WITH_SCOPES = 6


class Level(str, enum.Enum):
    """How far a worker is isolated, best first."""

    FULL = "full"
    LANDLOCK = "landlock"
    LANDLOCK_OLD = "landlock-old"
    FILTERED = "filtered"
    NONE = "none"

    def reaches(self, other: Level) -> bool:
        """Say whether this level is at least as good as `other`."""
        order = list(Level)
        return order.index(self) <= order.index(other)


WORDS = {
    Level.FULL: "a file system, process table and network of its own; Landlock and seccomp besides",
    Level.LANDLOCK: "it opens no file but Python's and its own, reaches no network and no other process",
    Level.LANDLOCK_OLD: "as landlock, but an old kernel: processes are told apart by the filter only",
    Level.FILTERED: "no network, no programs, no other processes; it can read your files",
    Level.NONE: "a process of its own with limits; it can read your files and reach the network",
}


@dataclass(frozen=True)
class Reached:
    """What a worker has reached.

    Attributes:
        level: the level.
        lacks: what the machine lacks for a better one, each with its cure, in words.
    """

    level: Level
    lacks: tuple[str, ...] = ()


def enter(scratch: str, readable: Sequence[str], gpu: int | None, parent: int, in_namespaces: bool) -> Reached:
    """Give up, in this process and for good, all that a worker does not need; single-threaded, before any foreign code.

    Args:
        scratch: the folder that stays writable.
        readable: further paths that stay readable.
        gpu: index of the GPU that stays usable; None for none.
        parent: a process that must not get signals from here even where Landlock cannot say so.
        in_namespaces: whether the slot has put us into namespaces of our own.
    """
    if not kernel.is_supported():
        return Reached(Level.NONE, (f"{kernel.machine()} has neither Landlock nor seccomp: use a Linux machine or container",))
    rules = places.rules_for_worker(scratch, readable, gpu)
    kernel.gain_no_privileges()
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    kernel.drop_capabilities()
    lacks: list[str] = []
    version = _enter_landlock(rules, lacks)
    if not _enter_seccomp(parent, lacks):
        return Reached(Level.NONE, tuple(lacks))
    if version >= ABI_WITH_SCOPES:
        return Reached(Level.FULL if in_namespaces else Level.LANDLOCK, tuple(lacks))
    return Reached(Level.LANDLOCK_OLD if version else Level.FILTERED, tuple(lacks))


def _enter_landlock(rules: Sequence[landlock.Rule], lacks: list[str]) -> int:
    version = landlock.abi()
    if version == 0:
        lacks.append("the kernel has no Landlock (Linux 5.13 and newer, switched on in `lsm=`): update it, or use another machine")
        return 0
    if version < ABI_WITH_SCOPES:
        lacks.append(f"Landlock is old (ABI {version}; 6 came with Linux 6.12): update the kernel")
    try:
        landlock.restrict(rules, version)
    except OSError as error:
        lacks.append(f"Landlock refused its rules ({error.strerror or error}): is the machine a container that forbids it?")
        return 0
    return version


def _enter_seccomp(parent: int, lacks: list[str]) -> bool:
    try:
        seccomp.load(seccomp.program([parent]))
    except OSError as error:
        lacks.append(f"seccomp filters cannot be loaded ({error.strerror or error}): is the machine a container that forbids them?")
        return False
    return True
