r"""
row = 63
aim = "has a name that a spreadsheet would take for a formula"
stopped_by = "reports that quote what they show"
verdict = ["failed"]
message = 'not twice the number'
"""

def make(folder):
    student = folder / '=HYPERLINK("http:example.invalid","click")\t@+-'
    student.mkdir()
    (student / "work.py").write_text("from tools import double\n\ndef attack(places):\n    return 0\n")
    return student
