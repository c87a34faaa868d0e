"""Which mutants may live: those that break nothing that the task asks for, listed with the reason in `equivalent.toml`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from grader.exercise import Exercise
from grader.mutants.making import Mutant
from grader.toml_file import TomlFile

EQUIVALENT_NAME = "equivalent.toml"
ANY_DEVICE = ""


@dataclass(frozen=True)
class Equivalent:
    """A mutant that may live, known by what was changed and where by name, so that its line may move.

    Attributes:
        operator: name of the operator.
        within: dotted name of the class or function that holds the change.
        change: the lines taken away and put in, each with its `-` or `+`.
        reason: why nothing that the task asks for is lost.
        device: the only device on which it may live, such as `cpu`; empty for any.
    """

    operator: str
    within: str
    change: tuple[str, ...]
    reason: str
    device: str = ANY_DEVICE

    def allows(self, mutant: Mutant) -> bool:
        """Say whether this is about `mutant`."""
        return (self.operator, self.within, self.change) == (mutant.operator, mutant.within, mutant.change)

    @property
    def title(self) -> str:
        """What was changed, and where, as far as it is known without the file."""
        where = f", in {self.within}" if self.within else ""
        return f"{self.operator}{where}: " + " | ".join(line.strip() for line in self.change)


class _Config(msgspec.Struct, frozen=True):
    operator: str
    change: str
    reason: str
    within: str = ""
    device: str = ANY_DEVICE


class _File(msgspec.Struct, frozen=True):
    equivalent: tuple[_Config, ...] = ()


def read_equivalents(exercise: Exercise) -> tuple[Equivalent, ...]:
    """Return what `equivalent.toml` of an exercise lists; empty where there is no such file.

    Raises:
        UsageError: the file is broken, or an entry has no reason.
    """
    path = exercise.secret_folder / EQUIVALENT_NAME if exercise.secret_folder else None
    if path is None or not path.is_file():
        return ()
    toml = TomlFile(path)
    toml.check_keys(toml.data, _File)
    listed = toml.convert(_File).equivalent
    for table in toml.data.get("equivalent", ()):
        toml.check_keys(table, _Config, "equivalent")
    for entry in listed:
        if not entry.reason.strip():
            raise toml.fault(f"no reason is given for: {entry.change.strip()}", cure="Say why it breaks nothing.")
    return tuple(
        Equivalent(entry.operator, entry.within, _lines(entry.change), entry.reason, entry.device) for entry in listed
    )


def stale_entries(listed: Sequence[Equivalent], mutants: Sequence[Mutant]) -> tuple[Equivalent, ...]:
    """Return the entries that are about no mutant any more."""
    return tuple(entry for entry in listed if not any(map(entry.allows, mutants)))


def _lines(change: str) -> tuple[str, ...]:
    return tuple(line for line in change.splitlines() if line.startswith(("-", "+")))
