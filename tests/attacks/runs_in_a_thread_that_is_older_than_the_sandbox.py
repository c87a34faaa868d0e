r"""
row = 20
starred = true
aim = "runs in a thread that a library started before the sandbox was entered, which would not be bound by it"
stopped_by = "a process that has one thread when it enters the sandbox"
limits = { threads = 2 }
verdict = ["failed", "refused"]
message = 'denied|No such file|out of reach|tried to'
[open_at]
filtered = "it can read whatever the user can read"
none = "there is no wall"
"""

import ctypes
import os
import threading
import time

from tools import double, read, syscall

SIGNAL = 10
KEPT = []


def attack(places):
    """A signal handler runs in the thread that the signal is sent to."""
    seen = {}

    def handle(number):
        try:
            seen[threading.get_native_id()] = read(places["suite"])
        except OSError as error:
            seen[threading.get_native_id()] = error

    KEPT.append(ctypes.CFUNCTYPE(None, ctypes.c_int)(handle))
    ctypes.CDLL(None).signal(SIGNAL, KEPT[0])
    for thread in os.listdir("/proc/self/task"):
        syscall("tgkill", os.getpid(), int(thread), SIGNAL)
        time.sleep(0.05)
    texts = [text for text in seen.values() if isinstance(text, str)]
    if texts:
        return texts
    raise next(iter(seen.values()))
