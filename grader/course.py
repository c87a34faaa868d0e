"""Courses and exercises: where a course is found and what each `exercise.toml` says.

A course is any folder that holds `exercises/` and, at the instructor's, `solutions/`. Each exercise is read when it
is first asked for, so one broken `exercise.toml` never stands in the way of the others.
"""

from __future__ import annotations

import functools
import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import msgspec

from grader.faults import UsageError
from grader.reading import find_readings
from grader.records import Reading
from grader.toml_file import TomlFile, closest_name

CONFIG_NAME = "exercise.toml"
TASK_NAME = "README.md"
VISIBLE_SUITE_NAME = "test_visible.py"
HIDDEN_SUITE_NAME = "test_hidden.py"
MISTAKES_NAME = "mistakes.toml"


@dataclass(frozen=True)
class Limits:
    """What the student's code may use: seconds a check and in all, bytes of memory, bytes of printed output a check, threads of torch.

    0 threads stand for one a core.
    """

    seconds: float
    total_seconds: float
    memory_bytes: int
    output_bytes: int
    threads: int


@dataclass(frozen=True)
class Exercise:
    """One exercise, as its `exercise.toml` describes it.

    Attributes:
        name: name of its folder, such as `exercise3`.
        file: name of the file that the student edits.
        given: names of the other files of `folder` that are laid beside the student's.
        points: sum of all marks of the suites, visible and hidden.
        hidden_checks: how many checks the hidden suite collects.
        pass_mark: fraction of the points that passes.
        imports: modules worth importing once, ahead of every worker.
        datasets: names of the datasets that every worker shares.
        folder: what students get.
        secret_folder: what they never get; None in a student's copy of the course.
    """

    name: str
    title: str
    summary: str
    file: str
    given: tuple[str, ...]
    points: Decimal
    hidden_checks: int
    pass_mark: float
    concepts: tuple[str, ...]
    imports: tuple[str, ...]
    limits: Limits
    datasets: tuple[str, ...]
    folder: Path
    secret_folder: Path | None

    @property
    def stub(self) -> Path:
        """The file that the student starts from."""
        return self.folder / self.file

    @property
    def task(self) -> Path | None:
        """The text that says what to do and teaches the concepts, where there is one."""
        return _existing_file(self.folder / TASK_NAME)

    @functools.cached_property
    def reading(self) -> tuple[Reading, ...]:
        """The sections of the task's text that teach the concepts, read once; a concept without one is left out."""
        if self.task is None:
            return ()
        try:
            text = self.task.read_text(encoding="utf-8-sig", errors="replace")
        except OSError as error:
            cure = "Check the file."
            raise UsageError(f"cannot be read: {error.strerror}", where=str(self.task), cure=cure) from error
        return find_readings(text, self.concepts)

    @property
    def visible_suite(self) -> Path | None:
        """The suite that students have, where there is one."""
        return _existing_file(self.folder / VISIBLE_SUITE_NAME)

    @property
    def hidden_suite(self) -> Path | None:
        """The suite that students never have, where it is at hand."""
        return _existing_file(self.secret_folder / HIDDEN_SUITE_NAME) if self.secret_folder else None

    @property
    def solution(self) -> Path | None:
        """The reference solution, where it is at hand."""
        return _existing_file(self.secret_folder / self.file) if self.secret_folder else None

    @property
    def mistakes_folder(self) -> Path | None:
        """The folder of wrong files that must be caught by name, where it is at hand."""
        if self.secret_folder is None:
            return None
        folder = self.secret_folder / "mistakes"
        return folder if folder.is_dir() else None


@dataclass(frozen=True)
class Mistake:
    """A wrong file, the words its feedback must contain, and the checks that it must not pass."""

    file: Path
    says: tuple[str, ...]
    loses: tuple[str, ...]


class Exercises(Mapping[str, Exercise]):
    """The exercises of a course by name, in natural order; each is read, once, when it is asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names = tuple(sorted(_exercise_names(root), key=natural_key))
        self._read: dict[str, Exercise] = {}

    def __getitem__(self, name: str) -> Exercise:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = read_exercise(self._root, name)
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True)
class Course:
    """A course: its folder and its exercises. Asking for an exercise raises UsageError where its toml is broken."""

    root: Path
    exercises: Mapping[str, Exercise]


def find_course(explicit: Path | None, env: Mapping[str, str], start: Path) -> Course:
    """Return the course that is meant.

    Args:
        explicit: what `--course` names; it wins.
        env: the environment; `GRADE_COURSE` comes next.
        start: where walking up begins: the first folder that holds `exercises/` with an exercise in it. Last comes
            the course that travels with the package.

    Raises:
        UsageError: the named folder is no course, or none was found.
    """
    if explicit is not None:
        return open_course(explicit, asked_by="--course")
    if env.get("GRADE_COURSE"):
        return open_course(Path(env["GRADE_COURSE"]), asked_by="GRADE_COURSE")
    here = start.resolve()
    for folder in (here, *here.parents):
        if _exercise_names(folder):
            return Course(folder, Exercises(folder))
    bundled = bundled_course()
    if bundled is not None:
        return bundled
    raise UsageError(
        f"no course found: neither {here} nor a folder above it holds `exercises/`",
        cure="Change into the course's folder, or name it with --course DIR or GRADE_COURSE.",
    )


def bundled_course() -> Course | None:
    """Return the course that travels with the package; None where there is none."""
    package = Path(__file__).resolve().parent
    for folder in (package / "course", package.parent):
        if _exercise_names(folder):
            return Course(folder, Exercises(folder))
    return None


def open_course(folder: Path, *, asked_by: str) -> Course:
    """Return the course at `folder`; the UsageError where it is none names `asked_by`."""
    root = folder.expanduser()
    if not root.is_dir():
        problem = "is not a folder" if root.exists() else "does not exist"
        raise UsageError(f"the course folder {str(folder)!r} {problem}", where=asked_by, cure="Check the path.")
    root = root.resolve()
    if not _exercise_names(root):
        inside = next((parent for parent in root.parents if _exercise_names(parent)), None)
        cure = f"Name the folder above it: {inside}" if inside else f"It needs `exercises/NAME/{CONFIG_NAME}`."
        raise UsageError(
            f"{str(folder)!r} is not a course: it holds no `exercises/` with an exercise in it",
            where=asked_by,
            cure=cure,
        )
    return Course(root, Exercises(root))


def find_exercise(course: Course, name: str) -> Exercise:
    """Return the exercise called `name`, which may also be the number that ends its name.

    Raises:
        UsageError: there is none (the closest is suggested), or its `exercise.toml` is broken.
    """
    wanted = name.strip().rstrip("/\\")
    if wanted in course.exercises:
        return course.exercises[wanted]
    numbered = [known for known in course.exercises if wanted.isdecimal() and _last_number(known) == int(wanted)]
    if len(numbered) == 1:
        return course.exercises[numbered[0]]
    if len(numbered) > 1:
        raise UsageError(
            f"{name!r} is the number of several exercises: {', '.join(numbered)}", cure="Give the whole name."
        )
    folder = course.root / "exercises" / wanted
    if wanted.isidentifier() and folder.is_dir():
        raise UsageError(f"the exercise {wanted!r} has no {CONFIG_NAME}", where=str(folder), cure="Add one.")
    closest = closest_name(wanted, course.exercises)
    hint = f"; the closest is {closest!r}" if closest else ""
    raise UsageError(f"no exercise called {name!r}{hint}", cure="`grade list` shows all.")


def working_exercises(course: Course) -> tuple[tuple[Exercise, ...], tuple[UsageError, ...]]:
    """Return the exercises that can be read, and what is wrong with each of the others."""
    working: list[Exercise] = []
    broken: list[UsageError] = []
    for name in course.exercises:
        try:
            working.append(course.exercises[name])
        except UsageError as error:
            broken.append(error)
    return tuple(working), tuple(broken)


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


def suite_sha256(exercise: Exercise) -> str:
    """Return the digest of all that decides a grade: names and bytes of the suites, given files, toml and solution."""
    public = [exercise.folder / name for name in (CONFIG_NAME, VISIBLE_SUITE_NAME, *exercise.given)]
    files = {f"exercises/{path.name}": path for path in public if path.is_file()}
    if exercise.secret_folder is not None:
        secret = exercise.secret_folder.glob("*.py")
        files.update({f"solutions/{path.name}": path for path in secret if path.is_file()})
    return digest((name, path.read_bytes()) for name, path in files.items())


def digest(files: Iterable[tuple[str, bytes]]) -> str:
    """Return one SHA-256 over names and bytes, whatever the order; lengths go in, so that no two sets look alike."""
    total = hashlib.sha256()
    for name, content in sorted(files):
        encoded = name.encode("utf-8", "surrogateescape")
        total.update(b"%d %d " % (len(encoded), len(content)) + encoded + content)
    return total.hexdigest()


_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?\s*", re.IGNORECASE)


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


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key that puts `exercise2` before `exercise10`."""
    parts = (part for part in re.split(r"(\d+)", name) if part)
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts)


def _existing_file(path: Path) -> Path | None:
    return path if path.is_file() else None


def _exercise_names(root: Path) -> tuple[str, ...]:
    try:
        return tuple(path.parent.name for path in (root / "exercises").glob(f"*/{CONFIG_NAME}"))
    except OSError:  # a folder above that may not be read is no course
        return ()


def _last_number(name: str) -> int | None:
    match = re.search(r"(\d+)\D*$", name)
    return int(match[1]) if match else None


# ---------------------------------------------------------------------------------------------------------------------
# What an exercise.toml and a mistakes.toml say

_Number = int | float


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


class _MistakeConfig(msgspec.Struct, frozen=True):
    says: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()


def _check_files(toml: TomlFile, config: _Config, folder: Path) -> None:
    if not _is_plain_name(config.file) or not config.file.endswith(".py") or not config.file[:-3].isidentifier():
        raise toml.fault(
            f"`file` must be the name of a Python module, not {config.file!r}",
            "file",
            cure='Use letters, digits and underscores, such as "calculator.py".',
        )
    if not (folder / config.file).is_file():
        raise toml.fault(f"the stub {config.file} does not exist", "file", cure=f"Add it to {folder}.")
    for name in config.given:
        if not _is_plain_name(name):
            raise toml.fault(
                f"`given` must list plain file names, not {name!r}",
                "given",
                cure="Put the file beside the stub and give its name alone.",
            )
        if name == config.file:
            raise toml.fault(f"{name} is what the student edits, so it cannot be given too", "given", cure="Remove it.")
        if not (folder / name).is_file():
            raise toml.fault(f"the given file {name} does not exist", "given", cure=f"Add it to {folder}.")


def _is_plain_name(name: str) -> bool:
    return bool(name) and not set(name) & set("/\\:\0") and name not in (".", "..")


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


def _read_mistake(toml: TomlFile, folder: Path, name: str) -> Mistake:
    if not isinstance(toml.data[name], dict):
        raise toml.fault(f"`{name}` stands outside a table", name, cure='Put it under a table such as ["wrong.py"].')
    if not _is_plain_name(name) or not (folder / name).is_file():
        closest = closest_name(name, (path.name for path in folder.glob("*.py")))
        cure = f"Did you mean {closest}?" if closest else f"Add it to {folder}, or remove the table."
        raise toml.fault(f"{name} does not exist", name, cure=cure)
    toml.check_keys(toml.data[name], _MistakeConfig, name)
    config = toml.convert(_MistakeConfig, name)
    return Mistake(folder / name, config.says, config.loses)
