"""Mutants: what each operator makes of a source, and that a suite which lets one live is told so."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec
import pytest
from conftest import write_course

from grader.course import open_course
from grader.exercise import Exercise
from grader.faults import UsageError
from grader.job import Trial
from grader.mutants.equivalent import Equivalent, read_equivalents, stale_entries
from grader.mutants.hunt import Fate, judge_fates, prove_mutants, trial_like, try_mutants
from grader.mutants.making import Mutant, diff_of, mutants_of
from grader.mutants.registry import REGISTRY
from grader.run import Grader
from grader.submission import Submission, read_submission

# Operator, source, what it makes of it: one line for each mutant, the changed lines alone.
OPERATORS: dict[str, tuple[str, list[str]]] = {
    "arithmetic": ("y = (a) + (b)  # a + b", ["y = (a) - (b)  # a + b"]),
    "comparison": ("y = a < b is not c", ["y = a <= b is not c", "y = a >= b is not c", "y = a < b is c"]),
    "and or": ("y = a and b", ["y = a or b"]),
    "operand dropped": (
        "y = 2 * (a + b)",
        ["y = (a + b)", "y = 2", "y = 2 * (b)", "y = 2 * (a)"],
    ),
    "operands swapped": ("y = (a + b) - c", ["y = c - (a + b)"]),
    "sign dropped": ("y = not (-a)", ["y = (-a)", "y = not (a)"]),
    "condition": ("y = a if b > 0 else c", ["y = a if True else c", "y = a if False else c"]),
    "integer": ("y = x.sum(-1)", ["y = x.sum(-2)", "y = x.sum(0)"]),
    "float": ("y = 0.5", ["y = 1.0", "y = 0.25"]),
    "true false": ("y = f(strict=True)", ["y = f(strict=False)"]),
    "text": ("y = d['w']", ["y = d['w_']"]),
    "elements swapped": ("y = x[:, None]", ["y = x[None, :]"]),
    "element dropped": ("y = {'a': 1, 'b': 2}", ["y = {'b': 2}", "y = {'a': 1}"]),
    "bound dropped": ("y = x[1:-1]", ["y = x[:-1]", "y = x[1:]"]),
    "index dropped": ("y = f(x)[0]", ["y = f(x)"]),
    "changed in place": ("def f(x, n: int): return x + n * 2", ["def f(x, n: int): return x.add_(n * 2)"]),
    "keyword dropped": ("y = f(x, dim=1, keepdim=True)", ["y = f(x, keepdim=True)", "y = f(x, dim=1)"]),
    "argument dropped": ("y = f(a, b, c=1)", ["y = f(a, c=1)"]),
    "arguments swapped": ("y = x.transpose(0, 1)", ["y = x.transpose(1, 0)"]),
    "call dropped": ("y = F.relu(a + b) * c", ["y = (a + b) * c"]),
    "method dropped": ("y = (a == b).float().mean()", ["y = (a == b).float()", "y = (a == b).mean()"]),
    "relative called": ("y = x.mean() + torch.sum(x)", ["y = x.sum() + torch.sum(x)", "y = x.mean() + torch.mean(x)"]),
    "view dropped": ("y = w.T @ x", ["y = w @ x"]),
    "bias dropped": ("y = nn.Linear(2, 3)", ["y = nn.Linear(2, 3, bias=False)"]),
    "parameter frozen": ("y = nn.Parameter(x)", ["y = nn.Parameter(x, requires_grad=False)"]),
    "buffer not saved": ("m.register_buffer('w', x)", ["m.register_buffer('w', x, persistent=False)"]),
    "not strict": ("net.load_state_dict(state)", ["net.load_state_dict(state, strict=False)"]),
    "not registered": ("m.register_buffer('w', x)", ["m.w = x"]),
    "forward called": ("y = layers[name](x)", ["y = layers[name].forward(x)"]),
    "operand transposed": ("y = x @ w", ["y = x.mT @ w", "y = x @ w.mT"]),
    "statement removed": ("a()\nb()  # why", ["b()  # why", "a()"]),
    "statements swapped": ("a()  # why\nx = 1\ny = 2", ["x = 1  # why", "a()"]),
    "augmented": ("total += loss", ["total -= loss", "total = loss"]),
    "value not returned": ("def f(): return x", ["def f(): return None"]),
    "loop shortened": (
        "y = [f(x) for x in xs]",
        ["y = [f(x) for x in list(xs)[1:]]", "y = [f(x) for x in list(xs)[:-1]]", "y = [f(x) for x in list(xs)[:1]]"],
    ),
    "error of another type": ("raise IndexError('no')", ["raise Exception('no')"]),
    "with dropped": ("with torch.no_grad():  # cheap\n    f()", ["if True:  # cheap"]),
    "decorator dropped": ("@cached\ndef f(): g()", [""]),
    "base class dropped": ("class Net(nn.Module): x = y", ["class Net(object): x = y"]),
}
HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"


@pytest.mark.parametrize("name", REGISTRY)
def test_an_operator_changes_one_thing_and_leaves_the_rest_as_it_is_written(name: str) -> None:
    source, expected = OPERATORS[name]
    kept = set(source.splitlines())

    made = [mutant for mutant in mutants_of(f"{HEAD}{source}\n") if mutant.operator == name]

    put = ["\n".join(line[1:] for line in mutant.change if line[0] == "+") for mutant in made]
    left = [mutant.source.removeprefix(HEAD).rstrip("\n") for mutant in made]
    if name == "statement removed":
        assert left == expected
    elif name == "statements swapped":
        assert put == ["\n".join(expected)]
    else:
        assert put == expected
        assert all(set(text.splitlines()) - kept <= set(expected) for text in left)


def test_only_what_decides_something_is_mutated() -> None:
    source = '''
"""Text of 3 lines."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    size = 1 + 2


class Net:
    """Has 2 layers."""

    w: list[1 + 2]

    def forward(self, x: "int" = None) -> "tuple[1 + 2]":
        """Return 1 + 2."""
        print(1 + 2)


if __name__ == "__main__":
    Net().forward(1 + 2)
'''

    assert mutants_of(source) == ()


def test_each_mutant_compiles_differs_and_is_made_once() -> None:
    solution = (Path(__file__).parents[1] / "solutions" / "exercise2" / "gather.py").read_text(encoding="utf-8")

    sources = [mutant.source for mutant in mutants_of(solution)]

    assert len(sources) > 100
    assert len(set(sources)) == len(sources)
    assert solution not in sources
    for source in sources:
        compile(source, "mutant", "exec")


def test_a_mutant_is_shown_as_a_diff_of_its_lines() -> None:
    source = "class Net:\n    def f(self, ä):\n        # Öl\n        return ä @ self.w  # ß\n\n\nx = 1\n"
    mutant = next(each for each in mutants_of(source) if each.operator == "operand transposed")

    assert mutant.title == "operand transposed at line 4, in Net.f"
    assert diff_of(source, mutant, "net.py") == (
        "--- net.py\n+++ net.py (mutant)\n@@ -3,3 +3,3 @@\n         # Öl\n"
        "-        return ä @ self.w  # ß\n+        return ä.mT @ self.w  # ß\n "
    )


# A course whose suite is too weak: it never calls the second function.

HIDDEN = """
@pytest.mark.points(1)
def test_two(student):
    assert student.double(2.0) == 4.0

@pytest.mark.points(1)
def test_zero(student):
    assert student.double(0.0) == 0.0
"""
SOLUTION = "def double(x):\n    return x + x\n\n\ndef negate(x):\n    return -x\n"
LISTED = """
[[equivalent]]
operator = "value not returned"
within = "negate"
change = '''
-    return -x
+    return None
'''
reason = "Nobody asks for negate."
"""


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    """An exercise whose suite never calls one function of its file."""
    root = write_course(tmp_path / "course", hidden=HIDDEN)
    (root / "solutions" / "tiny" / "work.py").write_text(SOLUTION, encoding="utf-8")
    return open_course(root, asked_by="the test").exercises["tiny"]


@pytest.fixture
def solution(exercise: Exercise) -> Submission:
    assert exercise.solution is not None
    return read_submission(exercise.solution, exercise)


def list_equivalents(exercise: Exercise, text: str) -> None:
    assert exercise.secret_folder is not None
    (exercise.secret_folder / "equivalent.toml").write_text(text, encoding="utf-8")


def test_a_mutant_that_loses_no_points_is_shown_with_its_diff(exercise: Exercise, grader: Grader) -> None:
    list_equivalents(exercise, LISTED)

    proofs = {proof.claim.partition(":")[0]: proof for proof in prove_mutants(exercise, [grader])}

    lives = proofs["every mutant loses points"]
    assert "1 may live" in lives.claim
    (problem,) = lives.problems
    assert problem.startswith("lives  sign dropped at line 6, in negate\n--- work.py")
    assert "\n-    return -x\n+    return x" in problem
    assert proofs["equivalent.toml lists only mutants that live"].holds


def test_a_run_of_a_mutant_ends_with_the_first_check_that_loses_points(
    exercise: Exercise, solution: Submission, grader: Grader
) -> None:
    wrong = dataclasses.replace(solution, source=SOLUTION.replace("x + x", "x + 1"))
    order = ("test_hidden.py::test_zero", "test_hidden.py::test_two")

    result = grader.grade(exercise, wrong, trial=Trial(order=order, seconds={}))

    assert [check.name for check in result.checks] == ["test_hidden.py::test_zero"]


def test_an_endless_mutant_is_stopped_by_the_limit_of_the_trial(
    exercise: Exercise, solution: Submission, grader: Grader
) -> None:
    endless = Mutant("condition", 2, "double", "def double(x):\n    while True: pass\n", ())
    name = "test_hidden.py::test_zero"

    fates = list(try_mutants(exercise, [grader], solution, Trial(order=(name,), seconds={name: 0.1}), [endless]))

    assert fates == [Fate(endless, lost=name)]


def test_a_trial_takes_cheap_checks_first(exercise: Exercise, solution: Submission, grader: Grader) -> None:
    result = grader.grade(exercise, solution)
    slow, fast = (msgspec.structs.replace(check, seconds=s) for check, s in zip(result.checks, (100.0, 0.01)))

    trial = trial_like(msgspec.structs.replace(result, checks=(slow, fast)))

    assert trial.order == (fast.name, slow.name)
    assert trial.seconds[slow.name] > 100


MADE = mutants_of(SOLUTION)
FIRST = Equivalent(MADE[0].operator, MADE[0].within, MADE[0].change, "It is the same.")


def problems_of(fates: list[Fate], listed: list[Equivalent], solution: Submission, device: str = "cpu") -> list[str]:
    proofs = judge_fates(fates, listed, stale_entries(listed, MADE), solution, device)
    return [problem.partition("\n")[0] for proof in proofs for problem in proof.problems]


def test_a_listed_mutant_may_live(solution: Submission) -> None:
    assert problems_of([Fate(MADE[0])], [FIRST], solution) == []


def test_a_mutant_listed_for_the_cpu_has_to_be_noticed_on_a_gpu(solution: Submission) -> None:
    listed = [dataclasses.replace(FIRST, device="cpu")]

    assert problems_of([Fate(MADE[0])], listed, solution) == []
    assert problems_of([Fate(MADE[0])], listed, solution, "cuda") == [f"lives  {MADE[0].title}"]
    assert problems_of([Fate(MADE[0], lost="test_zero")], listed, solution, "cuda") == []


def test_an_entry_stays_true_when_its_lines_move(solution: Submission) -> None:
    moved = mutants_of("import os\n\n\n" + SOLUTION)

    assert stale_entries([FIRST], moved) == ()


def test_an_entry_about_no_mutant_is_reported(solution: Submission) -> None:
    gone = dataclasses.replace(FIRST, change=("-    return x * 7", "+    return x / 7"))

    (said,) = problems_of([], [gone], solution)

    assert said.startswith("no mutant is like this any more: ")
    assert "return x * 7" in said


def test_an_entry_about_a_mutant_that_loses_points_is_reported(solution: Submission) -> None:
    (said,) = problems_of([Fate(MADE[0], lost="test_zero")], [FIRST], solution)

    assert said == f"listed, and yet it loses points in test_zero: {MADE[0].title}"


def test_a_fault_of_the_suite_is_no_kill(solution: Submission) -> None:
    (said,) = problems_of([Fate(MADE[0], fault="test_zero: NameError: x")], [], solution)

    assert said == f"{MADE[0].title}: test_zero: NameError: x"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(LISTED.replace("Nobody asks for negate.", " "), "no reason is given", id="no reason"),
        pytest.param(LISTED.replace("within", "witin"), "unknown key `equivalent.witin`", id="misspelt key"),
        pytest.param(LISTED.replace("operator", "# operator"), "`operator` is missing", id="missing key"),
        pytest.param("[equivalent]\noperator = 'x'\n", "must be a list", id="one table"),
    ],
)
def test_a_broken_list_is_told(exercise: Exercise, text: str, said: str) -> None:
    list_equivalents(exercise, text)

    with pytest.raises(UsageError, match=said):
        read_equivalents(exercise)
