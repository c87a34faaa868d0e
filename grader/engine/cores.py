"""Which core a lane is put on: one that no other lane of ours is on, and of those the one that was idle most."""

from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path

_STAT = Path("/proc/stat")


class Cores:
    """The cores that this process may use, and how many of its lanes are on each."""

    def __init__(self) -> None:
        self._lanes: Counter[int] = Counter()
        self._at_first = idle_ticks()

    def take(self) -> int | None:
        """Return the core for a new lane; None where lanes cannot be put on cores."""
        if not hasattr(os, "sched_getaffinity"):
            return None
        idle = {core: ticks - self._at_first.get(core, 0) for core, ticks in idle_ticks().items()}
        # By chance where all are alike: many graders on one machine must not all begin with the first core.
        core = min(
            os.sched_getaffinity(0), key=lambda core: (self._lanes[core], -idle.get(core, 0), random.random())
        )
        self._lanes[core] += 1
        return core

    def give_back(self, core: int) -> None:
        """Note that a lane has left its core."""
        self._lanes[core] -= 1


def idle_ticks() -> dict[int, int]:
    """Return by core how long it has been idle since the machine started, in clock ticks; empty where procfs does not tell."""
    try:
        lines = [line.split() for line in _STAT.read_text().splitlines()]
        return {int(line[0][3:]): int(line[4]) + int(line[5]) for line in lines if line and line[0][3:].isdigit()}
    except (OSError, ValueError, IndexError):
        return {}
