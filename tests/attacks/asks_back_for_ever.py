r"""
row = 51
aim = "asks the suite for functions that it never gave, again and again"
stopped_by = "the judge, which knows which functions the suite gave"
verdict = ["failed", "timed_out", "crashed"]
message = 'protocol error|still running|closed its connection'
limits = { seconds = 2 }
"""

from tools import double, write_frame


def attack(places):
    while True:
        write_frame({"callback": {"call": 1}, "args": [], "kwargs": {"$": "dict", "v": []}, "tensors": []})
