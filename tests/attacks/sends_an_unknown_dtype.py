r"""
row = 55
aim = "sends a tensor of an unknown dtype"
stopped_by = "a reader of frames that checks every bound and knows one kind of error"
verdict = ["failed"]
message = 'protocol error'
"""

from tools import double, number_of_request, write_frame


def answer(fields, payload=b""):
    write_frame({"n": number_of_request(), "ok": 0, "changed": [], "held": [], **fields}, payload)


def attack(places):
    answer({"tensors": [{"dtype": "__class__", "shape": []}]})
    return 0
