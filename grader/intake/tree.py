"""An export as a list of its files, in a folder or in archives; nothing is unpacked, followed or believed.

Links, pipes and names that lead out are listed with their fault, so that they can be told; nobody reads them.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import IO

from grader.archive import check_directory
from grader.faults import UsageError
from grader.submission.files import read_file

MAX_FILES = 200_000
MAX_EXPORT_DIRECTORY_BYTES = 64_000_000
MAX_PACKED_BYTES = 50_000_000
MAX_INNER_EXPORT_BYTES = 200_000_000
MAX_DEPTH = 40
_EARLIEST_YEAR = 1981  # what has no time is written into a zip as 1980
# Folders of tools with thousands of files each: told as one.
_WHOLE = frozenset({".git", "venv", ".venv", "node_modules", "site-packages"})
_NOT_MINE = "a file that cannot be read"


@dataclass(frozen=True)
class Item:
    """A file of the export.

    Attributes:
        parts: names from the root of the export down to the file, composed (NFC); the name of an archive is one of them.
        size: in bytes, as claimed.
        modified: its time where it stands, with a time zone; None where none is given.
        packed: whether it stands in an archive, whose times are those that the platform wrote.
        fault: why it must not be read; empty where it may.
        read: returns at most so many bytes; a UsageError where it cannot be read.
        whole: a folder of a tool, told as one; `read` is of no use.
        misplaced: the name in an archive where that leads out of it, or to what is there already: told, and used for nothing.
    """

    parts: tuple[str, ...]
    size: int
    modified: datetime | None
    read: Callable[[int], bytes] = field(compare=False, repr=False)
    packed: bool = False
    fault: str = ""
    whole: bool = False
    misplaced: str = ""

    @property
    def source(self) -> str:
        """Where it stands in the export, as records tell it."""
        if self.misplaced:
            return "/".join((*self.parts[:-1], self.misplaced))
        return "/".join(self.parts) + ("/" if self.whole else "")

    @property
    def name(self) -> str:
        """Its name without folders."""
        return self.parts[-1]


class Export:
    """What an instructor has downloaded, as files; a context, since archives stay open meanwhile.

    Args:
        without: a folder of the grader's own; what of it lies in the export is no part of it.

    Raises:
        UsageError: nothing is there, or it is neither a folder nor a zip archive that can be read.
    """

    def __init__(self, path: Path, *, without: Path | None = None) -> None:
        self.path = path
        self._without = _top_of(without, path)
        self._open = contextlib.ExitStack()
        self._opened: dict[tuple[str, ...], contextlib.ExitStack] = {}
        self._git: dict[tuple[str, ...], Callable[[str], bytes | None]] = {}
        try:
            self.items = self._list_root()
        except BaseException:
            self._open.close()
            raise

    def __enter__(self) -> Export:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for opened in self._opened.values():
            opened.close()
        self._open.close()

    def git_reader(self, folder: tuple[str, ...]) -> Callable[[str], bytes | None] | None:
        """Return how to read files of the `.git` of this folder; None where it has none."""
        return self._git.get(folder)

    def unpack(self, item: Item) -> tuple[Item, ...]:
        """Return the files of an archive that may itself be an export; it stays open until `put_back`.

        Raises:
            UsageError: it cannot be read as a zip archive.
        """
        cure = "Download the export again; it may have been cut off."
        if item.packed and item.size > MAX_INNER_EXPORT_BYTES:
            raise UsageError("too large for an archive in an archive", where=item.source, cure="Unpack the outer one.")
        opened = self._opened.setdefault(item.parts, contextlib.ExitStack())
        try:
            if item.packed:
                stream: IO[bytes] = io.BytesIO(item.read(MAX_INNER_EXPORT_BYTES))
            else:
                stream = opened.enter_context(self.path.joinpath(*item.parts).open("rb"))
            return self._list_archive(stream, item.source, item.parts, opened)
        except OSError as error:
            raise UsageError(f"cannot be read: {error.strerror}", where=item.source, cure=cure) from error

    def put_back(self, item: Item) -> None:
        """Close an archive that turned out to be a student's; an export may hold more of them than a process may open."""
        if item.parts in self._opened:
            self._opened.pop(item.parts).close()

    def _list_root(self) -> tuple[Item, ...]:
        try:
            mode = self.path.stat().st_mode
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            cure = "Name the folder or the zip archive that the class's files are in."
            raise UsageError(f"cannot be read: {reason.lower()}", where=str(self.path), cure=cure) from error
        if stat.S_ISDIR(mode):
            return tuple(self._list_folder(self.path, ()))
        if stat.S_ISREG(mode):
            try:
                stream = self._open.enter_context(self.path.open("rb"))
            except OSError as error:
                cure = "Check its permissions."
                raise UsageError(f"cannot be read: {error.strerror}", where=str(self.path), cure=cure) from error
            return self._list_archive(stream, str(self.path), (), self._open)
        cure = "Name the folder or the zip archive that the class's files are in."
        raise UsageError("neither a folder nor a zip archive", where=str(self.path), cure=cure)

    def _list_folder(self, root: Path, above: tuple[str, ...]) -> list[Item]:
        items: list[Item] = []
        waiting = [(root, above)]
        while waiting:
            folder, parts = waiting.pop()
            try:
                with os.scandir(folder) as found:
                    entries = sorted(found, key=lambda entry: entry.name)
            except OSError as error:
                if folder == root:
                    cure = "Check its permissions."
                    raise UsageError(f"cannot be read: {error.strerror}", where=str(folder), cure=cure) from error
                items.append(Item(parts, 0, None, _refuse, fault="a folder that cannot be read", whole=True))
                continue
            environment = bool(parts) and any(entry.name == "pyvenv.cfg" for entry in entries)
            if environment or len(parts) > MAX_DEPTH:
                why = "a virtual environment" if environment else "a folder that lies too deep"
                items.append(Item(parts, 0, None, _refuse, fault=why, whole=True))
                continue
            for entry in entries:
                here = (*parts, text_of(entry.name))
                if self._without is not None and Path(entry.path) == self._without:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if entry.name.casefold() in _WHOLE:
                        items.append(Item(here, 0, None, _refuse, fault=_tool_words(entry.name), whole=True))
                        if entry.name == ".git":
                            self._git[parts] = _git_on_disk(Path(entry.path))
                    else:
                        waiting.append((Path(entry.path), here))
                else:
                    items.append(_item_on_disk(entry, here))
                _check_number(items, self.path)
        return sorted(items, key=lambda item: item.parts)

    def _list_archive(
        self, stream: IO[bytes], where: str, above: tuple[str, ...], opened: contextlib.ExitStack
    ) -> tuple[Item, ...]:
        try:
            check_directory(stream, where, MAX_EXPORT_DIRECTORY_BYTES)
            archive = opened.enter_context(zipfile.ZipFile(stream))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error, OSError) as error:
            cure = "Download the export again; it may have been cut off."
            raise UsageError(f"the zip archive cannot be read: {error}", where=where, cure=cure) from error
        return tuple(sorted(self._entries(archive, above), key=lambda item: (item.parts, item.whole)))

    def _entries(self, archive: zipfile.ZipFile, above: tuple[str, ...]) -> list[Item]:
        """Return the files of an archive; of two in one place the first is the file, the other is told."""
        files: dict[tuple[str, ...], Item] = {}
        wholes: dict[tuple[str, ...], Item] = {}
        twins: list[Item] = []
        for info in archive.infolist():
            if info.filename.endswith(("/", "\\")):
                continue
            item = self._item_in_archive(archive, info, above)
            if item.whole:
                wholes.setdefault(item.parts, item)
            elif files.setdefault(item.parts, item) is not item:
                name = f"{item.misplaced or item.name} ({len(twins) + 2})"
                fault = f"there again in the archive: the first {item.name} counts"
                twins.append(Item(item.parts, item.size, None, _refuse, packed=True, fault=fault, misplaced=name))
            _check_number(files, self.path)
        folders = {parts[:depth] for parts in (*files, *wholes) for depth in range(len(above) + 1, len(parts))}
        for parts in files:
            if parts in folders and not files[parts].misplaced:
                fault = "there as a file and as a folder"
                files[parts] = Item(parts, 0, None, _refuse, packed=True, fault=fault, misplaced=parts[-1])
        return [*files.values(), *wholes.values(), *twins]

    def _item_in_archive(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, above: tuple[str, ...]) -> Item:
        name = _zip_name(info).replace("\\", "/")
        raw = name.split("/")
        parts = (*above, *(text_of(part) for part in raw if part not in ("", ".")))
        inner = parts[len(above) :]
        for number, part in enumerate(inner[:-1]):
            if part.casefold() in _WHOLE:
                whole = (*above, *inner[: number + 1])
                if part == ".git":
                    self._git.setdefault(whole[:-1], _git_in_archive(archive, info, name))
                return Item(whole, 0, None, _refuse, packed=True, fault=_tool_words(part), whole=True)
        kind = stat.S_IFMT(info.external_attr >> 16)
        fault = misplaced = ""
        if name.startswith("/") or ".." in raw or re.match(r"[A-Za-z]:", name) or not inner:
            fault = "under a name that leads out of the archive"
            misplaced = text_of(name)
            parts = (*above, misplaced)
        elif kind == stat.S_IFLNK:
            fault = "a symbolic link"
        elif kind not in (0, stat.S_IFREG):
            fault = "no regular file"
        elif info.flag_bits & 0x1:
            fault = "encrypted"
        elif len(inner) > MAX_DEPTH or any(len(part) > 255 for part in inner):
            fault = "under a name that is too long"

        def read(limit: int) -> bytes:
            try:
                with archive.open(info) as stream:
                    return stream.read(limit)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
                cure = "Download the export again; it may have been cut off."
                raise UsageError(f"damaged in the archive: {error}", where="/".join(parts), cure=cure) from error

        how = _refuse if fault else read
        return Item(parts, info.file_size, _zip_time(info), how, packed=True, fault=fault, misplaced=misplaced)


def _top_of(folder: Path | None, export: Path) -> Path | None:
    """Return the outermost folder below the export that holds `folder`; None where it lies elsewhere."""
    if folder is None:
        return None
    try:
        inside = folder.expanduser().resolve().relative_to(export.resolve())
    except (ValueError, OSError, RuntimeError):
        return None
    return export / inside.parts[0] if inside.parts else None


def text_of(name: str) -> str:
    """Return a file's name composed (NFC), with bytes that are no text written out: fit for any record."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "backslashreplace").decode())


def _item_on_disk(entry: os.DirEntry[str], parts: tuple[str, ...]) -> Item:
    try:
        state = entry.stat(follow_symlinks=False)
    except OSError:
        return Item(parts, 0, None, _refuse, fault=_NOT_MINE)
    modified = datetime.fromtimestamp(state.st_mtime, timezone.utc) if 0 <= state.st_mtime < 2**33 else None
    if not stat.S_ISREG(state.st_mode):
        fault = "a symbolic link" if stat.S_ISLNK(state.st_mode) else "no regular file"
        return Item(parts, 0, modified, _refuse, fault=fault)
    path = Path(entry.path)

    def read(limit: int) -> bytes:
        if path.is_symlink():
            raise UsageError("it became a symbolic link", where=str(path), cure="Download the export again.")
        return read_file(path, max(limit - 1, 0))[:limit]

    return Item(parts, state.st_size, modified, read)


def _refuse(limit: int) -> bytes:
    raise UsageError("this must not be read", cure="Look at it by hand.")


def _tool_words(name: str) -> str:
    return "git's own folder" if name.casefold() == ".git" else "a folder that a tool made"


def _check_number(found: object, path: Path) -> None:
    if isinstance(found, (list, dict)) and len(found) > MAX_FILES:
        cure = "Name the folder of one export."
        raise UsageError(f"there are more than {MAX_FILES:,} files", where=str(path), cure=cure)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Return the entry's name; packers that do not say so write UTF-8 (macOS) or the code page of their Windows."""
    name = info.orig_filename.partition("\0")[0]
    if info.flag_bits & 0x800 or name.isascii():
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    with contextlib.suppress(UnicodeDecodeError):
        return raw.decode("utf-8")
    # Hangul of a Korean Windows; in Western names these bytes would be frames, never letters.
    if re.fullmatch(rb"(?:[\x00-\x7f]|[\xb0-\xc8][\xa1-\xfe])+", raw):
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode("cp949")
    return name


def _zip_time(info: zipfile.ZipInfo) -> datetime | None:
    """Return the entry's time: the universal one that many packers add, else the local one of the archive."""
    extra = info.extra
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind == 0x5455 and length >= 5 and len(extra) >= 9 and extra[4] & 1:
            seconds = struct.unpack_from("<i", extra, 5)[0]
            return datetime.fromtimestamp(seconds, timezone.utc) if seconds > 0 else None
        extra = extra[4 + length :]
    if info.date_time[0] < _EARLIEST_YEAR:
        return None
    try:
        return datetime(*info.date_time).astimezone()
    except (ValueError, OverflowError):
        return None


def _git_on_disk(folder: Path) -> Callable[[str], bytes | None]:
    def read(name: str) -> bytes | None:
        path = folder
        for part in name.split("/"):
            path = path / part
            if part in ("", ".", "..") or path.is_symlink():
                return None
        if path.is_dir():
            with os.scandir(path) as found:
                return "\n".join(sorted(entry.name for entry, _ in zip(found, range(1000)))).encode("utf-8", "replace")
        try:
            return read_file(path, MAX_PACKED_BYTES)
        except UsageError:
            return None

    return read if not folder.is_symlink() else (lambda name: None)


def _git_in_archive(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Callable[[str], bytes | None]:
    root = info.filename.replace("\\", "/")[: name.replace("\\", "/").index(".git/") + len(".git/")]

    def read(inner: str) -> bytes | None:
        try:
            found = archive.getinfo(root + inner)
        except KeyError:
            below = f"{root}{inner}/"
            names = sorted({n[len(below) :].split("/")[0] for n in archive.namelist() if n.startswith(below)} - {""})
            return "\n".join(names).encode() if names else None
        try:
            with archive.open(found) as stream:
                return stream.read(MAX_PACKED_BYTES)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
            return None

    return read


def archive_of(item: Item) -> IO[bytes]:
    """Return a student's archive as a stream.

    Raises:
        UsageError: it is too large or damaged.
    """
    raw = item.read(MAX_PACKED_BYTES + 1)
    if len(raw) > MAX_PACKED_BYTES:
        limit = f"{MAX_PACKED_BYTES // 1_000_000} MB"
        raise UsageError(f"the archive has more than {limit}", where=item.source, cure="Pack only the Python files.")
    return io.BytesIO(raw)


def below(items: tuple[Item, ...], depth: int) -> Iterator[tuple[str, tuple[Item, ...]]]:
    """Yield the names at a depth with the files at or below each."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        if len(item.parts) > depth:
            groups.setdefault(item.parts[depth], []).append(item)
    for name, group in groups.items():
        yield name, tuple(group)
