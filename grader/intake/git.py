"""When a clone was last committed to, read from the files of `.git`: no git runs, so no hook and no setting of a student does.

Formats: git's documentation, `gitrepository-layout` and `gitformat-pack` (index version 2).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

Read = Callable[[str], "bytes | None"]

_COMMIT = 1
_HASH = re.compile(r"[0-9a-f]{40}")
_REF = re.compile(r"refs/[\w./+@-]+")
_COMMITTER = re.compile(rb"^committer .*> (\d{1,11}) ([+-])(\d\d)(\d\d)$", re.MULTILINE)
_MAX_COMMIT_BYTES = 100_000


def last_commit(read: Read) -> datetime | None:
    """Return when the commit that is checked out was made; None where that cannot be told.

    Args:
        read: returns a file of `.git`, for a folder the names in it by lines, None for what is not there.
    """
    name = _head(read)
    content = (_loose(read, name) or _packed(read, name)) if name else None
    match = _COMMITTER.search(content.partition(b"\n\n")[0]) if content else None
    if match is None:
        return None
    offset = timedelta(hours=int(match[3]), minutes=int(match[4])) * (-1 if match[2] == b"-" else 1)
    try:
        return datetime.fromtimestamp(int(match[1]), timezone(offset))
    except (ValueError, OverflowError, OSError):
        return None


def _head(read: Read) -> str:
    head = (read("HEAD") or b"")[:1000].decode("ascii", "replace").strip()
    if not head.startswith("ref:"):
        return head if _HASH.fullmatch(head) else ""
    ref = head[4:].strip()
    if not _REF.fullmatch(ref) or ".." in ref:
        return ""
    loose = (read(ref) or b"")[:100].decode("ascii", "replace").strip()
    if _HASH.fullmatch(loose):
        return loose
    for line in (read("packed-refs") or b"").decode("utf-8", "replace").splitlines():
        name, _, what = line.partition(" ")
        if what == ref and _HASH.fullmatch(name):
            return name
    return ""


def _inflate(raw: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(raw, _MAX_COMMIT_BYTES)
    except zlib.error:
        return b""


def _loose(read: Read, name: str) -> bytes | None:
    raw = read(f"objects/{name[:2]}/{name[2:]}")
    kind, _, content = _inflate(raw or b"").partition(b"\0")
    return content if kind.startswith(b"commit ") else None


def _packed(read: Read, name: str) -> bytes | None:
    for file in (read("objects/pack") or b"").decode("utf-8", "replace").split("\n"):
        if file.endswith(".idx"):
            offset = _offset(read(f"objects/pack/{file}") or b"", bytes.fromhex(name))
            if offset is not None:
                return _entry(read(f"objects/pack/{file[:-4]}.pack") or b"", offset)
    return None


def _offset(index: bytes, name: bytes) -> int | None:
    """Return where the index of a pack says that the object begins."""
    if index[:8] != b"\xfftOc\x00\x00\x00\x02" or len(index) < 1032:
        return None
    fanout = struct.unpack_from(">256I", index, 8)
    first, end, total = (fanout[name[0] - 1] if name[0] else 0), fanout[name[0]], fanout[255]
    if not first <= end <= total or len(index) < 1032 + total * 28:
        return None
    for number in range(first, end):
        if index[1032 + number * 20 : 1052 + number * 20] == name:
            return int(struct.unpack_from(">I", index, 1032 + total * 24 + number * 4)[0])
    return None


def _entry(pack: bytes, offset: int) -> bytes | None:
    """Return the commit at an offset; None for what is stored as a difference from another object."""
    if not 12 <= offset < len(pack) or (pack[offset] >> 4) & 7 != _COMMIT:
        return None
    while pack[offset] & 0x80:
        offset += 1
        if offset >= len(pack):
            return None
    return _inflate(pack[offset + 1 : offset + 1 + _MAX_COMMIT_BYTES])
