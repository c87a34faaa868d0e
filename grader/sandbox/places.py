"""Which files a worker may open: what Python, torch and the exercise need, and nothing that belongs to the course or the user."""

from __future__ import annotations

import functools
import glob
import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.isolation import LaneNeeds
from grader.sandbox.landlock import DEVICE, READ, READ_FILE, WRITE_FILE, Place

PACKAGE = Path(__file__).resolve().parents[1]
COURSE_FOLDER = "course"  # inside an installed package: suites and solutions
# Not /usr as a whole: containers like to keep applications, and so courses, in /usr/src and /usr/local/...
_SYSTEM = (
    *("/lib", "/lib32", "/lib64", "/bin", "/opt/cuda"),
    *("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/bin", "/usr/share"),
    *("/usr/local/lib", "/usr/local/lib64", "/usr/local/bin", "/usr/local/share", "/usr/local/cuda*"),
    *("/nix/store", "/gnu/store", "/run/opengl-driver"),
)
_SYSTEM_FILES = (
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/nsswitch.conf", "/etc/passwd", "/etc/group", "/etc/mime.types"),
    *("/etc/fonts", "/etc/matplotlibrc", "/etc/alternatives"),
    *("/sys/devices/system/cpu", "/sys/devices/system/node"),
)
# Of an interpreter's prefix: a virtual environment may be made in a folder that holds everything else as well.
_OF_PREFIX = ("bin", "lib", "lib32", "lib64", "share", "etc", "ssl")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_PROC = (
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/filesystems", "/proc/sys/vm/overcommit_memory"),
    *("/proc/sys/kernel/osrelease", "/proc/version"),
)
_CUDA_READ = (
    *("/sys/devices", "/sys/bus/pci", "/sys/module/nvidia", "/sys/class/drm", "/sys/class/nvidia*"),
    *("/usr/lib/wsl", "/etc/nvidia*", "/usr/local/nvidia"),
)
_CUDA_PROC = ("/proc/driver/nvidia", "/proc/driver/nvidia-uvm", "/proc/devices", "/proc/modules", "/proc/sys")
_CUDA_DEVICES = ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-caps", "/dev/dxg")


@dataclass(frozen=True)
class Places:
    """All that the workers of a lane may open, but for their scratch folder.

    Attributes:
        disk: files, folders and devices; they are bound into the workers' own root at level `full`.
        proc: entries of procfs that are not a process's own.
        hidden: existing folders and files below one of `disk` that stay out of sight.
    """

    disk: tuple[Place, ...]
    proc: tuple[Place, ...]
    hidden: tuple[str, ...]

    def around_hidden(self) -> list[Place]:
        """Return `disk`, with every folder that contains something hidden replaced by what else it contains.

        A rule of Landlock holds for all that lies below its path, so such a folder is named entry by entry.
        """
        return [Place(path, place.access) for place in self.disk for path in _around(place.path, self.hidden)]


@functools.lru_cache(maxsize=4)  # asked for twice a lane, outside of its root and inside
def places_for(lane: LaneNeeds) -> Places:
    """Return what the workers of a lane may open."""
    hidden = _hidden(lane.hidden)
    disk = [Place(path, READ) for path in (*_existing(_SYSTEM), *python_places(sys.path))]
    disk += [Place(path, READ) for path in _existing((*_SYSTEM_FILES, *lane.readable))]
    disk += [Place(path, READ_FILE | WRITE_FILE) for path in _existing(_DEVICES)]
    proc = [Place(path, READ) for path in _PROC]
    if lane.gpu is not None:
        disk += [Place(path, READ) for path in _existing(_CUDA_READ)]
        own = gpu_files(lane.gpu, os.environ.get("CUDA_VISIBLE_DEVICES", ""), glob.glob("/dev/nvidia[0-9]*"))
        disk += [Place(path, DEVICE) for path in (*_existing(_CUDA_DEVICES), *own)]
        proc += [Place(path, READ) for path in _CUDA_PROC]
    below = [real for real in hidden if any(_is_below(real, os.path.realpath(place.path)) for place in disk)]
    return Places(tuple(disk), tuple(proc), tuple(below))


def gpu_files(index: int, visible: str, files: Iterable[str]) -> list[str]:
    """Return the device file of the GPU that CUDA counts as `index`; all of them where it cannot be told which one that is.

    Args:
        visible: CUDA_VISIBLE_DEVICES, which a cluster sets so that lanes share the GPUs of a node: numbers, or names.
        files: `/dev/nvidia0` and so on, as many as are there. In a container that has the GPU number 5 alone, CUDA counts it as 0.
    """
    there = sorted(files, key=lambda path: int(re.sub(r"\D", "", path)))
    names = [name.strip() for name in visible.split(",") if name.strip()]
    named = names[index] if index < len(names) else "" if names else str(index)
    return [there[int(named)]] if named.isdecimal() and int(named) < len(there) else there


def python_places(search_path: Iterable[str]) -> list[str]:
    """Return files and folders of the interpreter, of what it imports from, and our own package.

    Args:
        search_path: like `sys.path`. Of an entry that is no folder for packages alone, such as the clone of a project, only
            what can be imported is within reach: packages, modules and what is known of distributions.
    """
    prefixes = dict.fromkeys(os.path.realpath(entry) for entry in (sys.prefix, sys.base_prefix, sys.exec_prefix))
    found = [str(Path(prefix) / name) for prefix in prefixes for name in _OF_PREFIX if prefix not in ("/", "/usr")]
    known = [os.path.realpath(place) for place in (*found, *_existing(_SYSTEM))]

    def is_known(path: str) -> bool:
        real = os.path.realpath(path)
        return any(real == place or _is_below(real, place) for place in known)

    for entry in filter(os.path.isabs, search_path):
        whole = is_known(entry) or os.path.isfile(entry) or os.path.basename(entry) in ("site-packages", "dist-packages")
        found += [entry] if whole else _importable(entry)
    libraries = filter(os.path.isabs, os.environ.get("LD_LIBRARY_PATH", "").split(":"))
    found += [place for place in (*libraries, *_loaded_libraries()) if not is_known(place)]
    return [*dict.fromkeys(place for place in (*found, str(PACKAGE)) if os.path.exists(place))]


def _loaded_libraries() -> list[str]:
    """Return the folders of shared libraries that this process has loaded, wherever they lie: others of them are loaded later.

    A library in a folder that is not named for libraries is taken alone.
    """
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as file:
            paths = {line.split(maxsplit=5)[5].rstrip("\n") for line in file if ".so" in line}
    except OSError:
        return []
    named = [(path, os.path.dirname(path)) for path in sorted(paths) if os.path.isabs(path)]
    return [folder if os.path.basename(folder).startswith("lib") else path for path, folder in named]


def _importable(folder: str) -> list[str]:
    """Return the packages, modules and distributions that lie right in a folder."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return []
    return [
        entry.path
        for entry in entries
        if entry.name.endswith((".py", ".so", ".dist-info", ".egg-info"))
        or os.path.isfile(os.path.join(entry.path, "__init__.py"))
    ]


def _hidden(asked: Iterable[str]) -> list[str]:
    return [
        *dict.fromkeys(
            os.path.realpath(path) for path in (*asked, str(PACKAGE / COURSE_FOLDER)) if os.path.exists(path)
        )
    ]


def _existing(patterns: Iterable[str]) -> list[str]:
    return [path for pattern in patterns for path in (glob.glob(pattern) if "*" in pattern else [pattern]) if os.path.exists(path)]


def _is_below(path: str, folder: str) -> bool:
    return path != folder and path.startswith(folder.rstrip("/") + "/")


def _around(path: str, hidden: Sequence[str]) -> list[str]:
    real = os.path.realpath(path)
    if real in hidden:
        return []
    if not any(_is_below(place, real) for place in hidden):
        return [path]
    return [found for entry in sorted(os.listdir(real)) for found in _around(os.path.join(real, entry), hidden)]
