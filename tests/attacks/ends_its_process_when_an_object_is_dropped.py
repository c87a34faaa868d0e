r"""
row = 4
aim = "ends its process in a `__del__` that runs before the result is sent"
stopped_by = "the judge: what was not sent does not count"
verdict = ["crashed"]
message = 'ended the process with exit code 0'
"""

import os

from tools import double


class Bomb:
    def __del__(self):
        os._exit(0)


def attack(places):
    Bomb()
    return 2 * places["number"]
