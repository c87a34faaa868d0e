r"""
row = 60
aim = "is an archive with the same name twice, once right and once not"
stopped_by = "a reader that refuses what is not plain"
verdict = ["usage_error"]
message = 'twice'
"""

import warnings
import zipfile


def make(folder):
    path = folder / "ada.zip"
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("work.py", "def double(x):\n    return 2 * x\n")
        archive.writestr("work.py", "def double(x):\n    return 0\n")
    return path
