r"""
row = 61
aim = "is an archive in an archive in an archive"
stopped_by = "a reader that does not look into archives inside"
verdict = ["usage_error"]
message = 'no Python file'
"""

import io
import zipfile


def make(folder):
    data = b"def double(x):\n    return 2 * x\n"
    name = "work.py"
    for _ in range(20):
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as archive:
            archive.writestr(name, data)
        data, name = inner.getvalue(), "inner.zip"
    path = folder / "ada.zip"
    path.write_bytes(data)
    return path
