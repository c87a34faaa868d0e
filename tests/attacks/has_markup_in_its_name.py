r"""
row = 62
aim = "has markup in the names of its folder and files"
stopped_by = "reports that escape what they show"
verdict = ["failed"]
message = 'not twice the number'
"""

def make(folder):
    student = folder / "<script>alert(1)<" "script> & \x1b[31m"
    student.mkdir()
    (student / "<b>work<b>\u202e.py").write_text("from tools import double\n\ndef attack(places):\n    return 0\n")
    return student
