"""Files that nobody has handed in: what systems and tools leave behind."""

from __future__ import annotations

from collections.abc import Callable

from grader.archive import is_ignored_name

_SYSTEM = frozenset({"thumbs.db", "desktop.ini", "icon\r", "ehthumbs.db", "$recycle.bin", "system volume information"})


def noise_reason(names: tuple[str, ...], by_platform: Callable[[str], bool]) -> str:
    """Return why a file of these names (folders, then its own) is nobody's work; empty where it may be somebody's.

    Args:
        by_platform: whether a platform gave a name: that of a student may begin with a dot.
    """
    for name in names:
        folded = name.casefold()
        if folded == "__macosx" or name.startswith("._"):
            return "macOS made it while packing"
        if folded in _SYSTEM or folded == ".ds_store":
            return "the system made it"
        if folded == "__pycache__" or folded.endswith((".pyc", ".pyo")):
            return "Python made it"
        if name.startswith("~$") or (name.endswith("~") and len(name) > 1):
            return "an editor made it"
        if is_ignored_name(name) and not by_platform(name):
            return "hidden" if name.startswith(".") else "a tool made it"
    return ""
