"""The walls of a lane: put up once in its slot, entered by each worker after the fork."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence

from grader.engine import linux
from grader.engine.watching import MOST_TASKS
from grader.isolation import LaneNeeds, Level, Reached
from grader.sandbox import kernel, landlock, seccomp
from grader.sandbox.landlock import READ, SCRATCH, TRUNCATE, WRITE_FILE, Place
from grader.sandbox.places import Places, places_for

ABI_WITH_SCOPES = 6
OWN_PROC, SHARED_MEMORY = "/proc/self", "/dev/shm"
# Where the limit counts all that the user runs, which comes and goes.
SPARE_TASKS = 1_024


class Sandbox:
    """What the workers of a lane enter.

    Args:
        lane: the level to reach and what stays within reach.
        slot: process id of the workers' parent, which they must not reach.
        spare: a user that the workers become; None for none.
        own_root: whether this process lives in namespaces and a root of its own.
        lacks: what is known to be missing already.

    Attributes:
        user: id of the user that workers become; None where they stay who they are.
        level: the best level that may be reached.
        most_processes: how many processes and threads the user of the workers may have in all; None for no limit.
    """

    def __init__(
        self, lane: LaneNeeds, slot: int, spare: int | None = None, own_root: bool = False, lacks: Sequence[str] = ()
    ) -> None:
        self.level = Level(lane.most)
        self.user: int | None = None
        self.most_processes: int | None = None
        self.own_root = own_root
        self.lacks = list(lacks)
        self._rules = -1
        self._version = 0
        self._gpu = lane.gpu
        self._slot = slot
        self._filter = b""
        self._pinned: list[int] = []
        if not kernel.is_supported():
            self.level = Level.NONE
            self.lacks.append(
                f"{kernel.machine()} has neither Landlock nor seccomp: use a Linux machine or container (x86-64, aarch64)"
            )
        if self.level is not Level.NONE:
            self._prepare(lane, spare)

    def _prepare(self, lane: LaneNeeds, spare: int | None) -> None:
        places = places_for(lane)
        if spare is not None:
            self.user = spare
            for folder in (lane.scratch, *((SHARED_MEMORY,) if self.own_root else ())):
                os.chown(folder, spare, spare)
        self.most_processes = self._most_processes()
        if self.level.reaches(Level.LANDLOCK_OLD):
            self._prepare_landlock(places, lane.scratch)
        if self._is_fenced():
            self._filter = seccomp.assemble(self._program())

    def _most_processes(self) -> int | None:
        """Return a limit that counts the workers alone where they have a user (or a namespace of users) of their own."""
        if self.user is not None:
            return MOST_TASKS
        if os.getuid() == 0:
            return None  # the kernel does not hold root to it; the slot counts
        return MOST_TASKS if self.own_root else linux.tasks_of(os.getuid()) + SPARE_TASKS

    def _prepare_landlock(self, places: Places, scratch: str) -> None:
        self._version = landlock.abi()
        if self._version == 0:
            self.lacks.append(
                "the kernel has no Landlock (Linux 5.13 and newer, switched on by `lsm=landlock,...` at boot): update it, "
                "or use another machine"
            )
            return
        if self._version < ABI_WITH_SCOPES:
            self.lacks.append(f"Landlock is old (ABI {self._version}; 6 came with Linux 6.12): update the kernel")
        if not self.level.reaches(Level.LANDLOCK):
            self._version = min(self._version, ABI_WITH_SCOPES - 1)
        allowed = [*places.around_hidden(), Place(scratch, SCRATCH)]
        if self.own_root:
            # The rule on the root of procfs holds for good; those on entries vanish when the kernel is short of memory.
            allowed += [Place("/proc", READ), Place(SHARED_MEMORY, SCRATCH)]
        else:
            allowed += places.proc
            # A rule on an entry of procfs lives as long as somebody keeps that entry open.
            self._pinned = [_pin(place.path) for place in places.proc if os.path.exists(place.path)]
        try:
            self._rules = landlock.ruleset(allowed, self._version)
        except OSError as error:
            self._version = 0
            self.lacks.append(f"Landlock refused its rules ({error}): is the machine a container that forbids it?")

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What a worker has to keep open until it has entered."""
        return () if self._rules < 0 else (self._rules,)

    def keep_alive(self, pid: int) -> None:
        """Keep the procfs entry of a worker open, and with it the rule that lets the worker read its own."""
        if self._version:
            with contextlib.suppress(OSError):  # it may have ended already
                self._pinned.append(_pin(f"/proc/{pid}"))

    def _program(self, only_self: bool = False) -> list[seccomp.Instruction]:
        return seccomp.program([self._slot], only_self=only_self, allow_memfd=self._gpu is not None)

    def _is_fenced(self) -> bool:
        """Say whether something better than the filter keeps signals inside."""
        return self.own_root or self._version >= ABI_WITH_SCOPES

    def enter(self, rules: Sequence[int]) -> Reached:
        """Give up, in this process and for good, all that a worker does not need; single-threaded, before any foreign code.

        Args:
            rules: `descriptors`, wherever they lie now; closed here.
        """
        if self.level is Level.NONE:
            return Reached(Level.NONE, tuple(self.lacks))
        _refuse_threads()
        lacks = list(self.lacks)
        kernel.gain_no_privileges()
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
        kernel.drop_capabilities()
        version = self._enter_landlock(rules, lacks)
        try:
            # Without a fence the filter names this process itself, so it cannot be made ahead.
            fenced = self._is_fenced() and bool(version or self.own_root)
            seccomp.load(self._filter if fenced else seccomp.assemble(self._program(only_self=True)))
        except OSError as error:
            lacks.append(f"seccomp filters cannot be loaded ({error}): is the machine a container that forbids them?")
            return Reached(Level.NONE, tuple(lacks))
        return Reached(self._reached(version), tuple(lacks))

    def _reached(self, version: int) -> Level:
        """Return the level whose promises hold: a root of its own hides files as well as Landlock closes them, but is one wall, not two."""
        if self.own_root:
            return Level.FULL if version else Level.LANDLOCK
        if not version:
            return Level.FILTERED
        return Level.LANDLOCK if version >= ABI_WITH_SCOPES else Level.LANDLOCK_OLD

    def _enter_landlock(self, rules: Sequence[int], lacks: list[str]) -> int:
        if not self._version:
            return 0
        try:
            # The driver of CUDA (570 and newer) writes thread names. A rule that is made in the process itself, together
            # with dumpable off, lets nothing else of procfs be written.
            own = READ if self._gpu is None else READ | WRITE_FILE | TRUNCATE
            if not self.own_root or self._gpu is not None:  # all of procfs can be read in a root of its own
                landlock.allow(rules[0], Place(OWN_PROC, own), self._version)
            landlock.enforce(rules[0], self._version)
        except OSError as error:
            lacks.append(f"Landlock could not be entered ({error}): is the machine a container that forbids it?")
            return 0
        finally:
            os.close(rules[0])
        return self._version


def _refuse_threads() -> None:
    """Landlock and a change of capabilities bind the thread that asks for them, and those that it starts later."""
    try:
        tasks = os.listdir("/proc/self/task")
    except OSError:  # no procfs
        return
    if len(tasks) > 1:
        raise RuntimeError("a thread was started before the walls were entered; it would stand outside of them")


def _pin(path: str) -> int:
    return os.open(path, os.O_PATH | os.O_CLOEXEC)
