r"""
row = 20
aim = "opens a secret file by the number that the file system gives it"
stopped_by = "the filter of system calls"
verdict = ["failed", "refused"]
message = 'denied|No such file|out of reach|not permitted|tried to'
[open_at]
"none as root" = "there is no wall"
"""

import ctypes
import os

from tools import double, syscall

AT_FDCWD = -100


def attack(places):
    handle = (ctypes.c_uint32 * 34)(128)
    mount = ctypes.c_int()
    syscall("name_to_handle_at", AT_FDCWD, places["canary_file"].encode(), handle, ctypes.byref(mount), 0)
    return os.read(syscall("open_by_handle_at", os.open("/", os.O_RDONLY), handle, 0), 1000)
