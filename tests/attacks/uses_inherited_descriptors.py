r"""
row = 25
starred = true
aim = "reads from descriptors that the processes above it may have left open"
stopped_by = "a process start that closes all but five"
verdict = ["failed"]
message = 'not twice the number: \[\]'
"""

import os

from tools import double


def attack(places):
    found = []
    for descriptor in range(5, 4096):
        try:
            os.fstat(descriptor)
        except OSError:
            continue
        found.append(descriptor)
    return found
