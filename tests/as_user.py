"""Runs a command as an ordinary user, for tests that run as root: `python tests/as_user.py COMMAND ...`.

Where the interpreter lies in a folder that only root may enter (pyenv below /root), that folder is covered in a mount namespace of the command's
own, and the interpreter is bound into the cover at its old path; nobody else sees any of it.
"""

from __future__ import annotations

import ctypes
import grp
import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from grader.sandbox import kernel

_CLONE_NEWNS, _MS_REC, _MS_PRIVATE, _MS_BIND = 0x20000, 16384, 1 << 18, 4096
_PR_SET_KEEPCAPS, _PR_CAP_AMBIENT, _CLEAR_ALL = 8, 47, 4
_KEPT = ("PATH", "LANG", "LC_ALL", "GRADE_DATA", "GRADE_FULL", "GRADE_ATTACKS_AS_USER", "PYTHONPATH")


def what_is_missing() -> str:
    """Return in words why commands cannot be run as an ordinary user here; empty where they can."""
    if os.geteuid() != 0:
        return "only root can become another user"
    if not kernel.is_supported():
        return "the system calls of this architecture are not known"
    done = subprocess.run(
        [sys.executable, __file__, sys.executable, "-c", "import os, sys; sys.exit(os.getuid() == 0)"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1])])},
    )
    return "" if done.returncode == 0 else f"no ordinary user can run Python here: {done.stderr.strip()[-300:]}"


def spare_user() -> tuple[int, int]:
    """Return an ordinary user and group: `nobody` where it is known, else numbers that nobody has."""
    try:
        return pwd.getpwnam("nobody").pw_uid, grp.getgrgid(pwd.getpwnam("nobody").pw_gid).gr_gid
    except KeyError:
        return 65_534, 65_534


def closed_folders(paths: Iterable[str]) -> dict[str, list[str]]:
    """Return, for each folder that others may not enter, the paths below it that a command needs."""
    found: dict[str, list[str]] = {}
    for path in paths:
        real = Path(path).resolve()
        closed = [folder for folder in [*real.parents][::-1] if not folder.stat().st_mode & 0o001]
        if closed:
            found.setdefault(str(closed[0]), []).append(str(real))
    return found


def open_to_others(paths: list[str]) -> None:
    """Cover closed folders by empty ones that hold only `paths`; needs a mount namespace of its own."""
    for folder, inside in closed_folders(paths).items():
        # Outer paths first: one that lies in another comes with it.
        wanted = [path for path in sorted(set(inside)) if not any(path.startswith(f"{other}/") for other in inside)]
        opened = {path: os.open(path, os.O_PATH) for path in wanted}
        _mount("tmpfs", folder, "tmpfs", 0, "mode=755")
        for path, descriptor in opened.items():
            os.makedirs(path, mode=0o755)
            _mount(f"/proc/self/fd/{descriptor}", path, None, _MS_BIND | _MS_REC)
            os.close(descriptor)


def become(user: int, group: int) -> None:
    """Give up root, its groups and its capabilities, for this process and whatever it runs."""
    kernel.call("prctl", _PR_SET_KEEPCAPS, 0, 0, 0, 0)
    kernel.call("prctl", _PR_CAP_AMBIENT, _CLEAR_ALL, 0, 0, 0)
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)


def run(command: list[str]) -> int:
    """Run a command as an ordinary user and return its exit code."""
    user, group = spare_user()
    with tempfile.TemporaryDirectory(prefix="grade-as-user-") as folder:
        for path in (folder, f"{folder}/home", f"{folder}/tmp"):
            os.makedirs(path, exist_ok=True)
            os.chown(path, user, group)
        pid = os.fork()
        if pid == 0:
            _run_child(command, folder, user, group)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _run_child(command: list[str], folder: str, user: int, group: int) -> None:
    try:
        kernel.call("unshare", _CLONE_NEWNS)
        _mount("none", "/", None, _MS_REC | _MS_PRIVATE)
        os.umask(0o022)
        open_to_others([sys.base_prefix, sys.prefix, str(Path(__file__).parents[1])])
        become(user, group)
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment |= {"HOME": f"{folder}/home", "TMPDIR": f"{folder}/tmp", "PYTHONDONTWRITEBYTECODE": "1"}
        os.execvpe(command[0], command, environment)
    except OSError as error:
        sys.stderr.write(f"as_user: {error}\n")
        os._exit(111)


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    name = None if kind is None else kind.encode()
    arguments = source.encode(), target.encode(), name, ctypes.c_ulong(flags), options.encode() or None
    if kernel.libc().mount(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"mount on {target}: {os.strerror(code)}")


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
