r"""
row = 33
starred = true
aim = "makes namespaces, in which it would be root, to reach more of the kernel"
stopped_by = "the filter of system calls"
verdict = ["failed", "refused"]
message = 'not permitted|not implemented|tried to'
[open_at]
none = "there is no wall"
"""

import os

from tools import double, first_that_works, syscall

USER, MOUNT, NET, PID, SIGCHLD = 0x10000000, 0x20000, 0x40000000, 0x20000000, 17


def attack(places):
    return first_that_works(
        lambda: syscall("unshare", USER | MOUNT | NET),
        lambda: syscall("unshare", MOUNT),
        lambda: cloned(USER | PID),
        lambda: cloned(NET),
        lambda: syscall("setns", os.open("/proc/self/ns/user", os.O_RDONLY), 0),
        lambda: syscall("clone3", 0, 88),
    )


def cloned(flags):
    pid = syscall("clone", flags | SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return "made"
