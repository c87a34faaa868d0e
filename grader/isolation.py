"""The five levels of isolation, by name, and what a lane needs of them; imported by everybody, and importing none of ours."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True)
class LaneNeeds:
    """What is fixed for all workers of a lane: where they work and the walls around them.

    Attributes:
        scratch: folder that the workers may write in; at level `full` a memory disk of their own lies over it.
        most: the best level of isolation that is entered, where this machine has it; `none` enters no sandbox.
        gpu: index of the GPU that the workers may use; None for none.
        readable: files and folders that they may read besides Python, its packages and the system's libraries.
        hidden: files and folders that they may not see even where such a place contains them: course, submissions.
    """

    scratch: str
    most: str = Level.NONE.value
    gpu: int | None = None
    readable: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    @staticmethod
    def from_plain(plain: Mapping[str, Any]) -> LaneNeeds:
        """Return what `dataclasses.asdict` made plain, after a journey as JSON."""
        fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
        return LaneNeeds(**fields)
