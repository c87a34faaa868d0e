"""Grades for the gradebook of Canvas: the file that it exported, with the grades filled in.

The rules are those of Canvas's importer (instructure/canvas-lms, lib/gradebook_importer.rb). It finds an assignment by the number
at the end of its header, so headers are taken from the export and never made up. It takes an empty cell for a grade that was
removed, so rows of students without a grade are left out, and cells that we have nothing for stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.faults import UsageError
from grader.gradebook.amounts import decimal_separator, is_same, read_amount, scale, write_amount
from grader.gradebook.files import COLUMN_OPTION, GradeFile, Remarks, grades_to_hand_back, listed_headers
from grader.gradebook.matching import Entry, match_students
from grader.gradebook.records import Grade
from grader.gradebook.tables import Row, Table, read_table
from grader.render.words import points_text
from grader.toml_file import closest_name

_DELIMITERS = (",", ";")
_KINDS = ("canvas", "sis", "login", "email")
_TITLE_AND_ID = re.compile(r"(.*)\s\((\d+)\)", re.DOTALL | re.ASCII)
_POINTS_POSSIBLE = "Points Possible"
_READ_ONLY = re.compile(r"read\s+only")
_MUTED = re.compile(r"\s*(Muted|Manual Posting.*)?\s*", re.IGNORECASE | re.DOTALL)
# Columns with these words are sums to Canvas and never assignments, whatever else their header says.
_SUMS = re.compile(r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
_STUDENT_COLUMNS = {"SIS User ID": "sis", "SIS Login ID": "login", "Integration ID": "", "Root Account": ""}
_EXCUSED = "EX"
_NOT_ASSIGNED = "N/A"


@dataclass(frozen=True)
class _Column:
    """A column behind those of the students.

    Attributes:
        title: its header without the number of the assignment.
        takes_grades: not where it is read only, a sum, or a column of the instructor's own.
    """

    position: int
    header: str
    title: str
    assignment: str
    maximum: Decimal | None
    takes_grades: bool


@dataclass(frozen=True)
class _Gradebook:
    """An export; `columns` take grades, `closed` do not."""

    table: Table
    entries: tuple[Entry, ...]
    columns: tuple[_Column, ...]
    closed: tuple[_Column, ...]
    separator: str


def fill_gradebook(
    export: bytes, grades: Sequence[Grade], columns: Mapping[str, str] | None = None, *, where: str = ""
) -> GradeFile:
    """Return the exported gradebook with the grades in it, for the import of Canvas.

    Args:
        columns: exercise -> header of its column (whole, without the number of the assignment, or this number alone), for exercises whose
            column cannot be told by its title.
        where: path of the export, for errors.

    Raises:
        UsageError: the export is no gradebook of Canvas, or a column is missing or ambiguous.
    """
    gradebook = _read_gradebook(export, where)
    remarks = Remarks()
    kept = grades_to_hand_back(grades, remarks)
    chosen = _choose_columns(gradebook, grades, kept, columns or {}, where)
    students = {grade.student.key: grade.student for grade in (*kept, *grades)}.values()
    matches = match_students(students, gradebook.entries, _KINDS)
    changes: dict[tuple[int, int], str] = {}
    filled: set[int] = set()
    for grade in kept:
        column, row = chosen[grade.exercise], matches.rows.get(grade.student.key)
        if row is None:
            remarks.add(grade.exercise, f"left out, {matches.reasons[grade.student.key]}", grade.student)
        elif _may_fill(gradebook, grade, row, column, remarks):
            filled.add(row)
            _fill(gradebook, grade, (row, column.position), column, changes, remarks)
    without = {entry.row for entry in gradebook.entries} - filled
    return GradeFile(gradebook.table.rewrite(changes, without), remarks.sentences)


def _may_fill(gradebook: _Gradebook, grade: Grade, row: int, column: _Column, remarks: Remarks) -> bool:
    before = gradebook.table.rows[row].value(column.position).upper()
    if before == _EXCUSED:
        remarks.add(grade.exercise, f"excused in Canvas ({_EXCUSED}), left so", grade.student)
    if before == _NOT_ASSIGNED:
        remarks.add(grade.exercise, f"not assigned in Canvas ({_NOT_ASSIGNED}), so it takes no grade", grade.student)
    return before not in (_EXCUSED, _NOT_ASSIGNED)


def _fill(
    gradebook: _Gradebook,
    grade: Grade,
    place: tuple[int, int],
    column: _Column,
    changes: dict[tuple[int, int], str],
    remarks: Remarks,
) -> None:
    if not column.maximum:
        remarks.add(
            grade.exercise, "the export does not say what it is worth in Canvas, so points are written as they are"
        )
    elif grade.max_points and column.maximum != grade.max_points:
        worth = f"{points_text(grade.max_points)} points here, {points_text(column.maximum)} in Canvas"
        remarks.add(grade.exercise, f"scaled, for it is worth {worth}")
    points = scale(grade.points, grade.max_points, column.maximum)
    written = write_amount(points, gradebook.separator, maximum=column.maximum or grade.max_points)
    before = gradebook.table.rows[place[0]].value(place[1])
    if is_same(before, written):
        return
    if read_amount(before) is not None:
        remarks.add(grade.exercise, "another grade stood in the export and is replaced", grade.student)
    changes[place] = written


# Reading the export


def _read_gradebook(export: bytes, where: str) -> _Gradebook:
    for delimiter in _DELIMITERS:
        table = read_table(export, delimiter, where)
        if _has_student_headers(table.header):
            break
    else:
        cure = "Export it in Canvas: Grades, Export, Export Entire Gradebook."
        raise UsageError(
            "this is no gradebook of Canvas: its first cells are not Student and ID", where=where, cure=cure
        )
    first, ids = _student_columns(table.header, where)
    points_row = next((row for row in table.rows[1:] if _POINTS_POSSIBLE in row.value(0)), None)
    every = tuple(_columns(table.header, points_row, first))
    columns = tuple(column for column in every if column.takes_grades)
    closed = tuple(column for column in every if not column.takes_grades)
    rows = [(n, row) for n, row in enumerate(table.rows) if n and row is not points_row and not _is_muted(row)]
    _check_widths([row for _, row in rows], max([first, *(column.position + 1 for column in columns)]), where)
    entries = tuple(_entry(number, row, ids, table.header[0] == "LastName") for number, row in rows)
    return _Gradebook(table, entries, columns, closed, decimal_separator(_numbers(table, columns)))


def _check_widths(rows: Sequence[Row], needed: int, where: str) -> None:
    """Raise the UsageError of a row that ends before its grades: it was cut off, or its quotes are broken."""
    short = next((row for row in rows if len(row.cells) < needed), None)
    if short:
        cause = f"a row has {len(short.cells)} cells, where {needed} are needed for all assignments"
        line = f"{where}:{short.line}" if where else f"line {short.line}"
        raise UsageError(cause, where=line, cure="Export it again, and do not edit it.")


def _numbers(table: Table, columns: Sequence[_Column]) -> Iterator[str]:
    """Yield what stands in columns of assignments and sums; a column of the instructor's own may hold anything."""
    positions = {column.position for column in columns}
    positions |= {position for position, name in enumerate(table.header) if _SUMS.search(name)}
    return (row.value(position) for row in table.rows[1:] for position in positions)


def _has_student_headers(header: tuple[str, ...]) -> bool:
    if len(header) > 4 and header[:3] == ("LastName", "FirstName", "ID"):
        return True
    return len(header) > 3 and "Student" in header[0] and "ID" in header[1]


def _student_columns(header: tuple[str, ...], where: str) -> tuple[int, dict[str, int]]:
    """Return where the students' own columns end, and which id stands where. `Section` is the last of them."""
    column = 2 if header[0] == "LastName" else 1
    ids = {"canvas": column}
    while (column := column + 1) < len(header) and header[column] in _STUDENT_COLUMNS:
        ids[_STUDENT_COLUMNS[header[column]]] = column
    if column >= len(header) or "Section" not in header[column]:
        cure = "Export it again; Canvas takes no file whose columns were moved."
        raise UsageError("the column Section does not stand behind the ids of the students", where=where, cure=cure)
    return column + 1, {kind: position for kind, position in ids.items() if kind}


def _is_muted(row: Row) -> bool:
    """Say whether Canvas skips the row: it is empty, or marks assignments whose grades students do not see yet."""
    return all(_MUTED.fullmatch(value) for value in row.values)


def _entry(number: int, row: Row, ids: Mapping[str, int], has_two_names: bool) -> Entry:
    found = {kind: row.value(position) for kind, position in ids.items()}
    if "@" in found.get("login", ""):
        found["email"] = found["login"]
    first, second = row.value(0), row.value(1)
    names = (f"{second} {first}", f"{first}, {second}") if has_two_names else (first,)
    return Entry(number, {kind: value for kind, value in found.items() if value}, names)


def _columns(header: tuple[str, ...], points_row: Row | None, first: int) -> Iterator[_Column]:
    for position in range(first, len(header)):
        possible = points_row.value(position) if points_row else ""
        match = _TITLE_AND_ID.fullmatch(header[position])
        title, assignment = (match[1], match[2]) if match else (header[position], "")
        maximum = read_amount(possible)
        is_custom = not assignment and maximum is None
        is_closed = is_custom or bool(_SUMS.search(header[position]) or _READ_ONLY.search(possible))
        yield _Column(position, header[position], title, assignment, maximum, not is_closed)


# Choosing columns


def _choose_columns(
    gradebook: _Gradebook, grades: Sequence[Grade], kept: Sequence[Grade], columns: Mapping[str, str], where: str
) -> dict[str, _Column]:
    known = {grade.exercise for grade in grades}
    for name in columns:
        if name not in known:
            closest = closest_name(name, known)
            cure = f"Did you mean {closest!r}?" if closest else f"There are grades for {', '.join(sorted(known))}."
            raise UsageError(f"there are no grades for {name!r}", where=COLUMN_OPTION, cure=cure)
    chosen: dict[str, _Column] = {}
    for exercise, title in {grade.exercise: grade.title for grade in kept}.items():
        column = (
            _named_column(gradebook, exercise, columns[exercise], where)
            if exercise in columns
            else _column_by_title(gradebook, exercise, title, where)
        )
        other = next((name for name, taken in chosen.items() if taken == column), None)
        if other:
            cause = f"{other} and {exercise} both lead to the column {column.header!r}"
            raise UsageError(cause, where=where, cure=_cure(exercise, gradebook.columns))
        chosen[exercise] = column
    return chosen


def _named_column(gradebook: _Gradebook, exercise: str, name: str, where: str) -> _Column:
    wanted = name.strip()
    for trait in ("header", "assignment", "title"):
        found = [column for column in gradebook.columns if getattr(column, trait) == wanted]
        if len(found) == 1:
            return found[0]
        if found:
            cause = f"{name!r} is the {trait} of {len(found)} columns"
            raise UsageError(cause, where=where, cure=_cure(exercise, found))
    for column in gradebook.closed:
        if wanted in (column.header, column.assignment, column.title):
            raise _closed_fault(gradebook, exercise, column, where)
    raise UsageError(f"no column called {name!r}", where=where, cure=_cure(exercise, gradebook.columns))


def _column_by_title(gradebook: _Gradebook, exercise: str, title: str, where: str) -> _Column:
    """Return the only column that is called like the exercise; a title that merely contains that of the exercise comes last.

    A name with its number says more than a title, which may be a word that others use as well.
    """
    name, words = _words(exercise), _words(title)
    columns = [(column, _words(column.title)) for column in gradebook.columns]
    stages = (
        [column for column, found in columns if found == name],
        [column for column, found in columns if (found == words and words) or _contains(found, name)],
        [column for column, found in columns if _contains(found, words)],
    )
    found = next((stage for stage in stages if stage), [])
    if len(found) == 1:
        return found[0]
    closed = next((column for column in gradebook.closed if _contains(_words(column.title), name)), None)
    if closed and not found:
        raise _closed_fault(gradebook, exercise, closed, where)
    cause = (
        f"several columns could be that of {exercise}: {listed_headers(column.header for column in found)}"
        if found
        else f"no column has {exercise!r}{f' or {title!r}' if title and title != exercise else ''} in its title"
    )
    raise UsageError(cause, where=where, cure=_cure(exercise, found or gradebook.columns))


def _closed_fault(gradebook: _Gradebook, exercise: str, column: _Column, where: str) -> UsageError:
    cause = f"Canvas takes no grades in the column {column.header!r}: it is read only, or none of an assignment"
    return UsageError(cause, where=where, cure=_cure(exercise, gradebook.columns))


def _words(title: str) -> tuple[str, ...]:
    """Return words and numbers apart, so that `exercise3` is `Exercise 3`, and is not part of `Exercise 30`."""
    return tuple(word.lstrip("0") or "0" for word in re.findall(r"\d+|[^\W\d_]+", title.casefold()))


def _contains(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    return bool(part) and any(words[start : start + len(part)] == part for start in range(len(words) - len(part) + 1))


def _cure(exercise: str, columns: Sequence[_Column]) -> str:
    if not columns:
        return "The export holds no assignment that takes grades: publish the assignment in Canvas and export again."
    return (
        f"Name its column: {COLUMN_OPTION} {exercise}=HEADER, of {listed_headers(column.header for column in columns)}."
    )
