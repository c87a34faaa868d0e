"""What a worker gives up before the sandbox: terminal, signals, descriptors, environment, resources.

Then `grader.sandbox` closes what is left, and only after that comes the first line of the student's code.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import signal
import sys
from collections.abc import Sequence

from grader.engine import linux

LARGEST_FILE_BYTES = 256 * 2**20
MOST_DESCRIPTORS = 256
MOST_PENDING_SIGNALS = 1024
CHANNEL, TRACE, FIRST_FREE, ABOVE = 3, 4, 5, 64


def reset_signals() -> None:
    """Have every signal do what it does in a Python that was just started: an ignored SIGCHLD that was inherited would break `waitpid`."""
    for number in signal.valid_signals():
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            try:
                signal.signal(number, signal.SIG_DFL)
            except (OSError, ValueError):  # numbers that the C library keeps for itself
                continue
    for number in (signal.SIGPIPE, signal.SIGXFSZ):  # an OSError says more than a death
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def lead_own_session(parent: int) -> None:
    """Leave the terminal of the parent behind, and die with it."""
    os.setsid()
    linux.die_with_parent(parent)


def place_descriptors(channel: int, output: int, trace: int, kept: Sequence[int] = ()) -> list[int]:
    """Put the channel at 3, the trace pipe at 4, output at 1 and 2, nothing at 0; close all others.

    Args:
        kept: further descriptors that stay open for now.

    Returns:
        Where those lie now.
    """
    nothing = os.open(os.devnull, os.O_RDONLY)
    places = list(range(FIRST_FREE, FIRST_FREE + len(kept)))
    targets = (CHANNEL, TRACE, 1, 2, 0, *places)
    # Duplicates first, above every target: a target may be in use by one of the sources.
    high = [
        fcntl.fcntl(descriptor, fcntl.F_DUPFD, ABOVE)
        for descriptor in (channel, trace, output, output, nothing, *kept)
    ]
    for source, target in zip(high, targets):
        os.dup2(source, target)
    os.closerange(FIRST_FREE + len(kept), os.sysconf("SC_OPEN_MAX"))
    return places


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


def work_in(scratch: str) -> None:
    """Enter the scratch folder; what is written there is for this user alone."""
    os.umask(0o077)
    os.chdir(scratch)


def be_first_to_go() -> None:
    """Have the kernel end this process rather than any other when the machine runs out of memory."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")


def limit_resources(memory_bytes: int | None, processes: int | None) -> None:
    """Set the resource limits of this process and all that it starts.

    Args:
        memory_bytes: address space beyond the present one; None for no limit.
        processes: most processes and threads of this user; None for no limit.
    """
    _lower(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        _lower(resource.RLIMIT_MSGQUEUE, 0)
        _lower(resource.RLIMIT_SIGPENDING, MOST_PENDING_SIGNALS)
    if processes is not None:
        _lower(resource.RLIMIT_NPROC, processes)
    _lower(resource.RLIMIT_FSIZE, LARGEST_FILE_BYTES)
    _lower(resource.RLIMIT_NOFILE, MOST_DESCRIPTORS)
    present = linux.address_space_bytes()
    if memory_bytes is not None and present:
        _lower(resource.RLIMIT_AS, present + memory_bytes)


def _lower(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (wanted, wanted))
