"""The class report as one HTML page that stands alone: for instructors, as it keeps nothing back.

One small script sorts and filters the table of students; without it the page says the same. It is let in by its digest, so
that nothing else on the page can run.
"""

from __future__ import annotations

import base64
import hashlib
import statistics
import urllib.parse
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from markupsafe import Markup

from grader.gradebook.class_report import Change, ClassReport
from grader.gradebook.late import hours_text
from grader.gradebook.records import Grade, Override
from grader.intake.records import Student
from grader.render.class_views import (
    Bar,
    CheckRow,
    ClassPage,
    GradeCell,
    Histogram,
    MissingRow,
    MistakeRow,
    Person,
    PersonTable,
    StudentRow,
    Tile,
)
from grader.render.clean import clean_text, visible_line
from grader.render.jinja import environment
from grader.render.words import counted, points_of, points_text, seconds_text
from grader.render.write import write_report
from grader.tally import CheckCount, Mistake

_SCRIPT = Path(__file__).parent / "templates" / "class.js"
# Outcomes that have points of the student's own.
_HAS_POINTS = ("graded", "cannot_run")
_OUTCOMES = {
    "graded": "",
    "cannot_run": "does not run",
    "grader_error": "not graded",
    "unreadable": "unreadable",
    "missing": "missing",
}
# What the table can be filtered by: word on a cell -> what it says.
_MARKS = {
    "full": "all points",
    "short": "not all points",
    "zero": "no points",
    "cannot_run": "does not run",
    "late": "late",
    "changed": "changed by a person",
    "grader_error": "not graded: the grader's fault",
    "unreadable": "unreadable",
    "missing": "missing",
}
_BARS = 10
_BAR_HEIGHT = 40
_MISTAKES_AT_ONCE, _CHECKS_AT_ONCE, _CHECKS_OF_A_MISTAKE, _SLOWEST = 20, 12, 6, 5
# Names in all lists of who made which mistake: a bound on the size of the page, far beyond what any class has shown.
_MOST_NAMES = 20_000
_NAME_LIMIT, _TITLE_LIMIT, _TEXT_LIMIT = 120, 160, 1000
_MOST_IGNORED = 500


class _Class:
    """The grades of a class, as the parts of the page look them up."""

    def __init__(self, report: ClassReport) -> None:
        self.report = report
        self.titles: dict[str, str] = {}
        self.max_points: dict[str, Decimal] = {}
        self.students: dict[str, Student] = {}
        self.grades: dict[tuple[str, str], Grade] = {}
        for grade in report.grades:
            self.titles.setdefault(grade.exercise, visible_line(grade.title or grade.exercise, _TITLE_LIMIT))
            self.max_points[grade.exercise] = max(self.max_points.get(grade.exercise, Decimal(0)), grade.max_points)
            self.students.setdefault(grade.student.key, grade.student)
            self.grades[grade.student.key, grade.exercise] = grade

    def person(self, key: str, exercise: str = "") -> Person:
        student, grade = self.students.get(key), self.grades.get((key, exercise))
        return Person(
            name_of(student) if student else visible_line(key, _NAME_LIMIT), _href(grade.report) if grade else ""
        )

    def of_student(self, key: str) -> list[Grade]:
        return [grade for exercise in self.titles if (grade := self.grades.get((key, exercise))) is not None]


def class_html(report: ClassReport) -> str:
    """Return the class report as a whole page."""
    script = _SCRIPT.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    template = environment().get_template("class.html")
    # Markup: the script is a file of ours, with no data in it.
    return template.render(page=_page(report), script=Markup(script), script_digest=digest)


def write_class_html(report: ClassReport, path: Path) -> None:
    """Write the class report to `path` in one step.

    Raises:
        UsageError: the place cannot be written.
    """
    write_report(path, class_html(report))


def name_of(student: Student) -> str:
    """Return the name of a student as the page shows it; the key where there is none."""
    return visible_line(student.name or student.key, _NAME_LIMIT)


def _page(report: ClassReport) -> ClassPage:
    lookup = _Class(report)
    mistakes = _mistakes(lookup)
    checks = [_check(one, lookup.titles) for one in report.checks if one.attempted]
    rest = report.mistakes[_MISTAKES_AT_ONCE : len(mistakes)]
    most = counted(len(rest[0].students), "student") if rest else ""
    ignored = report.ignored[:_MOST_IGNORED]
    return ClassPage(
        title=visible_line(report.title),
        made=report.made.strftime("%Y-%m-%d %H:%M %Z").strip() if report.made else "",
        sentence=_sentence(lookup),
        tiles=_tiles(lookup),
        warnings=tuple(clean_text(warning, _TEXT_LIMIT) for warning in report.warnings),
        troubles=_troubles(lookup),
        histograms=_histograms(lookup),
        mistakes=mistakes[:_MISTAKES_AT_ONCE],
        more_mistakes=mistakes[_MISTAKES_AT_ONCE:],
        more_mistakes_head=f"{counted(len(rest), 'more mistake')}, of {most} or fewer each" if rest else "",
        checks=tuple(checks[:_CHECKS_AT_ONCE]),
        more_checks=tuple(checks[_CHECKS_AT_ONCE:]),
        exercises=tuple((visible_line(name, 40), title) for name, title in lookup.titles.items()),
        max_points=points_text(sum(lookup.max_points.values(), Decimal(0))),
        students=tuple(_student(lookup, student) for student in lookup.students.values()),
        student_count=counted(len(lookup.students), "student"),
        marks=tuple(_MARKS.items()),
        missing=_missing(lookup),
        overrides=_overrides(report.grades),
        changes=_changes(lookup),
        times=_times(report.seconds.values()),
        slowest=_slowest(lookup),
        ignored=tuple((visible_line(one.source), _line(one.reason)) for one in ignored),
        ignored_head=_ignored_head(len(report.ignored)),
        facts=tuple((visible_line(name), visible_line(value)) for name, value in report.facts),
        files=tuple((_href(path), visible_line(what)) for path, what in report.files),
    )


def _sentence(lookup: _Class) -> str:
    counts = Counter(grade.outcome for grade in lookup.report.grades)
    handed_in = sum(count for outcome, count in counts.items() if outcome != "missing")
    who = counted(len(lookup.students), "student")
    return f"{who}, {counted(len(lookup.titles), 'exercise')}, {counted(handed_in, 'submission')}."


def _tiles(lookup: _Class) -> tuple[Tile, ...]:
    grades = lookup.report.grades
    counts = Counter(grade.outcome for grade in grades)
    shares = _total_shares(lookup)
    silent = len(lookup.students) - len(shares)
    late = sum(map(_is_late, grades))
    tiles = [
        Tile(f"{len(shares):,}", "handed in", f"of {counted(len(lookup.students), 'student')}"),
        Tile(f"{statistics.median(shares) * 100:.0f} %" if shares else "–", "median", "of all points"),
        Tile(f"{silent:,}", "handed in nothing", "at all"),
        Tile(f"{late:,}", "late", "submission" if late == 1 else "submissions"),
        Tile(
            f"{counts['cannot_run']:,}",
            "do not run",
            "file does not import",
            "bad" if counts["cannot_run"] else "plain",
        ),
    ]
    ours = counts["grader_error"]
    return (*tiles, Tile(f"{ours:,}", "not graded", "the grader's fault", "ours")) if ours else tuple(tiles)


def _total_shares(lookup: _Class) -> list[Decimal]:
    """Return the share of all points of everyone who handed in something."""
    most = sum(lookup.max_points.values(), Decimal(0))
    shares = []
    for key in lookup.students:
        grades = lookup.of_student(key)
        if most and any(grade.outcome != "missing" for grade in grades):
            shares.append(sum((grade.points for grade in grades), Decimal(0)) / most)
    return shares


def _histograms(lookup: _Class) -> tuple[Histogram, ...]:
    views = []
    totals = _total_shares(lookup)
    most = sum(lookup.max_points.values(), Decimal(0))
    if len(lookup.titles) > 1 and totals:
        views.append(_histogram("All exercises", "", totals, most))
    for exercise, title in lookup.titles.items():
        most = lookup.max_points[exercise]
        grades = [
            grade for grade in lookup.report.grades if grade.exercise == exercise and grade.outcome in _HAS_POINTS
        ]
        if grades and most:
            views.append(_histogram(title, visible_line(exercise, 40), [grade.points / most for grade in grades], most))
    return tuple(views)


def _histogram(title: str, sub: str, shares: Sequence[Decimal], most: Decimal) -> Histogram:
    """Return ten bars of a tenth each, and one for all points."""
    counts = [0] * (_BARS + 1)
    for share in shares:
        counts[min(max(int(share * _BARS), 0), _BARS)] += 1
    words = [f"{place * 10} to {place * 10 + 10} %: {count:,}" for place, count in enumerate(counts[:-1])]
    words.append(f"all points: {counts[-1]:,}")
    tallest = max(counts)
    bars = []
    for place, (count, said) in enumerate(zip(counts, words, strict=True)):
        height = max(_BAR_HEIGHT * count / tallest, 0.6) if count else 0
        bars.append(Bar(place * 10, f"{_BAR_HEIGHT - height:.2f}", f"{height:.2f}", said, place == _BARS))
    median, mean = statistics.median(shares) * most, statistics.mean(shares) * most
    none = sum(share <= 0 for share in shares)
    lines = (
        f"median {points_of(median, most)}, mean {points_text(mean)}",
        f"{len(shares):,} counted: {counts[-1]:,} with all points, {none:,} with none",
    )
    return Histogram(title, sub, tuple(bars), f"Students by share of the points. {'; '.join(words)}.", lines)


def _mistakes(lookup: _Class) -> tuple[MistakeRow, ...]:
    """Return the rows of as many mistakes as the bound on names allows, at least one."""
    rows: list[MistakeRow] = []
    left = _MOST_NAMES
    for mistake in lookup.report.mistakes:
        if left <= 0:
            break
        rows.append(_mistake(lookup, mistake, left))
        left -= len(mistake.students)
    return tuple(rows)


def _mistake(lookup: _Class, mistake: Mistake, most: int) -> MistakeRow:
    people = sorted(
        (lookup.person(key, mistake.exercise) for key in mistake.students), key=lambda one: one.name.casefold()
    )
    more, unnamed = len(people) - most, len(mistake.checks) - _CHECKS_OF_A_MISTAKE
    return MistakeRow(
        count=f"{len(people):,}",
        width=f"{100 * len(people) / max(len(lookup.students), 1):.1f}",
        name=clean_text(mistake.name, _TEXT_LIMIT),
        exercise=lookup.titles.get(mistake.exercise, visible_line(mistake.exercise)),
        checks=tuple(visible_line(title, _TITLE_LIMIT) for title in mistake.checks[:_CHECKS_OF_A_MISTAKE]),
        more_checks=f"and {unnamed:,} more" if unnamed > 0 else "",
        people=tuple(people[:most]),
        more=f"and {more:,} more" if more > 0 else "",
    )


def _check(check: CheckCount, titles: Mapping[str, str]) -> CheckRow:
    return CheckRow(
        title=visible_line(check.title, _TITLE_LIMIT),
        sub=titles.get(check.exercise, visible_line(check.exercise)),
        percent=f"{check.share * 100:.0f}",
        passed=f"{check.passed:,}",
        attempted=f"{check.attempted:,}",
        partial=f"{check.partial:,}",
        failed=f"{check.failed:,}",
        todo=f"{check.not_implemented:,}",
        not_run=f"{check.not_run + check.not_judged:,}",
    )


def _student(lookup: _Class, student: Student) -> StudentRow:
    grades = [lookup.grades.get((student.key, exercise)) for exercise in lookup.titles]
    total = sum((grade.points for grade in grades if grade is not None), Decimal(0))
    has_total = any(grade is not None and grade.outcome != "missing" for grade in grades)
    times = [
        seconds
        for exercise in lookup.titles
        if (seconds := lookup.report.seconds.get((student.key, exercise))) is not None
    ]
    ids = [visible_line(value, _NAME_LIMIT) for value in student.ids.values()]
    return StudentRow(
        name=name_of(student),
        sub=visible_line(student.key, _NAME_LIMIT),
        text=" ".join(dict.fromkeys((name_of(student), visible_line(student.key, _NAME_LIMIT), *ids))),
        total=points_text(total) if has_total else "–",
        total_value=f"{total:f}" if has_total else "",
        cells=tuple(_cell(grade) for grade in grades),
        seconds=seconds_text(sum(times)) if times else "",
        seconds_value=f"{sum(times):.3f}" if times else "",
    )


def _cell(grade: Grade | None) -> GradeCell:
    if grade is None:
        return GradeCell("–", "", "", "", ())
    has_points = grade.outcome in _HAS_POINTS or bool(grade.overrides)
    notes = [_OUTCOMES.get(grade.outcome, visible_line(grade.outcome, 40))]
    if _is_late(grade):
        notes.append(f"{hours_text(grade.hours_late)} late" if grade.hours_late else "late")
    notes += ["changed"] * bool(grade.overrides)
    return GradeCell(
        text=points_text(grade.points, ceiling=grade.max_points) if has_points else "–",
        href=_href(grade.report),
        value=f"{grade.points:f}" if has_points else "",
        marks=" ".join(_marks(grade, has_points=has_points)),
        notes=tuple(note for note in notes if note),
    )


def _marks(grade: Grade, *, has_points: bool) -> list[str]:
    marks = [grade.outcome] if grade.outcome in _MARKS else []
    marks += ["late"] * _is_late(grade) + ["changed"] * bool(grade.overrides)
    if has_points:
        marks.append("full" if grade.points >= grade.max_points else "short")
        marks += ["zero"] * (grade.points <= 0 < grade.max_points)
    return marks


def _is_late(grade: Grade) -> bool:
    return grade.outcome != "missing" and (bool(grade.hours_late) or grade.kept != 1 or bool(grade.late))


def _troubles(lookup: _Class) -> PersonTable:
    """Return the grades that wait for a person."""
    rows = [
        (
            lookup.person(grade.student.key, grade.exercise),
            (lookup.titles[grade.exercise], _OUTCOMES[grade.outcome], _line(grade.remark)),
        )
        for grade in lookup.report.grades
        if grade.outcome in ("grader_error", "unreadable")
    ]
    return PersonTable(("Student", "Exercise", "What", "Why"), tuple(rows))


def _missing(lookup: _Class) -> tuple[MissingRow, ...]:
    rows = []
    for exercise, title in lookup.titles.items():
        names = sorted(
            (
                name_of(grade.student)
                for grade in lookup.report.grades
                if grade.exercise == exercise and grade.outcome == "missing"
            ),
            key=str.casefold,
        )
        if names:
            rows.append(MissingRow(title, counted(len(names), "student"), tuple(names)))
    return tuple(rows)


def _overrides(grades: Iterable[Grade]) -> PersonTable:
    rows = [
        (
            Person(name_of(grade.student), _href(grade.report)),
            (
                visible_line(grade.title or grade.exercise, _TITLE_LIMIT),
                _amount(override),
                points_of(grade.points, grade.max_points),
                f"{override.when:%Y-%m-%d %H:%M}",
                _line(override.reason),
            ),
        )
        for grade in grades
        for override in grade.overrides
    ]
    return PersonTable(("Student", "Exercise", "Override", "Points now", "When", "Reason"), tuple(rows))


def _amount(override: Override) -> str:
    amount = points_text(abs(override.amount))
    if override.absolute:
        return f"set to {'-' if override.amount < 0 else ''}{amount}"
    return f"{'-' if override.amount < 0 else '+'}{amount}"


def _changes(lookup: _Class) -> PersonTable:
    rows = tuple(
        (lookup.person(change.student.key, change.exercise), _change(change, lookup))
        for change in lookup.report.changes
    )
    return PersonTable(("Student", "Exercise", "Published", "Now", "Why"), rows)


def _change(change: Change, lookup: _Class) -> tuple[str, ...]:
    old = "nothing" if change.old is None else points_text(change.old)
    exercise = lookup.titles.get(change.exercise, visible_line(change.exercise))
    return (exercise, old, points_text(change.new), _line(change.reason))


def _times(seconds: Iterable[float]) -> str:
    times = sorted(seconds)
    if not times:
        return ""
    ninth = times[min(len(times) * 9 // 10, len(times) - 1)]
    return (
        f"Median {seconds_text(statistics.median(times))} a submission, nine of ten within {seconds_text(ninth)}, "
        f"the slowest {seconds_text(times[-1])}; {seconds_text(sum(times))} in all, one after the other."
    )


def _slowest(lookup: _Class) -> PersonTable:
    slowest = sorted(lookup.report.seconds.items(), key=lambda entry: -entry[1])[:_SLOWEST]
    rows = [
        (lookup.person(key, exercise), (lookup.titles.get(exercise, visible_line(exercise)), seconds_text(seconds)))
        for (key, exercise), seconds in slowest
    ]
    return PersonTable(("Student", "Exercise", "Time"), tuple(rows))


def _ignored_head(count: int) -> str:
    if not count:
        return ""
    more = f", the first {_MOST_IGNORED:,} are shown" if count > _MOST_IGNORED else ""
    return f"{counted(count, 'file')} of the export {'counts' if count == 1 else 'count'} for nobody{more}"


def _line(text: str) -> str:
    return clean_text(text, _TEXT_LIMIT)


def _href(path: str) -> str:
    """Return a path relative to the page as a link; a colon is quoted too, so that it never names a scheme."""
    return urllib.parse.quote(path.encode("utf-8", "surrogateescape"), safe="/")
