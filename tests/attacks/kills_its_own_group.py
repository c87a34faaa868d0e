r"""
row = 16
aim = "kills its own process group"
stopped_by = "a session of its own: nobody else is in its group"
verdict = ["crashed"]
message = 'SIGKILL'
"""

import os
import signal

from tools import double


def attack(places):
    os.killpg(0, signal.SIGKILL)
