r"""
row = 39
aim = "fills the disk with files of a size that is allowed"
stopped_by = "a scratch folder of its own with a limit"
verdict = ["failed", "crashed", "out_of_memory", "refused"]
message = 'No space left|memory|SIGXFSZ|too much'
[open_at]
landlock = "files have a limit of size, but not of number"
landlock-old = "files have a limit of size, but not of number"
filtered = "files have a limit of size, but not of number"
none = "there is no wall"
"""

from tools import double

MOST_MB = 600


def attack(places):
    for number in range(MOST_MB // 50):
        with open(f"big-{number}", "wb") as file:
            for _ in range(50):
                file.write(b"x" * 2**20)
    return "filled"
