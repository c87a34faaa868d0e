r"""
row = 19
aim = "lists the processes of the machine"
stopped_by = "Landlock, and a process table of its own"
verdict = ["failed", "refused"]
message = 'denied|No such file|not permitted|tried to'
[open_at]
filtered = "files that the user may read are within reach, those in /proc included"
none = "there is no wall"
"""

import os

from tools import double


def attack(places):
    seen = [name for name in os.listdir("/proc") if name.isdigit()]
    if str(places["canary_pid"]) not in seen:
        raise PermissionError("Operation not permitted: only its own processes are there")
    return seen
