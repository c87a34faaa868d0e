r"""
row = 21
starred = true
aim = "asks whether files exist and how large they are, without opening them"
stopped_by = "a file system of its own, in which they do not exist"
verdict = ["failed", "refused"]
message = 'No such file|out of reach'
[open_at]
landlock = "Landlock does not hide that a file exists, nor its size; what is in it stays hidden"
landlock-old = "Landlock does not hide that a file exists, nor its size; what is in it stays hidden"
filtered = "it can read whatever the user can read"
none = "there is no wall"
"""

import os

from tools import double


def attack(places):
    return os.stat(places["suite"]).st_size
