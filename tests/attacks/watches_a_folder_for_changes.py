r"""
row = 21
aim = "has the kernel tell when files of the course are opened"
stopped_by = "Landlock; at level full the folder is not even there"
verdict = ["failed", "refused"]
message = 'No such file|denied|not permitted|tried to'
[open_at]
landlock = "Landlock does not cover being told of changes; what is in the files stays hidden"
landlock-old = "Landlock does not cover being told of changes; what is in the files stays hidden"
filtered = "it can read whatever the user can read"
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
