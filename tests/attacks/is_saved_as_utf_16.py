r"""
row = 65
aim = "is saved as UTF-16"
stopped_by = "a reader that says so"
verdict = ["failed"]
message = 'UTF-16'
"""

def make(folder):
    path = folder / "work.py"
    path.write_text("def double(x):\n    return 2 * x\n", encoding="utf-16")
    return path
