r"""
row = 65
aim = "is saved as Latin-1"
stopped_by = "a reader that says so, with the line"
verdict = ["failed"]
message = 'line 1 holds a byte that is not UTF-8'
"""

def make(folder):
    path = folder / "work.py"
    path.write_text("# verdoppelt f\u00fcr x\ndef double(x):\n    return 2 * x\n", encoding="latin-1")
    return path
