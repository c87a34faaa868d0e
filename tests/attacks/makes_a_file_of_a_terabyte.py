r"""
row = 39
aim = "makes a file that claims to be a terabyte large"
stopped_by = "a limit of file size"
verdict = ["failed", "refused", "crashed", "out_of_memory"]
message = 'write more|wrote more|File too large|SIGXFSZ|No space left'
"""

from tools import double


def attack(places):
    with open("giant", "wb") as file:
        file.truncate(2**40)
    return "made"
