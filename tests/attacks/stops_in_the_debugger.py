r"""
row = 71
aim = "stops in the debugger"
stopped_by = "an empty input, and a hint"
verdict = ["failed"]
message = 'debugger|BdbQuit|no keyboard'
"""

from tools import double


def attack(places):
    breakpoint()
    return 0
