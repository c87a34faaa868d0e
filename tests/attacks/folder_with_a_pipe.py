r"""
row = 60
aim = "is a folder in which the file is a pipe that nobody writes to"
stopped_by = "a reader that takes regular files only, without waiting"
verdict = ["usage_error"]
message = 'not a regular file'
"""

import os


def make(folder):
    (folder / "ada").mkdir()
    os.mkfifo(folder / "ada" / "work.py")
    return folder / "ada"
