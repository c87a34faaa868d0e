r"""
row = 38
aim = "fills /dev/shm, which all programs of the machine share"
stopped_by = "a /dev/shm of its own with a limit; at other levels it cannot be written"
verdict = ["failed", "refused", "crashed", "out_of_memory"]
message = 'write more|wrote more|No space left|denied|File too large|out of reach|No such file|memory|Read-only|not permitted|tried to'
[open_at]
filtered = "it can write where the user can write"
none = "there is no wall"
"""

import os

from tools import double

MOST_MB = 600


def attack(places):
    names = [f"/dev/shm/{places['marker']}-{number}" for number in range(MOST_MB // 100)]
    for name in names:
        with open(name, "wb") as file:
            for _ in range(100):
                file.write(b"x" * 2**20)
    return "filled"
