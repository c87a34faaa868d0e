r"""
row = 3
aim = "calls `pytest.exit`, so that no further check would run"
stopped_by = "the worker, in whose process no check runs"
verdict = ["failed"]
message = 'Exit: done|raised Exit'
"""

import pytest

from tools import double


def attack(places):
    pytest.exit("done", 0)
