r"""
row = 66
aim = "has five megabytes of source"
stopped_by = "a limit of size"
verdict = ["failed"]
message = 'larger than 1 MB'
"""

def make(folder):
    path = folder / "work.py"
    path.write_text("x = 1\n" * 900_000)
    return path
