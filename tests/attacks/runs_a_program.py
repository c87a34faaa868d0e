r"""
row = 32
starred = true
aim = "runs a program"
stopped_by = "the filter of system calls"
verdict = ["refused"]
message = 'start a program'
[open_at]
none = "there is no wall"
"""

import subprocess

from tools import double


def attack(places):
    return subprocess.run(["touch", f"/tmp/{places['marker']}-ran"], check=True).returncode
