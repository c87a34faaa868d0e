r"""
row = 67
aim = "lays files named like libraries, pytest and Python's start-up files beside its own"
stopped_by = "files that are loaded from text, and found behind every library"
verdict = ["failed"]
message = 'not twice the number'
"""

HOSTILE = "import os\nos._exit(3)\n"


def make(folder):
    student = folder / "ada"
    student.mkdir()
    names = ("torch", "random", "json", "conftest", "sitecustomize", "usercustomize", "grader", "pytest", "test_hidden", "tools")
    for name in names:
        (student / f"{name}.py").write_text(HOSTILE)
    (student / "evil.pth").write_text("import os; os._exit(3)\n")
    (student / "pytest.ini").write_text("[pytest]\naddopts = --version\n")
    (student / "work.py").write_text("import json, random\nfrom tools import double\n\ndef attack(places):\n    return 0\n")
    return student
