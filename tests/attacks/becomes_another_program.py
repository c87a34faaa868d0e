r"""
row = 32
starred = true
aim = "turns its process into another program: by name, by descriptor, out of memory, with more rights"
stopped_by = "the filter of system calls; rights are given up for good besides"
verdict = ["failed", "refused"]
message = 'denied|not permitted|start a program|No such file|tried to'
[open_at]
none = "there is no wall"
"""

import os
import shutil
import sys

from tools import double, first_that_works, syscall

AT_EMPTY_PATH = 0x1000


def attack(places):
    # Whatever succeeds turns this process into a program that ends at once.
    return first_that_works(
        lambda: os.execv("/bin/true", ["true"]),
        lambda: os.execv(sys.executable, ["python", "-c", ""]),
        lambda: os.execv(shutil.which("sudo") or "/usr/bin/sudo", ["sudo", "-n", "true"]),
        lambda: os.posix_spawn("/bin/true", ["true"], {}),
        lambda: syscall("execveat", os.open("/bin/true", os.O_RDONLY), b"", 0, 0, AT_EMPTY_PATH),
        lambda: from_memory(),
        lambda: run_by_the_loader(),
    )


def from_memory():
    program = os.memfd_create("program")
    with open("/bin/true", "rb") as file:
        os.write(program, file.read())
    os.execve(program, ["true"], {})


def run_by_the_loader():
    os.execv("/lib64/ld-linux-x86-64.so.2", ["ld", "/bin/true"])
