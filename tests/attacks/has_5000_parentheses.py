r"""
row = 66
aim = "has five thousand nested parentheses"
stopped_by = "Python, which says so"
verdict = ["failed", "crashed", "out_of_memory"]
message = '.'
"""

def make(folder):
    path = folder / "work.py"
    path.write_text("x = " + "(" * 5_000 + ")" * 5_000 + "\n")
    return path
