"""One check, one record: what marks promise, which verdict each ending gets, and that a check costs itself only."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from conftest import check_of, told

from grader.faults import GraderFault
from grader.records import Disclosure, Outcome, Result, Verdict

Grade = Callable[..., Result]

DOUBLE = "def double(x):\n    return x * 2\n"


# Marks


MARKED = '''
@pytest.mark.points(1.5)
@pytest.mark.concept("Doubling")
@pytest.mark.disclose("verdict")
def test_right(student):
    """It doubles

    Is it
    multiplied?
    """
    assert student.double(2) == 4


def test_without_a_docstring_or_points(student):
    assert student.double(2) == 4


@pytest.mark.points(1)
@pytest.mark.parametrize("x", [1, 2, 3])
def test_cases(student, x):
    """Each case"""
    assert student.double(x) == 2 * x, f"wrong for {x}"
'''


def test_marks_and_docstrings_make_the_record(grade: Grade) -> None:
    result = grade("def double(x):\n    return 2 * x if x != 2 else 5\n", MARKED, points=4.5)

    right = check_of(result, "test_right")
    assert (right.title, right.concept, right.max_points) == ("It doubles", "Doubling", Decimal("1.5"))
    assert (right.disclosure, right.suite, right.name) == (Disclosure.VERDICT, "hidden", "test_hidden.py::test_right")
    assert (right.verdict, right.points, right.hint) == (Verdict.FAILED, 0, "Is it multiplied?")
    plain = check_of(result, "test_without_a_docstring_or_points")
    assert (plain.title, plain.max_points, plain.disclosure) == ("without a docstring or points", 0, Disclosure.HINT)
    assert [check_of(result, f"test_cases[{x}]").points for x in (1, 2, 3)] == [1, 0, 1]
    assert check_of(result, "test_cases[2]").title == "Each case [2]"
    assert check_of(result, "test_cases[2]").message == "wrong for 2"
    assert (result.points, result.max_points, result.outcome) == (Decimal(2), Decimal("4.5"), Outcome.GRADED)


def test_a_visible_suite_is_told_in_full_and_runs_first(grade: Grade) -> None:
    result = grade(
        DOUBLE,
        "@pytest.mark.points(2)\ndef test_b(student): assert student.double(1) == 2\n",
        visible="@pytest.mark.points(1)\ndef test_a(student): assert student.double(1) == 2\n",
    )

    assert [(check.suite, check.disclosure) for check in result.checks] == [
        ("visible", Disclosure.ALL),
        ("hidden", Disclosure.HINT),
    ]
    assert result.points == 3 and result.hidden_checks == 0 and result.passed


def test_the_visible_suite_alone_says_how_many_hidden_checks_there_are(grade: Grade) -> None:
    suite = "@pytest.mark.points(1)\ndef test_a(student): assert student.double(1) == 2\n"

    alone = grade(DOUBLE, None, visible=suite, points=3, toml="hidden_checks = 4")
    chosen = grade(DOUBLE, suite, visible=suite, suites="visible", toml="hidden_checks = 4")
    all_of_them = grade(DOUBLE, suite, toml="hidden_checks = 4")

    assert (alone.hidden_checks, alone.points, alone.max_points) == (4, 1, 1)
    assert (chosen.hidden_checks, len(chosen.checks)) == (4, 1)
    assert all_of_them.hidden_checks == 0


NEEDS = '''
@pytest.mark.points(1)
def test_first(student):
    """The first"""
    assert student.double(1) == 3


@pytest.mark.points(1)
@pytest.mark.needs("test_first")
def test_second(student):
    assert student.double(1) == 2


@pytest.mark.points(1)
@pytest.mark.needs("test_second")
def test_third(student):
    assert student.double(1) == 2


@pytest.mark.points(1)
def test_free(student):
    assert student.double(1) == 2
'''


def test_a_check_whose_needs_failed_is_not_run_and_says_so(grade: Grade) -> None:
    result = grade(DOUBLE, NEEDS)

    assert [check.verdict for check in result.checks] == [
        Verdict.FAILED,
        Verdict.NOT_RUN,
        Verdict.NOT_RUN,
        Verdict.PASSED,
    ]
    assert "'The first'" in check_of(result, "test_second").message
    assert result.points == 1


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("test_frist", "::test_second needs 'test_frist', and there is no such check; is 'test_first' meant?"),
        ("test_free", "::test_second needs 'test_free', which does not come before it"),
    ],
)
def test_needs_that_can_never_be_met_are_a_fault_of_the_suite(grade: Grade, named: str, told: str) -> None:
    result = grade(DOUBLE, NEEDS.replace('needs("test_first")', f'needs("{named}")'))

    assert result.outcome is Outcome.GRADER_ERROR
    assert any(told in check.detail for check in result.checks)


def test_needs_do_not_hide_that_a_stub_is_not_implemented(grade: Grade) -> None:
    result = grade("def double(x):\n    raise NotImplementedError\n", NEEDS)

    assert {check.verdict for check in result.checks} == {Verdict.NOT_IMPLEMENTED}
    assert result.points == 0 and result.outcome is Outcome.GRADED
    assert {check.message for check in result.checks} == {"not implemented yet"}
    assert result.checks[0].where == "work.py:2"


def test_needs_that_were_not_run_at_the_end_of_a_suite_leave_the_next_suite_alone(grade: Grade) -> None:
    last = """
@pytest.mark.points(1)
def test_a(student): assert student.double(1) == 3
@pytest.mark.points(1)
@pytest.mark.needs("test_a")
def test_b(student): assert student.double(1) == 2
"""
    result = grade(DOUBLE, "@pytest.mark.points(1)\ndef test_c(student): assert student.double(1) == 2\n", visible=last)

    assert check_of(result, "test_c").verdict is Verdict.PASSED, told(check_of(result, "test_c"))


# Verdicts


ENDINGS = """
import os, sys, torch


def failed(x):
    return x + 1


def raises(x):
    return x.nothing


def leaves(x):
    sys.exit(0)


def dies(x):
    os._exit(0)


def crashes(x):
    import ctypes
    ctypes.string_at(0)


def hangs(x):
    while True:
        pass


def devours(x):
    return bytearray(64 * 2**30)


def devours_tensors(x):
    return torch.zeros(2**34)


def floods(x):
    for _ in range(1000):
        print("x" * 100_000)
    return x * 2


def prints(x):
    print("hello", x)
    print("from stderr", file=sys.stderr)
    return x * 2


def closes(x):
    os.close(3)
    return x * 2


def babbles(x):
    os.write(3, b"PASS" * 100)
    return x * 2


def nothing(x):
    pass


def custom(x):
    class Stop(BaseException):
        pass
    raise Stop


def shows_badly(x):
    class Bad(Exception):
        def __str__(self):
            raise ValueError
    raise Bad


def shouts(x):
    raise ValueError("\\x1b[2J" + "y" * 10_000_000)


def good(x):
    return x * 2
"""

ENDING_CASES = {
    "failed": (Verdict.FAILED, "is wrong"),
    "raises": (Verdict.FAILED, "AttributeError: 'int' object has no attribute 'nothing'"),
    "leaves": (Verdict.FAILED, "called sys.exit() (exit code 0)"),
    "dies": (Verdict.CRASHED, "ended the process with exit code 0"),
    "crashes": (Verdict.CRASHED, "segmentation fault"),
    "hangs": (Verdict.TIMED_OUT, "still running after the 2 s that this check allows; it was at work.py:"),
    "devours": (Verdict.OUT_OF_MEMORY, "more memory than the 2 GB"),
    "devours_tensors": (Verdict.OUT_OF_MEMORY, "64.0 GB of memory, more than the 2 GB"),
    "floods": (Verdict.FAILED, "printed more than the 1 MB"),
    "prints": (Verdict.PASSED, ""),
    "closes": (Verdict.CRASHED, "closed its connection"),
    "babbles": (Verdict.FAILED, "could not be read"),
    "nothing": (Verdict.FAILED, "is wrong"),
    "custom": (Verdict.FAILED, "raised Stop"),
    "shows_badly": (Verdict.FAILED, "Bad"),
    "shouts": (Verdict.FAILED, "ValueError"),
}


@pytest.fixture(scope="module")
def endings(grader: Any, tmp_path_factory: Any) -> Result:
    """One run in which every second check ends in another way, and a good one follows each."""
    from conftest import write_course

    from grader.course import find_course
    from grader.submission import read_submission

    checks = []
    for name in ENDING_CASES:
        limit = "@pytest.mark.limit(seconds=2)\n" if name == "hangs" else ""
        checks.append(
            f"{limit}@pytest.mark.points(1)\ndef test_{name}(student):\n    expect(student.{name}(2) == 4, 'the result is wrong')\n"
        )
        checks.append(f"@pytest.mark.points(1)\ndef test_after_{name}(student):\n    assert student.good(2) == 4\n")
    folder = tmp_path_factory.mktemp("endings")
    root = write_course(folder / "course", hidden="\n".join(checks))
    (folder / "work.py").write_text(ENDINGS)
    exercise = find_course(root, {}, root).exercises["tiny"]
    return grader.grade(exercise, read_submission(folder / "work.py", exercise))


@pytest.mark.parametrize("name", ENDING_CASES)
def test_each_ending_has_its_verdict(endings: Result, name: str) -> None:
    verdict, words = ENDING_CASES[name]

    check = check_of(endings, f"test_{name}")

    assert check.verdict is verdict, told(check)
    assert words in check.message, told(check)
    assert check.points == (1 if verdict is Verdict.PASSED else 0)
    assert "Traceback" not in check.message + check.hint and "grader/" not in check.message + check.hint


@pytest.mark.parametrize("name", ENDING_CASES)
def test_a_check_costs_itself_only(endings: Result, name: str) -> None:
    check = check_of(endings, f"test_after_{name}")

    assert check.verdict is Verdict.PASSED, told(check)


def test_endings_leave_the_run_graded(endings: Result) -> None:
    assert endings.outcome is Outcome.GRADED
    assert endings.points == len(ENDING_CASES) + 1


def test_output_belongs_to_the_check_that_printed_it(endings: Result) -> None:
    assert check_of(endings, "test_prints").output == "hello 2\nfrom stderr\n"
    assert check_of(endings, "test_after_prints").output == ""
    assert check_of(endings, "test_failed").output == ""


def test_a_flood_of_output_is_kept_small(endings: Result) -> None:
    flood = check_of(endings, "test_floods").output

    assert "all that follows is left out" in flood and len(flood) < 80_000


def test_a_shouted_message_is_cut(endings: Result) -> None:
    assert len(check_of(endings, "test_shouts").message) < 1_000


def test_where_points_to_the_students_line(endings: Result) -> None:
    check = check_of(endings, "test_raises")

    assert check.where == f"work.py:{ENDINGS.splitlines().index('    return x.nothing') + 1}"
    assert check.excerpt is not None and "    return x.nothing" in check.excerpt.lines


def test_an_error_of_the_suite_itself_is_the_graders(grade: Grade) -> None:
    suite = """
@pytest.mark.points(1)
def test_broken(student):
    undefined_name


@pytest.mark.points(1)
def test_good(student):
    assert student.double(1) == 2
"""

    result = grade(DOUBLE, suite)

    broken = check_of(result, "test_broken")
    assert broken.verdict is Verdict.GRADER_ERROR and "not your fault" in broken.message
    assert "undefined_name" in broken.detail
    assert result.outcome is Outcome.GRADER_ERROR and not result.passed
    assert check_of(result, "test_good").verdict is Verdict.PASSED


def test_a_failing_check_does_not_run_the_students_repr(grade: Grade) -> None:
    source = """
class Thing:
    def __repr__(self):
        print("shown")
        return "thing"

def make():
    return Thing()
"""
    suite = "@pytest.mark.points(1)\ndef test_it(student):\n    thing = student.make()\n    assert thing is None, 'no thing wanted'\n"

    check = check_of(grade(source, suite), "test_it")

    assert (check.message, check.output) == ("no thing wanted", "")


def test_what_was_printed_before_a_crash_is_shown(grade: Grade) -> None:
    suite = "@pytest.mark.points(1)\ndef test_it(student):\n    student.double(1)\n"

    check = check_of(grade("import os\n\ndef double(x):\n    print('so far')\n    os._exit(0)\n", suite), "test_it")

    assert check.output == "so far\n"


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        pytest.param("None", "'NoneType' object has no attribute 'shape'", id="None"),
        pytest.param("'abc'", "'str' object has no attribute 'shape'", id="text"),
    ],
)
def test_a_value_that_the_suite_cannot_use_is_the_students(grade: Grade, returned: str, words: str) -> None:
    suite = "@pytest.mark.points(1)\ndef test_it(student):\n    assert student.double(1).shape == ()\n"

    check = check_of(grade(f"def double(x):\n    return {returned}\n", suite), "test_it")

    assert check.verdict is Verdict.FAILED and words in check.message, told(check)


def test_a_constant_that_the_suite_cannot_use_is_the_students(grade: Grade) -> None:
    suite = "@pytest.mark.points(1)\ndef test_it(student):\n    assert len(range(student.EPOCHS)) > 0\n"

    check = check_of(grade("EPOCHS = 'three'\n", suite), "test_it")

    assert check.verdict is Verdict.FAILED, told(check)


def test_a_missing_name_is_told_with_the_file(grade: Grade) -> None:
    suite = "@pytest.mark.points(1)\ndef test_it(student):\n    assert student.double(1) == 2\n"

    check = check_of(grade("def duoble(x):\n    return 2 * x\n", suite), "test_it")

    assert check.verdict is Verdict.FAILED
    assert "work.py defines no `double`" in check.message, told(check)


def test_pytest_raises_never_takes_the_stub_for_the_error(grade: Grade) -> None:
    suite = """
@pytest.mark.points(1)
def test_raises(student):
    with pytest.raises(RuntimeError):
        student.double(1)


@pytest.mark.points(1)
def test_expect_raises(student):
    with expect_raises(RuntimeError, NotImplementedError, what="it must raise"):
        student.double(1)


@pytest.mark.points(1)
def test_swallowed(student):
    try:
        student.double(1)
    except Exception:
        pass
"""

    result = grade("def double(x):\n    raise NotImplementedError('later')\n", suite)

    assert [check.verdict for check in result.checks] == [Verdict.NOT_IMPLEMENTED] * 3


RAISING = """
@pytest.mark.points(1)
def test_one(student):
    with expect_raises(KeyError, what="an unknown name must raise KeyError", hint="look it up"):
        student.double("?")


@pytest.mark.points(1)
def test_two(student):
    with pytest.raises((KeyError, IndexError)):
        student.double("?")
"""


@pytest.mark.parametrize(
    ("body", "verdicts", "words"),
    [
        pytest.param("return {}[x]", [Verdict.PASSED, Verdict.PASSED], "", id="the right error"),
        pytest.param("return x", [Verdict.FAILED] * 2, "must raise KeyError; your code raised nothing", id="no error"),
        pytest.param(
            "return int(x)", [Verdict.FAILED] * 2, "your code raised ValueError: invalid literal", id="another error"
        ),
        pytest.param("return [][0]", [Verdict.FAILED, Verdict.PASSED], "your code raised IndexError", id="one of two"),
    ],
)
def test_an_expected_error_is_recognised(grade: Grade, body: str, verdicts: list[Verdict], words: str) -> None:
    result = grade(f"def double(x):\n    {body}\n", RAISING)

    assert [check.verdict for check in result.checks] == verdicts
    assert words in result.checks[0].message


# Partial credit, evidence, notes


def test_awards_and_bands_give_partial_credit(grade: Grade) -> None:
    suite = '''
@pytest.mark.points(2)
def test_half(student):
    award(0.5)
    assert student.double(1) == 2


@pytest.mark.points(2)
def test_more_than_all(student):
    award(99)


@pytest.mark.points(2)
def test_nothing(student):
    """Nothing

    Try harder.
    """
    award(0)


@pytest.mark.points(2)
def test_award_before_a_failure(student):
    award(1)
    fail("it is wrong after all")


@pytest.mark.points(3)
def test_band(student):
    assert award_band(student.ACCURACY, {0.7: 1, 0.8: 2, 0.9: 3}, name="accuracy") == 0.85


@pytest.mark.points(3)
def test_band_measured_again(student):
    assert award_band(student.ACCURACY, {0.7: 1, 0.8551: 3}, again=lambda: 0.86) == 0.86


@pytest.mark.points(3)
def test_band_not_reached(student):
    award_band(student.ACCURACY, {0.9: 3}, name="accuracy", again=lambda: 1.0)
'''

    result = grade(DOUBLE + "ACCURACY = 0.85\n", suite)

    assert [(check.verdict.value, float(check.points)) for check in result.checks] == [
        ("partial", 0.5),
        ("passed", 2),
        ("failed", 0),
        ("failed", 0),
        ("partial", 2),
        ("passed", 3),
        ("failed", 0),
    ]
    assert check_of(result, "test_nothing").hint == "Try harder."
    assert check_of(result, "test_band_not_reached").message == "accuracy is 85.0%; the lowest band begins at 90%"


def test_evidence_and_notes_are_kept_with_their_check(grade: Grade) -> None:
    suite = """
@pytest.mark.points(1)
def test_shown(student):
    note("measured twice")
    evidence.curve("loss", {"loss": [1.0, float("nan"), 0.5]})
    evidence.confusion("test", torch.tensor([0, 1, 1]), torch.tensor([0, 1, 0]), ["a", "b"])
    evidence.images("wrong", torch.zeros(1, 2, 2, dtype=torch.uint8), ["a shoe"])
    evidence.gradients("after", student.net, expected={"weight": torch.ones(1, 2), "missing": torch.ones(2)})
    assert_tensor(student.double(torch.ones(2)), torch.full((2,), 3.0))


@pytest.mark.points(1)
def test_empty(student):
    assert student.double(1) == 2
"""

    result = grade("import torch\nnet = torch.nn.Linear(2, 1)\n" + DOUBLE, suite)

    shown = check_of(result, "test_shown")
    assert [type(piece).__name__ for piece in shown.evidence] == [
        "CurveEvidence",
        "ConfusionEvidence",
        "ImageEvidence",
        "GradientEvidence",
        "TensorEvidence",
    ]
    curve, confusion, _, gradients, tensors = shown.evidence
    assert curve.series[0].y == (1.0, 0.5) and confusion.counts == ((1, 1), (0, 1))
    assert [(row.name, row.registered, row.state) for row in gradients.rows] == [
        ("weight", True, "none"),
        ("bias", True, "none"),
        ("missing", False, "none"),
    ]
    assert tensors.actual.rows == ((2.0, 2.0),) and tensors.differs == ((True, True),)
    assert check_of(result, "test_empty").evidence == ()


def test_a_note_is_shown_with_a_passed_check(grade: Grade) -> None:
    suite = "@pytest.mark.points(1)\ndef test_it(student):\n    note('a medal')\n    assert student.double(1) == 2\n"

    assert "a medal" in check_of(grade(DOUBLE, suite), "test_it").message


# Limits


def test_a_limit_of_memory_holds_for_its_check_alone(grade: Grade) -> None:
    suite = """
@pytest.mark.points(1)
@pytest.mark.limit(memory="300 MB")
def test_small(student):
    student.take(800)


@pytest.mark.points(1)
def test_large(student):
    student.take(800)
"""

    result = grade("def take(megabytes):\n    return len(bytearray(megabytes * 2**20))\n", suite)

    small, large = result.checks
    assert small.verdict is Verdict.OUT_OF_MEMORY, told(small)
    assert large.verdict is Verdict.PASSED, told(large)


def test_the_time_of_all_checks_together_is_limited(grade: Grade) -> None:
    suite = """
@pytest.mark.points(1)
def test_a(student): student.spin()
@pytest.mark.points(1)
def test_b(student): student.spin()
"""

    result = grade("def spin():\n    while True: pass\n", suite, limits={"total_seconds": 2, "seconds": 30})

    first, second = result.checks
    assert first.verdict is Verdict.TIMED_OUT and "the 2 s that all checks together are allowed" in first.message
    assert second.verdict is Verdict.NOT_RUN and "2 s for all checks together are used up" in second.message


def test_time_that_the_suite_takes_is_not_the_students(grade: Grade) -> None:
    suite = """
import time

@pytest.mark.points(1)
@pytest.mark.limit(seconds=2)
def test_slow_suite(student):
    until = time.monotonic() + 2.5
    while time.monotonic() < until:
        pass
    assert student.double(1) == 2
"""

    assert grade(DOUBLE, suite).points == 1


def test_a_thread_that_prints_for_ever_does_not_stop_the_grader(grade: Grade) -> None:
    source = """
import threading

def shout():
    while True:
        print("x" * 60_000)

threading.Thread(target=shout, daemon=True).start()

def double(x):
    return x * 2
"""

    result = grade(source, "@pytest.mark.points(1)\ndef test_it(student):\n    assert student.double(1) == 2\n")

    assert result.outcome in (Outcome.GRADED, Outcome.CANNOT_RUN)


# Totals and broken suites


def test_a_suite_that_cannot_be_collected_still_counts(grade: Grade) -> None:
    result = grade(
        DOUBLE,
        "import a_module_that_is_not_there\n\n@pytest.mark.points(3)\ndef test_b(student): pass\n",
        visible="@pytest.mark.points(1)\ndef test_a(student): assert student.double(1) == 2\n",
    )

    lost = result.checks[-1]
    assert check_of(result, "test_a").verdict is Verdict.PASSED
    assert (lost.verdict, lost.max_points, lost.suite) == (Verdict.GRADER_ERROR, 3, "engine")
    assert "a_module_that_is_not_there" in lost.detail
    assert (result.points, result.max_points, result.outcome) == (1, 4, Outcome.GRADER_ERROR)


def test_marks_that_do_not_add_up_are_told(grade: Grade) -> None:
    result = grade(DOUBLE, "@pytest.mark.points(1)\ndef test_a(student): assert student.double(1) == 2\n", points=5)

    assert result.checks[-1].max_points == 4 and result.max_points == 5
    assert result.outcome is Outcome.GRADER_ERROR


@pytest.mark.parametrize(
    "mark",
    ["points('many')", "points(1, 2)", "points(-1)", "disclose('some')", "limit(seconds='x')", "limit(memory='2 XB')"],
)
def test_a_misused_mark_is_the_graders_fault_and_names_the_check(grade: Grade, mark: str) -> None:
    suite = f"""
@pytest.mark.{mark}
def test_wrong(student): pass


@pytest.mark.points(1)
def test_good(student): assert student.double(1) == 2
"""

    result = grade(DOUBLE, suite, points=1)

    assert check_of(result, "test_good").verdict is Verdict.PASSED
    assert result.outcome is Outcome.GRADER_ERROR and "test_wrong" in result.checks[-1].detail


@pytest.mark.parametrize(
    "suite", ["def test_(:\n", "raise RuntimeError('at import')\n", ""], ids=["syntax error", "raises", "empty"]
)
def test_a_suite_without_a_check_is_a_fault_of_the_grader(grade: Grade, suite: str) -> None:
    with pytest.raises(GraderFault, match="suite of tiny cannot be run"):
        grade(DOUBLE, None, visible=suite, points=1)


def test_a_skipped_check_is_not_run(grade: Grade) -> None:
    check = check_of(grade(DOUBLE, "@pytest.mark.points(1)\ndef test_it():\n    pytest.skip('no GPU')\n"), "test_it")

    assert (check.verdict, check.message, check.points) == (Verdict.NOT_RUN, "not run: no GPU", 0)


def test_a_bare_assert_says_no_more_than_that_it_failed(grade: Grade) -> None:
    suite = "SECRET = 4242\n\n@pytest.mark.points(1)\ndef test_it(student):\n    assert student.double(1) == SECRET\n"

    check = check_of(grade(DOUBLE, suite), "test_it")

    assert check.message == "what this check asks for does not hold"
    assert "4242" not in check.message + check.hint


def test_a_fixture_of_the_suite_may_use_the_student(grade: Grade) -> None:
    suite = """
@pytest.fixture
def four(student):
    yield student.double(2)


@pytest.mark.points(1)
def test_it(four, device, check_seed, remote):
    assert four == 4 and device.type == "cpu" and isinstance(check_seed, int) and remote.scratch.is_absolute()
"""

    assert grade(DOUBLE, suite).points == 1
    broken = grade("def double(x):\n    raise ValueError('no')\n", suite).checks[0]
    assert broken.verdict is Verdict.FAILED and broken.message == "ValueError: no"


def test_inputs_depend_on_the_seed_and_on_nothing_else(grade: Grade) -> None:
    suite = """
@pytest.mark.points(1)
def test_it(student, check_seed):
    note(f"{check_seed} {torch.rand(()).item()} {student.draw()}")
"""
    source = "import torch\n\ndef draw():\n    return torch.rand(()).item()\n"

    one, same, other = (grade(source, suite, seed=seed).checks[0].message for seed in (1, 1, 2))

    assert one == same != other
    assert len(set(one.split()) | set(other.split())) == 6


def test_a_check_is_asked_for_by_its_own_seed(grade: Grade) -> None:
    suite = "@pytest.mark.points(1)\n@pytest.mark.parametrize('n', [1, 2])\ndef test_it(student, n):\n    note(str(torch.rand(()).item()))\n"

    one, two = grade(DOUBLE, suite, points=2).checks

    assert one.message != two.message
