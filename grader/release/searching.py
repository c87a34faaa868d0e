"""Looks for secrets in every file of a folder: texts, notebooks with their outputs, archives, git histories, bytes."""

from __future__ import annotations

import io
import json
import posixpath
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from grader.release.public import is_cache, links
from grader.release.repository import run_git
from grader.release.secrets import Secret, Secrets, said_by_the_grader
from grader.release.words import Worded, views_of

MOST_ZIP_BYTES = 200_000_000
MOST_ZIP_DEPTH = 3
_FIRST_WORDS = 4
_ZIP_START = b"PK\x03\x04"
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
# Of a repository's own folder: what git's own programs list object by object, or what holds no text of a file.
_GIT_STORES = ("objects", "index")


@dataclass(frozen=True)
class Leak:
    """Something that must not be in a students' copy: where it stands, and what it is."""

    place: str
    what: str


@dataclass(frozen=True)
class Searched:
    """What a search has found, and the files that are no text, so that only their bytes were looked at."""

    leaks: tuple[Leak, ...]
    binary: tuple[str, ...]


def search_folder(folder: Path, secrets: Secrets) -> Searched:
    """Look at each file of a folder, hidden ones and the history of its git repository too."""
    search = _Search(secrets)
    repository = folder / ".git"
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path == repository or repository in path.parents:
            continue
        if path.is_symlink():
            search.leaks.append(Leak(name, "a link: what it leads to is not part of the copy"))
        elif path.is_file():
            search.look_at(name, path.read_bytes())
    if repository.exists():
        search.look_at_history(repository)
    return Searched(tuple(dict.fromkeys(search.leaks)), tuple(search.binary))


class _Search:
    def __init__(self, secrets: Secrets) -> None:
        self.leaks: list[Leak] = []
        self.binary: list[str] = []
        self._data = secrets.data
        self._by_start: dict[tuple[str, ...], list[Secret]] = defaultdict(list)
        for secret in secrets.worded:
            self._by_start[secret.words[:_FIRST_WORDS]].append(secret)

    def look_at(self, name: str, content: bytes, depth: int = 0) -> None:
        """Look at one file."""
        path = PurePosixPath(name.rpartition("!")[2])
        if any(map(is_cache, path.parts)):
            self.leaks.append(Leak(name, "a cache or a compiled file: it may hold whatever it was made from"))
        for place, secret_bytes in self._data.items():
            if secret_bytes in content:
                self.leaks.append(Leak(name, f"the data of {place}"))
        text = _text_of(content)
        # An archive is known by its end: pictures and programs may stand before it.
        if content.startswith(_ZIP_START) or (text is None and zipfile.is_zipfile(io.BytesIO(content))):
            self._look_into_zip(name, content, depth)
            return
        if text is None:
            self.binary.append(name)
            # Texts of wide encodings have a zero beside each letter; in binary data other bytes are no letters.
            narrow = content.replace(b"\0", b"")
            for encoding in ("latin-1", "ascii"):
                self._look_at_text(name, narrow.decode(encoding, "replace"))
            return
        if path.suffix == ".ipynb":
            self._look_at_notebook(name, text)
        else:
            self._look_at_text(name, text)
        if path.suffix in (".md", ".ipynb", ".html"):
            self._look_at_links(name, text)

    def look_at_history(self, repository: Path) -> None:
        """Look at each object of a git repository, those that no branch reaches as well, and at its own files."""
        if not repository.is_dir():
            self.leaks.append(Leak(".git", "the history lies in another repository, where it is not looked at"))
            return
        for path in sorted(repository.rglob("*")):
            inside = path.relative_to(repository)
            if path.is_file() and inside.parts[0] not in _GIT_STORES:
                self._look_at_text(f".git/{inside.as_posix()}", path.read_bytes().decode("utf-8", "replace"))
        for name, content in git_objects(repository):
            self.look_at(f"git history, {name}", content)

    def _look_into_zip(self, name: str, content: bytes, depth: int) -> None:
        if depth >= MOST_ZIP_DEPTH:
            self.leaks.append(Leak(name, "an archive inside archives, too deep to be looked into"))
            return
        left = MOST_ZIP_BYTES
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for info in archive.infolist():
                    with archive.open(info) as stream:
                        inner = stream.read(left + 1)
                    left -= len(inner)
                    if left < 0:
                        raise ValueError("it unpacks to too much")
                    if not info.is_dir():
                        self.look_at(f"{name}!{info.filename}", inner, depth + 1)
        except _ZIP_FAULTS as error:
            self.leaks.append(Leak(name, f"an archive that cannot be looked into: {error}"))

    def _look_at_notebook(self, name: str, text: str) -> None:
        """Look at each cell by itself, so that the place is of use; then at all the rest as it is written."""
        try:
            cells = json.loads(text)["cells"]
            for number, cell in enumerate(cells, start=1):
                for part, value in cell.items():
                    told = f"{name}, cell {number}" + ("" if part == "source" else f", {part}")
                    self._look_at_text(told, "\n".join(_strings(value)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            pass  # no notebook after all: its text is looked at all the same
        self._look_at_text(name, text)

    def _look_at_text(self, name: str, text: str) -> None:
        for view in views_of(text):
            for line, secret in self._find(view):
                self.leaks.append(Leak(f"{name}:{line}", f"{secret.kind} of {secret.place}: {secret.shown}"))

    def _find(self, view: Worded) -> Iterator[tuple[int, Secret]]:
        words = view.words
        for at in range(len(words)):
            for secret in self._by_start.get(words[at : at + _FIRST_WORDS], ()):
                if words[at : at + len(secret.words)] == secret.words and not said_by_the_grader(secret):
                    yield view.lines[at], secret

    def _look_at_links(self, name: str, text: str) -> None:
        for target in links(text):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
            if "solutions" in path.split("/"):
                self.leaks.append(Leak(name, f"a link into solutions/: {target}"))


def _text_of(content: bytes) -> str | None:
    """Return the text of a file; None where it is binary."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _strings(value: Any) -> Iterator[str]:
    """Yield the texts below a value of a notebook; the lines of a list of texts are one text."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        yield "".join(value)
    elif isinstance(value, (list, dict)):
        for below in value.values() if isinstance(value, dict) else value:
            yield from _strings(below)


def git_objects(repository: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every object of a repository that is not a folder: a name that says where it is from, and its content."""
    paths = dict(_split(line) for line in run_git(repository.parent, "rev-list", "--objects", "--all", "--reflog").splitlines())
    listed = run_git(repository.parent, "cat-file", "--batch-all-objects", "--batch")
    at = 0
    while at < len(listed):
        end = listed.index(b"\n", at)
        digest, kind, size = listed[at:end].decode().split()
        at = end + 1 + int(size) + 1
        if kind != "tree":
            path = paths.get(digest, "")
            yield f"{kind} {digest[:10]}" + (f"!{path}" if path else ""), listed[end + 1 : at - 1]


def _split(line: bytes) -> tuple[str, str]:
    digest, _, path = line.decode("utf-8", "replace").partition(" ")
    return digest, path



