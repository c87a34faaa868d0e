"""The words of every report: verdicts, points, the sentence about the score, the order in which checks are shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import msgspec

from grader.records import SECOND_HINT, CheckRecord, GradientRow, Grid, Outcome, Result, TensorEvidence, Verdict
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
_CENT = Decimal("0.01")
_DIGITS = (4, 6, 9)
_MAX_INTEGER_DIGITS = 12


class Section(msgspec.Struct, frozen=True):
    """Checks under one heading, with their points together."""

    heading: str
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
    return tuple(_section(_heading(key, alone=len(filled) == 1), groups[key]) for key in filled)


def _heading(key: str, *, alone: bool) -> str:
    if key == "engine":
        return "Before the checks"
    if key == "hidden":
        return "Hidden checks"
    concept = key.removeprefix("concept ")
    if concept:
        return visible_line(concept)
    return "Checks" if alone else "Other checks"


def _section(heading: str, checks: Sequence[CheckRecord]) -> Section:
    points = sum((check.points for check in checks), Decimal(0))
    return Section(heading, tuple(checks), points, sum((check.max_points for check in checks), Decimal(0)))


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


def cause_key(check: CheckRecord) -> tuple[object, ...]:
    """Return what makes two failing checks the same story to their reader: what a check guesses at besides is none of it."""
    excerpt = (check.excerpt.file, check.excerpt.line) if check.excerpt else None
    return (check.verdict, check.message, check.hint.partition(SECOND_HINT)[0], check.where, excerpt)


def shared_cause(result: Result) -> CheckRecord | None:
    """Return the first failing check where all failing ones, at least two, tell the same story; else None."""
    failing = [check for check in result.checks if check.verdict not in _SETTLED]
    if len(failing) < 2 or not failing[0].message:
        return None
    if len({cause_key(check) for check in failing}) > 1:
        return None
    if len({check.hint for check in failing}) == 1:
        return failing[0]
    return msgspec.structs.replace(failing[0], hint=failing[0].hint.partition(SECOND_HINT)[0])


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
