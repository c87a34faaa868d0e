"""Zip archives as lists of files: read in memory under limits, never unpacked to the disk.

Only the files that a submission may consist of are decompressed. A name that leads out of the archive, a link, or
more than the limits allow stops the reading with a UsageError.
"""

from __future__ import annotations

import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from grader.faults import UsageError

MAX_SOURCE_BYTES = 1_000_000
MAX_NOTEBOOK_BYTES = 20_000_000
MAX_TOTAL_BYTES = 20_000_000
MAX_ENTRIES = 1000
MAX_RATIO = 200
# The directory of an archive is parsed before any entry can be judged, so its size has a limit of its own.
MAX_DIRECTORY_BYTES = 8_000_000

SOURCE_SUFFIXES = (".py", ".pyw", ".py3")
_IGNORED_FOLDERS = frozenset({"__macosx", "__pycache__", "venv", "node_modules", "site-packages"})
_REPACK = "Pack the files again as an ordinary zip archive."


@dataclass(frozen=True)
class Entry:
    """A file that may be part of a submission: its path below the submission's root and how to read it.

    `read` returns at most one byte more than `size_limit(path)`, which tells a file that is too large.
    """

    path: PurePosixPath
    read: Callable[[], bytes]


@dataclass(frozen=True)
class Listing:
    """What a folder or an archive holds: the files that may be submitted, the names of others, notes for the reader."""

    entries: tuple[Entry, ...]
    others: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def size_limit(path: PurePosixPath) -> int:
    """Return how many bytes a file of this name may have; notebooks carry their pictures along."""
    return MAX_NOTEBOOK_BYTES if path.suffix.lower() == ".ipynb" else MAX_SOURCE_BYTES


def is_source_name(name: str) -> bool:
    """Say whether a file of this name may hold Python source (`calculator.py.txt` too: Windows hides the ending)."""
    return name.lower().endswith((*SOURCE_SUFFIXES, ".py.txt", ".ipynb"))


def is_ignored_name(name: str) -> bool:
    """Say whether a file or folder of this name is never part of a submission: hidden, or made by a tool."""
    return name.startswith(".") or name.lower() in _IGNORED_FOLDERS


def read_zip(stream: IO[bytes], where: str) -> Listing:
    """Return what the zip archive in `stream` holds; a UsageError about `where` says why it cannot be used."""
    check_directory(stream, where)
    try:
        with zipfile.ZipFile(stream) as archive:
            infos = [(_safe_path(info, where), info) for info in archive.infolist()]
            return _read_entries(archive, _without_ignored(infos), where)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UsageError(f"the zip archive is damaged: {error}", where=where, cure=_REPACK) from error
    except (NotImplementedError, RuntimeError, ValueError, OverflowError, struct.error, OSError) as error:
        # What zipfile raises for methods, versions and offsets that it does not know.
        raise UsageError(f"the zip archive cannot be read: {error}", where=where, cure=_REPACK) from error


def check_directory(stream: IO[bytes], where: str, limit_bytes: int = MAX_DIRECTORY_BYTES) -> None:
    """Raise a UsageError where the archive's directory alone would take too much memory to parse."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 65_557))
    tail = stream.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) - end < 22:
        raise UsageError("the file is no zip archive, or it was cut off", where=where, cure=_REPACK)
    directory_bytes = struct.unpack_from("<I", tail, end + 12)[0]
    if tail[max(0, end - 20) : end].startswith(b"PK\x06\x07"):  # archives of many files repeat the numbers in 64 bits
        start = max(0, size - len(tail)) + end
        named = struct.unpack_from("<Q", tail, end - 12)[0]
        # Python versions differ in where they look for the record, so both places count.
        directory_bytes = max(_wide_directory_bytes(stream, offset) for offset in (named, start - 76))
    if directory_bytes > limit_bytes:
        raise UsageError("the zip archive holds far too many files", where=where, cure=_pack_less())
    stream.seek(0)


def _wide_directory_bytes(stream: IO[bytes], offset: int) -> int:
    """Return the size that the 64-bit end record at `offset` names; 0 where none is there."""
    if not 0 <= offset < stream.seek(0, 2):
        return 0
    stream.seek(offset)
    record = stream.read(56)
    return int(struct.unpack_from("<Q", record, 40)[0]) if record[:4] == b"PK\x06\x06" and len(record) == 56 else 0


def _safe_path(info: zipfile.ZipInfo, where: str) -> PurePosixPath:
    """Return where the entry lies below the archive's root; a name that leads out of it is refused."""
    name = unicodedata.normalize("NFC", info.filename.replace("\\", "/"))
    shown = ascii(info.filename[:80])
    if any(ord(char) < 32 or ord(char) == 127 for char in name):
        raise UsageError(f"the zip archive holds a name with control characters: {shown}", where=where, cure=_REPACK)
    parts = name.split("/")
    if max(map(len, parts)) > 255 or len(name) > 4096:
        raise UsageError(f"the zip archive holds a name that is too long: {shown}", where=where, cure=_REPACK)
    if name.startswith("/") or ".." in parts or (len(parts[0]) == 2 and parts[0][1] == ":"):
        raise UsageError(f"the zip archive holds a name that leads out of it: {shown}", where=where, cure=_REPACK)
    return PurePosixPath(name)


_Infos = list[tuple[PurePosixPath, zipfile.ZipInfo]]


def _without_ignored(infos: _Infos) -> _Infos:
    """Return the files of the archive that count: no folders, nothing hidden, no virtual environment."""
    environments = {path.parent for path, _ in infos if path.name == "pyvenv.cfg"}
    return [
        (path, info)
        for path, info in infos
        if not _is_folder(info)
        and not any(is_ignored_name(part) for part in path.parts)
        and not any(parent in environments for parent in path.parents)
    ]


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.filename.endswith(("/", "\\"))


def _read_entries(archive: zipfile.ZipFile, infos: _Infos, where: str) -> Listing:
    if len(infos) > MAX_ENTRIES:
        raise UsageError(f"the zip archive holds more than {MAX_ENTRIES} files", where=where, cure=_pack_less())
    for path, info in infos:
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            what = "a link" if kind == stat.S_IFLNK else "no regular file"
            raise UsageError(f"{path} in the zip archive is {what}", where=where, cure="Pack the file itself.")
    wanted = [(path, info) for path, info in infos if is_source_name(path.name)]
    if not wanted:
        wanted = [(path, info) for path, info in infos if "." not in path.name]
    _check_twins((path for path, _ in wanted), where)
    entries: list[Entry] = []
    left = MAX_TOTAL_BYTES
    for path, info in sorted(wanted):
        content = _read_entry(archive, path, info, where)
        left -= len(content)
        if left < 0:
            limit = f"{MAX_TOTAL_BYTES // 1_000_000} MB"
            raise UsageError(f"the files in the zip archive have more than {limit}", where=where, cure=_pack_less())
        entries.append(Entry(path, lambda content=content: content))  # type: ignore[misc]
    read = {path for path, _ in wanted}
    others = sorted(str(path) for path, _ in infos if path not in read)
    return Listing(tuple(entries), tuple(others))


def _check_twins(paths: Iterable[PurePosixPath], where: str) -> None:
    """Refuse two files that are one on another machine: the same name, or names that differ in case alone."""
    seen: dict[str, PurePosixPath] = {}
    for path in paths:
        twin = seen.setdefault(str(path).casefold(), path)
        if twin is not path:
            clash = f"{path} twice" if twin == path else f"both {twin} and {path}, which differ in case alone"
            raise UsageError(f"the zip archive holds {clash}", where=where, cure="Keep the one that is meant.")


def _read_entry(archive: zipfile.ZipFile, path: PurePosixPath, info: zipfile.ZipInfo, where: str) -> bytes:
    if info.flag_bits & 0x1:
        raise UsageError(f"{path} in the zip archive is encrypted", where=where, cure="Pack it without a password.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UsageError(
            f"{path} is compressed in an unusual way (method {info.compress_type})", where=where, cure=_REPACK
        )
    limit = size_limit(path)
    if info.file_size > limit and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise UsageError(f"{path} in the zip archive unpacks to far more than it should", where=where, cure=_REPACK)
    with archive.open(info) as stream:
        return stream.read(limit + 1)


def _pack_less() -> str:
    return "Pack only the Python files of the exercise."
