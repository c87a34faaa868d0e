r"""
row = 16
starred = true
aim = "sends a signal to every process that it may signal"
stopped_by = "Landlock, a process table of its own, and the filter of system calls"
verdict = ["failed", "refused"]
message = 'not permitted|No such process|tried to'
[open_at]
none = "there is no wall"
"""

import os

from tools import double, first_that_works, syscall


def attack(places):
    # Signal 0 asks for permission only: should nothing stop it, nobody dies.
    first_that_works(lambda: os.kill(-1, 0), lambda: syscall("kill", 2**64 - 1, 0), lambda: syscall("kill", 2**32 - 1, 0))
    return "everybody could have been killed"
