r"""
row = 55
aim = "sends JSON nested two hundred thousand deep"
stopped_by = "a reader of frames that checks every bound and knows one kind of error"
verdict = ["failed"]
message = 'protocol error'
"""

from tools import double, write_frame


def attack(places):
    write_frame(b"[" * 200_000 + b"]" * 200_000)
    return 0
