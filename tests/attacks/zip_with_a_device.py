r"""
row = 60
aim = "is an archive with a device file in it"
stopped_by = "a reader that takes regular files only"
verdict = ["usage_error"]
message = 'no regular file'
"""

import stat
import zipfile


def make(folder):
    path = folder / "ada.zip"
    device = zipfile.ZipInfo("work.py")
    device.external_attr = (stat.S_IFBLK | 0o666) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(device, "")
    return path
