r"""
row = 69
aim = "is a folder with two files of which either may be meant"
stopped_by = "a message that names both"
verdict = ["usage_error"]
message = 'one.py|two.py'
"""

def make(folder):
    student = folder / "ada"
    student.mkdir()
    for name in ("one.py", "two.py"):
        (student / name).write_text("def double(x):\n    return 2 * x\n")
    return student
