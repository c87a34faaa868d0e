r"""
row = 41
aim = "prints 130 MB"
stopped_by = "the judge, which reads along, keeps the first and last 32 kB, and ends it at the limit"
verdict = ["failed"]
message = 'printed more than the 1 MB'
"""

from tools import double


def attack(places):
    for _ in range(1300):
        print("x" * 100_000)
    return 0
