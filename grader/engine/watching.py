"""What all processes of a lane use together, which no limit of a single process covers: processes, memory, files."""

from __future__ import annotations

import os
from collections.abc import Iterable

from grader.engine import linux

MOST_PROCESSES = 200
# With their threads: OpenMP starts one a core, DataLoader a few processes.
MOST_TASKS = 256 + 4 * (os.cpu_count() or 1)
MOST_FILE_BYTES = 512 * 2**20
MOST_FILES = 20_000
PROCESSES, MEMORY, FILES = "processes", "memory", "files"


class Watch:
    """Looks now and then at everything below this process.

    Args:
        scratch: folder that the workers write in.
        own_disks: memory disks that only the workers use: what lies on them is memory, and bounded by itself.
    """

    def __init__(self, scratch: str, own_disks: Iterable[str] = ()) -> None:
        self._scratch = scratch
        self._disks = tuple(own_disks)
        self._inherited = linux.held_bytes(os.getpid())

    def excess(self, memory_bytes: int) -> str:
        """Return what there is too much of, or an empty text.

        Args:
            memory_bytes: what all processes together may hold beyond what they inherited.
        """
        pids = linux.descendants_of(os.getpid())
        if len(pids) > MOST_PROCESSES or sum(map(linux.tasks_in, pids)) > MOST_TASKS:
            return PROCESSES
        held = sum(max(0, linux.held_bytes(pid) - self._inherited) for pid in pids)
        if held + sum(map(_used_bytes, self._disks)) > memory_bytes:
            return MEMORY
        return FILES if not self._disks and _is_full(self._scratch) else ""


def _used_bytes(disk: str) -> int:
    usage = os.statvfs(disk)
    return (usage.f_blocks - usage.f_bfree) * usage.f_frsize


def _is_full(folder: str) -> bool:
    """Say whether a folder holds more than is allowed; links are not followed, and counting stops where it is too much."""
    total_bytes = files = 0
    frontier = [folder]
    while frontier:
        try:
            with os.scandir(frontier.pop()) as entries:
                for entry in entries:
                    files += 1
                    total_bytes += entry.stat(follow_symlinks=False).st_blocks * 512
                    if files > MOST_FILES or total_bytes > MOST_FILE_BYTES:
                        return True
                    if entry.is_dir(follow_symlinks=False):
                        frontier.append(entry.path)
        except OSError:  # removed meanwhile, or closed to us
            continue
    return False
