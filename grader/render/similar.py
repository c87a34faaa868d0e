"""Similar hand-ins as pages, with both files side by side, and as JSON."""

from __future__ import annotations

import contextlib
import re
import urllib.parse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from grader.faults import UsageError
from grader.render.clean import visible_line
from grader.render.jinja import environment
from grader.render.similar_words import CAUTION, LIKENESS, asides, pair_names, pair_words, party_name, percent, summary
from grader.render.write import write_report
from grader.similar.records import SCHEMA, Compared, Pair

_PAGE = re.compile(r".+-\d{3,}\.html")
_TONES = 6


class Piece(msgspec.Struct, frozen=True):
    """Text of a file; `number` is that of the passage that it belongs to, 0 for none, and `tone` its colour."""

    number: int
    tone: int
    text: str


def write_similar(folder: Path, found: Sequence[Compared], *, minimum: float) -> Path:
    """Write `index.html`, a page a pair and `similar.json` into `folder`, and return the path of the index.

    Pages of an earlier comparison are removed.

    Raises:
        UsageError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        earlier = {path for path in folder.glob("*.html") if _PAGE.fullmatch(path.name)}
    except OSError as error:
        cure = "Name a folder that you may write to."
        raise UsageError(f"cannot be written: {error.strerror}", where=str(folder), cure=cure) from error
    for compared in found:
        for number, pair in enumerate(compared.pairs, 1):
            page = folder / page_name(compared, number)
            write_report(page, to_pair_page(compared, pair))
            earlier.discard(page)
    write_report(folder / "similar.json", to_json(found, minimum=minimum))
    write_report(folder / "index.html", to_index_page(found, minimum=minimum))
    for path in earlier:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
    return folder / "index.html"


def page_name(compared: Compared, number: int) -> str:
    """Return the name of the page of the pair with this number, counted from 1."""
    return f"{compared.exercise}-{number:03}.html"


def to_index_page(found: Sequence[Compared], *, minimum: float) -> str:
    """Return the page that lists all pairs by exercise."""
    sections = [
        {
            "name": compared.exercise,
            "title": visible_line(compared.title),
            "summary": f"{summary(compared)}.",
            "common": _common_words(compared),
            "asides": asides(compared),
            "rows": [_row(compared, pair, number) for number, pair in enumerate(compared.pairs, 1)],
        }
        for compared in found
    ]
    template = environment().get_template("similar_index.html")
    return template.render(sections=sections, caution=CAUTION, minimum=percent(minimum))


def _common_words(compared: Compared) -> str:
    if compared.skipped:
        return ""
    return (
        f"Not counted: the stub, and code that more than {compared.common_limit} of the hand-ins have. "
        f"The solution has {compared.solution_symbols} symbols beyond the stub."
    )


def _row(compared: Compared, pair: Pair, number: int) -> dict[str, str]:
    return {
        "href": urllib.parse.quote(page_name(compared, number)),
        "left": party_name(pair.left),
        "right": party_name(pair.right),
        "likeness": LIKENESS[pair.likeness],
        "in_right": percent(pair.left.fraction),
        "in_left": percent(pair.right.fraction),
        "symbols": f"{pair.symbols:,}",
    }


def to_pair_page(compared: Compared, pair: Pair) -> str:
    """Return the page of one pair: both files side by side, a number and a colour a passage."""
    left = [passage.left for passage in pair.passages]
    right = [passage.right for passage in pair.passages]
    return environment().get_template("similar_pair.html").render(
        exercise=visible_line(compared.exercise),
        names=pair_names(pair),
        words=pair_words(pair),
        caution=CAUTION,
        passages=[
            (number, 1 + (number - 1) % _TONES, _line_words(one.left_lines), _line_words(one.right_lines), one.symbols, one.own)
            for number, one in enumerate(pair.passages, 1)
        ],
        sides=[
            ("left", "right", party_name(pair.left), party_name(pair.right), visible_line(pair.left.file), _pieces(pair.left_text, left)),
            ("right", "left", party_name(pair.right), party_name(pair.left), visible_line(pair.right.file), _pieces(pair.right_text, right)),
        ],
    )  # fmt: skip


def _line_words(lines: tuple[int, int]) -> str:
    return f"line {lines[0]}" if lines[0] == lines[1] else f"lines {lines[0]} to {lines[1]}"


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    pieces = []
    done = 0
    for number, (start, end) in sorted(enumerate(spans, 1), key=lambda found: found[1]):
        pieces += [Piece(0, 0, text[done:start]), Piece(number, 1 + (number - 1) % _TONES, text[start:end])]
        done = end
    return [*pieces, Piece(0, 0, text[done:])]


def to_json(found: Sequence[Compared], *, minimum: float) -> str:
    """Return what was found as JSON, without the texts of the files."""
    exercises = []
    for compared in found:
        data: dict[str, Any] = msgspec.to_builtins(compared)
        for number, pair in enumerate(data["pairs"], 1):
            del pair["left_text"], pair["right_text"]
            pair["page"] = page_name(compared, number)
        exercises.append(data)
    document = {"schema": SCHEMA, "minimum": minimum, "exercises": exercises}
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
