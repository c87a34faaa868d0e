r"""
row = 40
aim = "makes epoll, event and inotify objects until none is left for other programs"
stopped_by = "a limit of open files; the filter knows no inotify"
verdict = ["failed", "refused"]
message = 'not implemented|not allowed|Too many open files|keep more files open'
"""

import ctypes
import os

from tools import double

MOST = 1_000


def attack(places):
    libc = ctypes.CDLL(None, use_errno=True)
    for _ in range(MOST):
        if min(libc.epoll_create1(0), libc.eventfd(0, 0), libc.inotify_init()) < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return "made"
