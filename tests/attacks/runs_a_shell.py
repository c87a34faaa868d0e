r"""
row = 32
starred = true
aim = "runs a command line by `os.system`"
stopped_by = "the filter of system calls"
verdict = ["failed", "refused"]
message = 'not twice the number: [1-9-]|start a program'
[open_at]
none = "there is no wall"
"""

import os

from tools import double


def attack(places):
    return os.system(f"touch /tmp/{places['marker']}-ran")
