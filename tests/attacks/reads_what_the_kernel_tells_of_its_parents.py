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
    pids = [places["canary_pid"], os.getppid(), places["judge"], places["zygote"], places["front"]]
    names = ("environ", "maps", "cmdline", "status", "stat", "limits", "task")
    ways = [lambda pid=pid, name=name: look(pid, name) for pid in pids for name in names]
    return first_that_works(*ways)


def look(pid, name):
    path = f"/proc/{pid}/{name}"
    return os.listdir(path) if name == "task" else read(path)
