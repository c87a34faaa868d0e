r"""
row = 17
starred = true
aim = "takes cores away from another process"
stopped_by = "the filter of system calls, and a process table of its own"
verdict = ["failed", "refused"]
message = 'not permitted|No such process|tried to'
[open_at]
none = "there is no wall"
"""

import os

from tools import double


def attack(places):
    os.sched_setaffinity(places["canary_pid"], {min(os.sched_getaffinity(0))})
    return "pinned"
