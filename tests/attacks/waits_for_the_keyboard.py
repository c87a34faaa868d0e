r"""
row = 71
aim = "waits for somebody to type"
stopped_by = "an empty input, and a hint"
verdict = ["failed"]
message = 'no keyboard while grading'
"""

from tools import double


def attack(places):
    return int(input("number? "))
