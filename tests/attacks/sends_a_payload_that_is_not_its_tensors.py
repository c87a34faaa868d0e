r"""
row = 55
aim = "sends more bytes than its tensors have"
stopped_by = "a reader of frames that checks every bound and knows one kind of error"
verdict = ["failed"]
message = 'protocol error'
"""

from tools import double, number_of_request, write_frame


def answer(fields, payload=b""):
    write_frame({"n": number_of_request(), "ok": 0, "changed": [], "held": [], **fields}, payload)


def attack(places):
    answer({"tensors": [{"dtype": "float32", "shape": [2]}]}, b"x" * 100)
    return 0
