"""Which files a worker may open: what Python, torch and the exercise need, and nothing that belongs to the course or the user."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.sandbox.landlock import DEVICE, READ, READ_AND_RUN, READ_FILE, SCRATCH, WRITE_FILE, Rule

PACKAGE = Path(__file__).resolve().parents[1]
COURSE_FOLDER = "course"  # inside an installed package: suites and solutions
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/opt/cuda", "/usr/local/cuda")
_SYSTEM_FILES = (
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/nsswitch.conf", "/etc/passwd", "/etc/group", "/etc/mime.types"),
    *("/etc/fonts", "/etc/matplotlibrc", "/sys/devices/system/cpu", "/sys/devices/system/node"),
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_PROC = (
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/filesystems",
    "/proc/sys/vm/overcommit_memory",
)
_CUDA_READ = (
    *("/proc/driver/nvidia", "/proc/driver/nvidia-uvm", "/proc/devices", "/proc/modules", "/proc/version", "/proc/sys"),
    *("/sys/devices", "/sys/bus/pci", "/sys/module/nvidia", "/sys/class", "/dev/shm"),
    *("/usr/lib/wsl", "/etc/nvidia", "/usr/local/nvidia"),
)
_CUDA_DEVICES = ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/dxg")


def rules_for_worker(scratch: str, readable: Sequence[str], gpu: int | None) -> list[Rule]:
    """Return what a worker may open.

    Args:
        scratch: the folder that it may write in.
        readable: further paths that it may read, such as a dataset that the exercise names.
        gpu: index of the GPU that it may use; None for none.
    """
    rules = [Rule(path, READ_AND_RUN) for path in _SYSTEM]
    rules += [Rule(path, READ) for path in _SYSTEM_FILES]
    rules += [Rule(path, READ_FILE | WRITE_FILE) for path in _DEVICES]
    rules += [Rule(path, READ_AND_RUN) for path in python_places(sys.path)]
    rules += [Rule(path, READ) for path in (*_PROC, *readable)]
    rules += [Rule(scratch, SCRATCH)]
    return rules if gpu is None else rules + _rules_for_gpu(gpu)


def _rules_for_gpu(gpu: int) -> list[Rule]:
    nodes = (*_CUDA_DEVICES, f"/dev/nvidia{gpu}")
    # The driver (570 and newer) writes thread names; a rule on /proc/self, made in the child itself, with dumpable off
    # lets nothing else of procfs be written.
    own = [Rule("/proc/self", READ | WRITE_FILE)]
    return [Rule(node, DEVICE) for node in nodes] + [Rule(path, READ) for path in _CUDA_READ] + own


def python_places(search_path: Iterable[str]) -> list[str]:
    """Return the folders and files of the interpreter and its packages, our own package without the course inside it.

    A rule of Landlock holds for all that lies below its path, so a folder that holds the course is named entry by entry.
    """
    places: dict[str, None] = {}
    for entry in (sys.prefix, sys.base_prefix, sys.exec_prefix, *search_path):
        if not entry or not os.path.isabs(entry) or not os.path.exists(entry):
            continue
        for place in _without_course(Path(entry).resolve()):
            places[str(place)] = None
    for place in _without_course(PACKAGE):
        places[str(place)] = None
    return list(places)


def _without_course(place: Path) -> list[Path]:
    """Return `place`, or its entries where our package (with a course in it, or a repository around it) lies below it."""
    if place != PACKAGE and PACKAGE not in place.parents and place not in PACKAGE.parents:
        return [place]
    if place in (PACKAGE.parent,) and _is_repository(place):
        return []  # a clone: the package itself is named on its own, the exercises and solutions beside it are not
    if place == PACKAGE:
        return [entry for entry in place.iterdir() if entry.name != COURSE_FOLDER]
    return [
        found
        for entry in place.iterdir()
        for found in (_without_course(entry) if entry in (PACKAGE, *PACKAGE.parents) else [entry])
    ]


def _is_repository(folder: Path) -> bool:
    return (folder / "exercises").is_dir()
