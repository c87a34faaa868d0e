r"""
row = 55
aim = "sends text with half a character in it"
stopped_by = "a reader of frames that checks every bound and knows one kind of error"
verdict = ["failed"]
message = 'protocol error|not twice the number'
ordinary = false
"""

from tools import double, number_of_request, write_frame


def answer(fields, payload=b""):
    write_frame({"n": number_of_request(), "ok": 0, "changed": [], "held": [], **fields}, payload)


def attack(places):
    answer({"ok": "\ud800 \udfff", "tensors": []})
    return 0
