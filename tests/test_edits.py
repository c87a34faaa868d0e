"""What an edit can change: never less than what it does change, and for a change of one function no more than what needs it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.edits import Edit

FILE = '''"""A file."""

import math

SCALE = 2.0
seen = []


def scaled(x):
    return SCALE * x


def area(r):
    """Return it."""
    return scaled(math.pi * r * r)


def note(x):
    seen.append(x)


def count():
    return len(seen)


class Net:
    def forward(self, x):
        return area(x)


def alone(x):
    return x


if __name__ == "__main__":
    print(area(3))
'''


@pytest.mark.parametrize(
    ("old", "new", "reached"),
    [
        ("return x\n", "return x  # as it is\n", ""),
        ('print(area(3))', 'print(area(4), alone(2))', ""),
        ('"""A file."""', '"""Another file."""', ""),
        ("def alone(x):\n    return x\n", "def alone(x):\n    return -x\n", "alone"),
        ("return SCALE * x", "return x * SCALE", "scaled area Net"),
        ("return x\n", "return SCALE * x\n", "alone"),
        ("SCALE = 2.0", "SCALE = 3.0", "scaled area Net SCALE"),
        ("return area(x)", "return area(x) + 1", "Net"),
        # What changes a variable can matter to whoever reads it.
        ("seen.append(x)", "seen.append(x * 2)", "note count seen"),
        ("return len(seen)", "return 2 * len(seen)", "note count seen"),
        ("def alone(x)", "def helper():\n    pass\n\n\ndef alone(x)", "helper"),
        ("\n\ndef alone(x):\n    return x\n", "", "alone"),
    ],
)
def test_an_edit_reaches_what_needs_it(old: str, new: str, reached: str) -> None:
    assert old in FILE
    edit = Edit(FILE, FILE.replace(old, new))

    names = ("SCALE", "seen", "scaled", "area", "note", "count", "Net", "alone", "helper", "nowhere")
    assert {name for name in names if edit.reaches({name})} == set(reached.split())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FILE, FILE.replace("import math", "import math\nimport os")),
        (FILE, FILE + "\nprint(1)\n"),
        (FILE, FILE + "\nSCALE = float('3')\n"),
        (FILE, FILE + "\nNet.forward = None\n"),
        (FILE, FILE + "\ndef (:\n"),
        (FILE + "\ndef (:\n", FILE),
        (FILE, FILE + "\ndef f():\n    return globals()['area'](2)\n"),
        (FILE, FILE + "\nfrom math import *\n"),
        (FILE, FILE + "\ndef __getattr__(name):\n    return None\n"),
        ("x = 1\nprint(x)\nx = 2\n", "x = 2\nprint(x)\nx = 1\n"),
        ("def f(): return 1\nx = f()\n", "def f(): return 2\nx = f()\n"),
        ("def f(): return 1\ndef g(x=f()): return x\n", "def f(): return 2\ndef g(x=f()): return x\n"),
        ("def f(): return 1\nclass C:\n    x = f()\n", "def f(): return 2\nclass C:\n    x = f()\n"),
        ("def f(g): return g\n@f\ndef h(): return 1\n", "def f(g): return len\n@f\ndef h(): return 1\n"),
        ("def f(): pass\ndef g(h=f): pass\n", "def g(h=f): pass\ndef f(): pass\n"),
    ],
)
def test_an_edit_of_what_runs_at_import_or_cannot_be_followed_reaches_everything(before: str, after: str) -> None:
    assert Edit(before, after).reaches({"anything"})


def test_who_reads_the_text_is_reached_by_every_edit_and_who_looks_for_a_word_by_that_word() -> None:
    edit = Edit(FILE, FILE + "# is_available\n")

    assert edit.reaches({"*"}) and edit.reaches({"?is_available"})
    assert not edit.reaches({"?cuda"}) and not edit.reaches({"alone"})
    assert not Edit(FILE, FILE).reaches({"*"})


# Made-up files of functions and variables that use each other

NAMES = [f"f{number}" for number in range(5)]
TABLES = ["t0", "t1"]


@st.composite
def functions(draw: st.DrawFn, number: int) -> str:
    """Return a function that calls earlier ones, and reads and writes tables."""
    lines = [f"    total = {draw(st.integers(0, 3))}"]
    for _ in range(draw(st.integers(0, 2))):
        kind = draw(st.sampled_from(["call", "read", "write", "rebind", "attribute"]))
        table = draw(st.sampled_from(TABLES))
        other = NAMES[draw(st.integers(0, number - 1))] if number else ""
        if kind == "call" and number:
            lines.append(f"    total += {other}()")
        elif kind == "attribute" and number:
            lines += [f"    {other}.calls = getattr({other}, 'calls', 0) + 1", f"    total += {other}.calls"]
        elif kind == "write":
            lines.append(f"    {table}.append(total)")
        elif kind == "rebind":
            lines = [f"    global {table}", *lines, f"    {table} = [*{table}, 1]"] if f"    global {table}" not in lines else lines
        else:
            lines.append(f"    total += len({table})")
    return "\n".join([f"def {NAMES[number]}():", *lines, "    return total"])


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, str]:
    """Return a file before and after one of its functions, or a table, was written anew."""
    tables = [f"t{number} = [0]" for number in range(len(TABLES))]
    bodies = [draw(functions(number)) for number in range(len(NAMES))]
    before = "\n\n\n".join([*tables, *bodies])
    if draw(st.booleans()):
        at = draw(st.integers(0, len(NAMES) - 1))
        bodies[at] = draw(functions(at))
    else:
        at = draw(st.integers(0, len(TABLES) - 1))
        tables[at] = f"t{at} = [0] * {draw(st.integers(0, 3))}"
    return before, "\n\n\n".join([*tables, *bodies])


def behaviour(source: str, name: str, others: list[str]) -> Any:
    """Return what a function gives in a fresh module, called after others."""
    module: dict[str, Any] = {}
    exec(compile(source, "made_up.py", "exec"), module)
    for other in others:
        module[other]()
    return [module[name]() for _ in range(2)]


@given(edits(), st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=2))
def test_whatever_behaves_otherwise_is_reached(files: tuple[str, str], name: str, others: list[str]) -> None:
    before, after = files
    if behaviour(before, name, others) != behaviour(after, name, others):
        assert Edit(before, after).reaches({name, *others})
