r"""
row = 60
aim = "is an archive with two files that are one on other machines"
stopped_by = "a reader that refuses what is not plain"
verdict = ["usage_error"]
message = 'differ in case alone'
"""

import zipfile


def make(folder):
    path = folder / "ada.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("work.py", "def double(x):\n    return 2 * x\n")
        archive.writestr("Work.py", "def double(x):\n    return 0\n")
    return path
