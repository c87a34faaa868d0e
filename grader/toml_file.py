"""Toml files that a person writes: what is wrong with one is told with its line, and an unknown key with the closest that is known."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from grader.faults import UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_Struct = TypeVar("_Struct", bound=msgspec.Struct)
_EXAMPLES = {
    "title": '"The ModuleDict calculator"',
    "file": '"calculator.py"',
    "points": "10",
    "hours": "24",
    "keep": "0.9",
}
_TYPE_WORDS = {
    "int": "a whole number",
    "int | float": "a number",
    "float": "a number with a decimal point",
    "int | str": 'a size such as "2 GB"',
    "str": "text in quotes",
    "array": "a list",
    "object": "a table",
    "bool": "true or false",
}


class TomlFile:
    """A toml file that knows the line of each key, so that every complaint can name it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise UsageError("not UTF-8", where=f"{path}:{line}", cure="Save the file as UTF-8.") from error
        except OSError as error:
            raise UsageError(f"cannot be read: {error.strerror}", where=str(path), cure="Check the file.") from error
        try:
            self.data: dict[str, Any] = tomllib.loads(self.text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise self._syntax_error(str(error)) from error

    def fault(self, cause: str, *keys: str, cure: str) -> UsageError:
        """Return a UsageError about the value at `keys`, with its line where that is known."""
        line = _line_of(self.text, keys)
        return UsageError(cause, where=f"{self.path}:{line}" if line else str(self.path), cure=cure)

    def check_keys(self, table: Mapping[str, Any], config: type[msgspec.Struct], *above: str) -> None:
        """Raise a UsageError at the first key that `config` does not have; it names the closest that it has."""
        known = config.__struct_fields__
        for key in table:
            if key not in known:
                closest = closest_name(key, known)
                cure = f"Did you mean `{closest}`?" if closest else f"Known keys: {', '.join(known)}."
                raise self.fault(f"unknown key `{'.'.join((*above, key))}`", *above, key, cure=cure)

    def convert(self, config: type[_Struct], *above: str) -> _Struct:
        """Return the table at `above` as a `config`; a wrong type or a missing key is a UsageError."""
        table: Any = self.data
        for key in above:
            table = table[key]
        try:
            return msgspec.convert(table, config)
        except msgspec.ValidationError as error:
            raise self._type_error(str(error), above) from error

    def _syntax_error(self, message: str) -> UsageError:
        match = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)", message)
        line = int(match[1]) if match and match[1] else len(self.text.splitlines()) or 1
        words = message[: match.start()] if match else message
        return UsageError(
            f"not valid toml: {words[:1].lower()}{words[1:]}",
            where=f"{self.path}:{line}",
            cure="Correct this line, or the one before it.",
        )

    def _type_error(self, message: str, above: tuple[str, ...]) -> UsageError:
        place = re.search(r" - at `\$\.?(.*)`$", message)
        keys = (*above, *(re.sub(r"\[[^\]]*\]", "", place[1]).split(".") if place else ()))
        missing = re.search(r"missing required field `(\w+)`", message)
        if missing:
            key = missing[1]
            line = "it, such as" if place else "a line such as"
            cure = f"Add {line} {key} = {_EXAMPLES.get(key, '...')}."
            return self.fault(f"`{key}` is missing", *keys, key, cure=cure)
        entry = f"an entry of `{'.'.join(keys)}`" if place and place[1].endswith("]") else f"`{'.'.join(keys)}`"
        types = re.search(r"Expected `(.+?)`, got `(.+?)`", message)
        if types is None:
            return self.fault(f"{entry}: {message}", *keys, cure="Correct the value.")
        expected, got = (_TYPE_WORDS.get(name, name) for name in types.groups())
        return self.fault(f"{entry} must be {expected}, not {got}", *keys, cure="Correct the value.")


_HEADER = re.compile(r"\s*\[\[?([^\[\]]+)\]\]?")
_KEY_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)")
_ASSIGNMENT = re.compile(r"\s*((?:\"[^\"]*\"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:\"[^\"]*\"|'[^']*'|[\w-]+))*)\s*=")


def _line_of(text: str, keys: tuple[str, ...]) -> int:
    """Return the line in which the value at `keys`, or else the table around it, begins; 0 where neither is found."""
    if not keys:
        return 0
    table: tuple[str, ...] = ()
    quotes = ""
    found: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not quotes:
            header = _HEADER.match(line)
            assignment = _ASSIGNMENT.match(line)
            if header:
                table = _split_key(header[1])
                found.setdefault(table, number)
            elif assignment:
                found.setdefault((*table, *_split_key(assignment[1])), number)
        quotes = _open_quotes(line, quotes)
    return next((found[keys[:n]] for n in range(len(keys), 0, -1) if keys[:n] in found), 0)


def _split_key(dotted: str) -> tuple[str, ...]:
    return tuple("".join(part) for part in _KEY_PART.findall(dotted))


def _open_quotes(line: str, quotes: str) -> str:
    """Return the triple quotes that are still open at the end of the line."""
    for mark in re.findall(r'"""|\'\'\'', line):
        quotes = "" if quotes == mark else quotes or mark
    return quotes


def closest_name(name: str, known: Iterable[str]) -> str:
    """Return the known name that looks most like `name`, or nothing where none comes near."""
    by_folded = {other.casefold(): other for other in known}
    found = difflib.get_close_matches(name.casefold(), by_folded, n=1)
    return by_folded[found[0]] if found else ""
