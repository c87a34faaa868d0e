"""Hand-ins without a platform's names: a folder a student, clones of repositories, flat files."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import datetime
from pathlib import PurePosixPath

from grader.archive import is_source_name
from grader.intake.git import last_commit
from grader.intake.naming import Naming, is_form_of, is_generic
from grader.intake.pieces import Mark, Owner, Parsed, Piece, Unit, by_time
from grader.intake.tree import Export, Item

FOLDERS_EXAMPLE = "ada/calculator.py, or ada/exercise3/calculator.py"
CLONES_EXAMPLE = "exercise3-ada/calculator.py"
FLAT_EXAMPLE = "ada.py, ada_calculator.py or ada.zip"
_BRANCH = re.compile(r"-(?:main|master)$")
_COPY_NUMBER = re.compile(r"\s*\(\d+\)$")
_SEPARATORS = " _-.,"


def is_clone(name: str, naming: Naming, has_git: bool) -> bool:
    """Say whether a folder is a clone: it has git's own folder, or is named after an exercise and somebody."""
    named = naming.named(name)
    return has_git or (named is not None and not named.alone)


def parse_folders(unit: Unit, naming: Naming) -> Parsed:
    """Return what stands in the folders (or zips) of students."""
    parsed = Parsed()
    for item in unit.items:
        top = item.parts[unit.depth]
        inside = len(item.parts) > unit.depth + 1
        if not inside and PurePosixPath(top).suffix.casefold() != ".zip":
            parsed.ignore(item, "beside the students' folders, in none of them")
            continue
        name = top if inside else PurePosixPath(top).stem
        named = naming.named(name)
        owner = Owner(named.rest if named and not named.alone else name)
        exercise = unit.exercise or (named.exercise if named and not named.alone else "")
        path = item.parts[unit.depth + 1 :] if inside else (top,)
        parsed.pieces.append(Piece(item, owner, path, by_time(item), exercise))
    return parsed


def parse_clones(unit: Unit, naming: Naming, export: Export) -> Parsed:
    """Return what stands in clones, `<assignment>-<login>` each."""
    parsed = Parsed()
    tops = dict.fromkeys(item.parts[unit.depth] for item in unit.items if len(item.parts) > unit.depth + 1)
    downloaded = all(_BRANCH.search(top) for top in tops)  # zips of GitHub's web pages add the branch
    prefix = _common_prefix([top for top in tops if naming.named(top) is None])
    commits: dict[str, datetime | None] = {}
    for item in unit.items:
        top = item.parts[unit.depth]
        if len(item.parts) < unit.depth + 2:
            parsed.ignore(item, "beside the clones, in none of them")
            continue
        if top not in commits:
            read = export.git_reader(item.parts[: unit.depth + 1])
            commits[top] = last_commit(read) if read else None
        shown = _BRANCH.sub("", top) if downloaded else top
        named = naming.named(shown)
        login = named.rest if named and not named.alone else shown[len(prefix) :] or shown
        commit = commits[top]
        mark = Mark("the date of the last commit", commit.timestamp()) if commit else by_time(item)
        parsed.pieces.append(
            Piece(
                item=item,
                owner=Owner(login, {"github": login}),
                path=item.parts[unit.depth + 1 :],
                mark=mark,
                exercise=unit.exercise or (named.exercise if named else ""),
                handed_in=commit,
            )
        )
    return parsed


def _common_prefix(names: list[str]) -> str:
    """Return what GitHub Classroom puts before each login, `slug-`; empty where the names have nothing in common."""
    if len(names) < 2:
        return ""
    starts = Counter(name[: index + 1] for name in names for index, char in enumerate(name) if char == "-")
    shared = [start for start, count in starts.items() if count == len(names)]
    return max(shared, key=len, default="")


def parse_flat(unit: Unit, naming: Naming) -> Parsed:
    """Return what stands in files that are named after students."""
    parsed = Parsed()
    tops = [item for item in unit.items if len(item.parts) == unit.depth + 1]
    known = {name.casefold(): name for item in tops if (name := _student_in(item.name, naming))}
    stems = {PurePosixPath(item.name).stem.casefold() for item in tops}
    for item in unit.items:
        if len(item.parts) != unit.depth + 1:
            parsed.ignore(item, "in a folder, beside the students' files")
            continue
        if not is_source_name(item.name) and PurePosixPath(item.name).suffix.casefold() not in _PACKED:
            parsed.ignore(item, "no Python file, notebook or zip archive")
            continue
        owner, path = _whose(item, naming, known, stems)
        if not owner:
            parsed.ignore(item, "its name names no student")
            continue
        named = naming.named(PurePosixPath(item.name).stem)
        exercise = unit.exercise or (named.exercise if named and not named.alone else "")
        parsed.pieces.append(Piece(item, Owner(owner), (path,), by_time(item), exercise))
    return parsed


_PACKED = (".zip", ".tar", ".gz", ".tgz", ".rar", ".7z", ".bz2", ".xz", ".txt")


def name_students(names: list[str], naming: Naming) -> bool:
    """Say whether each file is named after an exercise and somebody, and not all after the same one."""
    people = {_student_in(name, naming).casefold() for name in names}
    return "" not in people and len(people) > 1


def _whose(item: Item, naming: Naming, known: dict[str, str], stems: set[str]) -> tuple[str, str]:
    """Return the student of a flat file, and what the file is called without them."""
    name = _student_in(item.name, naming)
    if name:
        ending = "".join(PurePosixPath(item.name).suffixes[-1:])
        exercise = naming.by_file(_rest_of(item.name, name))
        return known[name.casefold()], exercise.file[:-3] + ending if exercise else item.name
    folded = item.name.casefold()
    for start, owner in sorted(known.items(), key=lambda pair: -len(pair[0])):
        # `ada_ops.py` beside `ada_calculator.py`
        if folded.startswith(start) and len(folded) > len(start) and folded[len(start)] in "_-. ":
            rest = item.name[len(start) :].lstrip(_SEPARATORS)
            if PurePosixPath(rest).stem and "." in rest:
                return owner, rest
            return owner, item.name
    stem = _COPY_NUMBER.sub("", PurePosixPath(item.name).stem)
    numbered = re.fullmatch(r"(.+)-\d{1,2}", stem)
    if numbered and numbered[1].casefold() in stems:
        stem = numbered[1]
    named = naming.named(stem)
    if naming.by_file(item.name) or (named and named.alone) or is_generic(stem):
        return "", item.name
    return stem, item.name


def _student_in(file_name: str, naming: Naming) -> str:
    """Return who a file is named after beside its exercise: `ada` of `ada_calculator.py` and `exercise3-ada.ipynb`."""
    stem = _COPY_NUMBER.sub("", PurePosixPath(file_name).stem)
    for exercise in naming.exercises.values():
        wanted = PurePosixPath(exercise.file).stem
        match = re.search(rf"(?<![^\W_]){re.escape(wanted)}(?:[-_ ]?\(?\d{{0,2}}\)?)(?![^\W_])", stem, re.IGNORECASE)
        if match and not is_form_of(file_name, exercise):
            rest = stem[: match.start()].strip(_SEPARATORS) or stem[match.end() :].strip(_SEPARATORS)
            if rest:
                named = naming.named(rest)
                return named.rest if named and not named.alone else rest
    named = naming.named(stem)
    return unicodedata.normalize("NFC", named.rest) if named and not named.alone else ""


def _rest_of(name: str, student: str) -> str:
    start = name.casefold().find(student.casefold())
    rest = (name[:start] + name[start + len(student) :]) if start >= 0 else name
    stem, dot, ending = rest.rpartition(".")
    return f"{stem.strip(_SEPARATORS)}{dot}{ending}"
