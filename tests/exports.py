"""Exports as learning platforms make them, built small in a test's folder, and accounts of what was read of them."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.course import find_course, working_exercises
from grader.exercise import Exercise
from grader.intake.records import HandIn, Intake

CODE = "class Calculator:\n    pass\n"
Files = Mapping[str, str | bytes] | Sequence[str]


def make_course(root: Path) -> tuple[Exercise, ...]:
    """Write a course of three exercises and return them."""
    for name, title, file in (
        ("exercise1", "My linear layer", "my_linear.py"),
        ("exercise3", "The calculator of modules", "calculator.py"),
        ("exercise10", "Save and load", "checkpoint.py"),
    ):
        folder = root / "exercises" / name
        folder.mkdir(parents=True)
        toml = f'title = "{title}"\nfile = "{file}"\npoints = 1\ngiven = ["tiny.py"]\n'
        (folder / "exercise.toml").write_text(toml)
        (folder / "tiny.py").write_text("given = 1\n")
        (folder / file).write_text(CODE if name == "exercise3" else f"def {file[:-3]}(): pass\n")
    return working_exercises(find_course(root, {}, root))[0]


def contents(files: Files) -> dict[str, bytes]:
    """Return files with their contents; one that is only named says its own name."""
    given = files if isinstance(files, Mapping) else {name: f"# {name}\n" for name in files}
    return {name: text.encode() if isinstance(text, str) else text for name, text in given.items()}


def packed(files: Files) -> bytes:
    """Return a zip archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents(files).items():
            archive.writestr(name, content)
    return stream.getvalue()


def make_zip(path: Path, files: Files) -> Path:
    """Write a zip archive."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed(files))
    return path


def make_folder(path: Path, files: Files) -> Path:
    """Write a folder of files."""
    for name, content in contents(files).items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def the(intake: Intake, student: str, exercise: str = "exercise3") -> HandIn:
    """Return a student's hand-in."""
    found = [h for h in intake.hand_ins if (h.student, h.exercise) == (student, exercise)]
    assert len(found) == 1, f"{student}, {exercise}: {intake}"
    return found[0]


def kept(hand_in: HandIn) -> dict[str, str]:
    """Return what was laid down for a hand-in."""
    root = Path(hand_in.path)
    return {p.relative_to(root).as_posix(): p.read_text() for p in sorted(root.rglob("*")) if p.is_file()}


def told(intake: Intake) -> Counter[str]:
    """Return how often each place of the export is told: a file that counts for a whole team, or for two exercises, once."""
    ways: set[tuple[str, str]] = set()
    for hand_in in intake.hand_ins:
        ways |= {("counts", source) for source in hand_in.sources}
        ways |= {("passed over", source) for source in hand_in.others}
    return Counter([source for _, source in ways] + [entry.source for entry in intake.ignored])


def reason(intake: Intake, source: str) -> str:
    """Return why a file was ignored."""
    return next((entry.reason for entry in intake.ignored if entry.source == source), "")
