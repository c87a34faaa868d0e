r"""
row = 27
aim = "lays links to secret files into its folder and reads, or has the grader read, through them"
stopped_by = "Landlock, which follows links, and a grader that opens nothing there"
verdict = ["failed", "refused"]
message = 'denied|No such file|out of reach|cross-device|Invalid cross|tried to'
[open_at]
filtered = "it can read whatever the user can read"
none = "there is no wall"
"""

import os

from tools import double, first_that_works, read


def attack(places):
    return first_that_works(lambda: through(os.symlink, places["suite"]), lambda: through(os.link, places["suite"]))


def through(link, path):
    name = f"link-{link.__name__}"
    link(path, name)
    return read(name)
