r"""
row = 20
aim = "looks for the suites and solutions that lie beside or inside the grader's own package"
stopped_by = "Landlock, which opens the package but not the course; at level full the files are not even there"
verdict = ["failed", "refused"]
message = 'denied|No such file|out of reach|tried to'
[open_at]
filtered = "it can read whatever the user can read"
none = "there is no wall"
"""

from pathlib import Path

import grader
from tools import double, first_that_works, read


def attack(places):
    package = Path(grader.__file__).parent
    names = ("solutions/exercise1/test_hidden.py", "exercises/exercise1/README.md", "pyproject.toml", ".git/config", ".git")
    paths = [f"{root}/{name}" for root in (package / "course", package.parent, places["grader"]) for name in names]
    return first_that_works(*(lambda path=path: read(path) for path in paths))
