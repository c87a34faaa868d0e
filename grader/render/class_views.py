"""What the template of the class report is given: plain strings and numbers, decided upon already."""

from __future__ import annotations

import msgspec


class Tile(msgspec.Struct, frozen=True):
    """One number of the summary."""

    value: str
    label: str
    note: str
    tone: str = "plain"


class Bar(msgspec.Struct, frozen=True):
    """One bar of a histogram, in units of its view box."""

    x: int
    y: str
    height: str
    words: str
    is_full: bool


class Histogram(msgspec.Struct, frozen=True):
    """How the points of one exercise, or of all, are distributed."""

    title: str
    sub: str
    bars: tuple[Bar, ...]
    alt: str
    lines: tuple[str, ...]


class Person(msgspec.Struct, frozen=True):
    """A student with a link, empty where there is no report."""

    name: str
    href: str


class MistakeRow(msgspec.Struct, frozen=True):
    """One mistake of the class; `width` is its share of the students in per cent."""

    count: str
    width: str
    name: str
    exercise: str
    checks: tuple[str, ...]
    more_checks: str
    people: tuple[Person, ...]
    more: str


class CheckRow(msgspec.Struct, frozen=True):
    """One check: how hard it was."""

    title: str
    sub: str
    percent: str
    passed: str
    attempted: str
    partial: str
    failed: str
    todo: str
    not_run: str


class GradeCell(msgspec.Struct, frozen=True):
    """One grade in the table: `value` is what it is sorted by, empty for none; `marks` are words to filter by."""

    text: str
    href: str
    value: str
    marks: str
    notes: tuple[str, ...]


class StudentRow(msgspec.Struct, frozen=True):
    """One student in the table; `text` is what the filter looks through."""

    name: str
    sub: str
    text: str
    total: str
    total_value: str
    cells: tuple[GradeCell, ...]
    seconds: str
    seconds_value: str


class PersonTable(msgspec.Struct, frozen=True):
    """A small table of words whose first column is a person."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Person, tuple[str, ...]], ...]


class MissingRow(msgspec.Struct, frozen=True):
    """Who handed in nothing for one exercise."""

    exercise: str
    count: str
    names: tuple[str, ...]


class ClassPage(msgspec.Struct, frozen=True):
    """All that the page shows."""

    title: str
    made: str
    sentence: str
    tiles: tuple[Tile, ...]
    warnings: tuple[str, ...]
    troubles: PersonTable
    histograms: tuple[Histogram, ...]
    mistakes: tuple[MistakeRow, ...]
    more_mistakes: tuple[MistakeRow, ...]
    more_mistakes_head: str
    checks: tuple[CheckRow, ...]
    more_checks: tuple[CheckRow, ...]
    exercises: tuple[tuple[str, str], ...]
    max_points: str
    students: tuple[StudentRow, ...]
    student_count: str
    marks: tuple[tuple[str, str], ...]
    missing: tuple[MissingRow, ...]
    overrides: PersonTable
    changes: PersonTable
    times: str
    slowest: PersonTable
    ignored: tuple[tuple[str, str], ...]
    ignored_head: str
    facts: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...]
