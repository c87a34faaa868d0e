"""Ending a worker and all that it started, without privilege."""

from __future__ import annotations

import contextlib
import os
import signal

from grader.engine import linux

MOST_ROUNDS = 100


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


def kill_orphans(spare: set[int]) -> bool:
    """Kill and reap every child of this process but `spare`: descendants of workers that were orphaned to it.

    Returns:
        Whether none is left; a process that forks faster than it is found escapes this walk.
    """
    for _ in range(MOST_ROUNDS):
        orphans = [pid for pid in linux.children_of(os.getpid()) if pid not in spare]
        if not orphans:
            return True
        for pid in orphans:
            kill_tree(pid)
        for pid in orphans:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
    return False


class Fence:
    """What keeps this process's signals inside, so that `kill(-1)` reaches its own descendants and nobody else.

    Args:
        outsider: a process of the same user beyond the fence, or one that could otherwise be reached.
    """

    def __init__(self, outsider: int) -> None:
        self._outsider = outsider

    def holds(self) -> bool:
        """Prove the fence: this is process 1 of its namespace, or a signal to the outsider is refused."""
        if os.getpid() == 1:
            return True
        try:
            os.kill(self._outsider, 0)
        except PermissionError:
            return True
        except ProcessLookupError:  # gone, so nothing is proven
            return False
        return False

    def kill_everything(self) -> bool:
        """Kill and reap all processes inside at once, however fast they fork; say whether that could be done."""
        if not self.holds():
            return False
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(-1, signal.SIGKILL)
        while True:
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                return True


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
