"""The words of every report: verdicts, points, the sentence about the score, the order in which checks are shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import msgspec

from grader.records import (
    SECOND_HINT,
    CheckRecord,
    GradientRow,
    Grid,
    Outcome,
    Reading,
    Result,
    TensorEvidence,
    Verdict,
)
from grader.render.audience import HIDDEN_NAME
from grader.render.clean import visible_line

VERDICT_WORDS = {
    Verdict.PASSED: "PASS",
    Verdict.PARTIAL: "PART",
    Verdict.FAILED: "FAIL",
    Verdict.NOT_IMPLEMENTED: "TODO",
    Verdict.CRASHED: "CRASH",
    Verdict.TIMED_OUT: "TIME",
    Verdict.OUT_OF_MEMORY: "MEMORY",
    Verdict.REFUSED: "DENIED",
    Verdict.NOT_RUN: "SKIP",
    Verdict.GRADER_ERROR: "ERROR",
}
VERDICT_PHRASES = {
    Verdict.PASSED: "Passed",
    Verdict.PARTIAL: "Partly right",
    Verdict.FAILED: "Failed",
    Verdict.NOT_IMPLEMENTED: "Not implemented yet",
    Verdict.CRASHED: "Crashed",
    Verdict.TIMED_OUT: "Out of time",
    Verdict.OUT_OF_MEMORY: "Out of memory",
    Verdict.REFUSED: "Not allowed",
    Verdict.NOT_RUN: "Not run",
    Verdict.GRADER_ERROR: "Grader error",
}
GRADIENT_STATES = {
    "right": "right",
    "wrong": "wrong",
    "none": "no gradient",
    "zero": "all zero",
    "nan": "NaN",
    "unknown": "not compared",
}
# Verdicts that call for no explanation of their own.
_SETTLED = (Verdict.PASSED, Verdict.NOT_RUN)
_NOT_ABOUT_A_CONCEPT = (Verdict.NOT_IMPLEMENTED, Verdict.GRADER_ERROR)
# How the words of an exception begin: with its type.
_EXCEPTION = re.compile(r"\w*(?:Error|Exception): ")
_CENT = Decimal("0.01")
_DIGITS = (4, 6, 9)
_MAX_INTEGER_DIGITS = 12


class Section(msgspec.Struct, frozen=True):
    """Checks under one heading, with their points together; `concept` is empty where the heading is none."""

    heading: str
    concept: str
    checks: tuple[CheckRecord, ...]
    points: Decimal
    max_points: Decimal


def round_points(points: Decimal, *, ceiling: Decimal | None = None) -> Decimal:
    """Return `points` with two decimals; 9.999 of 10 is 9.99: no one shall read full points that were not reached."""
    if not points.is_finite():
        return Decimal(0)
    rounded = points.quantize(_CENT, ROUND_HALF_UP)
    if ceiling is not None and points < ceiling <= rounded:
        return points.quantize(_CENT, ROUND_DOWN)
    return rounded


def points_text(points: Decimal, *, ceiling: Decimal | None = None) -> str:
    """Return `points` in words of a report: 10, 8.5, 3.33."""
    text = f"{round_points(points, ceiling=ceiling):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def points_of(points: Decimal, max_points: Decimal) -> str:
    """Return `8.5 of 10`."""
    return f"{points_text(points, ceiling=max_points)} of {points_text(max_points)}"


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return `1 check`, `3 checks`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {plural or noun + 's'}"


def main_file(result: Result) -> str:
    """Return the name of the file that the student edits, fit to be shown."""
    return visible_line(result.files[0]) if result.files else "the file"


def sections(result: Result) -> tuple[Section, ...]:
    """Return the checks grouped by concept: what the engine found first, concepts in their order, hidden ones last."""
    groups: dict[str, list[CheckRecord]] = {"engine": []}
    groups.update({f"concept {concept}": [] for concept in result.concepts})
    for check in result.checks:
        if check.suite == "engine":
            key = "engine"
        elif check.name == HIDDEN_NAME:
            key = "hidden"
        else:
            key = f"concept {check.concept}"
        groups.setdefault(key, []).append(check)
    for last in ("concept ", "hidden"):
        if last in groups:
            groups[last] = groups.pop(last)
    filled = [key for key, checks in groups.items() if checks]
    return tuple(_section(key, groups[key], alone=len(filled) == 1) for key in filled)


def _heading(key: str, *, alone: bool) -> str:
    if key == "engine":
        return "Before the checks"
    if key == "hidden":
        return "Hidden checks"
    concept = key.removeprefix("concept ")
    if concept:
        return visible_line(concept)
    return "Checks" if alone else "Other checks"


def _section(key: str, checks: Sequence[CheckRecord], *, alone: bool) -> Section:
    points = sum((check.points for check in checks), Decimal(0))
    max_points = sum((check.max_points for check in checks), Decimal(0))
    concept = key.removeprefix("concept ") if key.startswith("concept ") else ""
    return Section(_heading(key, alone=alone), concept, tuple(checks), points, max_points)


def verdict_word(result: Result) -> str:
    """Return what became of the whole submission, in two or three words."""
    if result.outcome is Outcome.CANNOT_RUN:
        return "Does not run yet"
    if result.outcome is Outcome.GRADER_ERROR:
        return "Not graded"
    if not result.checks:
        return "No checks"
    return "Passed" if result.passed else "Not passed yet"


def score_sentence(result: Result) -> str:
    """Return one calm sentence on what the score means."""
    if result.outcome is Outcome.CANNOT_RUN:
        return f"{main_file(result)} does not run yet, so no check could start. One thing to fix first."
    if result.outcome is Outcome.GRADER_ERROR:
        return "The grader could not grade this submission. The fault is the grader's, not yours."
    if not result.checks:
        return "No check ran."
    if nothing_implemented(result):
        return f"Nothing is implemented yet: write the bodies in {main_file(result)}, then grade again."
    checks = _passing(result.checks)
    if result.passed or not result.max_points:
        return f"{checks}."
    needed = points_text(Decimal(str(result.pass_mark)) * result.max_points)
    return f"{checks}; {needed} {'point is' if needed == '1' else 'points are'} needed to pass."


def _passing(checks: Sequence[CheckRecord]) -> str:
    shown = [check for check in checks if check.name != HIDDEN_NAME]
    passing = sum(check.verdict is Verdict.PASSED for check in shown)
    if not shown:
        return "The checks are hidden and only their total is shown"
    if passing == len(shown):
        return "The check passes" if passing == 1 else f"All {passing:,} checks pass"
    if not passing:
        return "The check does not pass" if len(shown) == 1 else f"None of the {len(shown):,} checks passes"
    return f"{passing:,} of {len(shown):,} checks {'passes' if passing == 1 else 'pass'}"


def hidden_sentence(result: Result) -> str:
    """Return what the instructor's own run adds, or nothing where it adds nothing."""
    return hidden_total_sentence((result,))


def hidden_total_sentence(results: Sequence[Result]) -> str:
    """Return what the instructor's own run adds to several results, or nothing where it adds nothing."""
    count = sum(result.hidden_checks for result in results)
    if not count:
        return ""
    return f"{counted(count, 'hidden check')} {'runs' if count == 1 else 'run'} besides at your instructor's."


def blame_sentence(result: Result) -> str:
    """Return whose fault the checks are that the grader could not judge, or nothing where it judged all."""
    count = sum(check.verdict is Verdict.GRADER_ERROR for check in result.checks)
    if not count or result.outcome is Outcome.GRADER_ERROR:
        return ""
    return f"{counted(count, 'check')} could not be judged. The fault is the grader's, not yours."


def nothing_implemented(result: Result) -> bool:
    """Whether the file is still the stub: some check met an unwritten body and none met anything else."""
    verdicts = {check.verdict for check in result.checks}
    return Verdict.NOT_IMPLEMENTED in verdicts and verdicts <= {Verdict.NOT_IMPLEMENTED, Verdict.NOT_RUN}


class Story(msgspec.Struct, frozen=True):
    """What failing checks tell alike, told once.

    Attributes:
        first: the check at which it is told.
        hint: the hint that all of them share; empty where each has its own.
        also: titles of the others.
    """

    first: CheckRecord
    hint: str
    also: tuple[str, ...]


class Stories:
    """The stories of the checks that do not pass, each known by what a reader sees of it: verdict, words and place.

    Hints tell no two stories apart. One exception stops many checks, each of which guesses at something else.
    """

    def __init__(self, result: Result) -> None:
        self._alike: dict[tuple[object, ...], list[CheckRecord]] = {}
        self.failing = [check for section in sections(result) for check in section.checks if is_failing(check)]
        for check in self.failing:
            self._alike.setdefault(_story_key(check), []).append(check)

    def of(self, check: CheckRecord) -> Story:
        """Return the story of a check that does not pass; without a message it is that of this check alone."""
        alike = self._alike.get(_story_key(check), [check]) if check.message and is_failing(check) else [check]
        first, *others = alike
        if first.verdict is Verdict.NOT_IMPLEMENTED:
            others = []  # what is still to do is no mistake that has consequences
        titles = tuple(visible_line(other.title or other.name) for other in others)
        return Story(first, _shared_hint([one.hint for one in alike]), titles)

    @property
    def shared(self) -> Story | None:
        """The one story that all failing checks tell, at least two; else None."""
        if len(self._alike) != 1 or len(self.failing) < 2 or not self.failing[0].message:
            return None
        return self.of(self.failing[0])


def is_failing(check: CheckRecord) -> bool:
    """Whether the check calls for an explanation of its own."""
    return check.verdict not in _SETTLED


def _story_key(check: CheckRecord) -> tuple[object, ...]:
    if check.excerpt is None:
        return (check.verdict, check.message, check.where, None)
    # An exception at one line is one mistake, whatever sizes it met there: (2) against (3), then (7) against (12).
    message = re.sub(r"\d+", "#", check.message) if _EXCEPTION.match(check.message) else check.message
    return (check.verdict, message, check.where, (check.excerpt.file, check.excerpt.line))


def _shared_hint(hints: Sequence[str]) -> str:
    """Return the hint that is the same for all, or the part of it that says what is known of an exception."""
    if len(set(hints)) == 1:
        return hints[0]
    known = {hint.partition(SECOND_HINT)[0] for hint in hints}
    return known.pop() if len(known) == 1 else ""


def to_read_again(result: Result, stories: Stories) -> dict[str, Reading]:
    """Return concept -> section of the task for the concepts in which something is wrong that is written already.

    Empty where one mistake stops checks of several concepts: then it is about none of them.
    """
    wrong = {check.concept for check in stories.failing if check.verdict not in _NOT_ABOUT_A_CONCEPT}
    if stories.shared is not None and len(wrong) > 1:
        return {}
    return {reading.concept: reading for reading in result.reading if reading.concept in wrong}


def verdict_counts(result: Result, names: Mapping[Verdict, str] = VERDICT_WORDS) -> str:
    """Return `7 PASS, 2 FAIL`, in the order of the verdicts."""
    counts = Counter(check.verdict for check in result.checks)
    return ", ".join(f"{counts[verdict]:,} {word}" for verdict, word in names.items() if counts[verdict])


def seconds_text(seconds: float) -> str:
    """Return `0.42 s`, `12 s`."""
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:,.0f} s"


def shape_text(shape: Sequence[int]) -> str:
    """Return the shape as Python writes it: (2, 3), (4,), ()."""
    return str(tuple(shape))


def gradient_facts(row: GradientRow) -> list[str]:
    """Return what a gradient table says of one parameter, in a few words each."""
    facts = [gradient_state(row)]
    facts += ["not registered"] * (not row.registered) + ["requires_grad=False"] * (not row.requires_grad)
    facts += ["not moved by a step"] * (row.moved is False and row.state != "none") + [visible_line(row.note, 80)] * bool(row.note)
    return facts


def gradient_state(row: GradientRow) -> str:
    """Return what became of a gradient: right, no gradient, 64 times the right one."""
    if row.state == "wrong" and row.ratio is not None:
        return f"{row.ratio:.4g} times the right one"
    return GRADIENT_STATES.get(row.state, visible_line(row.state, 40))


def cell_text(value: float | str, dtype: str, digits: int = _DIGITS[0]) -> str:
    """Return one number of a tensor, short enough for a cell."""
    if isinstance(value, str):
        return visible_line(value, 24)
    if dtype.startswith(("int", "uint", "bool")) and float(value).is_integer():
        whole = str(int(value))
        return whole if len(whole) <= _MAX_INTEGER_DIGITS else f"{value:.{digits}g}"
    # Adding zero turns -0.0, which no reader means, into 0.
    return f"{value + 0.0:.{digits}g}"


def digits_for(evidence: TensorEvidence) -> int:
    """Return how many digits it takes to see that the cells that differ do differ."""
    if evidence.expected is None:
        return _DIGITS[0]
    pairs = [
        (mine, theirs)
        for marks, mines, others in zip(evidence.differs, evidence.actual.rows, evidence.expected.rows, strict=False)
        for differs, mine, theirs in zip(marks, mines, others, strict=False)
        if differs and mine != theirs
    ]
    for digits in _DIGITS:
        if all(cell_text(mine, "float", digits) != cell_text(theirs, "float", digits) for mine, theirs in pairs):
            return digits
    return _DIGITS[-1]


def row_labels(grid: Grid) -> tuple[str, ...]:
    """Return the index of each row of the window in the tensor; empty words where the tensor has no rows to count."""
    count = len(grid.rows)
    if len(grid.shape) < 2:
        return ("",) * count
    start = _starts(grid.window)[0]
    leading = grid.shape[:-1]
    if not grid.window and len(leading) > 1 and _product(leading) == count:
        return tuple(_unravel(index, leading) for index in range(count))
    return tuple(str(start + index) for index in range(count))


def column_labels(grid: Grid) -> tuple[str, ...]:
    """Return the index of each column of the window in the tensor."""
    start = _starts(grid.window)[1]
    width = max((len(row) for row in grid.rows), default=0)
    return tuple(str(start + index) for index in range(width))


def _starts(window: str) -> tuple[int, int]:
    """Return where the last two dimensions of a window such as `[0, :16, 4:20]` begin."""
    starts = [int(number or 0) for number in re.findall(r"(\d*):", window)]
    return (starts[-2] if len(starts) > 1 else 0, starts[-1] if starts else 0)


def _product(sizes: Sequence[int]) -> int:
    total = 1
    for size in sizes:
        total *= size
    return total


def _unravel(index: int, sizes: Sequence[int]) -> str:
    parts: list[str] = []
    for size in reversed(sizes):
        index, place = divmod(index, size)
        parts.append(str(place))
    return ", ".join(reversed(parts))
