"""Blackboard's download: `<assignment>_<username>_attempt_<date>_<file>`, and a receipt for each attempt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from grader.faults import UsageError
from grader.intake.pieces import Mark, Owner, Parsed, Piece, Unit
from grader.intake.tree import Item

EXAMPLE = "Exercise 3_ada01_attempt_2026-11-20-23-59-01_calculator.py"
_NAME = re.compile(
    r"(?P<head>.+)_attempt_(?P<date>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)(?:_(?P<file>.+)|(?P<receipt>\.txt))", re.DOTALL
)
_RECEIPT = re.compile(r"\s*[^:\n]{1,40}:\s*(?P<name>[^\n]{1,200}?)\s*\((?P<user>[^()\s]{1,100})\)\s*(?:\n|$)")
_WORDS = "the date of the attempt"


def fits(name: str, folder: bool) -> bool:
    """Say whether Blackboard would name a file so."""
    return not folder and _NAME.fullmatch(name) is not None


def parse(unit: Unit, exercise_of: dict[str, str]) -> Parsed:
    """Return what stands in a download.

    Args:
        exercise_of: the exercise that an assignment's name speaks of, filled by who knows; read after `assignments`.
    """
    parsed = Parsed()
    users = _users(unit)
    for item in unit.items:
        match = _NAME.fullmatch(item.name)
        if match is None or len(item.parts) != unit.depth + 1:
            parsed.ignore(item, f"not named as Blackboard does: {EXAMPLE}")
            continue
        assignment, owner = users[match["head"]]
        if match["receipt"]:
            parsed.ignore(item, "Blackboard's receipt", owner)
            continue
        when = _when(match["date"])
        parsed.pieces.append(
            Piece(
                item=item,
                owner=owner,
                path=(match["file"],),
                mark=Mark(_WORDS, when.timestamp() if when else None),
                exercise=unit.exercise or exercise_of.get(assignment, ""),
                handed_in=when,
                attempt=when.timestamp() if when else None,
            )
        )
    return parsed


def assignments(unit: Unit) -> tuple[str, ...]:
    """Return the names of the assignments that the files are for."""
    return tuple(dict.fromkeys(assignment for assignment, _ in _users(unit).values()))


def _users(unit: Unit) -> dict[str, tuple[str, Owner]]:
    """Return assignment and owner for what stands before `_attempt_`: both may hold underscores, receipts tell."""
    matches = [(item, match) for item in unit.items if (match := _NAME.fullmatch(item.name))]
    heads = sorted({match["head"] for _, match in matches})
    told = {match["head"]: names for item, match in matches if match["receipt"] and (names := _read_receipt(item))}
    common = _common_assignment(heads)
    users: dict[str, tuple[str, Owner]] = {}
    for head in heads:
        name, user = told.get(head, ("", ""))
        if user and head.endswith(f"_{user}"):
            users[head] = (head[: -len(user) - 1], Owner(name, {"blackboard": user}))
            continue
        assignment, _, user = head.rpartition("_")
        if common and head.startswith(f"{common}_"):
            assignment, user = common, head[len(common) + 1 :]
        users[head] = (assignment, Owner(user, {"blackboard": user}))
    return users


def _common_assignment(heads: Iterable[str]) -> str:
    """Return what all names have before the same underscore; empty where they are for several assignments, or one."""
    names = list(heads)
    if len(names) < 2:
        return ""
    first, last = min(names), max(names)
    same = next((n for n, (a, b) in enumerate(zip(first, last)) if a != b), min(len(first), len(last)))
    return first[:same].rpartition("_")[0]


def _read_receipt(item: Item) -> tuple[str, str] | None:
    """Return name and user name as the receipt's first line has them: `Name: Ada Lovelace (ada01)`."""
    if item.fault:
        return None
    try:
        text = item.read(4000).decode("utf-8-sig", "replace")
    except UsageError:
        return None
    match = _RECEIPT.match(text)
    return (match["name"], match["user"]) if match else None


def _when(date: str) -> datetime | None:
    try:
        return datetime.strptime(date, "%Y-%m-%d-%H-%M-%S").astimezone()
    except (ValueError, OverflowError):
        return None
