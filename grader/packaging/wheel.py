"""The grader that runs here as a wheel, without the course that may have come along with it.

A set-up carries its own grader: that pins the version to the one which was tried here, and asks no registry for a package by name.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import sys
from collections.abc import Mapping
from pathlib import Path

from grader import __version__
from grader.faults import GraderFault
from grader.packaging.archives import File, zip_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NAME = f"grade-{__version__}-py3-none-any.whl"
PACKAGE = Path(__file__).resolve().parents[1]
_COURSE_FOLDER = "course"  # what a wheel built from the whole repository holds: suites and solutions
_DISTRIBUTION = "grade"
_PYTHON = ">=3.10"
_ENTRY_POINTS = "[console_scripts]\ngrade = grader.cli:main\n"
_WHEEL = "Wheel-Version: 1.0\nGenerator: grade package\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def grader_wheel() -> bytes:
    """Return the wheel of this grader, the same bytes for the same grader.

    Raises:
        GraderFault: what the grader needs is written nowhere: it is neither installed nor in its repository.
    """
    files = {f"grader/{path.relative_to(PACKAGE).as_posix()}": File(path.read_bytes()) for path in _modules()}
    info = f"{_DISTRIBUTION}-{__version__}.dist-info"
    files[f"{info}/METADATA"] = File(_metadata().encode())
    files[f"{info}/WHEEL"] = File(_WHEEL.encode())
    files[f"{info}/entry_points.txt"] = File(_ENTRY_POINTS.encode())
    record = f"{info}/RECORD"
    files[record] = File(_record(files, record).encode())
    return zip_of(files)


def _modules() -> list[Path]:
    """Return all files of the package but the course and what Python has compiled."""
    return [
        path
        for path in PACKAGE.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and path.suffix != ".pyc"
        and path.relative_to(PACKAGE).parts[0] != _COURSE_FOLDER
    ]


def _metadata() -> str:
    needs = "".join(f"Requires-Dist: {requirement}\n" for requirement in sorted(_requirements()))
    return f"Metadata-Version: 2.1\nName: {_DISTRIBUTION}\nVersion: {__version__}\nRequires-Python: {_PYTHON}\n{needs}"


def _requirements() -> list[str]:
    """Return what the grader needs; in a repository its own file says it, for what is installed from there may be out of date."""
    project = PACKAGE.parent / "pyproject.toml"
    if project.is_file():
        said = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {})
        if said.get("name") == _DISTRIBUTION:
            return [str(requirement) for requirement in said["dependencies"]]
    try:
        installed = importlib.metadata.requires(_DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise GraderFault(
            "the grader does not know what it needs: it is not installed, and no pyproject.toml lies beside it",
            where=str(PACKAGE),
            cure="Install it with `pip install` and try again.",
        ) from error
    return [requirement for requirement in installed if "extra ==" not in requirement]


def _record(files: Mapping[str, File], record: str) -> str:
    """Return the list of all files with their digests that pip compares."""
    lines = [f"{path},sha256={_digest(files[path].content)},{len(files[path].content)}\n" for path in sorted(files)]
    return "".join(lines) + f"{record},,\n"


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
