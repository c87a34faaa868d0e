"""Files that cannot be imported, or only just: each gets a verdict in words, never a traceback of the grader's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import check_of, told

from grader.records import Audience, CheckRecord, Disclosure, Outcome, Result, Verdict
from grader.render.audience import redact

Grade = Callable[..., Result]

SUITE = """
@pytest.mark.points(2)
def test_double(student):
    assert student.double(2) == 4, "2 doubled is 4"


@pytest.mark.points(1)
def test_again(student):
    assert student.double(3) == 6
"""
BODY = "def double(x):\n    return x * 2\n"


def import_check(result: Result) -> CheckRecord:
    """Return check number one of a file that does not import, having seen that nothing else ran."""
    first, *others = result.checks
    assert first.name == "engine::import" and first.disclosure is Disclosure.ALL and first.max_points == 0
    assert {check.verdict for check in others} == {Verdict.NOT_RUN} and len(others) == 2
    assert (result.outcome, result.points, result.max_points, result.passed) == (Outcome.CANNOT_RUN, 0, 3, False)
    assert "Traceback" not in told(first) and "grader/" not in told(first)
    return first


CANNOT = {
    "syntax error": ("x = 1\ndef double(x:\n    return x\n", "SyntaxError: ", "work.py:2"),
    "unfinished": ("def double(", "SyntaxError: '(' was never closed", "work.py:1"),
    "indentation": ("def double(x):\n    y = x\n   return y\n", "IndentationError", "work.py:3"),
    "tabs and blanks": ("def double(x):\n\tif x:\n        return x\n", "TabError", "work.py:3"),
    "missing module": ("import numpyy\n" + BODY, "No module named 'numpyy'", "work.py:1"),
    "missing name": ("from torch import gatherr\n" + BODY, "cannot import name 'gatherr'", "work.py:1"),
    "name error": ("\nprint(undefined)\n" + BODY, "NameError: name 'undefined' is not defined", "work.py:2"),
    "sys.exit": ("import sys\nsys.exit(0)\n", "called sys.exit() (exit code 0)", "work.py:2"),
    "exit()": ("raise SystemExit('done')\n", "called sys.exit()", "work.py:1"),
    "os._exit": ("import os\nos._exit(0)\n", "ended the process with exit code 0", ""),
    "abort": ("import os\nos.abort()\n", "SIGABRT", ""),
    "segmentation fault": ("import ctypes\nctypes.string_at(0)\n", "SIGSEGV", ""),
    "KeyboardInterrupt": ("raise KeyboardInterrupt\n", "raised KeyboardInterrupt", "work.py:1"),
    "own BaseException": ("class Stop(BaseException):\n    pass\nraise Stop\n", "raised Stop", "work.py:3"),
    "error at the top level": ("import torch\ntorch.ones(2) @ torch.ones(3)\n" + BODY, "RuntimeError: ", "work.py:2"),
    "stub at the top level": ("raise NotImplementedError\n", "not implemented", "work.py:1"),
    "keyboard input": ("n = int(input('n? '))\n" + BODY, "EOFError", "work.py:1"),
    "imports itself": ("from work import double\n" + BODY, "cannot import name 'double'", "work.py:1"),
    "relative import": ("from . import helper\n" + BODY, "ImportError", "work.py:1"),
    "network": ("import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/')\n", "network connection", "work.py:2"),
    "much memory": ("x = bytearray(64 * 2**30)\n", "more memory than the 2 GB", "work.py:1"),
    "deep recursion": ("def f(): f()\nf()\n", "RecursionError", "work.py:1"),
    "endless print": ("while True: print('x' * 10_000)\n", "printed more than the 1 MB", ""),
}


@pytest.mark.parametrize(("source", "words", "where"), CANNOT.values(), ids=CANNOT)
def test_a_file_that_does_not_import_gets_its_reason_as_check_number_one(
    grade: Grade, source: str, words: str, where: str
) -> None:
    check = import_check(grade(source, SUITE))

    assert words in check.message, told(check)
    assert check.where == where
    assert check.title == "work.py can be imported"
    assert (check.excerpt is not None) is bool(where) or "NotImplementedError" in source


def test_an_endless_loop_at_import_is_told_with_its_line(grade: Grade) -> None:
    check = import_check(grade("x = 1\nwhile True:\n    x += 1\n", SUITE, limits={"seconds": 2}))

    assert check.verdict is Verdict.TIMED_OUT
    assert "2 s that importing it may take" in check.message and check.where in ("work.py:2", "work.py:3")


def test_what_was_printed_before_the_error_is_shown(grade: Grade) -> None:
    check = import_check(grade("print('so far so good')\n1 / 0\n", SUITE))

    assert check.output == "so far so good\n"
    assert check.message == "ZeroDivisionError: division by zero"


def test_a_syntax_error_has_a_caret(grade: Grade) -> None:
    check = import_check(grade("total = (1 +\n\ndef double(x):\n    return x\n", SUITE))

    assert check.excerpt is not None and check.excerpt.column > 0


@pytest.mark.parametrize(
    "source",
    ["-" * 100_000 + "1\n", "(" * 5_000 + ")" * 5_000, "x = " + "[" * 300 + "]" * 300],
    ids=["minus", "parentheses", "brackets"],
)
def test_a_file_that_no_parser_can_read_is_the_files_fault(grade: Grade, source: str) -> None:
    check = import_check(grade(source, SUITE))

    assert check.verdict in (Verdict.FAILED, Verdict.CRASHED, Verdict.OUT_OF_MEMORY)


RUNS = {
    "byte order mark": "\ufeff" + BODY,
    "CRLF": BODY.replace("\n", "\r\n"),
    "old Mac line ends": BODY.replace("\n", "\r"),
    "Korean comments": "# 두 배로 만든다\n" + BODY + "# 끝\n",
    "Korean names": "def 두배(x):\n    return x * 2\n\ndouble = 두배\n",
    "declared encoding": "# -*- coding: utf-8 -*-\n" + BODY,
    "prints at import": "print('hello')\n" + BODY,
    "code under __main__": BODY + "if __name__ == '__main__':\n    import sys\n    sys.exit(3)\n",
    "future import": "from __future__ import annotations\n" + BODY,
    "atexit": "import atexit, os\natexit.register(os._exit, 5)\n" + BODY,
    "a thread left running": "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()\n"
    + BODY,
    "closed output": "import sys\nsys.stdout.close()\nsys.stderr.close()\n" + BODY,
    "replaced output": "import io, sys\nsys.stdout = sys.stderr = io.StringIO()\n" + BODY,
    "closed descriptors": "import os\nfor fd in (0, 1, 2):\n    os.close(fd)\n" + BODY,
    "warnings as errors": "import warnings\nwarnings.simplefilter('error')\n" + BODY,
    "changed folder": "import os\nos.chdir('/')\n" + BODY,
    "all signals ignored": "import signal\nfor n in (1, 2, 3, 12, 15):\n    signal.signal(n, signal.SIG_IGN)\n" + BODY,
    "low recursion limit": "import sys\nsys.setrecursionlimit(200)\n" + BODY,
    "patched builtins": "import builtins\nbuiltins.print = None\n" + BODY,
    "patched json": "import json\njson.dumps = None\n" + BODY.replace("2", "2"),
    "dataclass": "from dataclasses import dataclass\n\n@dataclass\nclass P:\n    x: int\n\n" + BODY,
    "a pickle of its own class": "import pickle\n\nclass P:\n    pass\n\npickle.loads(pickle.dumps(P()))\n" + BODY,
    "inspect of its own source": "import inspect\n\n" + BODY + "\nassert 'return' in inspect.getsource(double)\n",
    "no newline at the end": BODY.rstrip("\n"),
}


@pytest.mark.parametrize("source", RUNS.values(), ids=RUNS)
def test_a_file_with_odd_habits_is_graded_like_any_other(grade: Grade, source: str) -> None:
    result = grade(source, SUITE)

    assert (result.outcome, result.points) == (Outcome.GRADED, 3), [told(check) for check in result.checks]


def test_a_broken_method_of_a_class_does_not_hide_the_rest(grade: Grade) -> None:
    result = grade(BODY.replace("2", "2 if x == 2 else undefined"), SUITE)

    assert check_of(result, "test_double").verdict is Verdict.PASSED
    assert check_of(result, "test_again").message == "NameError: name 'undefined' is not defined"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param("def double(x): return 2 * x  # é\n".encode("latin-1"), "UTF-8", id="Latin-1"),
        pytest.param("\ufeffdef double(x): return 2 * x\n".encode("utf-16-le"), "UTF-8", id="UTF-16"),
        pytest.param(b"def double(x): return 2 * x\n\x00", "NUL", id="NUL byte"),
    ],
)
def test_a_file_that_is_no_text_is_told_so(grade: Grade, data: bytes, words: str) -> None:
    check = import_check(grade(data, SUITE))

    assert words.lower() in (check.message + check.hint).lower().replace("null", "nul"), told(check)


def test_an_empty_file_defines_nothing(grade: Grade) -> None:
    result = grade("", SUITE)

    assert result.points == 0
    assert "double" in " ".join(check.message for check in result.checks) or result.outcome is Outcome.CANNOT_RUN


def test_a_given_file_beats_a_file_of_the_student_with_its_name(grade: Grade, tmp_path: Any) -> None:
    source = "from helper import FACTOR\n\ndef double(x):\n    return x * FACTOR\n"

    assert grade(source, SUITE, given={"helper.py": "FACTOR = 2\n"}).points == 3


def test_an_error_in_a_given_file_is_told_with_its_place(grade: Grade) -> None:
    check = import_check(grade("import helper\n" + BODY, SUITE, given={"helper.py": "\n\n1 / 0\n"}))

    assert check.where == "helper.py:3"


def test_the_student_reads_why_the_file_does_not_import(grade: Grade) -> None:
    shown = redact(grade("def double(", SUITE), Audience.STUDENT)

    assert "never closed" in shown.checks[0].message
    assert {check.message for check in shown.checks[1:]} == {"not run: your file cannot be imported"}
