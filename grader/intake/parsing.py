"""From the parts of an export to pieces: each layout's reader, and the students' own archives looked into."""

from __future__ import annotations

from grader.intake import blackboard, canvas, folders, moodle
from grader.intake.layouts import Division
from grader.intake.naming import Naming
from grader.intake.pieces import Parsed, Unit
from grader.intake.tree import Export


def parse_units(division: Division, naming: Naming, export: Export) -> Parsed:
    """Return all pieces of the export, and what is ignored."""
    parsed = Parsed()
    parsed.add(division.outside)
    for unit in division.units:
        parsed.add(_parse(unit, naming, export))
    kept = []
    for piece in parsed.pieces:
        if piece.item.fault:
            parsed.ignore(piece.item, piece.item.fault, piece.owner)
        elif piece.exercise and piece.exercise not in naming.exercises:
            parsed.ignore(piece.item, f"for another exercise ({piece.exercise})", piece.owner)
        else:
            kept.append(piece)
    parsed.pieces = kept
    return parsed


def _parse(unit: Unit, naming: Naming, export: Export) -> Parsed:
    if unit.layout == "canvas":
        return canvas.parse(unit)
    if unit.layout == "moodle":
        return moodle.parse(unit)
    if unit.layout == "blackboard":
        named = {title: naming.named(title) for title in blackboard.assignments(unit)}
        return blackboard.parse(unit, {title: found.exercise for title, found in named.items() if found})
    if unit.layout == "clones":
        return folders.parse_clones(unit, naming, export)
    if unit.layout == "flat":
        return folders.parse_flat(unit, naming)
    return folders.parse_folders(unit, naming)
