r"""
row = 19
starred = true
aim = "reads environment, memory map and open files of the processes above it"
stopped_by = "Landlock, a process table of its own, and memory that is closed to debuggers"
verdict = ["failed", "refused"]
message = 'not permitted|No such process|denied|No such file|tried to'
[open_at]
filtered = "files that the user may read are within reach, those in /proc included"
none = "there is no wall"
"""

import os

from tools import double, first_that_works, read


def attack(places):
    others = [places["canary_pid"], places["judge"], places["zygote"], places["front"]]
    looks = [(pid, name) for pid in others for name in ("cmdline", "status", "stat", "limits", "environ", "maps", "fd")]
    looks += [(os.getppid(), name) for name in ("environ", "maps", "fd")]  # in a process table of its own, that one is there
    return first_that_works(*(lambda look=look: seen(*look) for look in looks))


def seen(pid, name):
    path = f"/proc/{pid}/{name}"
    return os.listdir(path) if name == "fd" else read(path)
