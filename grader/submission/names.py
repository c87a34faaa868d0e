"""What names of files and folders say: which are tests, whose they are, what a download has added to them."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path, PurePosixPath

from grader.archive import SOURCE_SUFFIXES
from grader.exercise import Exercise

_ADDED = re.compile(
    r"(?:\s*\(\d+\)|[-_ ]\d{1,3}|-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[-_ ](?:copy|final|solution|kopie))$"
)
_GENERIC = frozenset({"exercises", "exercise", "submission", "submissions", "solution", "solutions", "src", "code"})


def is_python(name: str) -> bool:
    """Say whether a file of this name is Python source, also as a browser may have renamed it."""
    return name.lower().endswith((*SOURCE_SUFFIXES, ".py.txt"))


def is_test_name(name: str) -> bool:
    """Say whether pytest would take a file of this name for tests."""
    return name == "conftest.py" or (name.endswith(".py") and name.startswith("test_")) or name.endswith("_test.py")


def without_additions(stem: str) -> str:
    """Return the stem without what browsers, platforms and students add: `calculator (1)`, `calculator-2`."""
    while True:
        shorter = _ADDED.sub("", stem).rstrip(" -_")
        if shorter == stem or not shorter:
            return stem
        stem = shorter


def plain_stem(path: PurePosixPath) -> str:
    """Return the file's name in small letters, without endings and without what downloads add to it."""
    return without_additions(path.name.casefold().split(".")[0])


def student_of(path: Path, exercise: Exercise) -> str:
    """Return the name nearest to the file that may be somebody's; see `Submission.student`."""
    whole = Path(os.path.abspath(path))
    if exercise.folder.resolve() in (whole.resolve(), whole.resolve().parent):
        return ""
    names = [whole.name if whole.is_dir() else whole.name.split(".")[0], *(parent.name for parent in whole.parents)]
    generic = _GENERIC | {exercise.name.casefold(), Path(exercise.file).stem.casefold()}
    for name in names[:4]:
        if name and generic.isdisjoint((name.casefold(), without_additions(name.casefold()))):
            return clean_name(name)
    return ""


def clean_name(name: str) -> str:
    """Return the name as text that can be shown and written anywhere: no control characters, no broken ones."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    shown = "".join("\ufffd" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") else char for char in text)
    return unicodedata.normalize("NFC", shown)


def clean_path(path: PurePosixPath) -> str:
    """Return the path with each of its names as `clean_name` writes it."""
    return "/".join(clean_name(part) for part in path.parts)
