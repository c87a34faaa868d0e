"""Canvas's bulk download: one flat zip, `<name>[_LATE]_<user id>_<attachment id>_<file>` (canvas-lms, lib/content_zipper.rb)."""

from __future__ import annotations

import re

from grader.intake.naming import without_canvas_number
from grader.intake.pieces import Mark, Owner, Parsed, Piece, Unit

EXAMPLE = "lovelaceada_LATE_4711_90210_calculator.py"
_ANONYMOUS = re.compile(r"(?P<late>LATE_)?anon_(?P<anon>[^_]+)_(?P<att>\d+)_(?P<file>.+)", re.DOTALL)
_NAMED = re.compile(r"(?P<who>.*?)_(?P<late>LATE_)?(?P<uid>\d+)_(?P<att>\d+)_(?P<file>.+)", re.DOTALL)
_ENTRY = re.compile(
    r"(?:(?P<alate>LATE_)?anon_(?P<anon>[^_]+)|(?P<who>.*?)_(?P<late>LATE_)?(?P<uid>\d+))_(?P<what>text|link)\.html",
    re.DOTALL,
)
_WORDS = "the number that Canvas gave it"
_MAX_DIGITS = 40  # ids of several Canvas sites together have 17 digits


def fits(name: str, folder: bool) -> bool:
    """Say whether Canvas would name a file so."""
    return not folder and any(pattern.fullmatch(name) for pattern in (_ANONYMOUS, _ENTRY, _NAMED))


def parse(unit: Unit) -> Parsed:
    """Return what stands in a bulk download."""
    parsed = Parsed()
    for item in unit.items:
        name = item.name
        if len(item.parts) != unit.depth + 1:
            parsed.ignore(item, "in a folder, where Canvas makes none")
        elif (entry := _ENTRY.fullmatch(name)) and not _NAMED.fullmatch(name):
            owner = _owner(entry)
            what = "text typed into Canvas" if entry["what"] == "text" else "a link to a web page"
            parsed.ignore(item, f"{what}, no file", owner)
        elif match := _ANONYMOUS.fullmatch(name) or _NAMED.fullmatch(name):
            number = int(match["att"]) if len(match["att"]) < _MAX_DIGITS else None
            parsed.pieces.append(
                Piece(
                    item=item,
                    owner=_owner(match),
                    path=(without_canvas_number(match["file"]),),
                    mark=Mark(_WORDS, number),
                    exercise=unit.exercise,
                    late=match["late"] is not None,
                )
            )
        else:
            parsed.ignore(item, f"not named as Canvas does: {EXAMPLE}")
    return parsed


def _owner(match: re.Match[str]) -> Owner:
    groups = match.groupdict()
    if groups.get("anon"):
        return Owner(f"anonymous {groups['anon']}", {"anonymous": groups["anon"]}, hidden=True)
    return Owner(groups["who"] or f"user {groups['uid']}", {"canvas": groups["uid"]})
