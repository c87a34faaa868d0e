"""The records that travel from the judge to every report; this module imports nothing of ours.

`CheckRecord` is what the judge says of one check, `Result` what a run says of one submission (schema
`grade/result/1`). Points are exact decimals here and are rounded once, where a report is written.
"""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import Union

import msgspec

SCHEMA = "grade/result/1"
# Stands in a hint between what is known of an exception and what the check itself guesses at.
SECOND_HINT = " If that is not it: "


class Verdict(str, enum.Enum):
    """What became of one check."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    NOT_IMPLEMENTED = "not_implemented"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    REFUSED = "refused"
    NOT_RUN = "not_run"
    GRADER_ERROR = "grader_error"


class Disclosure(str, enum.Enum):
    """How much of a check its student may read; each step includes the ones before it."""

    NOTHING = "nothing"
    VERDICT = "verdict"
    HINT = "hint"
    ALL = "all"


class Outcome(str, enum.Enum):
    """What became of one grading run."""

    GRADED = "graded"
    CANNOT_RUN = "cannot_run"
    GRADER_ERROR = "grader_error"


class Audience(str, enum.Enum):
    """Who reads a report: a student reads what the disclosure of each check allows, an instructor everything."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all records."""


class Grid(Record, frozen=True, kw_only=True):
    """A window on a tensor, ready to be drawn as cells.

    Attributes:
        shape: shape of the whole tensor.
        dtype: its dtype without the `torch.` prefix.
        rows: the window as two dimensions of finite numbers, or of words (`nan`, `inf`, `-inf`, `True`, a complex number).
        window: which part is shown where the tensor is larger than the window, such as `[0, :16, :16]`; else empty.
    """

    shape: tuple[int, ...]
    dtype: str
    rows: tuple[tuple[float | str, ...], ...]
    window: str = ""


class TensorEvidence(Record, frozen=True, kw_only=True, tag_field="kind", tag="tensors"):
    """A tensor beside the expected one. `differs` has one entry a cell of `actual.rows`, true where the two differ."""

    title: str
    actual: Grid
    expected: Grid | None = None
    differs: tuple[tuple[bool, ...], ...] = ()


class GradientRow(Record, frozen=True, kw_only=True):
    """One parameter in a gradient table.

    Attributes:
        state: one of right, wrong, none, zero, nan, unknown.
        ratio: factor between its gradient and the right one, where they point the same way.
        moved: whether a step down the gradients changed it; None where no step was tried.
        note: where its gradient path is cut.
    """

    name: str
    shape: tuple[int, ...]
    registered: bool
    requires_grad: bool
    state: str
    norm: float | None = None
    expected_norm: float | None = None
    ratio: float | None = None
    moved: bool | None = None
    note: str = ""


class GradientEvidence(Record, frozen=True, kw_only=True, tag_field="kind", tag="gradients"):
    """The gradients of every parameter of a module."""

    title: str
    rows: tuple[GradientRow, ...]


class Series(Record, frozen=True, kw_only=True):
    """One line of a plot: y over 1, 2, 3, ..."""

    label: str
    y: tuple[float, ...]


class CurveEvidence(Record, frozen=True, kw_only=True, tag_field="kind", tag="curve"):
    """Curves, such as the loss over the epochs."""

    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]


class ConfusionEvidence(Record, frozen=True, kw_only=True, tag_field="kind", tag="confusion"):
    """A confusion matrix: `counts[i][j]` images of class i were predicted as class j."""

    title: str
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


class CaptionedImage(Record, frozen=True, kw_only=True):
    """A grey image, 0 (black) to 255 (white), row by row."""

    pixels: tuple[tuple[int, ...], ...]
    caption: str


class ImageEvidence(Record, frozen=True, kw_only=True, tag_field="kind", tag="images"):
    """Images with a caption each, such as the misclassified ones with predicted names."""

    title: str
    images: tuple[CaptionedImage, ...]


class TableEvidence(Record, frozen=True, kw_only=True, tag_field="kind", tag="table"):
    """A table of words: the operations of a training loop, the entries of a checkpoint. `wrong` holds the numbers of the rows that are."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    wrong: tuple[int, ...] = ()


Evidence = Union[TensorEvidence, GradientEvidence, CurveEvidence, ConfusionEvidence, ImageEvidence, TableEvidence]


class Excerpt(Record, frozen=True, kw_only=True):
    """Some lines of the student's own file around the one that a check is about.

    Attributes:
        file: name of the file as the student knows it.
        first_line: number of the first line of `lines`, counted from 1.
        line: number of the line that is meant.
        column: caret position in that line, counted from 1; 0 where none is known.
    """

    file: str
    first_line: int
    lines: tuple[str, ...]
    line: int
    column: int = 0


class Measure(Record, frozen=True, kw_only=True):
    """A measured quantity that earned the points of the highest band it reaches.

    Attributes:
        bands: floor and points of each band, by rising floor.
    """

    name: str
    value: float
    bands: tuple[tuple[float, Decimal], ...]


class CheckRecord(Record, frozen=True, kw_only=True):
    """What the judge says of one check.

    Attributes:
        name: pytest's node id, `test_hidden.py::test_order`.
        suite: `hidden`, `visible`, or `engine` for what the engine itself found (a file that does not import).
        concept: heading under which reports group the check; empty where the suite names none.
        message: what happened, in the field's words.
        hint: what to look at next.
        where: `calculator.py:14`, or a function of the file, or empty.
        output: what the student's code printed during the check, bounded and cleaned.
        detail: for instructors only: the suite's own line, the student's traceback.
        measure: what the points hang on, where that is a measured quantity.
    """

    name: str
    title: str
    suite: str
    disclosure: Disclosure
    verdict: Verdict
    points: Decimal
    max_points: Decimal
    concept: str = ""
    message: str = ""
    hint: str = ""
    where: str = ""
    excerpt: Excerpt | None = None
    output: str = ""
    detail: str = ""
    seconds: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    measure: Measure | None = None


class Reading(Record, frozen=True, kw_only=True):
    """The section of the task's text (README.md of the exercise) that teaches a concept.

    Attributes:
        concept: one of the concepts of the exercise.
        heading: words of the section's heading, without marks of formatting.
        anchor: the heading's anchor, as GitHub makes it.
        text: what stands below the heading, in Markdown.
    """

    concept: str
    heading: str
    anchor: str
    text: str


class Environment(Record, frozen=True, kw_only=True):
    """What it takes to reproduce a result."""

    grader: str
    python: str
    torch: str
    platform: str
    isolation: str
    start: str
    seed: int
    suite_sha256: str
    device_name: str = ""


class Result(Record, frozen=True, kw_only=True):
    """What one grading run says of one submission.

    Attributes:
        files: names of the submitted files, the exercise's own first.
        sha256: of the submitted files, names and bytes.
        hidden_checks: how many hidden checks the instructor runs besides, where only the visible suite was at hand; else 0.
        reading: where the task teaches the concepts; those without a section are left out.
        notes: what the reader of the submission should know: cells of a notebook skipped, a file found under another name.
        max_points: points of the suites that ran.
        pass_mark: fraction of `max_points` that passes.
    """

    schema: str = SCHEMA
    exercise: str
    title: str
    student: str
    files: tuple[str, ...]
    sha256: str
    outcome: Outcome
    points: Decimal
    max_points: Decimal
    pass_mark: float
    device: str
    seconds: float
    checks: tuple[CheckRecord, ...]
    environment: Environment
    summary: str = ""
    concepts: tuple[str, ...] = ()
    reading: tuple[Reading, ...] = ()
    hidden_checks: int = 0
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the pass mark is reached."""
        needed = Decimal(str(self.pass_mark)) * self.max_points  # as written: 0.55 of 100 is 55, not 55.00000000000001
        return self.outcome is Outcome.GRADED and self.points >= needed
