r"""
row = 55
aim = "sends NaN where JSON has no word for it"
stopped_by = "a reader of frames that checks every bound and knows one kind of error"
verdict = ["failed"]
message = 'protocol error'
"""

from tools import double, number_of_request, write_frame


def attack(places):
    write_frame(b'{"n": "' + number_of_request().encode() + b'", "ok": NaN, "tensors": []}')
    return 0
