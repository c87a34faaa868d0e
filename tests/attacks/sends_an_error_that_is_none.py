r"""
row = 55
aim = "reports an error whose parts are of the wrong kind"
stopped_by = "a reader of frames that checks every bound and knows one kind of error"
verdict = ["failed"]
message = 'protocol error'
"""

from tools import double, number_of_request, write_frame


def answer(fields, payload=b""):
    write_frame({"n": number_of_request(), "changed": [], "held": [], **fields}, payload)


def attack(places):
    answer({"error": {"mro": [[]], "message": {}, "frames": 7}, "tensors": []})
    return 0
