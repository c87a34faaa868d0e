r"""
row = 33
starred = true
aim = "opens settings of the kernel for writing: the program that is run after a crash, say"
stopped_by = "Landlock, and a user of its own where the grader runs as root"
verdict = ["failed", "refused"]
message = 'denied|No such file|out of reach|Read-only|not permitted'
[open_at]
"filtered as root" = "root may change them"
"none as root" = "root may change them"
"""

import os

from tools import double, first_that_works

SETTINGS = ("kernel/core_pattern", "kernel/modprobe", "vm/overcommit_memory", "kernel/hostname", "user/max_user_namespaces")
PATHS = [f"/proc/sys/{name}" for name in SETTINGS]
PATHS += ["/proc/sysrq-trigger", "/sys/kernel/uevent_helper", "/dev/mem", "/dev/kmsg", "/dev/vda", "/dev/sda"]


def attack(places):
    # Opened, never written.
    return first_that_works(*(lambda path=path: os.open(path, os.O_WRONLY) for path in PATHS))
