"""Grades for an assignment of Moodle: the grading worksheet that it exported, filled in place.

The rules are those of Moodle's importer (moodle/moodle, mod/assign/feedback/offline). It finds its columns by headers in the language
of the site and its students by the number at the end of the identifier, and it passes over empty grades. So no cell is touched
but those of grades (and of comments, where they are asked for), and no row is left out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.faults import UsageError
from grader.gradebook.amounts import decimal_separator, is_same, read_amount, scale, write_amount
from grader.gradebook.comments import comment_on
from grader.gradebook.files import COLUMN_OPTION, GradeFile, Remarks, grades_to_hand_back, listed_headers
from grader.gradebook.matching import Entry, match_students
from grader.gradebook.moodle_words import CAN_CHANGE, COMMENTS, GRADE, IDENTIFIER, MAXIMUM, NO, SCALE, YES
from grader.gradebook.records import Grade
from grader.gradebook.tables import Row, Table, find_column, read_table
from grader.intake.records import Student
from grader.render.words import points_text

_DELIMITERS = (",", ";", "\t", ":")
_KINDS = ("moodle", "email")
# A word in the language of the site, with or without a blank, and the number that folders of submissions carry too.
_PARTICIPANT = re.compile(r"\D*?(\d+)", re.ASCII)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_ROLES = ("identifier", "grade", "maximum", "comments")


@dataclass(frozen=True)
class _Worksheet:
    """A worksheet and its columns; `can_change` and `comments` are None where it has none."""

    table: Table
    rows: tuple[tuple[int, Row], ...]
    identifier: int
    grade: int
    maximum: int
    can_change: int | None
    comments: int | None
    separator: str


def fill_worksheet(
    worksheet: bytes,
    grades: Sequence[Grade],
    columns: Mapping[str, str] | None = None,
    *,
    with_comments: bool | None = False,
    where: str = "",
) -> GradeFile:
    """Return the grading worksheet of one assignment with the grades in it, for "Upload grading worksheet".

    Args:
        grades: of one exercise.
        columns: `identifier`, `grade`, `maximum` or `comments` -> header, where a column cannot be told by itself.
        with_comments: write a sentence about the points into empty cells of the feedback comments; None where there is such a column.
        where: path of the worksheet, for errors.

    Raises:
        UsageError: the file is no worksheet, is graded by a scale, or its columns cannot be told apart.
        ValueError: the grades are of several exercises.
    """
    if len({grade.exercise for grade in grades}) > 1:
        raise ValueError("a worksheet of Moodle is for one assignment")
    sheet = _read_worksheet(worksheet, columns or {}, with_comments, where)
    remarks = Remarks()
    kept = grades_to_hand_back(grades, remarks)
    students = {grade.student.key: _with_number(grade.student) for grade in grades}
    matches = match_students(students.values(), _entries(sheet), _KINDS)
    changes: dict[tuple[int, int], str] = {}
    for grade in kept:
        row = matches.rows.get(grade.student.key)
        if row is None:
            remarks.add(grade.exercise, f"left out, {matches.reasons[grade.student.key]}", grade.student)
        elif _may_fill(sheet, grade, row, remarks):
            _fill_grade(sheet, grade, row, changes, remarks)
            if sheet.comments is not None:
                _fill_comment(sheet, grade, row, changes, remarks)
    return GradeFile(sheet.table.rewrite(changes), remarks.sentences)


def _with_number(student: Student) -> Student:
    """Return the student with the bare number as Moodle's id, whether it was kept as `123` or as `Participant 123`."""
    match = _PARTICIPANT.fullmatch(student.ids.get("moodle", "").strip())
    return Student(key=student.key, name=student.name, ids={**student.ids, "moodle": match[1]}) if match else student


def _entries(sheet: _Worksheet) -> tuple[Entry, ...]:
    # The name stands behind the identifier and before the state, unless participants are anonymous.
    has_names = sheet.identifier + 2 < sheet.grade
    return tuple(_entry(sheet, number, row, has_names) for number, row in sheet.rows)


def _entry(sheet: _Worksheet, number: int, row: Row, has_names: bool) -> Entry:
    match = _PARTICIPANT.fullmatch(row.value(sheet.identifier))
    before = [row.value(column) for column in range(sheet.identifier + 1, sheet.grade)]
    address = next(filter(_ADDRESS.fullmatch, before), "")
    ids = {"moodle": match[1] if match else "", "email": address}
    return Entry(number, {kind: value for kind, value in ids.items() if value}, (before[0],) if has_names else ())


def _may_fill(sheet: _Worksheet, grade: Grade, row: int, remarks: Remarks) -> bool:
    answer = sheet.table.rows[row].value(sheet.can_change).casefold() if sheet.can_change is not None else ""
    if answer in NO:
        remarks.add(grade.exercise, "left out, the grade is locked in Moodle", grade.student)
    return answer not in NO


def _fill_grade(
    sheet: _Worksheet, grade: Grade, row: int, changes: dict[tuple[int, int], str], remarks: Remarks
) -> None:
    maximum = read_amount(sheet.table.rows[row].value(sheet.maximum))
    if maximum is None or maximum < 0:
        remarks.add(grade.exercise, "left out, the worksheet does not say the maximum grade", grade.student)
        return
    if grade.max_points and maximum != grade.max_points:
        worth = f"{points_text(grade.max_points)} points here, {points_text(maximum)} in Moodle"
        remarks.add(grade.exercise, f"scaled, for it is worth {worth}")
    points = scale(grade.points, grade.max_points, maximum)
    if points > maximum:
        # Moodle passes over a row whose grade is out of range, and the student would have none.
        remarks.add(grade.exercise, "more than Moodle's maximum, cut down to it", grade.student)
        points = maximum
    written = write_amount(points, sheet.separator, maximum=maximum)
    before = sheet.table.rows[row].value(sheet.grade)
    if is_same(before, written):
        return
    if read_amount(before) is not None:
        remarks.add(grade.exercise, "another grade stood in the worksheet and is replaced", grade.student)
    changes[row, sheet.grade] = written


def _fill_comment(
    sheet: _Worksheet, grade: Grade, row: int, changes: dict[tuple[int, int], str], remarks: Remarks
) -> None:
    if sheet.comments is None:
        return
    comment = html.escape(comment_on(grade))  # Moodle takes a comment for HTML
    before = sheet.table.rows[row].value(sheet.comments)
    if before and before != comment:
        remarks.add(grade.exercise, "a comment stood in the worksheet and was left", grade.student)
    elif not before:
        changes[row, sheet.comments] = comment


# Reading the worksheet


def _read_worksheet(
    content: bytes, columns: Mapping[str, str], with_comments: bool | None, where: str
) -> _Worksheet:
    table = _read_best(content, where)
    rows = tuple((number, row) for number, row in enumerate(table.rows) if number and not row.is_blank)
    if not table.is_regular:
        _raise_irregular(table, rows, where)
    finder = _Columns(table, tuple(row for _, row in rows), columns, where)
    identifier = finder.find_identifier()
    grade, maximum = finder.find_grade()
    numbers = [row.value(column) for _, row in rows for column in (grade, maximum)]
    return _Worksheet(
        table=table,
        rows=rows,
        identifier=identifier,
        grade=grade,
        maximum=maximum,
        can_change=finder.find_can_change(maximum),
        comments=None if with_comments is False else finder.find_comments(must_be_there=with_comments is True),
        separator=decimal_separator(numbers),
    )


def _read_best(content: bytes, where: str) -> Table:
    """Return the table read by the delimiter that gives the most columns, all rows alike."""
    tables = [read_table(content, delimiter, where) for delimiter in _DELIMITERS]
    return max(tables, key=lambda table: (table.is_regular and len(table.header) > 1, len(table.header)))


def _raise_irregular(table: Table, rows: Sequence[tuple[int, Row]], where: str) -> None:
    odd = next((row for _, row in rows if len(row.cells) != len(table.header)), table.rows[0] if table.rows else None)
    line = f":{odd.line}" if odd and where else ""
    cause = "this is no table: its rows differ in their number of cells, or quotes are not closed"
    raise UsageError(cause, where=f"{where}{line}", cure="Download the grading worksheet again, and do not edit it.")


class _Columns:
    """Finds the columns: by the name that the instructor gives, else by a header that is known, else by what stands in them."""

    def __init__(self, table: Table, rows: Sequence[Row], named: Mapping[str, str], where: str) -> None:
        self._header = table.header
        self._rows = rows
        self._named = {role: self._column_called(role, name, where) for role, name in named.items()}
        self._where = where

    def find_identifier(self) -> int:
        """Return the column in which each row has another number behind a word; Moodle puts it first."""
        if "identifier" in self._named:
            return self._named["identifier"]
        fitting = [column for column in self._known(IDENTIFIER) if self._identifies(column)]
        if len(fitting) == 1:
            return fitting[0]
        if self._identifies(0):
            return 0
        raise self._fault("identifier", "identifies the participants")

    def find_grade(self) -> tuple[int, int]:
        """Return the columns of the grade and of its maximum, which Moodle puts side by side."""
        grade, maximum = self._named.get("grade"), self._named.get("maximum")
        if grade is not None and maximum is not None:
            return grade, maximum
        pairs = [
            (column, column + 1)
            for column in range(1, len(self._header) - 1)
            if grade in (None, column) and maximum in (None, column + 1) and self._is_pair(column)
        ]
        known = [pair for pair in pairs if pair[0] in self._known(GRADE) or pair[1] in self._known(MAXIMUM)]
        # Numbers may stand among what is known of the participants, too; behind a grade stands whether it can be changed.
        found = known or [pair for pair in pairs if self._answers(pair[1])] or pairs
        if len(found) == 1:
            return found[0]
        self._refuse_scale(grade)
        raise self._fault("grade", "holds the grade, with the maximum grade behind it")

    def find_can_change(self, maximum: int) -> int | None:
        """Return the column that says whether a grade can be changed."""
        return next(iter(self._known(CAN_CHANGE) or self._answers(maximum)), None)

    def find_comments(self, *, must_be_there: bool) -> int | None:
        """Return the column of the feedback comments."""
        if "comments" in self._named:
            return self._named["comments"]
        known = self._known(COMMENTS)
        if len(known) == 1:
            return known[0]
        if not must_be_there and not known:
            return None
        raise self._fault("comments", "holds the feedback comments")

    def _column_called(self, role: str, name: str, where: str) -> int:
        if role not in _ROLES:
            cause = f"a worksheet has no column for {role!r}"
            raise UsageError(cause, where=COLUMN_OPTION, cure=f"There are {', '.join(_ROLES)}.")
        column = find_column(self._header, name.strip())
        if column is None:
            cause = f"the worksheet has no column called {name!r}, or several"
            raise UsageError(cause, where=where, cure=f"Its columns: {listed_headers(self._header)}.")
        return column

    def _known(self, names: frozenset[str]) -> list[int]:
        return [column for column, name in enumerate(self._header) if name.casefold() in names]

    def _identifies(self, column: int) -> bool:
        found = [_PARTICIPANT.fullmatch(row.value(column)) for row in self._rows]
        numbers = [match[1] for match in found if match]
        return bool(self._header) and len(set(numbers)) == len(self._rows)

    def _is_pair(self, column: int) -> bool:
        """Say whether here may be grades and behind them one maximum for all."""
        maxima = {read_amount(row.value(column + 1)) for row in self._rows}
        if not self._rows:
            return column in self._known(GRADE) and column + 1 in self._known(MAXIMUM)
        one_maximum = len(maxima) == 1 and None not in maxima
        return one_maximum and all(
            row.value(column) in ("", "-") or read_amount(row.value(column)) is not None for row in self._rows
        )

    def _answers(self, maximum: int) -> list[int]:
        """Return the columns behind that of the maximum, and perhaps of the workflow, that say yes or no in every row."""
        behind = range(maximum + 1, min(maximum + 3, len(self._header)))
        words = YES | NO
        return [
            column
            for column in behind
            if self._rows and all(row.value(column).casefold() in words for row in self._rows)
        ]

    def _refuse_scale(self, named_grade: int | None) -> None:
        scales = set(self._known(SCALE))
        for grade in [*self._known(GRADE), *([] if named_grade is None else [named_grade])]:
            # Every row of the scale's column lists all its values.
            values = {row.value(grade + 1) for row in self._rows}
            if grade + 1 in scales or (len(values) == 1 and read_amount(*values) is None and any(values)):
                cause = "the assignment is graded by a scale of words, and points are none of them"
                cure = "In the assignment's settings choose Grade: Point, and download the worksheet again."
                raise UsageError(cause, where=self._where, cure=cure)

    def _fault(self, role: str, what: str) -> UsageError:
        return UsageError(
            f"it cannot be told which column {what}",
            where=self._where,
            cure=f"Name it: {COLUMN_OPTION} EXERCISE:{role}=HEADER, of {listed_headers(self._header)}.",
        )
