r"""
row = 55
aim = "sends a header with the same key twice"
stopped_by = "a reader of frames that checks every bound and knows one kind of error"
verdict = ["failed"]
message = 'protocol error'
"""

from tools import double, number_of_request, write_frame


def attack(places):
    write_frame(b'{"n": "' + number_of_request().encode() + b'", "ok": 1, "ok": 2, "tensors": []}')
    return 0
