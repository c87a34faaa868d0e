r"""
row = 61
aim = "is an archive that says its file is small, and it is not"
stopped_by = "limits that count what is read, not what is said"
verdict = ["usage_error", "failed"]
message = 'damaged|larger than|unpacks to far more|cannot be read'
"""

import zipfile


def make(folder):
    path = folder / "ada.zip"
    text = b"def double(x):\n    return 2 * x\n" + b"#" * (50 * 2**20)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("work.py", text)
    data = path.read_bytes()
    size = len(text).to_bytes(4, "little")
    path.write_bytes(data.replace(size, (100).to_bytes(4, "little")))
    return path
