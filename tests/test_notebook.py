"""A notebook gives what it defines, without being run, and says what was left out."""

from __future__ import annotations

import ast
import json
import types
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.notebook.cells import BrokenNotebook
from grader.notebook.source import notebook_source


def notebook(*cells: str, **changes: Any) -> str:
    """Return a notebook of these code cells, with a text cell before each."""
    text = {"cell_type": "markdown", "metadata": {}, "source": ["# for x in y: nothing"]}
    code = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in cells]
    every = [cell for item in code for cell in (text, item)]
    return json.dumps({"cells": every, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **changes})


def run(source: str) -> dict[str, Any]:
    """Return the names that the source defines when it is imported."""
    module = types.ModuleType("student")
    exec(compile(source, "student.ipynb", "exec", dont_inherit=True), module.__dict__)
    return vars(module)


def code_lines(source: str) -> list[str]:
    return [line for line in source.split("\n") if line.strip() and not line.startswith("#")]


def test_definitions_stay_and_experiments_go() -> None:
    source, notes = notebook_source(
        notebook(
            "class Net:\n    pass",
            "for epoch in range(10**9):\n    Net()\nraise SystemExit",
            "EPOCHS = 3\nprint(EPOCHS)",
        ),
        {"Net", "EPOCHS"},
    )

    assert run(source)["EPOCHS"] == 3
    assert notes == (
        "cell 2 skipped: it runs code and defines nothing the exercise asks for",
        "cell 3: only what is defined was graded, not the calls and loops beside it",
    )


def test_lines_keep_their_numbers() -> None:
    source, _ = notebook_source(notebook("print(1)\nprint(\n    2\n)\ndef f():\n    return 1\n", "x = 1"), {"f"})

    assert source.split("\n")[1:9] == ["# %% cell 1", "", "", "", "", "def f():", "    return 1", ""]
    assert source.split("\n")[9:11] == ["# %% cell 2", "x = 1"]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        pytest.param("%matplotlib inline\ndef f(): pass", "f", id="line magic"),
        pytest.param("!pip install torch \\\n   torchvision\ndef f(): pass", "f", id="shell over two lines"),
        pytest.param("pip install torch\ndef f(): pass", "f", id="magic without a mark"),
        pytest.param("%%time\ndef f(): pass", "f", id="cell magic around Python"),
        pytest.param("%%writefile f.py\ndef f(): pass", "f", id="written to a file"),
        pytest.param("f?\ndef f(): pass\nf??", "f", id="help"),
        pytest.param("files = !ls\nfor x in files:\n    !echo x\ndef f(): pass", "f", id="magic in a block"),
        pytest.param("  def f():\n    pass", "f", id="indented cell"),
        pytest.param("await g()\ndef f(): pass", "f", id="await at the top"),
        pytest.param("%timeit f(\ndef f(): pass", "f", id="magic that is half an expression"),
        pytest.param("def f(): pass\r\n%time f()\r\n", "f", id="Windows line ends"),
    ],
)
def test_magics_are_taken_out(cell: str, name: str) -> None:
    source, _ = notebook_source(notebook(cell), {name})

    assert name in run(source)


@pytest.mark.parametrize(
    "cell",
    [
        'f = """\n%time\n!ls\n"""',
        "def f(a, b):\n    return (a\n%b)",
        "def f(a):\n    '''What is it?\n    !important\n    '''",
    ],
)
def test_what_only_looks_like_a_magic_stays(cell: str) -> None:
    source, notes = notebook_source(notebook(cell), {"f"})

    assert source.split("\n", 2)[2] == cell + "\n"
    assert notes == ()


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        pytest.param(["SCALE = 2", "def f(): return SCALE"], 2, id="constant"),
        pytest.param(["def make(): return 2", "SCALE = make()", "def f(): return SCALE"], 2, id="own call"),
        pytest.param(["from math import sqrt as s", "R = s(4)", "def f(): return R"], 2, id="imported call"),
        pytest.param(["import os\nif os.name:\n    D = 2\nelse:\n    D = 3", "def f(): return D"], 2, id="if"),
        pytest.param(["try:\n    import none\nexcept ImportError:\n    none = 2", "def f(): return none"], 2, id="try"),
        pytest.param(["T = []\nfor i in range(3):\n    T.append(i)", "def f(): return T[-1]"], 2, id="filling loop"),
        pytest.param(["T = {}\nT['a'] = 2", "def f(): return T['a']"], 2, id="item"),
        pytest.param(["N = [i for i in range(3)]", "class A:\n    n = N[2]", "def f(): return A().n"], 2, id="class"),
        pytest.param(["f = lambda: 2"], 2, id="lambda"),
        pytest.param(["import functools\nf = functools.partial(int, '2')"], 2, id="wanted and made by a call"),
        pytest.param(["class A: pass", "def g(self): return 2\nA.g = g", "def f(): return A().g()"], 2, id="method"),
        pytest.param(["class A: pass", "setattr(A, 'g', 2)", "def f(): return A.g"], 2, id="setattr"),
        pytest.param(["def f(): return 1", "def f(): return 2"], 2, id="last definition wins"),
        pytest.param(["def f(): return 2", "result = f()\nf = f()"], 2, id="name reused for the result"),
        pytest.param(["def f(): return 2", "f = 0.5"], 2, id="name reused for a number"),
        pytest.param(["def f(k=1): return k", "f.x = 1; g = f; f(); f = g"], 1, id="several on a line"),
        pytest.param(["N = 1\nN += 1", "def f(): return N"], 2, id="augmented"),
        pytest.param(["def f(x: Later = 2): return x", "from __future__ import annotations"], 2, id="future"),
        pytest.param(["from math import *", "R = floor(2.5)", "def f(): return R"], 2, id="star"),
        pytest.param(["def dec(g): return g", "@dec\ndef f(): return 2\nf()"], 2, id="decorator"),
        pytest.param(["def load(): return 2", "W = load()", "def f(): return W"], 2, id="own name of a heavy sound"),
    ],
)
def test_what_the_solution_needs_stays(cells: list[str], value: int) -> None:
    source, _ = notebook_source(notebook(*cells), {"f"})

    assert run(source)["f"]() == value


@pytest.mark.parametrize(
    ("cells", "gone"),
    [
        pytest.param(["import none.such"], "none", id="import that nothing uses"),
        pytest.param(["import none as plt", "def show(): plt.plot()", "show()"], "plt", id="import of an experiment"),
        pytest.param(["net = f()"], "net", id="object that nothing uses"),
        pytest.param(["def train(m): m.backward()", "h = train(1)", "def g(): return h"], "h", id="training"),
        pytest.param(["data = open('x').read()", "def f(): return data"], "data", id="file"),
        pytest.param(
            ["from torchvision import datasets as d", "s = d.MNIST()", "def f(): return s"], "s", id="dataset"
        ),
        pytest.param(["s = input()", "t = [s]", "def f(): return t"], "t", id="what depends on it"),
        pytest.param(["s = input()", "def g(x=s): return x"], "g", id="default that is missing"),
        pytest.param(["s = input()", "def g(): return s", "t = g()", "def f(): return t"], "t", id="global of a call"),
        pytest.param(["T = []\nwhile True:\n    T.append(1)", "def f(): return T"], "while", id="endless loop"),
        pytest.param(["x = [1]\nfor i in range(3):\n    print(i); f()"], "i", id="loop"),
        pytest.param(["if __name__ == '__main__':\n    y = 1"], "y", id="main guard"),
        pytest.param(["a = undefined_name"], "a", id="name that nothing binds"),
    ],
)
def test_what_the_solution_does_not_need_goes(cells: list[str], gone: str) -> None:
    source, _ = notebook_source(notebook("def f(): return 1", *cells), {"f"})

    assert gone not in run(source)


def test_without_wanted_names_all_definitions_count() -> None:
    source, _ = notebook_source(notebook("import math", "def area(r): return math.pi * r", "area(3)"), {"volume"})

    assert run(source)["area"](0) == 0


def test_what_is_missed_is_named() -> None:
    _, notes = notebook_source(
        notebook("s = open('x').read()\nt = [s]", "def f(): return t"),
        {"f"},
    )

    assert "cell 1: line 1 was left out, since it runs code: a function must make or be given its s itself" in notes
    assert "cell 1: t was left out: it needs s, which nothing graded above defines" in notes


def test_a_cell_that_does_not_parse_is_named_with_what_it_would_define() -> None:
    source, notes = notebook_source(notebook("def f(): return 1", "x = 1\ndef g(:\n    pass"), {"f", "g"})

    assert "f" in run(source)
    assert len(notes) == 1
    assert notes[0].startswith("cell 2 skipped: it is not valid Python (line 2: ")
    assert notes[0].endswith("; g would be defined there")


def test_many_skipped_cells_make_one_note() -> None:
    _, notes = notebook_source(notebook("def f(): pass", *["f()"] * 4, "g = f", "f()"), {"f"})

    assert notes == ("cells 2 to 5 and 7 skipped: they run code and define nothing the exercise asks for",)


def test_the_source_of_a_cell_may_be_a_list_of_lines() -> None:
    cells = [{"cell_type": "code", "source": ["def f():\n", "    return 1"]}]

    assert "f" in run(notebook_source(json.dumps({"cells": cells}), {"f"})[0])


def test_the_format_before_2015_is_read() -> None:
    sheet = {"cells": [{"cell_type": "code", "input": "def f(): return 1", "language": "python"}]}

    assert "f" in run(notebook_source(json.dumps({"worksheets": [sheet], "nbformat": 3}), {"f"})[0])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "cannot be read from line 1", id="empty"),
        pytest.param('{"cells": [\n{"cell_type":', "cannot be read from line 2", id="cut off"),
        pytest.param('{"cells": [\n<<<<<<< HEAD\n', "merge conflict", id="merge conflict"),
        pytest.param("[" * 100_000, "notebook", id="deep"),
        pytest.param("9" * 10_000, "notebook", id="long number"),
        pytest.param("[]", "no cells", id="list"),
        pytest.param('{"cells": 3}', "no cells", id="cells are no list"),
        pytest.param('{"cells": []}', "no code", id="no cells"),
        pytest.param(notebook(" \n"), "no code", id="blank cell"),
        pytest.param(notebook("x <- 3", metadata={"kernelspec": {"language": "R"}}), "written in r", id="R"),
        pytest.param(notebook("x" * 1_000_001), "more than 1 MB", id="much code"),
        pytest.param(notebook("x\n" * 5_001), "more than 5000 statements", id="many statements"),
    ],
)
def test_what_is_no_notebook_is_said_in_words(text: str, words: str) -> None:
    with pytest.raises(BrokenNotebook) as caught:
        notebook_source(text)

    assert words in caught.value.message
    assert caught.value.hint.endswith(".")


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param("-" * 100_000 + "1", id="deep expression"),
        pytest.param("x = " + "(" * 5000, id="deep brackets"),
        pytest.param("a" + ".a" * 50_000, id="long chain"),
        pytest.param("\n" * 300_000 + "!", id="blank lines"),
        pytest.param("x = (\n" + " " * 300_000 + "%", id="blanks"),
        pytest.param("!ls\n" * 4_000, id="many magics"),
        pytest.param("?" * 300_000 + "a", id="question marks"),
        pytest.param("def f():\n pass\0", id="NUL"),
        pytest.param("x = '\ud800'", id="half a character"),
        pytest.param("\f\x0b\x1c def f(): pass", id="control characters"),
    ],
)
def test_hostile_cells_cost_little_and_give_valid_source(cell: str) -> None:
    source, notes = notebook_source(notebook("def f(): pass", cell), {"f"})

    assert "f" in run(source)
    source.encode()
    assert all(len(note) < 400 for note in notes)


STATEMENTS = st.sampled_from(
    [
        "import math",
        "from os import *",
        "from __future__ import annotations",
        "def f(a=g, *b): return a + x",
        "@f\nclass A(B):\n    y = x\n    def f(self): return y",
        "x = 1; y = x; print(y)",
        "x = f(y)",
        "x, *y = 1, [2]",
        "if x:\n    y = 1\nelse:\n    import z",
        "for i in x:\n    y[i] = 'é'; z = 1",
        "with f() as x: pass",
        "try:\n    x = 1\nfinally:\n    del y",
        "%time x",
        "x = !ls",
        "return 1",
        "await x",
        "y = [await z async for z in x]",
        "global x",
        "nonlocal x",
        "x: int",
        "lambda: (yield)",
        "'''\n%%\n'''",
        "break",
        "x += (y :=\n 3)",
        "é = 'é'; x = é",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(STATEMENTS, max_size=4).map("\n".join), min_size=1, max_size=6))
def test_any_mixture_of_statements_gives_source_that_compiles(cells: list[str]) -> None:
    try:
        source, notes = notebook_source(notebook(*cells), {"f", "x"})
    except BrokenNotebook:
        return

    compile(source, "student.ipynb", "exec", dont_inherit=True)
    assert source.count("\n") == 1 + sum(cell.count("\n") + 2 for cell in cells)
    assert len(notes) <= 31


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_any_text_in_cells_gives_source_that_parses(cells: list[str]) -> None:
    try:
        source, _ = notebook_source(notebook(*cells))
    except BrokenNotebook:
        return

    ast.parse(source)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cells", "worksheets", "source", "cell_type", "metadata"]), inner, max_size=3
        )
    ),
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["cells", "worksheets", "metadata", "nbformat"]), JSON_VALUES) | JSON_VALUES)
def test_any_json_gives_source_or_words(value: object) -> None:
    try:
        notebook_source(json.dumps(value))
    except BrokenNotebook as error:
        assert error.message


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_any_text_gives_source_or_words(text: str) -> None:
    try:
        notebook_source(text)
    except BrokenNotebook as error:
        assert error.message
