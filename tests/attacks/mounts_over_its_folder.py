r"""
row = 33
starred = true
aim = "mounts a file system, moves the root, or makes device files"
stopped_by = "the filter of system calls, Landlock, and capabilities that are given up"
verdict = ["failed", "refused"]
message = 'not permitted|denied|tried to'
[open_at]
"none as root" = "there is no wall"
"""

import os
import stat

from tools import double, first_that_works, syscall


def attack(places):
    here = os.getcwd().encode()
    os.mkdir("inner")
    return first_that_works(
        lambda: mounted(here + b"/inner"),
        lambda: syscall("fsopen", b"tmpfs", 0),
        lambda: syscall("open_tree", -100, b"/", 1),
        lambda: syscall("chroot", here),
        lambda: syscall("pivot_root", here, here),
        lambda: os.mknod("device", stat.S_IFBLK | 0o600, os.makedev(254, 0)),
        lambda: os.mknod("character", stat.S_IFCHR | 0o600, os.makedev(1, 1)),
    )


def mounted(place):
    syscall("mount", b"none", place, b"tmpfs", 0, 0)
    syscall("umount2", place, 2)
    return "mounted"
