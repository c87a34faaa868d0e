r"""
row = 57
aim = "closes its connection to the judge"
stopped_by = "the judge, which asks how the process ended"
verdict = ["crashed"]
message = 'closed its connection'
"""

import os

from tools import double


def attack(places):
    os.close(3)
    return 0
