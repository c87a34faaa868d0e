r"""
row = 55
aim = "sends a number of a hundred thousand digits"
stopped_by = "a reader of frames that checks every bound and knows one kind of error"
verdict = ["failed"]
message = 'protocol error'
"""

from tools import double, write_frame


def attack(places):
    write_frame(b'{"n": ' + b"9" * 100_000 + b"}")
    return 0
