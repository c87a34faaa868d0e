"""Tables of commas and quotes in which single cells are replaced while every other byte stays what it is.

Somebody else's program wrote the table and will read it again, so nothing is written anew that need not be: each cell keeps its
own text with its quotes, each line its own end, the file its encoding and its mark at the beginning.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from grader.faults import UsageError

_END = re.compile(r"\r\n|\n|\r|\Z")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
# PHP's fputcsv does not double a quote behind a backslash, and its fgetcsv does not end a cell there.
_QUOTED_BY_PHP = re.compile(r'"((?:\\.|""|[^"\\])*)"', re.DOTALL)
# What a byte order mark says of the bytes behind it.
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Latin-1 has a character for every byte, so whatever it is, it is written back as it was.
_GUESSES = ("utf-8", "cp1252", "latin-1")


@dataclass(frozen=True)
class Cell:
    """A cell: its text as it stands in the file, quotes and all, and what it says."""

    raw: str
    value: str


@dataclass(frozen=True)
class Row:
    """A row with the end of its line; `line` is the one in which it begins, counted from 1."""

    cells: tuple[Cell, ...]
    end: str
    line: int

    @property
    def values(self) -> tuple[str, ...]:
        """What the cells say."""
        return tuple(cell.value for cell in self.cells)

    @property
    def is_blank(self) -> bool:
        """Whether no cell says anything."""
        return not any(cell.value.strip() for cell in self.cells)

    def value(self, column: int) -> str:
        """Return what the cell says, without white space around it; nothing where the row ends before it."""
        return self.cells[column].value.strip() if column < len(self.cells) else ""


@dataclass(frozen=True)
class Table:
    """A table that can be written back byte for byte.

    Attributes:
        mark: the byte order mark, where there is one.
        is_regular: whether all quotes are closed and end a cell, and all rows that say anything have as many cells.
    """

    rows: tuple[Row, ...]
    delimiter: str
    encoding: str
    mark: bytes
    is_regular: bool

    @property
    def header(self) -> tuple[str, ...]:
        """What the cells of the first row say, without white space around it."""
        return tuple(value.strip() for value in self.rows[0].values) if self.rows else ()

    def rewrite(self, changes: Mapping[tuple[int, int], str], without: Collection[int] = ()) -> bytes:
        """Return the file with new cells, and without some rows.

        Args:
            changes: (row, column), both counted from 0 -> what the cell shall say.

        Raises:
            UsageError: the file's encoding has no way to write one of them.
        """
        kept = (self._text(number, row, changes) for number, row in enumerate(self.rows) if number not in without)
        text = "".join(kept)
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            character = text[error.start]
            raise UsageError(
                f"the file is written in {self.encoding}, which has no {character!r}", cure="Export it as UTF-8."
            ) from error

    def _text(self, number: int, row: Row, changes: Mapping[tuple[int, int], str]) -> str:
        cells = (
            self._quote(changes[number, column], cell) if (number, column) in changes else cell.raw
            for column, cell in enumerate(row.cells)
        )
        return self.delimiter.join(cells) + row.end

    def _quote(self, value: str, before: Cell) -> str:
        special = {self.delimiter, '"', "\n", "\r"}
        if before.raw.startswith('"') or special & set(value) or value != value.strip():
            return '"' + value.replace('"', '""') + '"'
        return value


def read_table(content: bytes, delimiter: str, where: str = "") -> Table:
    """Return the table; one whose quotes fit only what PHP writes is read as PHP reads it.

    Args:
        where: path of the file, for errors.

    Raises:
        UsageError: its bytes are not what its mark promises.
    """
    mark, encoding, text = _decode(content, where)
    tables = (_parse(text, delimiter, quoted, encoding, mark) for quoted in (_QUOTED, _QUOTED_BY_PHP))
    plain = next(tables)
    if plain.is_regular:
        return plain
    by_php = next(tables)
    return by_php if by_php.is_regular else plain


def find_column(header: tuple[str, ...], name: str) -> int | None:
    """Return the only column of that name; None where there is none or more than one."""
    found = [column for column, known in enumerate(header) if known == name]
    return found[0] if len(found) == 1 else None


def _decode(content: bytes, where: str) -> tuple[bytes, str, str]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return mark, encoding, content[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                cause = f"not {encoding}, though it begins so"
                raise UsageError(cause, where=where, cure="Export the file again.") from error
    for encoding in _GUESSES:
        try:
            return b"", encoding, content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 reads every byte")


def _parse(text: str, delimiter: str, quoted: re.Pattern[str], encoding: str, mark: bytes) -> Table:
    plain = re.compile(f"[^{re.escape(delimiter)}\r\n]*")
    rows: list[Row] = []
    cells: list[Cell] = []
    position, begins, line, is_regular = 0, 0, 1, True
    while position < len(text) or cells:
        cell, position, is_whole = _read_cell(text, position, quoted, plain)
        is_regular = is_regular and is_whole
        cells.append(cell)
        if text.startswith(delimiter, position):
            position += len(delimiter)
            continue
        end = _END.match(text, position)
        ending = end.group() if end else ""
        rows.append(Row(tuple(cells), ending, line))
        cells = []
        position += len(ending)
        line += len(re.findall(r"\r\n|\n|\r", text[begins:position]))
        begins = position
    widths = {len(row.cells) for row in rows if not row.is_blank}
    return Table(tuple(rows), delimiter, encoding, mark, is_regular and len(widths) <= 1)


def _read_cell(text: str, position: int, quoted: re.Pattern[str], plain: re.Pattern[str]) -> tuple[Cell, int, bool]:
    """Return the cell at `position`, where it ends, and whether its quotes are as they should be."""
    if not text.startswith('"', position):
        raw = _matched(plain, text, position)
        return Cell(raw, raw), position + len(raw), True
    match = quoted.match(text, position)
    if match is None:  # never closed: the rest of the file is one cell
        rest = text[position:]
        return Cell(rest, rest[1:]), len(text), False
    behind = _matched(plain, text, match.end())
    value = match[1].replace('""', '"') + behind
    return Cell(match.group() + behind, value), match.end() + len(behind), not behind


def _matched(pattern: re.Pattern[str], text: str, position: int) -> str:
    match = pattern.match(text, position)
    return match.group() if match else ""
