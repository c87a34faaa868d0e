"""A class made of the files that the repository has: right ones, known mistakes, stubs, each with a line that makes it its own."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
LIGHT = ("exercise1", "exercise2", "exercise3", "exercise4", "exercise6")


def make_class(folder: Path, exercises: tuple[str, ...], students: int) -> None:
    """Lay down a folder a student; of ten, some five are right, four wrong and one has not begun."""
    for exercise in exercises:
        files = class_files(exercise)
        name = stub_of(exercise).name
        for number in range(students):
            own = folder / f"student{number:05d}"
            own.mkdir(parents=True, exist_ok=True)
            text = files[number % len(files)].read_text(encoding="utf-8")
            (own / name).write_text(f"{text}\n# handed in by student {number}\n", encoding="utf-8")


def class_files(exercise: str) -> list[Path]:
    """Return the files of one round, in the order in which students take them; none of them fails by a time limit."""
    right = sorted((ROOT / "tests" / "right" / exercise).glob("*.py"))[:20]
    wrong = [path for path in sorted((ROOT / "solutions" / exercise / "mistakes").glob("*.py")) if not is_slow(path)][:16]
    return dealt(right, wrong, [stub_of(exercise)] * 4)


def dealt(*groups: list[Path]) -> list[Path]:
    """Return all files, those of each group spread evenly over the whole."""
    places = [((number + 0.5) / len(group), file) for group in groups for number, file in enumerate(group)]
    return [file for _, file in sorted(places, key=lambda place: place[0])]


def is_slow(path: Path) -> bool:
    """Say whether a file waits for a time limit on purpose."""
    text = path.read_text(encoding="utf-8")
    return "while True" in text or "sleep" in text


def stub_of(exercise: str) -> Path:
    """Return the file that students start from."""
    return next(path for path in (ROOT / "exercises" / exercise).glob("*.py") if not path.name.startswith("test_"))
