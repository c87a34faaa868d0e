r"""
row = 18
starred = true
aim = "reads the memory of judge, grader and another program"
stopped_by = "Landlock, the filter of system calls, a process table of its own, and memory that is closed to debuggers"
verdict = ["failed", "refused"]
message = 'not permitted|No such process|denied|No such file|tried to'
[open_at]
"filtered as an ordinary user" = "memory of the user's other programs is within reach by way of /proc; the grader's own is not"
none = "there is no wall"
"""

import ctypes
import os
import re

from tools import double, first_that_works, syscall


class Span(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def attack(places):
    pids = [places["judge"], places["canary_pid"], os.getppid(), places["zygote"]]
    ways = [lambda pid=pid: by_call(pid) for pid in pids] + [lambda pid=pid: by_file(pid) for pid in pids]
    return first_that_works(*ways)


def stack_of(pid):
    with open(f"/proc/{pid}/maps") as file:
        line = next(line for line in file if "[stack]" in line)
    start, end = (int(number, 16) for number in re.match(r"(\w+)-(\w+)", line).groups())
    return start, end - start


def by_call(pid):
    try:
        start, size = stack_of(pid)
    except OSError:
        start, size = id(None), 8  # forks share their addresses
    buffer = ctypes.create_string_buffer(size)
    local, remote = Span(ctypes.addressof(buffer), size), Span(start, size)
    syscall("process_vm_readv", pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0)
    return buffer.raw[-2000:]


def by_file(pid):
    start, size = stack_of(pid)
    with open(f"/proc/{pid}/mem", "rb") as file:
        file.seek(start)
        return file.read(size)[-2000:]
