r"""
row = 51
aim = "answers before it is asked, with a number it guessed"
stopped_by = "random numbers that an answer has to repeat"
verdict = ["failed"]
message = 'protocol error'
"""

from tools import double, write_frame


def attack(places):
    write_frame({"n": "0" * 16, "ok": 2 * places["number"], "changed": [], "held": [], "tensors": []})
    return 2 * places["number"]
