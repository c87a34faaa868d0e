r"""
row = 7
aim = "loops for ever, every signal that can be ignored ignored"
stopped_by = "the clock, and a signal that cannot be ignored"
verdict = ["timed_out"]
message = 'still running after the 1 s'
limits = { seconds = 1 }
"""

import signal

from tools import double


def attack(places):
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_IGN)
        except OSError:
            pass
    while True:
        pass
