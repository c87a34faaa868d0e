r"""
row = 64
aim = "has names that begin with a dash, are reserved on Windows, or are written in two ways"
stopped_by = "names that are never used as paths or options"
verdict = ["failed"]
message = 'not twice the number'
"""

import unicodedata


def make(folder):
    student = folder / "--output=evil"
    student.mkdir()
    for name in ("con.py", "-rf.py", unicodedata.normalize("NFC", "\u00fc.py"), unicodedata.normalize("NFD", "\u00fc.py")):
        (student / name).write_text("raise SystemExit\n")
    (student / "work.py").write_text("from tools import double\n\ndef attack(places):\n    return 0\n")
    return student
