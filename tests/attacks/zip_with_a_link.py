r"""
row = 60
aim = "is an archive in which the file is a link to another student's"
stopped_by = "a reader that refuses links"
verdict = ["usage_error"]
message = 'is a link'
"""

import stat
import zipfile


def make(folder):
    path = folder / "ada.zip"
    link = zipfile.ZipInfo("work.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "../../other student/work.py")
    return path
