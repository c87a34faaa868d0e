r"""
row = 55
aim = "sends a header that is no UTF-8"
stopped_by = "a reader of frames that checks every bound and knows one kind of error"
verdict = ["failed"]
message = 'protocol error'
"""

from tools import double, write_frame


def attack(places):
    write_frame(b'{"n": "\xff\xfe"}')
    return 0
