"""The few Linux calls that the standard library lacks, each a no-op elsewhere."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
MADV_COLLAPSE = 25
HUGE_PAGE_BYTES = 2 * 2**20
PR_SET_CHILD_SUBREAPER = 36


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux" and _libc().prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option})")


def die_with_parent(parent: int) -> None:
    """Have this process killed when its parent dies; end at once if the parent is dead already.

    Args:
        parent: process id that the parent had when it forked.
    """
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def become_subreaper() -> None:
    """Have orphaned descendants become children of this process, so that it can find and reap them."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def children_of(pid: int) -> list[int]:
    """Return the direct children of a process, of all its threads; empty where it is gone or procfs is missing."""
    found: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                found += [int(child) for child in file.read().split()]
    except OSError:  # the process ended meanwhile
        pass
    return found


def descendants_of(pid: int) -> list[int]:
    """Return every process below `pid`, children before grandchildren."""
    found: list[int] = []
    frontier = [pid]
    while frontier:
        below = children_of(frontier.pop())
        found += below
        frontier += below
    return found


def tasks_in(pid: int) -> int:
    """Return how many threads a process has; 0 where it is gone or procfs is missing."""
    try:
        return len(os.listdir(f"/proc/{pid}/task"))
    except OSError:
        return 0


def held_bytes(pid: int) -> int:
    """Return the memory of a process that no file of a disk stands behind (anonymous and shared); 0 where procfs is missing.

    Pages that it still shares with the process that forked it are counted as well.
    """
    try:
        with open(f"/proc/{pid}/status", "rb") as file:
            lines = file.read().split(b"\n")
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith((b"RssAnon:", b"RssShmem:")))


def undumpable() -> None:
    """Close this process's memory, environment and descriptors to others of the same user; the one guard where no other is."""
    _prctl(PR_SET_DUMPABLE, 0)


def gather_memory() -> None:
    """Move this process's memory into huge pages, so that a fork copies a page table a thousand times smaller.

    Costs some tenths of a second once; forking a process of 300 MB and ending the child then takes a third of the time. Linux 6.1
    and newer; elsewhere nothing happens.
    """
    with contextlib.suppress(OSError), open("/proc/self/maps") as file:
        areas = [line.split() for line in file]
        for area in areas:
            start, end = (int(number, 16) for number in area[0].split("-"))
            anonymous = len(area) == 5 or area[5] == "[heap]"
            if area[1] == "rw-p" and anonymous and end - start >= HUGE_PAGE_BYTES:
                _libc().madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_COLLAPSE)


def tasks_of(user: int) -> int:
    """Return how many threads of all processes belong to a user; 0 where procfs is missing."""
    count = 0
    try:
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.stat(f"/proc/{name}").st_uid == user:
                    count += len(os.listdir(f"/proc/{name}/task"))
            except OSError:  # ended meanwhile
                continue
    except OSError:
        pass
    return count


def address_space_bytes() -> int:
    """Return the size of this process's address space; 0 where procfs is missing."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used, all its threads together; 0 where procfs is missing."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # utime and stime, proc_pid_stat(5)


def present_core() -> int | None:
    """Return the number of the core that this process runs on; None where that cannot be told."""
    if sys.platform != "linux":
        return None
    try:
        with open("/proc/self/stat") as file:
            return int(file.read().rpartition(")")[2].split()[36])  # processor, proc_pid_stat(5)
    except (OSError, IndexError, ValueError):
        return None


def stay_on(core: int) -> None:
    """Keep this process, and all that it starts, on one core, where that is allowed."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, {core})


def wants_processor(pid: int) -> bool:
    """Say whether a thread of a process runs or waits for a processor, rather than sleeping."""
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/stat") as file:
                if file.read().rpartition(")")[2].split()[0] == "R":
                    return True
    except OSError:  # a thread, or the process, ended meanwhile
        pass
    return False
