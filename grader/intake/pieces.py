"""What the readers of layouts hand on: whose each file is, for which exercise, and the platform's own mark on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from grader.intake.tree import Item


@dataclass(frozen=True)
class Owner:
    """Whoever handed a file in, as the export knows them.

    Attributes:
        label: the name in the export.
        ids: kind -> id, as in `Student`.
        hidden: whether the platform withheld the name.
        default_group: whether it is the team of those who are in no team.
        scope: the part of the export in which the ids hold, where they do so for one assignment alone: Moodle numbers students anew.
    """

    label: str
    ids: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False
    default_group: bool = False
    scope: str = ""


@dataclass(frozen=True)
class Mark:
    """By what the later of two versions is told: marks of the same words compare by their value; None is unknown."""

    words: str
    value: float | None


@dataclass(frozen=True)
class Piece:
    """One file that somebody handed in.

    Attributes:
        path: names below what they handed in, without what the platform has added.
        exercise: which exercise the platform's or the instructor's names say that it is for; empty where they do not.
        attempt: files of one attempt belong together, and a later attempt takes the place of all of an earlier one; None
            where the platform does not count attempts.
    """

    item: Item
    owner: Owner
    path: tuple[str, ...]
    mark: Mark
    exercise: str = ""
    late: bool | None = None
    handed_in: datetime | None = None
    attempt: float | None = None


@dataclass(frozen=True)
class Aside:
    """A file that counts for nobody, why, and whose it is where that is known."""

    source: str
    reason: str
    owner: Owner | None = None


@dataclass
class Parsed:
    """All that was read of a part of the export: each of its files is a piece or ignored."""

    pieces: list[Piece] = field(default_factory=list)
    ignored: list[Aside] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add(self, other: Parsed) -> None:
        """Take over what another part has."""
        self.pieces += other.pieces
        self.ignored += other.ignored
        self.warnings += other.warnings

    def ignore(self, item: Item, reason: str, owner: Owner | None = None) -> None:
        """Note a file that counts for nobody."""
        self.ignored.append(Aside(item.source, reason, owner))


@dataclass(frozen=True)
class Unit:
    """A part of the export that has one layout, mostly what belongs to one exercise.

    Attributes:
        depth: how many names stand above those that the layout is about.
        exercise: what the names above say; empty where nothing.
    """

    items: tuple[Item, ...]
    depth: int
    layout: str
    exercise: str = ""


def by_time(item: Item) -> Mark:
    """Return the mark of a file that has none but its time."""
    return Mark("the time of the file", item.modified.timestamp() if item.modified else None)
