"""Forbidden operations are seen to run under whatever name; what merely looks like one is never accused."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest
import torch
from conftest import check_of, told

from grader.forbidden import falls_under
from grader.records import CheckRecord, Result, Verdict
from grader.worker.observe import find_object

Grade = Callable[..., Result]

GATHER = """
pytestmark = pytest.mark.forbid("torch.gather", "torch.take_along_dim", "torch.index_select", "numpy")


@pytest.mark.points(1)
def test_pick(student):
    a, index = torch.randn(3, 4), torch.randint(4, (3, 2))
    assert_tensor(student.pick(a, index), a.gather(1, index))
"""

MANY = """
@RULES
@pytest.mark.points(1)
@pytest.mark.parametrize("number", range(COUNT))
def test_case(student, number):
    check(getattr(student, f"case{number}"))
"""
RULES_OF_GATHER = 'pytest.mark.forbid("torch.gather", "torch.take_along_dim", "torch.index_select", "numpy")'
CHECK_OF_GATHER = """
def check(case):
    a, index = torch.randn(3, 4), torch.randint(4, (3, 2))
    assert_tensor(case.pick(a, index), a.gather(1, index))
"""


@pytest.fixture(scope="module")
def grade_many(grader: Any, tmp_path_factory: Any) -> Callable[..., dict[str, CheckRecord]]:
    """Grade many texts in one run, each a module of its own beside a main file that imports them all."""
    from conftest import write_course

    from grader.course import find_course
    from grader.submission import read_submission

    def run(cases: dict[str, str], rules: str, check: str) -> dict[str, CheckRecord]:
        folder = tmp_path_factory.mktemp("many")
        suite = check + MANY.replace("RULES", rules).replace("COUNT", str(len(cases)))
        given = {f"case{number}.py": source + "\n" for number, source in enumerate(cases.values())}
        given["helper.py"] = "import torch\n\ndef fetch(a, index):\n    return torch.gather(a, 1, index)\n"
        root = write_course(folder / "course", hidden=suite, points=len(cases), given=given)
        (folder / "work.py").write_text(
            "".join(f"import case{number}\n" for number in range(len(cases))), encoding="utf-8"
        )
        exercise = find_course(root, {}, root).exercises["tiny"]
        result = grader.grade(exercise, read_submission(folder / "work.py", exercise))
        assert len(result.checks) == len(cases), [told(check) for check in result.checks]
        return dict(zip(cases, result.checks))

    return run


BREAKS = {
    "plain call": "import torch\n\ndef pick(a, index):\n    return torch.gather(a, 1, index)",
    "method": "def pick(a, index):\n    return a.gather(1, index)",
    "alias of the function": "from torch import gather as fetch\n\ndef pick(a, index):\n    return fetch(a, 1, index)",
    "alias of torch": "import torch as t\n\ndef pick(a, index):\n    return t.gather(a, 1, index)",
    "getattr": "import torch\n\ndef pick(a, index):\n    return getattr(torch, 'gat' + 'her')(a, 1, index)",
    "getattr of a method": "def pick(a, index):\n    return getattr(a, 'gather')(1, index)",
    "torch.ops": "import torch\n\ndef pick(a, index):\n    return torch.ops.aten.gather(a, 1, index)",
    "an overload of torch.ops": "import torch\n\ndef pick(a, index):\n    return torch.ops.aten.gather.default(a, 1, index)",
    "unbound method": "import torch\n\ndef pick(a, index):\n    return torch.Tensor.gather(a, 1, index)",
    "functools.partial": "import functools, torch\nfetch = functools.partial(torch.gather, dim=1)\n\ndef pick(a, index):\n    return fetch(a, index=index)",
    "map": "import torch\n\ndef pick(a, index):\n    return torch.stack(list(map(torch.index_select, a, [0] * 3, index)))",
    "nested helper": "import torch\n\ndef pick(a, index):\n    def inner(d):\n        def deeper():\n            return torch.gather(a, d, index)\n        return deeper()\n    return inner(1)",
    "lambda in a dict": "import torch\nTABLE = {'x': lambda a, i: torch.gather(a, 1, i)}\n\ndef pick(a, index):\n    return TABLE['x'](a, index)",
    "operator.methodcaller": "import operator\n\ndef pick(a, index):\n    return operator.methodcaller('gather', 1, index)(a)",
    "out argument": "import torch\n\ndef pick(a, index):\n    out = torch.empty(index.shape)\n    torch.gather(a, 1, index, out=out)\n    return out",
    "a near relation": "def pick(a, index):\n    return a.take_along_dim(index, 1)",
    "eval": "import torch\n\ndef pick(a, index):\n    return eval('torch.gather(a, 1, index)')",
    "__dict__": "import torch\n\ndef pick(a, index):\n    return torch.__dict__['gather'](a, 1, index)",
    "class attribute": "import torch\n\nclass Kit:\n    fetch = staticmethod(torch.gather)\n\ndef pick(a, index):\n    return Kit.fetch(a, 1, index)",
    "after many others": "import torch\n\ndef pick(a, index):\n    for _ in range(60_000):\n        a.neg()\n    return torch.gather(a, 1, index)",
    "numpy method": "import torch\n\ndef pick(a, index):\n    import numpy as np\n    return torch.from_numpy(np.take_along_axis(a.numpy(), index.numpy(), 1))",
    "numpy by array": "import numpy as np\nimport torch\n\ndef pick(a, index):\n    return torch.tensor(np.take_along_axis(np.array(a.tolist(), dtype='float32'), np.asarray(index.tolist()), 1))",
    "numpy by __array__": "import numpy as np\nimport torch\n\ndef pick(a, index):\n    return torch.from_numpy(np.take_along_axis(np.asarray(a), np.asarray(index), 1))",
    "no gradient recorded": "import torch\n\n@torch.no_grad()\ndef pick(a, index):\n    return torch.gather(a, 1, index)",
    "helper file": "from helper import fetch\n\ndef pick(a, index):\n    return fetch(a, index)",
}


@pytest.fixture(scope="module")
def broken(grade_many: Any) -> dict[str, CheckRecord]:
    """The records of all files that break the rule."""
    return grade_many(BREAKS, RULES_OF_GATHER, CHECK_OF_GATHER)


@pytest.mark.parametrize("name", BREAKS)
def test_a_forbidden_operation_is_refused_under_whatever_name(broken: dict[str, CheckRecord], name: str) -> None:
    check = broken[name]

    assert check.verdict is Verdict.REFUSED, told(check)
    assert check.points == 0
    assert "asks you to do without" in check.message
    assert check.where.startswith(("case", "helper.py:")) and check.excerpt is not None


KEEPS = {
    "indexing": "import torch\n\ndef pick(a, index):\n    return a[torch.arange(3)[:, None], index]",
    "unused imports": "import numpy as np\nfrom torch import gather, index_select\nimport torch\n\ndef pick(a, index):\n    return a[torch.arange(3)[:, None], index]",
    "comments and texts": "import torch\n\ndef pick(a, index):\n    '''Like torch.gather(a, 1, index).'''\n    # torch.gather(a, 1, index) would do it\n    name = 'torch.gather'\n    return a[torch.arange(3)[:, None], index]",
    "under __main__": "import torch\n\ndef pick(a, index):\n    return a[torch.arange(3)[:, None], index]\n\nif __name__ == '__main__':\n    print(torch.gather(torch.eye(2), 0, torch.zeros(1, 2, dtype=torch.int64)))",
    "tried out at the top level": "import torch\n\ndef pick(a, index):\n    return a[torch.arange(3)[:, None], index]\n\nprint(torch.gather(torch.eye(2), 0, torch.zeros(1, 2, dtype=torch.int64)))",
    "a function nobody calls": "import torch\n\ndef pick(a, index):\n    return a[torch.arange(3)[:, None], index]\n\ndef other(a, index):\n    return torch.gather(a, 1, index)",
    "own function of that name": "import torch\n\ndef gather(a, dim, index):\n    return torch.stack([row[i] for row, i in zip(a, index)])\n\ndef pick(a, index):\n    return gather(a, 1, index)",
    "own method of that name": "import torch\n\nclass Kit:\n    def gather(self, a, index):\n        return torch.stack([row[i] for row, i in zip(a, index)])\n\ndef pick(a, index):\n    return Kit().gather(a, index)",
    "torch.take": "import torch\n\ndef pick(a, index):\n    return torch.take(a, index + 4 * torch.arange(3)[:, None])",
    "index_put and index_copy": "import torch\n\ndef pick(a, index):\n    out = torch.zeros(3, 2)\n    out.index_copy_(0, torch.arange(3), torch.zeros(3, 2))\n    out.index_put_((torch.arange(3),), a[torch.arange(3)[:, None], index])\n    return out",
    "loops over Python numbers": "import torch\n\ndef pick(a, index):\n    return torch.tensor([[a[r][c].item() for c in row] for r, row in enumerate(index.tolist())])",
    "math and random": "import math, random\nimport torch\n\ndef pick(a, index):\n    random.random(), math.sqrt(2)\n    return a[torch.arange(3)[:, None], index]",
    "one-hot product": "import torch\nimport torch.nn.functional as F\n\ndef pick(a, index):\n    return torch.einsum('nc,nkc->nk', a, F.one_hot(index, 4).float())",
    "printing a tensor": "import torch\n\ndef pick(a, index):\n    print(a, repr(index))\n    return a[torch.arange(3)[:, None], index]",
    "a decorator and a cache": "import functools\nimport torch\n\n@functools.lru_cache\ndef rows(n):\n    return torch.arange(n)[:, None]\n\ndef pick(a, index):\n    return a[rows(3), index]",
}


@pytest.fixture(scope="module")
def kept(grade_many: Any) -> dict[str, CheckRecord]:
    """The records of all files that keep the rule."""
    return grade_many(KEEPS, RULES_OF_GATHER, CHECK_OF_GATHER)


@pytest.mark.parametrize("name", KEEPS)
def test_what_is_allowed_is_not_accused(kept: dict[str, CheckRecord], name: str) -> None:
    assert kept[name].verdict is Verdict.PASSED, told(kept[name])


LINEAR = """
pytestmark = pytest.mark.forbid("torch.nn.Linear", "torch.nn.LazyLinear", "torch.nn.Bilinear", "torch.nn.functional.linear")


@pytest.mark.points(1)
def test_layer(student):
    layer = student.Layer(3, 2)
    x = torch.randn(4, 3)
    assert layer(x).shape == (4, 2)
"""

LAYERS = {
    "own": (
        "class Layer(nn.Module):\n    def __init__(self, a, b):\n        super().__init__()\n        self.w = nn.Parameter(torch.randn(a, b))\n    def forward(self, x): return x @ self.w",
        Verdict.PASSED,
    ),
    "own, named Linear": (
        "class Linear(nn.Module):\n    def __init__(self, a, b):\n        super().__init__()\n        self.w = nn.Parameter(torch.randn(a, b))\n    def forward(self, x): return torch.matmul(x, self.w)\n\nLayer = Linear",
        Verdict.PASSED,
    ),
    "einsum and init": (
        "class Layer(nn.Module):\n    def __init__(self, a, b):\n        super().__init__()\n        self.w = nn.Parameter(torch.empty(a, b))\n        nn.init.kaiming_uniform_(self.w, nonlinearity='linear')\n    def forward(self, x): return torch.einsum('ni,io->no', x, self.w)",
        Verdict.PASSED,
    ),
    "addmm": (
        "class Layer(nn.Module):\n    def __init__(self, a, b):\n        super().__init__()\n        self.w, self.b = nn.Parameter(torch.randn(a, b)), nn.Parameter(torch.zeros(b))\n    def forward(self, x): return torch.addmm(self.b, x, self.w)",
        Verdict.PASSED,
    ),
    "isinstance only": (
        "class Layer(nn.Module):\n    def __init__(self, a, b):\n        super().__init__()\n        self.w = nn.Parameter(torch.randn(a, b))\n        assert not isinstance(self, nn.Linear) and F.linear\n    def forward(self, x): return x @ self.w",
        Verdict.PASSED,
    ),
    "wraps nn.Linear": (
        "class Layer(nn.Module):\n    def __init__(self, a, b):\n        super().__init__()\n        self.inner = nn.Linear(a, b)\n    def forward(self, x): return self.inner(x)",
        Verdict.REFUSED,
    ),
    "is nn.Linear": ("Layer = nn.Linear", Verdict.REFUSED),
    "makes nn.Linear": ("def Layer(a, b):\n    return nn.Linear(a, b)", Verdict.REFUSED),
    "subclasses nn.Linear": ("class Layer(nn.Linear):\n    pass", Verdict.REFUSED),
    "subclasses nn.Linear with an __init__": (
        "class Layer(nn.Linear):\n    def __init__(self, a, b):\n        super().__init__(a, b)",
        Verdict.REFUSED,
    ),
    "borrows its parameters": (
        "class Layer(nn.Module):\n    def __init__(self, a, b):\n        super().__init__()\n        self.w = getattr(nn, 'Lin' + 'ear')(a, b).weight\n    def forward(self, x): return x @ self.w.T",
        Verdict.REFUSED,
    ),
    "lazy": (
        "class Layer(nn.Module):\n    def __init__(self, a, b):\n        super().__init__()\n        self.inner = nn.LazyLinear(b)\n    def forward(self, x): return self.inner(x)",
        Verdict.REFUSED,
    ),
    "alias of F.linear": (
        "from torch.nn.functional import linear as product\n\nclass Layer(nn.Module):\n    def __init__(self, a, b):\n        super().__init__()\n        self.w = nn.Parameter(torch.randn(b, a))\n    def forward(self, x): return product(x, self.w)",
        Verdict.REFUSED,
    ),
    "torch._C._nn.linear": (
        "class Layer(nn.Module):\n    def __init__(self, a, b):\n        super().__init__()\n        self.w = nn.Parameter(torch.randn(b, a))\n    def forward(self, x): return torch._C._nn.linear(x, self.w)",
        Verdict.REFUSED,
    ),
    "aten.linear": (
        "class Layer(nn.Module):\n    def __init__(self, a, b):\n        super().__init__()\n        self.w = nn.Parameter(torch.randn(b, a))\n    def forward(self, x): return torch.ops.aten.linear(x, self.w)",
        Verdict.REFUSED,
    ),
}


@pytest.mark.parametrize(("source", "verdict"), LAYERS.values(), ids=LAYERS)
def test_a_forbidden_class_is_refused_where_it_is_built(grade: Grade, source: str, verdict: Verdict) -> None:
    source = f"import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\n{source}\n"

    check = check_of(grade(source, LINEAR), "test_layer")

    assert check.verdict is verdict, told(check)


RULES_OF_GRADIENTS = 'pytest.mark.forbid("torch.Tensor.backward", "torch.autograd", "torch.func", "requires_grad=True")'
CHECK_OF_GRADIENTS = """
def check(case):
    x = torch.tensor([0.5, 1.5])
    assert_tensor(case.slope(x), 3 * x**2)
"""

SLOPES = {
    "by hand": ("return 3 * x ** 2", Verdict.PASSED),
    "with functions that torch writes in Python": (
        "F.relu(x), F.softplus(x), F.binary_cross_entropy(torch.sigmoid(x), torch.ones(2)), F.dropout(x), x.norm(), torch.norm(x), 1 - x, 2 / x, x ** 2, "
        "repr(x), F.mse_loss(x, x), torch.einsum('i,i->', x, x), torch.tensordot(x, x, 1), x.split(1), F.normalize(x, dim=0), torch.stack([x, x])\n"
        "    return 3 * x ** 2",
        Verdict.PASSED,
    ),
    "no_grad and detach": ("with torch.no_grad():\n        return 3 * x.detach() ** 2", Verdict.PASSED),
    "requires_grad=False": (
        "w = torch.zeros(2, requires_grad=False)\n    w.requires_grad_(False)\n    return 3 * x ** 2 + w",
        Verdict.PASSED,
    ),
    "reading requires_grad": (
        "assert not x.requires_grad and x.grad is None and x.is_leaf\n    return 3 * x ** 2",
        Verdict.PASSED,
    ),
    "backward": ("x = x.clone().requires_grad_()\n    (x ** 3).sum().backward()\n    return x.grad", Verdict.REFUSED),
    "autograd.grad": (
        "x = x.clone().requires_grad_()\n    return torch.autograd.grad((x ** 3).sum(), x)[0]",
        Verdict.REFUSED,
    ),
    "autograd.functional": ("return torch.autograd.functional.jacobian(lambda x: (x ** 3).sum(), x)", Verdict.REFUSED),
    "func.grad": ("return torch.func.grad(lambda x: (x ** 3).sum())(x)", Verdict.REFUSED),
    "flag of a factory": ("torch.zeros(2, requires_grad=True)\n    return 3 * x ** 2", Verdict.REFUSED),
    "flag as an attribute": ("w = torch.zeros(2)\n    w.requires_grad = True\n    return 3 * x ** 2", Verdict.REFUSED),
    "flag as a method": ("torch.zeros(2).requires_grad_(True)\n    return 3 * x ** 2", Verdict.REFUSED),
}


@pytest.fixture(scope="module")
def slopes(grade_many: Any) -> dict[str, CheckRecord]:
    """The records of all of them."""
    head = "import torch\nimport torch.nn.functional as F\n\ndef slope(x):\n    "
    return grade_many({name: head + body for name, (body, _) in SLOPES.items()}, RULES_OF_GRADIENTS, CHECK_OF_GRADIENTS)


@pytest.mark.parametrize("name", SLOPES)
def test_autograd_is_refused_and_arithmetic_is_not(slopes: dict[str, CheckRecord], name: str) -> None:
    assert slopes[name].verdict is SLOPES[name][1], told(slopes[name])


NAMED = """
@pytest.mark.forbid("torch.gather", "torch.take_along_dim")
@pytest.mark.points(1)
def test_gather(student):
    a, index = torch.randn(3, 4), torch.randint(4, (3, 2))
    assert_tensor(student.gather(a, 1, index), a.gather(1, index))
"""


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param("import torch\n\ngather = torch.gather\n", 3, id="another name for it"),
        pytest.param("from torch import gather\n", 1, id="imported"),
        pytest.param("import torch\n\n\ngather = torch.ops.aten.gather\n", 4, id="the operator"),
        pytest.param("import functools, torch\ngather = functools.partial(torch.gather)\n", 2, id="a partial of it"),
        pytest.param(
            "import torch\n\nclass Gather:\n    __call__ = staticmethod(torch.gather)\n\ngather = Gather()\n",
            6,
            id="an object that is called",
        ),
        pytest.param(
            "import torch\nfrom torch.utils._pytree import tree_map as _\ngather = torch.no_grad()(torch.gather)\n",
            3,
            id="decorated",
        ),
    ],
)
def test_a_forbidden_function_under_the_name_that_the_task_asks_for_is_refused(
    grade: Grade, source: str, line: int
) -> None:
    check = check_of(grade(source, NAMED), "test_gather")

    assert check.verdict is Verdict.REFUSED, told(check)
    assert check.where == f"work.py:{line}"


def test_an_unused_import_does_not_make_a_call_of_the_suite_the_students(grade: Grade) -> None:
    suite = NAMED + "    remote.torch.gather(a, 1, index)\n"
    source = "import torch\nfrom torch import gather as unused\n\ndef gather(a, dim, index):\n    return a[torch.arange(3)[:, None], index]\n"

    check = check_of(grade(source, suite.replace("(student)", "(student, remote)")), "test_gather")

    assert check.verdict is Verdict.PASSED, told(check)


# The rule outlives what happens to workers


def test_a_rule_holds_in_a_worker_that_replaced_a_crashed_one(grade: Grade) -> None:
    suite = """
@pytest.mark.points(1)
def test_dies(student): student.die()
""" + GATHER.replace("pytestmark =", "rule =").replace("@pytest.mark.points(1)", "@rule\n@pytest.mark.points(1)")

    result = grade(
        "import os, torch\n\ndef die():\n    os._exit(1)\n\ndef pick(a, index):\n    return torch.gather(a, 1, index)\n",
        suite,
    )

    assert check_of(result, "test_dies").verdict is Verdict.CRASHED
    assert check_of(result, "test_pick").verdict is Verdict.REFUSED


def test_a_rule_holds_in_a_fresh_worker(grade: Grade) -> None:
    suite = """
@pytest.mark.forbid("torch.gather")
@pytest.mark.points(1)
def test_fresh(fresh_remote):
    fresh_remote().student.pick(torch.eye(2), torch.zeros(2, 1, dtype=torch.int64))
"""

    result = grade("import torch\n\ndef pick(a, index):\n    return torch.gather(a, 1, index)\n", suite)

    assert result.checks[0].verdict is Verdict.REFUSED


def test_a_worker_that_ends_before_it_is_asked_cannot_have_kept_the_rule(grade: Grade) -> None:
    source = """
import os, threading, torch

def pick(a, index):
    threading.Timer(0.05, os._exit, [0]).start()
    return torch.gather(a, 1, index)
"""
    suite = GATHER + "    import time\n    time.sleep(0.5)\n"

    check = check_of(grade(source, suite), "test_pick")

    assert check.points == 0, told(check)


def test_a_rule_holds_where_the_answer_cannot_be_handed_over(grade: Grade) -> None:
    source = "import torch\n\ndef pick(a, index):\n    torch.gather(a, 1, index)\n    return 'x' * 200_000_000\n"

    check = check_of(grade(source, GATHER), "test_pick")

    assert check.verdict is Verdict.REFUSED and check.where == "work.py:4", told(check)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("torch.gather", torch.gather),
        ("torch.nn.Linear", torch.nn.Linear),
        ("torch.Tensor.backward", torch.Tensor.backward),
        ("torch.nn.utils.prune.l1_unstructured", "torch.nn.utils.prune"),
        ("torch.no_such_thing", None),
        ("torch.nn.no_such_thing.below", None),
        ("no_such_library.gather", None),
    ],
)
def test_the_object_of_a_forbidden_name_is_found(name: str, found: Any) -> None:
    assert find_object(name) is (getattr(importlib.import_module(found), name.rpartition(".")[2]) if isinstance(found, str) else found)


def test_what_the_suite_itself_asks_of_the_worker_is_not_the_students(grade: Grade) -> None:
    suite = """
@pytest.mark.forbid("torch.gather")
@pytest.mark.points(1)
def test_it(student, remote):
    index = torch.zeros(2, 1, dtype=torch.int64)
    assert student.apply(lambda x: remote.torch.gather(x, 1, index).sum(), torch.eye(2)) == 1
    assert remote.torch.gather(torch.eye(2), 1, index).sum() == 1
"""

    check = check_of(grade("def apply(f, x):\n    return f(x)\n", suite), "test_it")

    assert check.verdict is Verdict.PASSED, told(check)


def test_a_stub_under_a_rule_is_not_implemented(grade: Grade) -> None:
    source = "import torch\n\ndef pick(a, index):\n    torch.gather(a, 1, index)\n    raise NotImplementedError\n"

    assert check_of(grade(source, GATHER), "test_pick").verdict is Verdict.NOT_IMPLEMENTED


def test_a_refusal_points_to_the_line(grade: Grade) -> None:
    check = check_of(grade(BREAKS["nested helper"] + "\n", GATHER), "test_pick")

    assert check.where == "work.py:6"
    assert (
        check.excerpt is not None
        and check.excerpt.lines[6 - check.excerpt.first_line].strip() == "return torch.gather(a, d, index)"
    )


@pytest.mark.parametrize(
    ("name", "rule", "covered"),
    [
        ("torch.gather", "torch.gather", True),
        ("torch.Tensor.gather", "torch.gather", True),
        ("torch.Tensor.gather_", "torch.gather", True),
        ("aten.gather.default", "torch.gather", True),
        ("torch.ops.aten.gather", "torch.gather", True),
        ("torch.Tensor.backward", "torch.Tensor.backward", True),
        ("torch.autograd.functional.jacobian", "torch.autograd.functional", True),
        ("torch.nn.functional.linear", "torch.nn.functional.linear", True),
        ("torch.gather_rows", "torch.gather", False),
        ("torch.index_select", "torch.index", False),
        ("torch.Tensor.index_copy_", "torch.index_select", False),
        ("torch.autograd.gradcheck", "torch.autograd.grad", False),
        ("torch.Tensor.__getitem__", "torch.gather", False),
        ("torch.nn.functional.bilinear", "torch.nn.functional.linear", False),
        ("numpyro.gather", "numpy", False),
    ],
)
def test_a_rule_covers_its_own_names_only(name: str, rule: str, covered: bool) -> None:
    assert falls_under(name, rule) is covered
