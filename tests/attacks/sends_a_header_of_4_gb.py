r"""
row = 55
aim = "announces a header of 4 GB"
stopped_by = "a reader of frames that checks every bound and knows one kind of error"
verdict = ["failed"]
message = 'protocol error'
"""

from tools import double, write_frame


def attack(places):
    write_frame({}, header_length=2**32 - 1)
    return 0
