r"""
row = 27
aim = "takes away the permissions of its folder and nests folders so deep that deleting them fails"
stopped_by = "a clean-up that goes as deep as it has to"
verdict = ["failed"]
message = 'not twice the number'
"""

import os

from tools import double

DEEPEST = 3_000


def attack(places):
    for _ in range(DEEPEST):
        os.mkdir("d")
        os.chdir("d")
    os.mkdir("closed")
    with open("closed/file", "w") as file:
        file.write("x")
    os.chmod("closed", 0)
    return 0
