r"""
row = 65
aim = "declares an encoding that takes minutes to read or runs a decoder of its own"
stopped_by = "a reader that knows which encodings source can be in"
verdict = ["failed"]
message = 'declare the encoding'
"""

def make(folder):
    path = folder / "work.py"
    path.write_bytes(b"# coding: unicode_escape\ndef double(x):\n    return 2 * x\n")
    return path
