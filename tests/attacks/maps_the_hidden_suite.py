r"""
row = 20
aim = "has other calls than `open` bring a secret file in: mapping, loading as a library, torch.load, sqlite, sendfile"
stopped_by = "Landlock; at level full the file is not even there"
verdict = ["failed", "refused"]
message = 'denied|No such file|out of reach|unable to open|cannot open|tried to'
[open_at]
filtered = "it can read whatever the user can read"
none = "there is no wall"
"""

import linecache
import sqlite3
import tokenize

import numpy
import torch

from tools import double, first_that_works


def attack(places):
    path = places["suite"]
    return first_that_works(
        lambda: bytes(torch.UntypedStorage.from_file(path, False, 40).tolist()),
        lambda: numpy.fromfile(path, dtype=numpy.uint8).tobytes(),
        lambda: tokenize.open(path).read(),
        lambda: "".join(linecache.getlines(path)) or fail(path),
        lambda: sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute("select 1").fetchall(),
    )


def fail(path):
    raise PermissionError(f"Permission denied: {path}")
