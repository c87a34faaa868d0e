"""What a run may leave behind, seen from outside: processes, descriptors, memory, mounts, text in the log.

Nothing here depends on the shape of the process tree: every process that a zygote forks keeps the zygote's command line, wherever it ends
up in the tree and whatever it does to its environment, and that command line names the front by its process id.
"""

from __future__ import annotations

import os
from pathlib import Path

PROC = Path("/proc")


def state_of(pid: int) -> str:
    """Return the letter of a process's state, `X` where it is gone."""
    try:
        status = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "X"
    return status.rpartition(")")[2].split()[0]


def command_of(pid: int) -> bytes:
    """Return the command line of a process; empty where it is gone, a zombie, or a thread of the kernel."""
    try:
        return (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


def of_front(front: int, *words: str) -> set[int]:
    """Return the running processes below the front `front`, wherever they hang, and those whose command line has one of `words`."""
    # The end of the zygote's command (`main(DESCRIPTOR, FRONT)`, grader.engine.launch) ...
    marks = [f", {front})\0".encode(), *(word.encode() for word in words)]
    found = set()
    for entry in os.listdir(PROC):
        if entry.isdigit() and int(entry) not in (front, os.getpid()):
            command = command_of(int(entry))
            # ... and nothing of another program that happens to end in the same way.
            ours = b"grader" in command
            if ours and any(mark in command for mark in marks) and state_of(int(entry)) not in "ZX":
                found.add(int(entry))
    return found


def descriptors_of(pid: int) -> int:
    """Return how many descriptors a process has open."""
    return len(os.listdir(PROC / str(pid) / "fd"))


def memory_of(pid: int) -> int:
    """Return the bytes of memory that a process has written to, shared with its children or not.

    Anonymous pages, and not PSS or private ones: those change whenever a child comes or goes, or another program maps the same library.
    """
    lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    sizes = {line.partition(":")[0]: line.split()[1] for line in lines[1:]}
    return 1024 * (int(sizes["Anonymous"]) + int(sizes["Swap"]))


def mounts_of(pid: int) -> list[str]:
    """Return what is mounted where, as a process sees it."""
    lines = (PROC / str(pid) / "mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    return sorted(" ".join(line.split()[2:5]) for line in lines)
