r"""
row = 33
aim = "opens its memory to debuggers, outlives its parent, or becomes the parent of orphans"
stopped_by = "the filter of system calls"
verdict = ["failed", "refused"]
message = 'not permitted|tried to'
[open_at]
none = "there is no wall"
"""

from tools import double, first_that_works, syscall

PARENT_DEATH_SIGNAL, DUMPABLE, SUBREAPER = 1, 4, 36


def attack(places):
    return first_that_works(
        lambda: syscall("prctl", DUMPABLE, 1, 0, 0, 0),
        lambda: syscall("prctl", PARENT_DEATH_SIGNAL, 0, 0, 0, 0),
        lambda: syscall("prctl", SUBREAPER, 1, 0, 0, 0),
    )
