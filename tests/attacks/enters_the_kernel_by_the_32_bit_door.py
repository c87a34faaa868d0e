r"""
row = 34
starred = true
aim = "makes system calls by the door for 32-bit programs, where numbers mean other calls"
stopped_by = "the filter of system calls, which ends the process"
verdict = ["crashed"]
message = 'SIGSYS|SIGSEGV|segmentation fault'
[open_at]
none = "there is no wall"
"""

import ctypes
import mmap
import platform

from tools import double

# mov eax, 20 (getpid in the 32-bit table); int 0x80; ret
CODE = bytes.fromhex("b814000000cd80c3")


def attack(places):
    if platform.machine() != "x86_64":
        ctypes.string_at(0)
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(CODE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return f"process {ctypes.CFUNCTYPE(ctypes.c_long)(address)()}"
