r"""
row = 61
aim = "is an archive of a few kilobytes that unpacks to hundreds of megabytes"
stopped_by = "limits of size and ratio while reading"
verdict = ["usage_error"]
message = 'unpacks to far more'
"""

import zipfile


def make(folder):
    path = folder / "ada.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("work.py", "w") as file:
        for _ in range(200):
            file.write(b"#" * 2**20)
    return path
