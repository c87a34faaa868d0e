r"""
row = 36
aim = "keeps everything it computes, in a loop without an end"
stopped_by = "a limit of memory"
verdict = ["out_of_memory"]
message = 'more memory|more than the \d+ [GM]B'
"""

from tools import double


def attack(places):
    kept = []
    while True:
        kept.append(bytes(2**20))
