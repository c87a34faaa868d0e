"""Moodle's bulk download: `<full name>_<id>_assignsubmission_file/...`, with and without folders (mod/assign/classes/downloader.php)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.intake.pieces import Mark, Owner, Parsed, Piece, Unit, by_time
from grader.intake.tree import Item

EXAMPLE = "Ada Lovelace_4711_assignsubmission_file/calculator.py"
# From the right, as names may hold anything; a team of those without a team has no id.
_NAME = re.compile(
    r"(?P<name>.+?)(?:_(?P<id>\d+))?_(?P<kind>assignsubmission|assignfeedback)_(?P<plugin>[a-z]+)(?:_(?P<rest>.*))?",
    re.DOTALL,
)
_PARTICIPANT_WORDS = (
    "participant participants teilnehmer teilnehmer/in teilnehmer*in teilnehmende teilnehmerin participante "
    "partecipante deelnemer deltaker deltagare deltager osallistuja uczestnik účastník účastníci учасник "
    "участник participant·e participant(e) 참여자 참가자 参与者 成员 參與者 参加者 katılımcı συμμετέχων résztvevő "
)
_PARTICIPANT = frozenset(_PARTICIPANT_WORDS.split())
_WORDS = "the time that Moodle gave it"


def fits(name: str, folder: bool) -> bool:
    """Say whether Moodle would name a folder, or a file, so."""
    return _NAME.fullmatch(name) is not None


def parse(unit: Unit) -> Parsed:
    """Return what stands in a bulk download."""
    parsed = Parsed()
    hidden = _hidden_name([item.parts[unit.depth] for item in unit.items])
    for item in unit.items:
        top = item.parts[unit.depth]
        match = _NAME.fullmatch(top)
        if match is None:
            parsed.ignore(item, f"not named as Moodle does: {EXAMPLE}")
            continue
        owner = _owner(match, hidden, "/".join(item.parts[: unit.depth]))
        path = _path(item, unit.depth, match)
        if match["kind"] == "assignfeedback":
            parsed.ignore(item, "feedback, not handed in", owner)
        elif match["plugin"] != "file":
            what = "text typed into Moodle" if match["plugin"] == "onlinetext" else f"from Moodle's {match['plugin']}"
            parsed.ignore(item, f"{what}, no file", owner)
        elif not path:
            parsed.ignore(item, "a file where a folder should be", owner)
        else:
            parsed.pieces.append(_piece(item, owner, path, unit.exercise))
    return parsed


def _piece(item: Item, owner: Owner, path: tuple[str, ...], exercise: str) -> Piece:
    # The time in Moodle's own zip is Moodle's; of files unpacked since then it may be the unpacking.
    handed_in = item.modified if item.packed else None
    mark = Mark(_WORDS, by_time(item).value) if item.packed else by_time(item)
    return Piece(item, owner, path, mark, exercise, handed_in=handed_in)


def _path(item: Item, depth: int, match: re.Match[str]) -> tuple[str, ...]:
    below = item.parts[depth + 1 :]
    rest = match["rest"] or ""
    return below if not rest else (rest, *below)


def _hidden_name(tops: Sequence[str]) -> str:
    """Return the name that all have who are told apart by their ids alone; empty where that is not so."""
    found = [match for top in dict.fromkeys(tops) if (match := _NAME.fullmatch(top))]
    names = {match["name"] for match in found}
    return names.pop() if len(names) == 1 and len({match["id"] for match in found}) > 2 else ""


def _owner(match: re.Match[str], hidden: str, scope: str) -> Owner:
    name, number = match["name"], match["id"]
    if number is None:
        return Owner(name, default_group=True)
    last = name.rpartition("-")[2].strip().casefold()  # with groups: `Team A-Participant`
    if name == hidden or name.casefold() in _PARTICIPANT or last in _PARTICIPANT:
        return Owner(f"{name} {number}", {"moodle": number, "anonymous": number}, hidden=True, scope=scope)
    return Owner(name, {"moodle": number}, scope=scope)
