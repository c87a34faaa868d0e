r"""
row = 20
starred = true
aim = "reaches a secret file by way of the root and working folders that /proc shows"
stopped_by = "Landlock, and a file system of its own"
verdict = ["failed", "refused"]
message = 'denied|No such file|out of reach|not permitted|No such process|tried to'
[open_at]
filtered = "it can read whatever the user can read"
none = "there is no wall"
"""

import os

from tools import double, first_that_works, read


def attack(places):
    path = places["canary_file"]
    pids = ["self", "1", os.getppid(), places["judge"], places["canary_pid"]]
    ways = [lambda pid=pid: read(f"/proc/{pid}/root{path}") for pid in pids]
    ways += [lambda pid=pid: read(f"/proc/{pid}/cwd/{path}") for pid in pids]
    return first_that_works(lambda: read(path), *ways)
