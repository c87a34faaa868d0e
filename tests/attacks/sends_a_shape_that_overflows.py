r"""
row = 55
aim = "sends a tensor whose size overflows"
stopped_by = "a reader of frames that checks every bound and knows one kind of error"
verdict = ["failed"]
message = 'protocol error'
"""

from tools import double, number_of_request, write_frame


def answer(fields, payload=b""):
    write_frame({"n": number_of_request(), "ok": 0, "changed": [], "held": [], **fields}, payload)


def attack(places):
    answer({"tensors": [{"dtype": "uint8", "shape": [2**32, 2**32]}]})
    return 0
