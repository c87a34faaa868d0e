"""A root of its own for a slot and its workers: user, process, network, mount and IPC namespaces, a file system in memory.

Who may do this: root with CAP_SYS_ADMIN, or anybody where the kernel gives unprivileged user namespaces. The slot then is process 1,
with whose death everything in it dies; the network has no interface that is up; and what is not bound into the root has no name
in it. Order and flags: namespaces(7), user_namespaces(7), pivot_root(2), mount_setattr(2).
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Sequence

from grader.sandbox import kernel
from grader.sandbox.places import Places

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT, _MS_BIND = 1, 2, 4, 8, 32, 4096
_MS_REC, _MS_PRIVATE = 16384, 1 << 18
_PROC_FLAGS = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
# What root may change of the whole machine by writing into procfs, capabilities or not.
_SETTINGS = ("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs")
_MNT_DETACH = 2
_OPEN_TREE_CLONE, _OPEN_TREE_CLOEXEC, _AT_RECURSIVE, _AT_EMPTY_PATH = 1, 0o2000000, 0x8000, 0x1000
_MOVE_MOUNT_F_EMPTY_PATH = 4
_MOUNT_ATTR_RDONLY, _MOUNT_ATTR_NOSUID = 1, 2
_AT_FDCWD = -100
SCRATCH_BYTES = 512 * 2**20
SCRATCH_FILES = 20_000
SHARED_MEMORY_BYTES = 256 * 2**20
SHARED_MEMORY_FILES = 1_000


class NotToBeHad(Exception):
    """This machine does not give namespaces; the text says which step failed, and what to do."""


def leave() -> None:
    """Leave the namespaces of processes (for children to come), network, IPC and names; single-threaded.

    Raises:
        NotToBeHad: the kernel refuses.
    """
    wanted = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
    if kernel.has_capability(kernel.CAP_SYS_ADMIN):
        try:
            kernel.call("unshare", wanted)
            return
        except OSError as error:
            raise NotToBeHad(f"namespaces are refused even to root ({error.strerror}): is this a container?") from error
    user, group = os.getuid(), os.getgid()
    try:
        kernel.call("unshare", wanted | CLONE_NEWUSER)
    except OSError as error:
        raise NotToBeHad(
            f"user namespaces are refused ({error.strerror}): inside Docker they need another seccomp profile; on a host, "
            "`sudo sysctl user.max_user_namespaces=10000` or `kernel.unprivileged_userns_clone=1` allows them"
        ) from error
    # The files in /proc/self belong to root while the process is not dumpable.
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    try:
        for name, line in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(line)
    except OSError as error:
        raise NotToBeHad(
            f"a user namespace gives no rights here ({error.strerror}), as AppArmor has it on Ubuntu: "
            "`sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0` allows it"
        ) from error
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def enter_own_root(places: Places, scratch: str, needs_proc: bool) -> None:
    """Give this process, the first in its process namespace, a root that holds `places` and two memory disks.

    Args:
        places: what is bound in, read-only but for devices.
        scratch: existing folder; the new root is built over it, and holds a writable memory disk under the same name.
        needs_proc: whether procfs is indispensable.

    Raises:
        NotToBeHad: the kernel refuses.
    """
    try:
        kernel.call("unshare", CLONE_NEWNS)
        _mount("none", "/", None, _MS_REC | _MS_PRIVATE)
        _mount("tmpfs", scratch, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=4m,nr_inodes=10000,mode=755")
        _Builder(scratch).build(places, scratch, needs_proc)
        os.chdir(scratch)
        kernel.call("pivot_root", ctypes.c_char_p(b"."), ctypes.c_char_p(b"."))
        kernel.call("umount2", ctypes.c_char_p(b"."), _MNT_DETACH)
        os.chdir("/")
        _mount("none", "/", None, _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID | _MS_NODEV)
    except OSError as error:
        raise NotToBeHad(f"a file system of its own cannot be made ({error}); mounts are refused in most containers") from error


class _Builder:
    """Lays places out below a new root."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._links: dict[str, str] = {}

    def build(self, places: Places, scratch: str, needs_proc: bool) -> None:
        """Bind the places, cover what is hidden, mount procfs and the memory disks."""
        covers = []
        for path, shown in _in_order([self._real(place.path) for place in places.disk], places.hidden):
            if shown:
                self._bind(path, path)
            elif os.path.isdir(path):
                covers.append(self._target(path, folder=True))
                _mount("tmpfs", covers[-1], "tmpfs", _MS_NOSUID | _MS_NODEV, "size=64k,nr_inodes=100,mode=755")
            else:
                self._bind(self._target("/.hidden", folder=False), path)
        for path, size, files in (
            (self._real("/dev/shm"), SHARED_MEMORY_BYTES, SHARED_MEMORY_FILES),
            (self._real(scratch), SCRATCH_BYTES, SCRATCH_FILES),
        ):
            options = f"size={size},nr_inodes={files},mode=700"
            _mount("tmpfs", self._target(path, folder=True), "tmpfs", _MS_NOSUID | _MS_NODEV, options)
        self._mount_proc(needs_proc)
        for link, target in self._links.items():
            if not os.path.lexists(self._root + link):
                self._target(os.path.dirname(link), folder=True)
                os.symlink(target, self._root + link)
        for cover in covers:
            _mount("none", cover, None, _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID | _MS_NODEV)

    def _mount_proc(self, needed: bool) -> None:
        try:
            _mount("proc", self._target("/proc", folder=True), "proc", _PROC_FLAGS)
        except OSError:  # a container that masks parts of procfs; everything but CUDA works without
            if needed:
                raise
            return
        for name in _SETTINGS:
            if os.path.exists(self._root + name):
                _mount(self._root + name, self._root + name, None, _MS_BIND | _MS_REC)
                _mount("none", self._root + name, None, _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _PROC_FLAGS)

    def _real(self, path: str) -> str:
        """Return the path without links, noting each link on the way, so that it works in the new root as well."""
        real, todo = "/", path.split("/")[::-1]
        while todo:
            part = todo.pop()
            if part in ("", "."):
                continue
            if part == "..":
                real = os.path.dirname(real)
                continue
            here = os.path.join(real, part)
            if not os.path.islink(here):
                real = here
                continue
            target = self._links[here] = os.readlink(here)
            todo += target.split("/")[::-1]
            real = "/" if target.startswith("/") else real
        return real

    def _target(self, path: str, *, folder: bool) -> str:
        """Return where `path` lies below the new root, made where it is not there."""
        target = self._root + path
        os.makedirs(target if folder else os.path.dirname(target), mode=0o755, exist_ok=True)
        if not folder and not os.path.lexists(target):
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o644))
        return target

    def _bind(self, source: str, path: str) -> None:
        mode = os.stat(source).st_mode
        name = ctypes.c_char_p(os.fsencode(source))
        tree = kernel.call("open_tree", _AT_FDCWD, name, _OPEN_TREE_CLONE | _OPEN_TREE_CLOEXEC | _AT_RECURSIVE)
        try:
            if not stat.S_ISCHR(mode):
                attributes = (ctypes.c_uint64 * 4)(_MOUNT_ATTR_RDONLY | _MOUNT_ATTR_NOSUID, 0, 0, 0)
                flags = _AT_EMPTY_PATH | _AT_RECURSIVE
                kernel.call("mount_setattr", tree, ctypes.c_char_p(b""), flags, ctypes.byref(attributes), 32)
            target = os.fsencode(self._target(path, folder=stat.S_ISDIR(mode)))
            empty, place = ctypes.c_char_p(b""), ctypes.c_char_p(target)
            kernel.call("move_mount", tree, empty, _AT_FDCWD, place, _MOVE_MOUNT_F_EMPTY_PATH)
        finally:
            os.close(tree)


def _in_order(shown: Sequence[str], hidden: Sequence[str]) -> list[tuple[str, bool]]:
    """Return what has to be shown (True) and covered (False), outer paths first, leaving out what an outer path shows or covers already."""
    wanted = dict.fromkeys(shown, True) | dict.fromkeys(hidden, False)
    kept: dict[str, bool] = {}
    for path in sorted(wanted, key=lambda path: (path.count("/"), path)):
        above = [outer for outer in kept if path.startswith(outer.rstrip("/") + "/")]
        nearest = kept[max(above, key=len)] if above else False
        if wanted[path] is not nearest:
            kept[path] = wanted[path]
    return list(kept.items())


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    name = None if kind is None else kind.encode()
    arguments = source.encode(), os.fsencode(target), name, ctypes.c_ulong(flags), options.encode() or None
    if kernel.libc().mount(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"mount {kind or 'flags'} on {target}: {os.strerror(code)}")
