r"""
row = 60
aim = "is a folder in which the file is a link to a secret file"
stopped_by = "a reader that follows no link out of the folder"
verdict = ["usage_error"]
message = 'leads out of the folder'
"""

from pathlib import Path


def make(folder):
    (folder / "ada").mkdir()
    (folder / "ada" / "work.py").symlink_to(Path("/etc/passwd"))
    return folder / "ada"
