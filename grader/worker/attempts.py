"""What the student's code tried that the walls refuse, for the message: an errno alone does not say that it was the network.

Python announces what it is about to do to audit hooks (PEP 578). The last such attempt explains the refusal that follows.
A hint for words only: code that does the same through C is refused all the same, just with fewer words.
"""

from __future__ import annotations

import errno
import os
import re
import socket
import sys
from collections.abc import Iterator
from typing import Any

NETWORK, PROGRAM, FILE, SIGNAL, PROCESSES, SYSTEM = "network", "program", "file", "signal", "processes", "system"
SPACE, DESCRIPTORS = "space", "descriptors"
_KINDS = {
    **dict.fromkeys(
        (
            *("socket.__new__", "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "urllib.Request"),
            *("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"),
        ),
        NETWORK,
    ),
    **dict.fromkeys(("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "pty.spawn"), PROGRAM),
    **dict.fromkeys(("os.kill", "os.killpg", "signal.pthread_kill", "resource.prlimit"), SIGNAL),
    **dict.fromkeys(("os.fork", "os.forkpty", "_thread.start_new_thread"), PROCESSES),
}
# Errnos of a refusal: by seccomp and Landlock, by a read-only disk, by a limit on processes.
_REFUSALS = frozenset({errno.EACCES, errno.EPERM, errno.ENOSYS, errno.EROFS})
_LIMITS = {errno.ENOSPC: SPACE, errno.EFBIG: SPACE, errno.EDQUOT: SPACE, errno.EMFILE: DESCRIPTORS}
_NETWORK_TEXT = re.compile(r"urlopen error|name resolution|Max retries exceeded|Network is unreachable|Errno (-3|1|13)\b")
_LONGEST = 120
_MOST_CAUSES = 20


class Attempts:
    """The last attempt of each kind since `forget`.

    Args:
        scratch: folder that the worker may write in.
    """

    def __init__(self, scratch: str) -> None:
        self._scratch = os.path.realpath(scratch)
        self._last: dict[str, str] = {}
        sys.addaudithook(self._note)

    def forget(self) -> None:
        """Begin anew, at each request."""
        self._last.clear()

    def refused(self, error: BaseException) -> tuple[str, str] | None:
        """Return kind and target of the attempt that an exception says was refused; None where it says nothing of the kind."""
        for cause in _causes(error):
            found = self._refused(cause)
            if found is not None:
                return found[0], found[1][:_LONGEST]
        # Some libraries tell of a cause in text alone: "<urlopen error [Errno 13] Permission denied>".
        told = isinstance(error, Exception) and NETWORK in self._last and _NETWORK_TEXT.search(_message(error))
        return (NETWORK, self._last[NETWORK]) if told else None

    def _refused(self, error: BaseException) -> tuple[str, str] | None:
        if isinstance(error, socket.gaierror):
            return NETWORK, self._last.get(NETWORK, "")
        if isinstance(error, RuntimeError) and "can't start new thread" in str(error):
            return PROCESSES, ""
        if not isinstance(error, OSError):
            return None
        if error.errno in _LIMITS:
            return _LIMITS[error.errno], ""
        if error.errno == errno.EAGAIN and PROCESSES in self._last:
            return PROCESSES, ""
        name = _text(error.filename)
        if error.errno in _REFUSALS and name and PROGRAM in self._last:
            return PROGRAM, self._last[PROGRAM]
        if name and (error.errno in _REFUSALS or (error.errno == errno.ENOENT and self._is_elsewhere(name))):
            return FILE, name
        if error.errno not in _REFUSALS:
            return None
        for kind in (NETWORK, PROGRAM, SIGNAL):
            if kind in self._last:
                return kind, self._last[kind]
        return SYSTEM, ""

    def _is_elsewhere(self, path: str) -> bool:
        """Say whether a path leads out of the scratch folder by its very name: there a file may be missing only while grading."""
        return os.path.isabs(path) and not os.path.realpath(path).startswith(self._scratch)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        kind = _KINDS.get(event)
        if kind is not None:
            # What a library does below urlopen says less than the address.
            known = self._last.get(kind) if kind == NETWORK else None
            self._last[kind] = known or _target(event, arguments)


def _target(event: str, arguments: tuple[Any, ...]) -> str:
    if event in ("urllib.Request", "os.system", "os.exec", "os.posix_spawn", "socket.getaddrinfo", "socket.gethostbyname"):
        return _text(arguments[0])
    if event == "subprocess.Popen":
        command = arguments[1]
        return _text(command) or " ".join(map(_text, command if isinstance(command, (list, tuple)) else ()))
    if event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        return _text(arguments[1][0])
    return ""


def _message(error: Exception) -> str:
    try:
        return str(error)
    except Exception:  # the student's own __str__
        return ""


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return os.fsdecode(value)
    return value if type(value) is str else ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and what stands behind it: cause, context, and the `reason` that urllib keeps."""
    seen: list[BaseException] = []
    frontier = [error]
    while frontier and len(seen) < _MOST_CAUSES:
        here = frontier.pop(0)
        if any(here is other for other in seen):
            continue
        seen.append(here)
        yield here
        behind = (getattr(here, "reason", None), here.__cause__, here.__context__, *here.args[:2])
        frontier += [other for other in behind if isinstance(other, BaseException)]
