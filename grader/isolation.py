"""The five levels of isolation, by name; imported by everybody who names one, and importing none of ours."""

from __future__ import annotations

import enum
from dataclasses import dataclass

AUTO = "auto"  # content with any level, and takes the best


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
