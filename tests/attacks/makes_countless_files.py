r"""
row = 39
aim = "makes so many empty files that the disk can hold no more"
stopped_by = "a scratch folder of its own with a limit of files"
verdict = ["failed", "refused"]
message = 'No space left'
[open_at]
landlock = "files have a limit of size, but not of number"
landlock-old = "files have a limit of size, but not of number"
filtered = "files have a limit of size, but not of number"
none = "there is no wall"
"""

from tools import double

MOST = 30_000


def attack(places):
    for number in range(MOST):
        with open(f"file-{number}", "w"):
            pass
    return number
