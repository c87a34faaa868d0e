r"""
row = 3
aim = "calls `pytest.skip`, as if the check were not meant for this machine"
stopped_by = "the worker, in whose process no check runs"
verdict = ["failed"]
message = 'raised Skipped'
"""

import pytest

from tools import double


def attack(places):
    pytest.skip("not here")
