r"""
row = 41
aim = "fills the pipe that tells the judge where it hangs, then hangs"
stopped_by = "the judge, which reads 32 kB of it at most, for half a second at most"
verdict = ["timed_out"]
message = 'still running after the 1 s'
limits = { seconds = 1 }
"""

import os
import signal
import threading

from tools import double


def attack(places):
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    while True:
        os.write(4, b'  File "work.py", line 999999999999999999999999 in attack\n' * 1000)
