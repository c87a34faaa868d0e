r"""
row = 17
starred = true
aim = "changes the resource limits of another process"
stopped_by = "the filter of system calls, and a process table of its own"
verdict = ["failed", "refused"]
message = 'not permitted|No such process|tried to'
[open_at]
none = "there is no wall"
"""

import resource

from tools import double


def attack(places):
    soft, hard = resource.prlimit(places["canary_pid"], resource.RLIMIT_NOFILE)
    resource.prlimit(places["canary_pid"], resource.RLIMIT_NOFILE, (min(17, hard), hard))
    return "changed"
