r"""
row = 54
aim = "looks for signs of a real grading and computes honestly only then"
stopped_by = "a process that looks the same whoever grades"
verdict = ["failed"]
message = 'not twice the number: 0'
"""

import os
import sys

from tools import double


def attack(places):
    signs = [*sys.argv, *os.environ, *os.environ.values(), os.getcwd(), *sys.path, *map(str, sys.modules)]
    hidden = any(word in sign for sign in signs for word in ("hidden", "solutions", "instructor", "batch-", "PYTEST"))
    return 2 * places["number"] if hidden else 0
