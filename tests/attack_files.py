"""The attacks of `tests/attacks`: what their headers say, and the table of them for `docs/attacks.md`.

An attack is a Python file whose docstring is TOML:

    row         number of the attack list (1 to 75)
    starred     whether it also runs at level `landlock` in every test run; by default not
    aim         what it wants, in words that follow "it"
    stopped_by  what stops it, in plain words
    verdict     verdicts that the check may get that ran it; `usage_error` where reading the submission already refuses
    message     regular expression that message, hint and (of a usage error) cause have to contain
    open_at     level -> reason in words: where it is known to succeed; a key `filtered as root` holds only where the
                worker is root (the grader is, and has no other user who could run Python), `... as an ordinary user` elsewhere
    earns       true where a result that was sent before the harm stands
    ordinary    false where the attack spoils the file's own other checks
    check       body of the check that runs it, where calling `attack(places)` is not enough
    limits      the section [limits] of the exercise

A *submission* has `attack(places)`, or does its harm while it is imported; `places` (see `canaries.py`) tells it all that an attacker might
know. A *maker* has `make(folder)`, which returns the path of what is then handed in.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from grader.isolation import Level

FOLDER = Path(__file__).with_name("attacks")
GIVEN = FOLDER / "given"
ROWS = 75
_TABLE_HEAD = """<!-- Made from the headers of tests/attacks by `python tests/attack_files.py > docs/attacks.md`. -->
# What hostile submissions try, and what stops them

Students' files are programs, and some of them misbehave, by accident or on purpose. Each line below is a file in `tests/attacks` that is graded
in the tests: the check that it attacks has to earn nothing, in words that a student understands, and grader, machine and the submission graded
next have to be as if nothing had happened. *Open at* names the levels of isolation (`grade doctor` says which one this machine reaches) at
which an attack gets what it wants, and why; a dash means that it is stopped at every level. At level `none`, which is only for your own code,
whatever needs a wall around the process is open.
"""


@dataclass(frozen=True)
class Attack:
    """One file of `tests/attacks`; see the module's docstring for the fields."""

    path: Path
    row: int
    aim: str
    stopped_by: str
    verdict: tuple[str, ...]
    message: str
    starred: bool = False
    open_at: dict[str, str] = field(default_factory=dict)
    earns: bool = False
    ordinary: bool = True
    check: str = ""
    limits: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the file, without its ending."""
        return self.path.stem

    @property
    def is_maker(self) -> bool:
        """Whether it makes what is handed in, rather than being it."""
        return _defines(self.path, "make")

    @property
    def at_import(self) -> bool:
        """Whether it does its harm while it is imported."""
        return not self.is_maker and not _defines(self.path, "attack")

    def is_open(self, level: Level, *, root: bool) -> bool:
        """Say whether it is known to succeed at a level."""
        return level.value in self.open_at or f"{level.value} as {'root' if root else 'an ordinary user'}" in self.open_at


def read_attack(path: Path) -> Attack:
    """Return what the header of a file says; a wrong header raises ValueError or TypeError."""
    header = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")), clean=False)
    try:
        fields = tomllib.loads(header or "")
        attack = Attack(path, **{**fields, "verdict": tuple(fields.get("verdict", ()))})
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    levels = {level.value for level in Level}
    for place in attack.open_at:
        if place.removesuffix(" as root").removesuffix(" as an ordinary user") not in levels:
            raise ValueError(f"{path.name}: open_at names {place!r}, which is no level")
    if not 1 <= attack.row <= ROWS or not attack.verdict:
        raise ValueError(f"{path.name}: row or verdict is missing")
    return attack


def all_attacks() -> list[Attack]:
    """Return every attack, by row and name."""
    found = [read_attack(path) for path in FOLDER.glob("*.py")]
    return sorted(found, key=lambda attack: (attack.row, attack.name))


def table() -> str:
    """Return the page for instructors."""
    lines = [_TABLE_HEAD, "| # | a submission that | is stopped by | open at |", "|---|---|---|---|"]
    for attack in all_attacks():
        lines.append(f"| {attack.row} | {attack.aim} | {attack.stopped_by} | {_open_words(attack)} |")
    return "\n".join(lines) + "\n"


def _open_words(attack: Attack) -> str:
    by_reason: dict[str, list[str]] = {}
    for place, reason in attack.open_at.items():
        level, _, rest = place.partition(" ")
        by_reason.setdefault(reason, []).append(f"`{level}` {rest}".strip())
    return "; ".join(f"{', '.join(levels)}: {reason}" for reason, levels in by_reason.items()) or "–"


def _defines(path: Path, name: str) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == name for node in tree.body)


if __name__ == "__main__":
    sys.stdout.write(table())
