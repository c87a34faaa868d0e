r"""
row = 34
starred = true
aim = "makes system calls that are newer than the grader"
stopped_by = "the filter of system calls, for which they do not exist"
verdict = ["failed", "refused"]
message = 'not implemented|tried to'
"""

from tools import double, first_that_works, syscall


def attack(places):
    return first_that_works(*(lambda number=number: syscall(number, 0, 0, 0) for number in (473, 480, 500, 2**20)))
