"""What comparing found, as it travels to terminal, page and JSON: schema `grade/similar/1`, which only ever gains fields."""

from __future__ import annotations

import enum

import msgspec

SCHEMA = "grade/similar/1"


class Likeness(str, enum.Enum):
    """How two hand-ins are alike."""

    IDENTICAL = "identical"  # letter by letter
    RENAMED = "renamed"  # but for names, comments, strings and layout
    PARTS = "parts"


class Party(msgspec.Struct, frozen=True):
    """One of two hand-ins.

    Attributes:
        fraction: how much of the file's own code, beyond what stub and class explain, is in the other as well.
        own: how many symbols that own code has.
    """

    student: str
    name: str
    file: str
    sha256: str
    fraction: float
    own: int


class Passage(msgspec.Struct, frozen=True):
    """Code that both have, as places in the two texts (characters from 0, lines from 1, the last included).

    Attributes:
        own: how many of its symbols neither stub nor class explain; the others only stand among these.
    """

    left: tuple[int, int]
    right: tuple[int, int]
    left_lines: tuple[int, int]
    right_lines: tuple[int, int]
    symbols: int
    own: int


class Pair(msgspec.Struct, frozen=True):
    """Two hand-ins that are alike, with both texts as they were compared."""

    likeness: Likeness
    left: Party
    right: Party
    symbols: int
    passages: tuple[Passage, ...]
    left_text: str
    right_text: str


class Compared(msgspec.Struct, frozen=True):
    """What comparing the hand-ins of one exercise found.

    Attributes:
        skipped: why the exercise was not compared; empty where it was.
        solution_symbols: symbols of the reference solution, or of the middle hand-in, beyond the stub.
        common_limit: code that more than this many hand-ins have says nothing.
        pairs: the most alike first.
        left_out: how many more pairs were as alike as asked for.
        teams: names of students who hand in one file together.
        notes: hand-ins that were not compared, or not whole, with the reason.
    """

    exercise: str
    title: str
    hand_ins: int
    skipped: str
    solution_symbols: int
    common_limit: int
    pairs: tuple[Pair, ...]
    left_out: int
    teams: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
