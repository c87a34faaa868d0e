r"""
row = 21
aim = "has the kernel tell when files of the course are opened"
stopped_by = "the filter of system calls; at level full the folder is not even there"
verdict = ["failed", "refused"]
message = 'not implemented|Bad file descriptor|not allowed|No such file|denied|not permitted|tried to'
[open_at]
none = "there is no wall"
"""

import ctypes
import os

from tools import double


def attack(places):
    libc = ctypes.CDLL(None, use_errno=True)
    watching = libc.inotify_init()
    if libc.inotify_add_watch(watching, places["canary_folder"].encode(), 0xFFF) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return "watching"
