"""Ending a worker and all that it started, without privilege."""

from __future__ import annotations

import contextlib
import os
import signal

from grader.engine import linux

MOST_ROUNDS = 1_000


def kill_tree(root: int) -> None:
    """Kill a process, its session's group and every descendant that can be found by walking down.

    Each process is stopped before its children are listed, so that it cannot fork away from under the walk.
    """
    seen: set[int] = set()
    frontier = [root]
    while frontier:
        pid = frontier.pop()
        if pid in seen:
            continue
        seen.add(pid)
        _signal(pid, signal.SIGSTOP)
        frontier.extend(linux.children_of(pid))
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(root, signal.SIGKILL)  # a worker leads its own session, so its group is its own
    for pid in seen:
        _signal(pid, signal.SIGKILL)


def kill_orphans(spare: set[int]) -> None:
    """Kill and reap every child of this process but `spare`: descendants of workers that were orphaned to it."""
    for _ in range(MOST_ROUNDS):
        orphans = [pid for pid in linux.children_of(os.getpid()) if pid not in spare]
        if not orphans:
            return
        for pid in orphans:
            kill_tree(pid)
        for pid in orphans:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
