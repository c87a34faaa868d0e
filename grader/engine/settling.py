"""The best level of isolation that works for a lane here: tried for real in throw-away processes.

What the kernel says of itself is not to be trusted (AppArmor, containers, gVisor), and whether a driver of a GPU is content inside the
walls is known only once it has run there.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import select
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from grader.isolation import LaneNeeds, Level
from grader.sandbox import identity, kernel, namespaces
from grader.sandbox.entering import Sandbox
from grader.sandbox.places import places_for
from grader.worker import confine

PATIENCE_S = 60.0
# What is tried after what, where a GPU does not work.
_LOWER = {Level.FULL: Level.LANDLOCK, Level.LANDLOCK: Level.FILTERED, Level.LANDLOCK_OLD: Level.FILTERED, Level.FILTERED: Level.NONE}


@dataclass(frozen=True)
class Offer:
    """What this machine offers, tried once a zygote while that is still small: forking is cheap then.

    Attributes:
        lack: why level `full` is not to be had; empty where it is.
        has_proc: whether procfs can be mounted at level `full`.
        user_inside: whether a spare user can run Python in a root of its own.
        user_outside: whether it can elsewhere.
    """

    lack: str
    has_proc: bool
    user_inside: bool
    user_outside: bool


@dataclass(frozen=True)
class Settled:
    """A lane at a level that works here.

    Attributes:
        lane: the lane, its `most` lowered where needed.
        lacks: what was lacking for better levels.
        own_user: whether its workers may become a spare user.
    """

    lane: LaneNeeds
    lacks: tuple[str, ...] = ()
    own_user: bool = False


class Examination:
    """Tries in a child, while this process goes on to import torch; to be begun while it is still small and single-threaded."""

    def __init__(self) -> None:
        self._offer: Offer | None = None
        self._reading, writing = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                os.close(self._reading)
                os.write(writing, json.dumps(dataclasses.asdict(examine())).encode())
            # Border: nothing may unwind into the code of the parent, which reads the lack of an answer as one.
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
        os.close(writing)

    def result(self) -> Offer:
        """Wait for what was found."""
        if self._offer is None:
            said = _read_within(self._reading, PATIENCE_S)
            if not said:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):  # reaped already, with other children
                os.waitpid(self._pid, 0)
            died = Offer("the process that tries what this machine offers died", False, False, False)
            self._offer = Offer(**json.loads(said)) if said else died
        return self._offer


def examine() -> Offer:
    """Try namespaces and the spare user; single-threaded."""
    if not kernel.is_supported():
        return Offer("namespaces exist on Linux only", False, False, False)
    lane = LaneNeeds(_some_folder())
    without_proc, inside = _try_own_root(dataclasses.replace(lane, gpu=0))
    lack, inside = ("", inside) if not without_proc else _try_own_root(lane)
    return Offer(lack, not without_proc, inside, _can_run_python(lane))


def _some_folder() -> str:
    """Return a folder over which a root can be built for a try, out of the way of what is bound into it.

    One that is there already, since a temporary one would stay behind where this process is killed.
    """
    needed = [place.path for place in places_for(LaneNeeds("/")).disk]
    for folder in ("/dev/pts", "/mnt", "/media", "/srv", "/home", tempfile.gettempdir()):
        if os.path.isdir(folder) and not any(path.startswith(f"{folder}/") for path in needed):
            return folder
    return tempfile.gettempdir()


def _try_own_root(lane: LaneNeeds) -> tuple[str, bool]:
    """Return why a root of its own cannot be had (or an empty text), and whether a spare user can run Python in it."""
    reading, writing = os.pipe()
    lack = in_child(lambda: enter_namespaces(lane, lambda: os.write(writing, bytes([_can_run_python(lane)]))))
    os.close(writing)
    with open(reading, "rb") as stream:
        return lack, stream.read() == b"\1"


def _can_run_python(lane: LaneNeeds) -> bool:
    spare = identity.spare_user()
    return spare is not None and identity.can_run_python(spare, [place.path for place in places_for(lane).disk])


_gpu_levels: dict[tuple[str, int], tuple[Level, tuple[str, ...]]] = {}


def settle(lane: LaneNeeds, offer: Offer) -> Settled:
    """Return the lane at the best level up to its own that works; whether its GPU does is tried once a process."""
    level = Level(lane.most)
    lacks: tuple[str, ...] = ()
    if level is Level.FULL and (offer.lack or (lane.gpu is not None and not offer.has_proc)):
        level, lacks = Level.LANDLOCK, (offer.lack or "procfs cannot be mounted anew, and CUDA needs it",)
    if lane.gpu is not None and level is not Level.NONE:
        key = (level.value, lane.gpu)
        if key not in _gpu_levels:
            _gpu_levels[key] = _level_for_gpu(lane, level, offer)
        level, more = _gpu_levels[key]
        lacks = (*lacks, *more)
    own_user = offer.user_inside if level is Level.FULL else offer.user_outside
    return Settled(dataclasses.replace(lane, most=level.value), lacks, own_user)


def _level_for_gpu(lane: LaneNeeds, level: Level, offer: Offer) -> tuple[Level, tuple[str, ...]]:
    lacks: list[str] = []
    while level is not Level.NONE:
        tried = dataclasses.replace(lane, most=level.value)
        own_user = offer.user_inside if level is Level.FULL else offer.user_outside
        lack = in_child(lambda: _use_gpu(tried, own_user))  # noqa: B023 (called at once)
        if not lack:
            break
        lacks.append(f"the GPU does not work at level {level.value}: {lack}")
        level = _LOWER[level]
    return level, tuple(lacks)


def in_child(attempt: Callable[[], object]) -> str:
    """Try something in a throw-away child; return why it failed, or an empty text."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            attempt()
            os.write(writing, b"\0")
        except Exception as error:  # border: whatever it is, it is the answer
            os.write(writing, (str(error) or type(error).__name__).encode("utf-8", "replace")[:2_000] or b"?")
        finally:
            os._exit(0)
    os.close(writing)
    said = _read_within(reading, PATIENCE_S)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return "" if said == b"\0" else said.decode("utf-8", "replace") or "the process that tried it died or hung"


def _read_within(descriptor: int, seconds: float) -> bytes:
    deadline, said = time.monotonic() + seconds, b""
    with open(descriptor, "rb", buffering=0) as stream:
        while select.select([stream], [], [], max(0.0, deadline - time.monotonic()))[0]:
            chunk = stream.read(4_096)
            if not chunk:
                break
            said += chunk
    return said


def enter_namespaces(lane: LaneNeeds, body: Callable[[], object]) -> None:
    """Leave this process's namespaces and run `body` in a child that is the first of new ones, with a root of its own; wait for it.

    Raises:
        namespaces.NotToBeHad: it could not be done, or `body` failed.
    """
    places = places_for(lane)
    namespaces.leave()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        code = 70
        try:
            os.umask(0o022)
            namespaces.enter_own_root(places, lane.scratch, lane.gpu is not None)
            body()
            code = 0
        except namespaces.NotToBeHad as reason:
            os.write(writing, str(reason).encode("utf-8", "replace"))
        # Border: nothing may unwind into the caller's frames, which belong to the parent.
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(code)
    os.close(writing)
    with open(reading, "rb") as stream:
        said = stream.read().decode("utf-8", "replace")
    if os.waitpid(pid, 0)[1]:
        raise namespaces.NotToBeHad(said or "the first process of the new namespaces failed")


def _use_gpu(lane: LaneNeeds, own_user: bool) -> None:
    """Use the GPU inside the walls of a lane, as a worker would."""
    spare = identity.spare_user() if own_user else None
    if Level(lane.most) is Level.FULL:
        enter_namespaces(lane, lambda: _compute(Sandbox(lane, os.getppid(), spare, own_root=True), lane))
    else:
        _compute(Sandbox(lane, os.getppid(), spare), lane)


def _compute(sandbox: Sandbox, lane: LaneNeeds) -> None:
    import torch

    if sandbox.user is not None:
        identity.become(sandbox.user)
    confine.small_environment(lane.scratch)
    confine.work_in(lane.scratch)
    reached = sandbox.enter(sandbox.descriptors)
    if not reached.level.reaches(Level(lane.most)):
        raise namespaces.NotToBeHad("; ".join(reached.lacks))
    try:
        x = torch.ones(64, 64, device=f"cuda:{lane.gpu}", requires_grad=True)
        (x @ x).sum().backward()  # type: ignore[no-untyped-call]
        torch.cuda.synchronize()
    except RuntimeError as error:
        raise namespaces.NotToBeHad(str(error).splitlines()[0]) from error
