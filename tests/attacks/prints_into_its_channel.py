r"""
row = 57
aim = "lays its connection to the judge over its output and prints"
stopped_by = "the reader of frames, which takes this for no frame"
verdict = ["failed"]
message = 'protocol error'
"""

import os

from tools import double


def attack(places):
    os.dup2(3, 1)
    print("all checks passed")
    os.write(1, b"all checks passed\n")
    return 0
