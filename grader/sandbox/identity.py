"""A user of its own for the workers of a lane, where the grader runs as root.

Root ignores limits on the number of processes and owns too many files. An id from the range that systemd keeps for services of the
moment (systemd.io/UIDS-GIDS) belongs to nobody else; it is used only if Python and its packages are readable by everybody, for
late imports would otherwise fail with odd errors.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Sequence

from grader.sandbox import kernel

FIRST_SPARE, SPARE = 61184, 65519 - 61184 + 1


def spare_user() -> int | None:
    """Return an id for the workers of this process; None where it may not change ids."""
    if sys.platform != "linux" or os.getuid() != 0 or not kernel.has_capability(kernel.CAP_SETUID):
        return None
    return FIRST_SPARE + os.getpid() % SPARE


def become(user: int) -> None:
    """Change to a user and the group of the same number, for good."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def can_run_python(user: int, places: Sequence[str]) -> bool:
    """Say whether a user could import what lies in `places`; asked in a throw-away child."""
    pid = os.fork()
    if pid == 0:
        try:
            become(user)
            readable = all(os.access(place, os.R_OK) for place in places) and all(map(_opens, _samples()))
            os._exit(0 if readable else 1)
        except OSError:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def _samples() -> list[str]:
    """Return files that stand for the standard library, the packages and our own code."""
    specs = map(importlib.util.find_spec, ("encodings", "torch", "grader"))
    return [str(spec.origin) for spec in specs if spec is not None]


def _opens(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError:
        return False
    return True
