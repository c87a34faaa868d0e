r"""
row = 16
starred = true
aim = "kills another program of the same user, by every call that sends signals"
stopped_by = "Landlock, a process table of its own, and the filter of system calls"
verdict = ["failed", "refused"]
message = 'not permitted|No such process|tried to'
[open_at]
none = "there is no wall"
"""

import ctypes
import os
import signal

from tools import double, first_that_works, syscall


def attack(places):
    pid = places["canary_pid"]
    info = (ctypes.c_int * 32)(signal.SIGTERM, 0, -1)
    return first_that_works(
        lambda: os.kill(pid, signal.SIGTERM),
        lambda: os.killpg(pid, signal.SIGTERM),
        lambda: syscall("tkill", pid, int(signal.SIGTERM)),
        lambda: syscall("tgkill", pid, pid, int(signal.SIGTERM)),
        lambda: syscall("rt_sigqueueinfo", pid, int(signal.SIGTERM), info),
        lambda: syscall("rt_tgsigqueueinfo", pid, pid, int(signal.SIGTERM), info),
        lambda: signal.pidfd_send_signal(os.pidfd_open(pid), signal.SIGTERM),
    )
