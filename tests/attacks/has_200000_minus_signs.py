r"""
row = 66
aim = "has an expression that overflows the parser"
stopped_by = "reading it in the worker, where a crash is a verdict"
verdict = ["failed", "crashed", "out_of_memory", "timed_out"]
message = '.'
"""

def make(folder):
    path = folder / "work.py"
    path.write_text("x = " + "-" * 200_000 + "1\n")
    return path
