r"""
row = 6
aim = "raises an exception whose text steers the terminal, reverses the line and breaks the encoding"
stopped_by = "the reports, which show such characters escaped"
verdict = ["failed"]
message = 'RuntimeError'
"""

from tools import double


def attack(places):
    raise RuntimeError("\x1b[2J\x1b]0;passed\x07\r\udcff\ud800 \u202epoints\u2066 \x00 \x9b31m \u2028 passed")
