r"""
row = 64
aim = "has a file name as long as names may be"
stopped_by = "names that are never made longer, and never used as paths"
verdict = ["failed"]
message = 'not twice the number'
"""

def make(folder):
    path = folder / ("w" * 252 + ".py")
    path.write_text("from tools import double\n\ndef attack(places):\n    return 0\n")
    return path
