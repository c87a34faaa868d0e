r"""
row = 65
aim = "holds a NUL byte"
stopped_by = "a reader that says so, with the line"
verdict = ["failed"]
message = 'NUL byte in line 2'
"""

def make(folder):
    path = folder / "work.py"
    path.write_bytes(b"def double(x):\n    return 2 * x\0\n")
    return path
