r"""
row = 60
aim = "is an archive with a name on another drive, written with backslashes"
stopped_by = "a reader that unpacks nothing to the disk and refuses such names"
verdict = ["usage_error"]
message = 'leads out of it'
"""

import zipfile


def make(folder):
    path = folder / "ada.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("work.py", "def double(x):\n    return 2 * x\n")
        archive.writestr("C:\\Windows\\evil.py", "evil")
    return path
