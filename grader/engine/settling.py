"""The best level of isolation that works for a lane here: tried for real in throw-away processes.

What the kernel says of itself is not to be trusted (AppArmor, containers, gVisor), and whether a driver of a GPU is content inside the
walls is known only once it has run there.
"""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable

from grader.isolation import LaneNeeds, Level
from grader.sandbox import identity, namespaces
from grader.sandbox.entering import Sandbox
from grader.sandbox.places import places_for
from grader.worker import confine

PATIENCE_S = 60.0
# What is tried after what, where a GPU does not work.
_LOWER = {Level.FULL: Level.LANDLOCK, Level.LANDLOCK: Level.FILTERED, Level.LANDLOCK_OLD: Level.FILTERED, Level.FILTERED: Level.NONE}
_settled: dict[tuple[str, int | None], tuple[Level, tuple[str, ...]]] = {}


def settle(lane: LaneNeeds) -> tuple[LaneNeeds, tuple[str, ...]]:
    """Return the lane at the best level up to its own that works, and what was lacking for better ones; tried once a process."""
    key = (lane.most, lane.gpu)
    if key not in _settled:
        _settled[key] = _try_levels(lane)
    level, lacks = _settled[key]
    return dataclasses.replace(lane, most=level.value), lacks


def _try_levels(lane: LaneNeeds) -> tuple[Level, tuple[str, ...]]:
    level, lacks = Level(lane.most), []
    if level is Level.FULL:
        lack = in_child(lambda: enter_namespaces(lane, lambda: None))
        if lack:
            level = Level.LANDLOCK
            lacks.append(lack)
    while lane.gpu is not None and level is not Level.NONE:
        tried = dataclasses.replace(lane, most=level.value)
        lack = in_child(lambda: _use_gpu(tried))  # noqa: B023 (called at once)
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
    import select

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


def _use_gpu(lane: LaneNeeds) -> None:
    """Use the GPU inside the walls of a lane, as a worker would."""
    if Level(lane.most) is Level.FULL:
        enter_namespaces(lane, lambda: _compute(lane, own_root=True))
    else:
        _compute(lane, own_root=False)


def _compute(lane: LaneNeeds, own_root: bool) -> None:
    import torch

    sandbox = Sandbox(lane, os.getppid(), identity.spare_user(), own_root=own_root)
    if sandbox.user is not None:
        identity.become(sandbox.user)
    confine.small_environment(lane.scratch)
    reached = sandbox.enter(sandbox.descriptors)
    if not reached.level.reaches(Level(lane.most)):
        raise namespaces.NotToBeHad("; ".join(reached.lacks))
    try:
        x = torch.ones(64, 64, device=f"cuda:{lane.gpu}", requires_grad=True)
        (x @ x).sum().backward()  # type: ignore[no-untyped-call]
        torch.cuda.synchronize()
    except RuntimeError as error:
        raise namespaces.NotToBeHad(str(error).splitlines()[0]) from error
