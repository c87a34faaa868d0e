"""Lays a new exercise out in a course, from templates; what is there already is never touched."""

from __future__ import annotations

import json
import keyword
import re
import shutil
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template

from grader.exercise import HIDDEN_SUITE_NAME, VISIBLE_SUITE_NAME
from grader.faults import UsageError

DEFAULT_TITLE = "Standardise columns"
DEFAULT_FILE = "standardise.py"

_TEMPLATES = Path(__file__).with_name("templates")
_SUFFIX = ".template"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_PARTS = ("exercises", "solutions")
# Beside the student's file these would be imported in place of the real ones.
_TAKEN_MODULES = frozenset({"conftest", "grader", "numpy", "pytest", "torch", "torchmetrics", "torchvision"})


@dataclass(frozen=True)
class NewExercise:
    """What a new exercise is called.

    Attributes:
        name: of its folders, such as `exercise14`.
        file: what students edit.
    """

    name: str
    title: str = DEFAULT_TITLE
    file: str = DEFAULT_FILE


def check_new(new: NewExercise, commands: Collection[str]) -> None:
    """Raise a UsageError where the exercise cannot be called so; `commands` are words that `grade` takes for itself."""
    if not _NAME.fullmatch(new.name):
        raise UsageError(
            f"{new.name!r} cannot be the name of an exercise",
            cure="Use a letter, then letters, digits, - and _, such as exercise14.",
        )
    if new.name.lower() in commands:
        raise UsageError(f"{new.name!r} is a command of grade", cure="Choose another name, such as exercise14.")
    if not new.title.strip() or not new.title.isprintable():
        raise UsageError("the title must be one line of text", where="--title", cure='Such as --title "MyLinear".')
    stem, dot, ending = new.file.partition(".")
    if (dot, ending) != (".", "py") or not stem.isidentifier() or keyword.iskeyword(stem):
        cure = "Use letters, digits and underscores, such as calculator.py."
        raise UsageError(f"{new.file!r} is not the name of a Python module", where="--file", cure=cure)
    if new.file in (VISIBLE_SUITE_NAME, HIDDEN_SUITE_NAME) or stem in _TAKEN_MODULES or stem in sys.stdlib_module_names:
        raise UsageError(
            f"{new.file} hides a module that is needed", where="--file", cure="Choose a name of the exercise's own."
        )


def make_exercise(new: NewExercise, root: Path) -> tuple[Path, ...]:
    """Write a new exercise to the course at `root`, which may be an empty folder, and return its files.

    Raises:
        UsageError: there is an exercise of this name, or the folders cannot be written.
    """
    for part in _PARTS:
        _check_free(root / part, new.name)
    made: list[Path] = []
    files: list[Path] = []
    try:
        for part in _PARTS:
            (root / part).mkdir(parents=True, exist_ok=True)
            (root / part / new.name).mkdir()
            made.append(root / part / new.name)
        for part in _PARTS:
            for name, text in _files(new, _TEMPLATES / part):
                path = root / part / new.name / name
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
                files.append(path)
    except OSError as error:
        for folder in made:
            shutil.rmtree(folder, ignore_errors=True)
        raise UsageError(
            f"the exercise cannot be written: {error.strerror}",
            where=str(error.filename or root),
            cure="Name a course that you may write to.",
        ) from error
    return tuple(files)


def _check_free(folder: Path, name: str) -> None:
    try:
        there = [path for path in folder.iterdir() if path.name.lower() == name.lower()]
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(folder), cure="Check the folder.") from error
    if there:
        raise UsageError(
            f"{there[0].name} is there already, and nothing of it was changed",
            where=str(there[0]),
            cure="Choose another name.",
        )


def _files(new: NewExercise, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each file of a part."""
    number = re.fullmatch(r"exercise[-_]?(\d+)", new.name, re.IGNORECASE)
    names = {"stub.py": new.file, "solution.py": new.file}
    for path in sorted(folder.rglob(f"*{_SUFFIX}")):
        inside = path.relative_to(folder).as_posix().removesuffix(_SUFFIX)
        text = Template(path.read_text(encoding="utf-8")).substitute(
            name=new.name,
            file=new.file,
            title=json.dumps(new.title, ensure_ascii=False),
            plain_title=new.title,
            heading=f"Exercise {int(number[1])}" if number else new.name,
        )
        yield names.get(inside, inside), text
