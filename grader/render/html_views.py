"""What the templates of a result are given: plain strings and numbers, decided upon already."""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from grader.render.pictures import (
    Picture,
)


class CodeLine(msgspec.Struct, frozen=True):
    """One line of a student's file: tokens are (CSS class, text); `caret` is the pointing line below it, or empty."""

    number: int
    here: bool
    tokens: tuple[tuple[str, str], ...]
    caret: str


class Cell(msgspec.Struct, frozen=True):
    """One number of a tensor. `shade` is a CSS class: n4 (most negative) to p4, zero, word."""

    text: str
    shade: str
    differs: bool


class GridView(msgspec.Struct, frozen=True):
    """A tensor as a table."""

    caption: str
    facts: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    has_labels: bool


class TensorsView(msgspec.Struct, frozen=True):
    """The student's tensor and, where it may be shown, the expected one beside it."""

    title: str
    grids: tuple[GridView, ...]
    summary: str
    partial: str = "partials/tensors.html"


class GradientLine(msgspec.Struct, frozen=True):
    """One parameter of a gradient table, in words."""

    name: str
    shape: str
    registered: str
    requires_grad: str
    state: str
    tone: str
    moved: str
    note: str
    norm: str
    expected_norm: str


class GradientsView(msgspec.Struct, frozen=True):
    """The gradients of every parameter of a module."""

    title: str
    rows: tuple[GradientLine, ...]
    has_expected: bool
    has_step: bool
    partial: str = "partials/gradients.html"


class TableView(msgspec.Struct, frozen=True):
    """A table of words; of each row, whether it is wrong."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[bool, tuple[str, ...]], ...]
    partial: str = "partials/table.html"


class PictureView(msgspec.Struct, frozen=True):
    """A picture, its words and, for a confusion matrix, its numbers: one row a class, its label first."""

    title: str
    picture: Picture
    lines: tuple[str, ...]
    labels: tuple[str, ...] = ()
    counts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    partial: str = "partials/picture.html"


class ImagesView(msgspec.Struct, frozen=True):
    """Images, each as (data URI, width, height, caption), and how many more there are."""

    title: str
    images: tuple[tuple[str, int, int, str], ...]
    more: str
    partial: str = "partials/images.html"


EvidenceView = TensorsView | GradientsView | TableView | PictureView | ImagesView


class StoryView(msgspec.Struct, frozen=True):
    """What is told of a failing check: `next` at once, `hint` when it is unfolded, `also` are titles of checks that tell the same."""

    what: str
    where: str
    next: str
    hint: str
    also: tuple[str, ...]
    also_head: str
    file: str
    code: tuple[CodeLine, ...]
    evidence: tuple[EvidenceView, ...]
    output: tuple[str, ...]
    output_head: str
    detail: tuple[str, ...]


class CheckView(msgspec.Struct, frozen=True):
    """One check as the page shows it."""

    title: str
    phrase: str
    tone: str
    points: str
    is_open: bool
    same_as: str
    name: str
    seconds: str
    story: StoryView


class SectionView(msgspec.Struct, frozen=True):
    """The checks of one concept. `again` says whether the page ends with the section of the task that teaches it."""

    number: int
    again: bool
    heading: str
    points: str
    passing: str
    checks: tuple[CheckView, ...]


class ReadingView(msgspec.Struct, frozen=True):
    """A section of the task; `number` is that of the checks that it is about."""

    number: int
    heading: str
    body: Markup


class PageView(msgspec.Struct, frozen=True):
    """All that the page shows of a result. `percent` is 0 to 100."""

    exercise: str
    title: str
    student: str
    files: str
    verdict: str
    tone: str
    points: str
    max_points: str
    percent: str
    sentence: str
    asides: tuple[str, ...]
    notes: tuple[str, ...]
    cause: StoryView | None
    sections: tuple[SectionView, ...]
    readings: tuple[ReadingView, ...]
    command: str
    facts: tuple[tuple[str, str], ...]


class IndexRow(msgspec.Struct, frozen=True):
    """One exercise of the overview page."""

    exercise: str
    title: str
    href: str
    verdict: str
    tone: str
    points: str
    percent: str
    checks: str
    seconds: str
