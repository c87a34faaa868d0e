r"""
row = 20
starred = true
aim = "looks for keys and tokens in the user's home folder"
stopped_by = "Landlock; at level full the folder is not even there"
verdict = ["failed", "refused"]
message = 'denied|No such file|out of reach|tried to'
[open_at]
filtered = "it can read whatever the user can read"
none = "there is no wall"
"""

import os

from tools import double, first_that_works, read


def attack(places):
    home = places["home"]
    files = (".ssh/id_rsa", ".ssh/id_ed25519", ".netrc", ".git-credentials", ".bash_history", ".kaggle/kaggle.json")
    return first_that_works(lambda: os.listdir(home), *(lambda name=name: read(f"{home}/{name}") for name in files))
