"""The known mistakes of an exercise: wrong files of its secret folder, and `mistakes.toml`, which says what each must lose and be told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.exercise import Exercise
from grader.exercise_file import is_plain_name
from grader.faults import UsageError
from grader.toml_file import TomlFile, closest_name

MISTAKES_NAME = "mistakes.toml"


@dataclass(frozen=True)
class Mistake:
    """A wrong file, the words its feedback must contain, and the checks that it must not pass."""

    file: Path
    says: tuple[str, ...]
    loses: tuple[str, ...]


class _MistakeConfig(msgspec.Struct, frozen=True):
    says: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()


def read_mistakes(exercise: Exercise) -> tuple[Mistake, ...]:
    """Return the known mistakes of the exercise, in the order of `mistakes.toml`; empty where there is no folder.

    Raises:
        UsageError: `mistakes.toml` is broken, lists a file that is not there, or leaves one out.
    """
    folder = exercise.mistakes_folder
    if folder is None:
        return ()
    python_files = sorted(path.name for path in folder.glob("*.py") if path.is_file())
    if not (folder / MISTAKES_NAME).is_file():
        if not python_files:
            return ()
        raise UsageError(
            f"{MISTAKES_NAME} is missing, so nothing says what {python_files[0]} must lose",
            where=str(folder),
            cure="Add one table a wrong file.",
        )
    toml = TomlFile(folder / MISTAKES_NAME)
    mistakes = tuple(_read_mistake(toml, folder, name) for name in toml.data)
    for name in python_files:
        if name not in toml.data:
            raise UsageError(
                f"{name} is not listed in {MISTAKES_NAME}",
                where=str(toml.path),
                cure=f'Add a table ["{name}"] with `says` and `loses`.',
            )
    return mistakes


def _read_mistake(toml: TomlFile, folder: Path, name: str) -> Mistake:
    if not isinstance(toml.data[name], dict):
        raise toml.fault(f"`{name}` stands outside a table", name, cure='Put it under a table such as ["wrong.py"].')
    if not is_plain_name(name) or not (folder / name).is_file():
        closest = closest_name(name, (path.name for path in folder.glob("*.py")))
        cure = f"Did you mean {closest}?" if closest else f"Add it to {folder}, or remove the table."
        raise toml.fault(f"{name} does not exist", name, cure=cure)
    toml.check_keys(toml.data[name], _MistakeConfig, name)
    config = toml.convert(_MistakeConfig, name)
    return Mistake(folder / name, config.says, config.loses)
