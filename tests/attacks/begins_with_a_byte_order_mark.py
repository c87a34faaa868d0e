r"""
row = 65
aim = "begins with a byte order mark and mixes line ends and tabs"
stopped_by = "nothing has to: it is read as it is meant"
verdict = ["failed"]
message = 'not twice the number'
"""

def make(folder):
    path = folder / "work.py"
    path.write_bytes(b"\xef\xbb\xbffrom tools import double\r\n\rdef attack(places):\r\n\treturn 0\n")
    return path
