r"""
row = 33
starred = true
aim = "uses corners of the kernel that were broken before: io_uring, bpf, perf, userfaultfd, keys, shared memory of System V"
stopped_by = "the filter of system calls"
verdict = ["failed", "refused"]
message = 'not implemented|not permitted|tried to'
[open_at]
none = "there is no wall"
"""

import ctypes

from tools import double, first_that_works, syscall

IPC_CREATE, IPC_REMOVE, PRIVATE = 0o1600, 0, 0


def attack(places):
    empty = ctypes.create_string_buffer(256)
    return first_that_works(
        lambda: syscall("io_uring_setup", 4, empty),
        lambda: syscall("bpf", 0, empty, 72),
        lambda: syscall("perf_event_open", empty, 0, -1, -1, 0),
        lambda: syscall("userfaultfd", 1),
        lambda: syscall("keyctl", 0, -3, 1),
        lambda: syscall("add_key", b"user", b"name", b"x", 1, -3),
        lambda: syscall("memfd_secret", 0),
        lambda: syscall("fanotify_init", 0, 0),
        lambda: syscall("shmctl", syscall("shmget", PRIVATE, 4096, IPC_CREATE), IPC_REMOVE, 0),
        lambda: syscall("msgctl", syscall("msgget", PRIVATE, IPC_CREATE), IPC_REMOVE, 0),
        lambda: syscall("kcmp", 1, 1, 0, 0, 0),
        lambda: syscall("iopl", 3),
        lambda: syscall("syslog", 10, 0, 0),
        lambda: syscall("init_module", empty, 256, b""),
    )
