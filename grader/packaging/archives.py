"""Zip archives with the same bytes for the same files, on every machine and at any time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

# The earliest that a zip can say. Wheels and archives are compared by their bytes, so no clock may show in them.
_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX, _REGULAR_FILE = 3, 0o100000


@dataclass(frozen=True)
class File:
    """A file to be written: its bytes, and whether it is a program."""

    content: bytes
    executable: bool = False

    @property
    def mode(self) -> int:
        """Its permissions on Unix."""
        return 0o755 if self.executable else 0o644


def zip_of(files: Mapping[str, File]) -> bytes:
    """Return an archive of the files, by their paths within it.

    Nothing is compressed: different versions of zlib compress the same bytes differently.
    """
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as writer:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _DATE)
            entry.create_system = _UNIX
            entry.external_attr = (_REGULAR_FILE | files[path].mode) << 16
            writer.writestr(entry, files[path].content)
    return archive.getvalue()
