r"""
row = 69
aim = "has its name in other case"
stopped_by = "nothing has to: it is found, with a note"
verdict = ["failed"]
message = 'not twice the number'
"""

def make(folder):
    student = folder / "ada"
    student.mkdir()
    (student / "Work.PY").write_text("from tools import double\n\ndef attack(places):\n    return 0\n")
    return student
