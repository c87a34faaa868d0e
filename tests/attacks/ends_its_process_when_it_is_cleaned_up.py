r"""
row = 4
aim = "exits, prints and sleeps in `atexit` and `__del__` after its result was sent"
stopped_by = "the slot, which kills the process and never lets it finish"
verdict = ["passed"]
message = ''
earns = true
"""

import atexit
import os
import time

from tools import double


class Bomb:
    def __del__(self):
        print("exploded")
        time.sleep(30)
        os._exit(5)


KEPT = Bomb()


def attack(places):
    atexit.register(time.sleep, 30)
    atexit.register(os._exit, 5)
    return 2 * places["number"]
