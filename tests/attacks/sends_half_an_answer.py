r"""
row = 56
aim = "sends the first half of an answer and then nothing"
stopped_by = "a clock for the whole of a call"
verdict = ["timed_out"]
message = 'still running after the 1 s'
limits = { seconds = 1 }
"""

import time

from tools import double, write_frame


def attack(places):
    write_frame({"ok": 0}, b"x" * 100, payload_length=10_000_000)
    time.sleep(60)
