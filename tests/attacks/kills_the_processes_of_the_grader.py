r"""
row = 16
starred = true
aim = "kills zygote, slot and judge"
stopped_by = "Landlock, a process table of its own, and the filter of system calls"
verdict = ["failed", "refused"]
message = 'not permitted|No such process|tried to'
[open_at]
none = "there is no wall"
"""

import os
import signal

from tools import double, first_that_works

ZERO = 0


def attack(places):
    # Another process of the grader than the front, which runs the tests; a dead judge ends the run as a fault.
    pids = [places["judge"], places["slot"], places["zygote"], os.getppid()]
    return first_that_works(*(lambda pid=pid: killed(pid) for pid in pids))


def killed(pid):
    os.kill(pid, ZERO)
    os.kill(pid, signal.SIGCONT)
    return f"{pid} could have been killed"
