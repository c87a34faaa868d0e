r"""
row = 69
aim = "is an empty folder"
stopped_by = "a message that says so"
verdict = ["usage_error"]
message = 'the folder is empty'
"""

def make(folder):
    (folder / "ada").mkdir()
    return folder / "ada"
