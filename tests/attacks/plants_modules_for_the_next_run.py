r"""
row = 67
aim = "writes modules and start-up files where Python looks for them"
stopped_by = "Landlock, and a file system that is read-only"
verdict = ["failed", "refused"]
message = 'Read-only|denied|out of reach|not permitted|No such file|tried to'
[open_at]
filtered = "it can write where the user can write"
none = "there is no wall"
"""

import os
import sys

from tools import double, first_that_works


def attack(places):
    folders = [places["canary_folder"], *sys.path, sys.prefix, places["grader"], f"{places['grader']}/grader", os.path.dirname(os.__file__)]
    folders = [folder for folder in folders if os.path.isabs(folder) and not folder.endswith(".zip")]
    return first_that_works(*(lambda folder=folder: plant(folder, places) for folder in folders))


def plant(folder, places):
    path = f"{folder}/{places['marker']}.pth"
    with open(path, "w") as file:
        file.write("# harmless\n")
    os.remove(path)
    return "planted"
