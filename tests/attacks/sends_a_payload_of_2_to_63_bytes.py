r"""
row = 55
aim = "announces a payload of 2⁶³ bytes"
stopped_by = "a reader of frames that checks every bound and knows one kind of error"
verdict = ["failed"]
message = 'protocol error'
"""

from tools import double, write_frame


def attack(places):
    write_frame({}, payload_length=2**63)
    return 0
