r"""
row = 18
starred = true
aim = "copies an open descriptor of the judge into its own process"
stopped_by = "the filter of system calls, and a process table of its own"
verdict = ["failed", "refused"]
message = 'not implemented|not permitted|No such process|denied|No such file|tried to'
[open_at]
none = "there is no wall"
"""

import os

from tools import double, first_that_works, syscall


def attack(places):
    pids = [places["judge"], os.getppid(), places["canary_pid"]]
    by_call = [lambda pid=pid: syscall("pidfd_getfd", syscall("pidfd_open", pid, 0), 0, 0) for pid in pids]
    by_file = [lambda pid=pid, fd=fd: os.open(f"/proc/{pid}/fd/{fd}", os.O_RDONLY) for pid in pids for fd in range(3, 9)]
    return first_that_works(*by_call, *by_file)
