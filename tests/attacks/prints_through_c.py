r"""
row = 42
aim = "prints without Python knowing"
stopped_by = "descriptors that lead to the same pipe"
verdict = ["failed"]
message = 'not twice the number'
"""

import ctypes
import os

from tools import double


def attack(places):
    libc = ctypes.CDLL(None)
    libc.printf(b"printed by C\n")
    libc.fflush(None)
    os.write(1, b"\xff\xfe\x00 written to descriptor 1\n")
    os.write(2, b"\x1b[31m written to descriptor 2\n")
    return 0
