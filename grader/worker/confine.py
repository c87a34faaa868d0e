"""What a worker gives up before the sandbox: terminal, signals, descriptors, environment, resources.

Then `grader.sandbox` closes what is left, and only after that comes the first line of the student's code.
"""

from __future__ import annotations

import os
import resource
import signal

from grader.engine import linux

LARGEST_FILE_BYTES = 256 * 2**20
MOST_DESCRIPTORS = 256
CHANNEL, TRACE, FIRST_FREE = 3, 4, 5


def lead_own_session(parent: int) -> None:
    """Leave the terminal and the signals of the parent behind, and die with it."""
    os.setsid()
    linux.die_with_parent(parent)
    for number in signal.valid_signals():
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            try:
                signal.signal(number, signal.SIG_DFL)
            except (OSError, ValueError):  # numbers that the C library keeps for itself
                continue
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def place_descriptors(channel: int, output: int, trace: int) -> None:
    """Put the channel at 3, the trace pipe at 4, output at 1 and 2, nothing at 0; close all others."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    high = [os.dup(descriptor) for descriptor in (channel, trace, output, nothing)]
    # Duplicates first: the targets may be in use by one of the sources.
    moved = [os.dup2(high[0], _free_above(high)), os.dup2(high[1], _free_above(high) + 1)]
    for source, target in ((moved[0], CHANNEL), (moved[1], TRACE), (high[2], 1), (high[2], 2), (high[3], 0)):
        os.dup2(source, target)
    os.closerange(FIRST_FREE, os.sysconf("SC_OPEN_MAX"))


def _free_above(used: list[int]) -> int:
    return max(*used, FIRST_FREE) + 1


def small_environment(scratch: str) -> None:
    """Keep what code needs and nothing that tells of the machine or its user; point every cache into the scratch folder."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "LANG", "LC_ALL", "OMP_WAIT_POLICY", "CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH")
        if name in os.environ
    }
    os.environ.clear()
    os.environ.update(kept)
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "MPLCONFIGDIR", "TORCH_HOME", "CUDA_CACHE_PATH"):
        os.environ[name] = scratch
    os.environ.update(USER="student", LOGNAME="student", MPLBACKEND="Agg", PYTHONDONTWRITEBYTECODE="1")
    os.umask(0o077)
    os.chdir(scratch)


def limit_resources(memory_bytes: int | None) -> None:
    """Set the resource limits of this process and all that it starts.

    Args:
        memory_bytes: address space beyond the present one; None for no limit.
    """
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, LARGEST_FILE_BYTES)
    _lower(resource.RLIMIT_NOFILE, MOST_DESCRIPTORS)
    present = linux.address_space_bytes()
    if memory_bytes is not None and present:
        _lower(resource.RLIMIT_AS, present + memory_bytes)


def _lower(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (wanted, wanted))
