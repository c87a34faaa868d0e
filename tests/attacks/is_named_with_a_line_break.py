r"""
row = 64
aim = "has a file name with line breaks and control characters"
stopped_by = "names that are cleaned before they are shown"
verdict = ["failed"]
message = 'not twice the number'
"""

def make(folder):
    path = folder / "work\n\r\x1b[2J\x07\udcff.py"
    path.write_text("from tools import double\n\ndef attack(places):\n    return 0\n")
    return path
