r"""
row = 16
aim = "has the kernel send a signal to another process when a pipe becomes readable"
stopped_by = "the filter of system calls, Landlock, and a process table of its own"
verdict = ["failed", "refused"]
message = 'not permitted|No such process|not twice the number|tried to'
[open_at]
none = "there is no wall"
"""

import fcntl
import os
import signal
import time

from tools import double


def attack(places):
    reading, writing = os.pipe()
    fcntl.fcntl(reading, fcntl.F_SETSIG, int(signal.SIGTERM))
    fcntl.fcntl(reading, fcntl.F_SETOWN, places["canary_pid"])
    fcntl.fcntl(reading, fcntl.F_SETFL, os.O_ASYNC)
    os.write(writing, b"x")
    time.sleep(0.1)
    return 0
