r"""
row = 20
starred = true
aim = "opens the solution, by a call that Python does not offer, too"
stopped_by = "Landlock; at level full the file is not even there"
verdict = ["failed", "refused"]
message = 'denied|No such file|out of reach|tried to'
[open_at]
filtered = "it can read whatever the user can read"
none = "there is no wall"
"""

import ctypes
import os

from tools import double, first_that_works, read, syscall

OPENAT2, AT_FDCWD = 437, -100


def attack(places):
    path = places["solution"]
    return first_that_works(lambda: read(path), lambda: by_openat2(path), lambda: by_path_descriptor(path), lambda: read(relative(path)))


def by_openat2(path):
    how = (ctypes.c_uint64 * 3)(0, 0, 0)
    return os.read(syscall(OPENAT2, AT_FDCWD, path.encode(), ctypes.byref(how), 24), 10_000)


def by_path_descriptor(path):
    """A descriptor that was opened for nothing may be opened again by way of /proc."""
    return read(f"/proc/self/fd/{os.open(path, os.O_PATH)}")


def relative(path):
    return os.path.relpath(path)
