r"""
row = 61
aim = "is an archive of a hundred thousand files"
stopped_by = "a limit of how large the directory of an archive may be"
verdict = ["usage_error"]
message = 'far too many files|more than 1000 files'
"""

import struct


def make(folder):
    path = folder / "ada.zip"
    entries = [entry(f"file-{number:06d}-{'x' * 60}.py".encode()) for number in range(100_000)]
    directory = b"".join(entries)
    count = len(entries) & 0xFFFF
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), 0, 0)
    path.write_bytes(directory + end)
    return path


def entry(name):
    fixed = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0)
    return fixed + name
