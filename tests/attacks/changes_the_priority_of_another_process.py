r"""
row = 17
starred = true
aim = "makes another process slower"
stopped_by = "the filter of system calls, and a process table of its own"
verdict = ["failed", "refused"]
message = 'not permitted|No such process|tried to'
[open_at]
none = "there is no wall"
"""

import os

from tools import double, first_that_works


def attack(places):
    pid = places["canary_pid"]
    return first_that_works(
        lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
        lambda: os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0)),
        lambda: os.setpriority(os.PRIO_USER, 0, os.getpriority(os.PRIO_USER, 0)),
    )
