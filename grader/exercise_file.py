"""`exercise.toml`: one exercise as its author describes it."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from pathlib import Path

import msgspec

from grader.exercise import CONFIG_NAME, Exercise, Limits
from grader.toml_file import TomlFile

_Number = int | float
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?\s*", re.IGNORECASE)


class _LimitsConfig(msgspec.Struct, frozen=True):
    seconds: _Number = 10
    total_seconds: _Number = 60
    memory: int | str = "2 GB"
    output: int | str = "1 MB"
    threads: int = 1


class _DataConfig(msgspec.Struct, frozen=True):
    datasets: tuple[str, ...] = ()


class _Config(msgspec.Struct, frozen=True):
    title: str
    file: str
    points: _Number
    summary: str = ""
    given: tuple[str, ...] = ()
    hidden_checks: int = 0
    pass_mark: _Number = 1.0
    concepts: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    limits: _LimitsConfig = _LimitsConfig()
    data: _DataConfig = _DataConfig()


def read_exercise(root: Path, name: str) -> Exercise:
    """Return the exercise `name` of the course at `root`; a UsageError names the file and line of what is wrong."""
    folder = root / "exercises" / name
    toml = TomlFile(folder / CONFIG_NAME)
    toml.check_keys(toml.data, _Config)
    for section, known in (("limits", _LimitsConfig), ("data", _DataConfig)):
        if isinstance(toml.data.get(section), dict):
            toml.check_keys(toml.data[section], known, section)
    config = toml.convert(_Config)
    _check_files(toml, config, folder)
    _check_numbers(toml, config)
    secret_folder = root / "solutions" / name
    return Exercise(
        name=name,
        title=config.title,
        summary=config.summary,
        file=config.file,
        given=config.given,
        points=Decimal(str(config.points)),
        hidden_checks=config.hidden_checks,
        pass_mark=float(config.pass_mark),
        concepts=config.concepts,
        imports=config.imports,
        limits=_read_limits(toml, config.limits),
        datasets=config.data.datasets,
        folder=folder,
        secret_folder=secret_folder if secret_folder.is_dir() else None,
    )


def is_plain_name(name: str) -> bool:
    """Say whether a name is that of a file in the same folder, on any system."""
    return bool(name) and not set(name) & set("/\\:\0") and name not in (".", "..")


def _check_files(toml: TomlFile, config: _Config, folder: Path) -> None:
    if not is_plain_name(config.file) or not config.file.endswith(".py") or not config.file[:-3].isidentifier():
        raise toml.fault(
            f"`file` must be the name of a Python module, not {config.file!r}",
            "file",
            cure='Use letters, digits and underscores, such as "calculator.py".',
        )
    if not (folder / config.file).is_file():
        raise toml.fault(f"the stub {config.file} does not exist", "file", cure=f"Add it to {folder}.")
    for name in config.given:
        if not is_plain_name(name):
            raise toml.fault(
                f"`given` must list plain file names, not {name!r}",
                "given",
                cure="Put the file beside the stub and give its name alone.",
            )
        if name == config.file:
            raise toml.fault(f"{name} is what the student edits, so it cannot be given too", "given", cure="Remove it.")
        if not (folder / name).is_file():
            raise toml.fault(f"the given file {name} does not exist", "given", cure=f"Add it to {folder}.")


def _check_numbers(toml: TomlFile, config: _Config) -> None:
    if not (math.isfinite(config.points) and config.points >= 0):
        raise toml.fault(f"`points` must be 0 or more, not {config.points}", "points", cure="Correct the value.")
    if config.hidden_checks < 0:
        raise toml.fault(
            f"`hidden_checks` must be 0 or more, not {config.hidden_checks}",
            "hidden_checks",
            cure="Give the number of checks in the hidden suite.",
        )
    if not 0 <= config.pass_mark <= 1:
        raise toml.fault(
            f"`pass_mark` must be a fraction from 0 to 1, not {config.pass_mark}",
            "pass_mark",
            cure="Write 60 % as 0.6.",
        )


def _read_limits(toml: TomlFile, config: _LimitsConfig) -> Limits:
    for key in ("seconds", "total_seconds"):
        value = getattr(config, key)
        if not (math.isfinite(value) and value > 0):
            raise toml.fault(
                f"`limits.{key}` must be a number above 0, not {value}", "limits", key, cure="Give a number of seconds."
            )
    if config.threads < 0:
        cure = "Give 0 for one thread a core, or how many."
        raise toml.fault(f"`limits.threads` must not be negative ({config.threads})", "limits", "threads", cure=cure)
    return Limits(
        seconds=float(config.seconds),
        total_seconds=float(config.total_seconds),
        memory_bytes=_read_size(toml, "memory", config.memory),
        output_bytes=_read_size(toml, "output", config.output),
        threads=config.threads,
    )


def _read_size(toml: TomlFile, key: str, value: int | str) -> int:
    try:
        return parse_size(value)
    except ValueError as error:
        raise toml.fault(
            f"`limits.{key}`: {error}", "limits", key, cure='Write it as "2 GB", "512 MB" or a number of bytes.'
        ) from error


def parse_size(size: int | str) -> int:
    """Return a size in bytes: a whole number, or words such as "2 GB", "512 MiB", "1.5g". 1 KB is 1024 bytes.

    Raises:
        ValueError: `size` is none, or not above zero.
    """
    if isinstance(size, str):
        match = _SIZE.fullmatch(size)
        if match is None:
            raise ValueError(f"{size!r} is not a size")
        power = " kmgt".index(match[2].lower() or " ")
        size = int(Decimal(match[1]) * 1024**power)
    if size <= 0:
        raise ValueError("a size must be above zero")
    return size
