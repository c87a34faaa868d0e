"""Digests: what tells whether files, or all that decides a grade, are the same as before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from grader.exercise import CONFIG_NAME, VISIBLE_SUITE_NAME, Exercise


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
