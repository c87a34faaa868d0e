"""A table comes back byte for byte but for the cells that were replaced, whatever stands in the others."""

from __future__ import annotations

import pytest
from gradebook_grades import SAMPLES, make_grade, make_student
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.faults import UsageError
from grader.gradebook.canvas import fill_gradebook
from grader.gradebook.moodle import fill_worksheet
from grader.gradebook.tables import read_table

CELLS = st.text(st.sampled_from(list('ab=@+-,;"\\\n\r\t 7.김é\u200b')), max_size=8) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=6
)


def written(rows: list[list[str]], delimiter: str = ",", end: str = "\n") -> bytes:
    special = set(f'{delimiter}"\r\n\t ')
    quoted = (['"' + cell.replace('"', '""') + '"' if special & set(cell) else cell for cell in row] for row in rows)
    return "".join(delimiter.join(row) + end for row in quoted).encode("utf-8")


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.csv")), ids=lambda path: path.name)
def test_a_table_that_nobody_changes_is_written_as_it_was(path) -> None:
    content = path.read_bytes()

    assert all(read_table(content, delimiter).rewrite({}) == content for delimiter in ",;\t")


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-16")), st.sampled_from(",;\t"))
def test_any_bytes_are_written_as_they_were(content: bytes, delimiter: str) -> None:
    try:
        table = read_table(content, delimiter)
    except UsageError:  # a mark that promises another encoding than follows
        return

    assert table.rewrite({}) == content


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=4),
    st.sampled_from(",;"),
    st.sampled_from(["\n", "\r\n"]),
    CELLS,
)
def test_cells_say_what_was_written_and_only_one_changes(rows, delimiter: str, end: str, new: str) -> None:
    content = written(rows, delimiter, end)
    table = read_table(content, delimiter)

    again = read_table(table.rewrite({(0, 1): new}), delimiter)

    if table.is_regular and not any("\\" in cell for row in rows for cell in row):
        assert [list(row.values) for row in table.rows] == rows
        assert again.rows[0].values == (rows[0][0], new)
    assert [row.cells for row in again.rows[1:]] == [row.cells for row in table.rows[1:]]


@settings(max_examples=40, deadline=None)
@given(st.lists(CELLS, min_size=2, max_size=5), st.data())
def test_whatever_the_names_only_grade_cells_of_a_gradebook_change(names: list[str], data) -> None:
    note = data.draw(CELLS)
    rows = [
        ["Student", "ID", "SIS Login ID", "Section", "Note", "exercise3 (4)"],
        ["    Points Possible", "", "", "", "", "10.00"],
    ]
    rows += [[name, str(number), f"login{number}", "A", note, ""] for number, name in enumerate(names, 100)]
    graded = data.draw(st.sets(st.sampled_from(range(len(names)))))
    grades = [make_grade(make_student(names[place], str(place), canvas=str(100 + place))) for place in sorted(graded)]

    filled = fill_gradebook(written(rows), grades).content

    kept = [
        row if number < 2 else [*row[:5], "8.50"]
        for number, row in enumerate(rows)
        if number < 2 or number - 2 in graded
    ]
    assert filled == written(kept)


@settings(max_examples=40, deadline=None)
@given(st.lists(CELLS, min_size=2, max_size=5), CELLS)
def test_whatever_the_names_only_grade_cells_of_a_worksheet_change(names: list[str], online: str) -> None:
    header = [
        "Identifier",
        "Full name",
        "Status",
        "Grade",
        "Maximum Grade",
        "Grade can be changed",
        "Online text",
        "Last modified (grade)",
    ]
    rows = [[f"Participant {n}", name, "x", "", "10.00", "Yes", online, "-"] for n, name in enumerate(names, 100)]
    grades = [make_grade(make_student(name, str(n), moodle=str(n))) for n, name in enumerate(names, 100)]

    filled = fill_worksheet(written([header, *rows]), grades[1:]).content

    assert filled == written([header, rows[0], *([*row[:3], "8.50", *row[4:]] for row in rows[1:])])


def test_what_the_encoding_cannot_write_is_named() -> None:
    table = read_table("Größe,b\n".encode("cp1252"), ",")

    with pytest.raises(UsageError, match="cp1252, which has no '김'"):
        table.rewrite({(0, 1): "김"})
