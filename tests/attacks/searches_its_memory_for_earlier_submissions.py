r"""
row = 24
aim = "searches its memory, byte by byte, for the submission that was graded before it"
stopped_by = "the way it is built: a submission goes to its own process and through none that others are made from"
verdict = ["failed", "refused"]
message = 'not twice the number: \[\]'
"""

import ctypes
import re

from tools import double


def attack(places):
    pattern = re.compile(re.escape(places["prefix_reversed"][::-1]).encode() + b"[0-9a-f]{32}")
    found = set()
    with open("/proc/self/maps") as maps:
        lines = [line.split() for line in maps]
    for area, access, *_, name in lines:
        start, end = (int(number, 16) for number in area.split("-"))
        if access.startswith("rw") and end - start < 2**28 and name != "[vvar]":
            found.update(pattern.findall(ctypes.string_at(start, end - start)))
    return sorted(match.decode() for match in found)
