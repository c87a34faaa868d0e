"""What the walls refuse, and what grading lacks, is told in words: what was tried, where, and what to look at next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import check_of, told

from grader.records import CheckRecord, Result

SOURCE = '''
import os

def downloads(x):
    from torchvision.datasets import FashionMNIST
    FashionMNIST("data", download=True)

def opens_a_page(x):
    import urllib.request
    urllib.request.urlopen("https://example.com/weights.pt")

def connects(x):
    import socket
    socket.create_connection(("127.0.0.1", 80))

def asks_for_a_name(x):
    import socket
    socket.getaddrinfo("example.com", 80)

def hides_the_cause(x):
    import urllib.request
    try:
        urllib.request.urlopen("https://example.com/weights.pt")
    except OSError as error:
        raise RuntimeError(f"no weights: {error}")

def runs_a_program(x):
    import subprocess
    subprocess.run(["nvidia-smi", "-L"])

def reads_a_file(x):
    with open("/etc/shadow") as file:
        return file.read()

def reads_its_own_computer(x):
    with open("/home/ada/data.csv") as file:
        return file.read()

def writes_a_file(x):
    open("/model.pt", "wb")

def stops_its_parent(x):
    os.kill(os.getppid(), 15)

def starts_threads(x):
    import threading, time
    for _ in range(5_000):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()

def fills_its_folder(x):
    with open("big", "wb") as file:
        for _ in range(600):
            file.write(bytes(2**20))

def keeps_files_open(x):
    kept = [open("a", "w") for _ in range(1_000)]

def asks_for_input(x):
    return input("how many? ")

def stops_in_the_debugger(x):
    breakpoint()

def opens_a_window(x):
    import matplotlib
    matplotlib.use("TkAgg")
    import matplotlib.pyplot as plt
    plt.figure()

def shows_a_picture(x):
    import matplotlib.pyplot as plt
    plt.plot([1, 2])
    plt.show()
    return 2 * x

def lacks_a_package(x):
    import tensorflow

def misses_its_own_file(x):
    with open("notes.txt") as file:
        return file.read()

def goes_on_without_a_network(x):
    import urllib.request
    try:
        urllib.request.urlopen("https://example.com/")
    except OSError:
        pass
    return 2 * x
'''
NETWORK = ("refused", "open a network connection", "no network while grading")
# function -> verdict, words of the message, words of the hint
WORDS = {
    "downloads": NETWORK,
    "opens_a_page": ("refused", "(https://example.com/weights.pt)", "no network while grading"),
    "connects": NETWORK,
    "asks_for_a_name": ("refused", "(example.com)", "no network while grading"),
    "hides_the_cause": NETWORK,
    "runs_a_program": ("refused", "start a program (nvidia-smi -L)", "No program can be started"),
    "reads_a_file": ("refused", "(/etc/shadow)", "the path that you are given"),
    "reads_its_own_computer": ("refused", "(/home/ada/data.csv)", "the path that you are given"),
    "writes_a_file": ("refused", "(/model.pt)", "below its working folder"),
    "stops_its_parent": ("refused", "reach another process", "started itself"),
    "starts_threads": ("refused", "more processes or threads", "in a loop"),
    "fills_its_folder": ("refused", "write more, or larger, files", "written in a loop"),
    "keeps_files_open": ("refused", "keep more files open", "closed again"),
    "asks_for_input": ("failed", "EOFError", "no keyboard while grading"),
    "stops_in_the_debugger": ("failed", "stopped in the debugger", "no keyboard while grading"),
    "shows_a_picture": ("passed", "", ""),
    "opens_a_window": ("failed", "TkAgg", "no screen while grading"),
    "lacks_a_package": ("failed", "tensorflow", "not installed where it is graded"),
    "misses_its_own_file": ("failed", "notes.txt", "The path is the one that the check gives"),
    "goes_on_without_a_network": ("passed", "", ""),
}


@pytest.fixture(scope="module")
def result(grader: Any, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """One grading in the best walls, each function a check of its own."""
    from conftest import write_course

    from grader.course import find_course
    from grader.submission import read_submission
    from grader.terms import Choices

    checks = [f"@pytest.mark.points(1)\ndef test_{name}(student):\n    assert student.{name}(2) == 4\n" for name in WORDS]
    root = write_course(tmp_path_factory.mktemp("refusals") / "course", hidden="\n\n".join(checks))
    file = root / "work.py"
    file.write_text(SOURCE, encoding="utf-8")
    exercise = find_course(root, {}, root).exercises["tiny"]
    grader.choices = Choices(device="cpu")
    graded: Result = grader.grade(exercise, read_submission(file, exercise))
    if graded.environment.isolation not in ("full", "landlock"):
        pytest.skip(f"this machine reaches {graded.environment.isolation} only: `grade doctor` says why")
    return graded


@pytest.mark.parametrize("name", WORDS)
def test_it_is_told_in_words(result: Result, name: str) -> None:
    verdict, message, hint = WORDS[name]
    check: CheckRecord = check_of(result, f"test_{name}")

    assert check.verdict.value == verdict, told(check)
    assert message in check.message, told(check)
    assert hint in check.hint, told(check)
    assert check.points == (1 if verdict == "passed" else 0)


@pytest.mark.parametrize("name", [name for name in WORDS if WORDS[name][0] == "refused"])
def test_it_names_the_students_line(result: Result, name: str) -> None:
    check = check_of(result, f"test_{name}")

    assert check.where.startswith("work.py:"), told(check)
    assert "Traceback" not in check.message + check.hint


def test_a_file_that_is_refused_while_it_is_imported_says_so(grade: Callable[..., Result]) -> None:
    source = "import subprocess\nsubprocess.run(['pip', 'install', 'einops'])\n\ndef double(x):\n    return 2 * x\n"
    first = grade(source, "@pytest.mark.points(1)\ndef test_it(student):\n    assert student.double(2) == 4\n").checks[0]

    assert (first.verdict.value, first.where) == ("refused", "work.py:2"), told(first)
    assert "start a program (pip install einops)" in first.message
