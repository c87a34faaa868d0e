r"""
row = 33
starred = true
aim = "becomes root again, or takes back what it has given up"
stopped_by = "capabilities that are given up for good"
limits = { threads = 2 }
verdict = ["failed", "refused"]
message = 'not permitted|tried to|Invalid argument'
[open_at]
"none as root" = "there is no wall"
"""

import ctypes
import os
import resource

from tools import double, first_that_works, syscall

PR_SET_DUMPABLE, PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 1, 22, 38


def attack(places):
    for thread in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{thread}/status") as file:
            effective = next(line.split()[1] for line in file if line.startswith("CapEff"))
        if int(effective, 16):
            return f"thread {thread} still has the capabilities {effective}"
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    everything = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 3, *[0x1FF] * 3)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return first_that_works(
        lambda: syscall("capset", header, everything),
        lambda: syscall("prctl", PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0),
        lambda: syscall("prctl", PR_SET_SECCOMP, 0, 0, 0, 0),
        lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (hard + 1, hard + 1)),
    )
