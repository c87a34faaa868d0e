r"""
row = 69
aim = "is an empty file"
stopped_by = "a message that says so"
verdict = ["failed"]
message = 'the file is empty'
"""

def make(folder):
    path = folder / "work.py"
    path.write_text("")
    return path
