"""The mistakes of a class counted by name, its hardest checks, and the page that shows them."""

import base64
import hashlib
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_class import make_class
from sample_results import HOSTILE, make_check, make_result

from grader.gradebook.class_report import ClassReport
from grader.gradebook.records import Grade
from grader.intake.records import Student
from grader.mistakes import finding_of, is_mistake, title_of
from grader.records import Verdict
from grader.render.as_class import class_html
from grader.tally import Mistake, Tally

FORWARD = "my_linear.py:12, MyLinear.forward"


def pattern(message):
    return finding_of(message).pattern


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("the result: the bias is not added", "layer(x) for x of shape (5, 7): the bias is not added", id="subject"),
        pytest.param("dw: it is 64 times too large; 64 is the batch size", "dw: it is 5 times too large; 5 is the batch size", id="named size"),
        pytest.param(
            "y: all values differ, the first at index [0] (yours: 21 at [0])",
            "y: 3 of 12 values differ, the first at index [1] (yours: -0.2 at [1]), off by up to about 3 % of the largest value expected",
            id="counts, indexes and values",
        ),
        pytest.param(
            "w.grad is None after backward(): the gradient path from `w` to the result is cut at ada.py:13, by `.data`",
            "w.grad is None after backward(): the gradient path from `w` to the result is cut at solution-1.py:7, by `.data`",
            id="places",
        ),
        pytest.param("named_parameters() does not list `bias`; it lists w, b", "named_parameters() does not list `bias`; it lists weight", id="own names"),
        pytest.param("NameError: name 'foo' is not defined", "NameError: name 'bar' is not defined", id="own variable"),
        pytest.param("AttributeError: 'Net' object has no attribute 'w1'", "AttributeError: 'MyNet' object has no attribute 'weigths'", id="own attribute"),
        pytest.param(
            "RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 7x12)",
            "RuntimeError: mat1 and mat2 shapes cannot be multiplied (5x7 and 12x7)",
            id="sizes of an exception",
        ),
        pytest.param("y has shape (1, 3), expected (2, 3)", "layer(x) has shape (1, 12), expected (5, 12)", id="shapes of one relation"),
        pytest.param(
            "f(x) must raise KeyError; your code raised ValueError: add9 is no operation at ada.py:22",
            "f(x) must raise KeyError; your code raised ValueError: unknown at b.py:3",
            id="own words of an exception",
        ),
        pytest.param("the test accuracy is 81.3 %", "the test accuracy is 79 %", id="measured value"),
    ],
)  # fmt: skip
def test_what_differs_from_student_to_student_does_not_split_a_mistake(one, other):
    assert pattern(one) == pattern(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("the result: the bias is not added", "the result: the bias is subtracted", id="words"),
        pytest.param("dw: it is 2 times too large", "dw: it is 3 times too large", id="factors without a name"),
        pytest.param("dw: it is 2/3 of the right value", "dw: it is 3/4 of the right value", id="fractions without a name"),
        pytest.param("y: it is 64 times too large; 64 is the batch size", "y: it is 64 times too large; 64 is the number of classes", id="sizes"),
        pytest.param("y: it is averaged over dimension 0", "y: it is averaged over dimension 1", id="dimensions"),
        pytest.param("y has the right values in the wrong dtype: float32, expected float64", "y has the right values in the wrong dtype: float16, expected float64", id="dtypes"),
        pytest.param("y has shape (3, 2), expected (2, 3)", "y has shape (6,), expected (2, 3)", id="shapes"),
        pytest.param("w has shape (7, 12) for MyLinear(2, 3)", "w has shape (3, 2) for MyLinear(2, 3)", id="shapes in a sentence"),
        pytest.param("loss(yhat, y): the value is wrong", "accuracy(yhat, y): the value is wrong", id="which number"),
        pytest.param("the loss is infinite where yhat is 1 and y is 0", "the loss is infinite where yhat is 0 and y is 1", id="classes"),
        pytest.param("`weights` is a plain tensor, not an nn.Parameter: it gets no gradient", "`bias` is a plain tensor, not an nn.Parameter: it gets no gradient", id="whose"),
        pytest.param("named_parameters() does not list `w`; it lists nothing", "named_parameters() does not list `w`; it lists weight", id="nothing at all"),
        pytest.param("f() must raise KeyError; your code raised nothing", "f() must raise KeyError; your code raised ValueError", id="raised"),
        pytest.param("AttributeError: 'Tensor' object has no attribute 'foo'", "AttributeError: 'Tensor' object has no attribute 'numpy_'", id="a tensor's attribute"),
        pytest.param("TypeError: MyLinear.__init__() got an unexpected keyword argument 'a'", "TypeError: MyLinear.__init__() takes 1 positional argument", id="exceptions"),
        pytest.param("w.grad: 3 of 4 values differ, the first at index [0] (yours: 1 at [0])", "b.grad: 3 of 4 values differ, the first at index [0] (yours: 1 at [0])", id="which value"),
        pytest.param(
            "y: 4 of 8 values differ, the first at index [0, 0]: all of them in the first slice along dimension 0 (yours: 1 at [0, 0])",
            "y: 4 of 8 values differ, the first at index [0, 0]: all of them in the last slice along dimension 0 (yours: 1 at [0, 0])",
            id="which slice",
        ),
    ],
)  # fmt: skip
def test_what_tells_two_mistakes_apart_stays(one, other):
    assert pattern(one) != pattern(other)


def test_a_title_has_no_values_of_the_one_who_got_it():
    message = "y: 3 of 4 values differ, the first at index [1] (yours: 0.7321 at [1])"

    assert title_of(message) == "y: values differ, in no way that has a name"


@pytest.mark.parametrize("part", ["a.", "a, ", "(1, ", "x.py", "[0, ", "'a/", "it lists a.b, ", "name 'a' "])
def test_long_words_of_a_student_are_read_in_a_moment(part):
    words = f"it lists {part * 100_000}!"

    assert len(pattern(f"ValueError: {words}")) < 10_000
    assert len(pattern(words)) < 10_000


def counted(*results):
    tally = Tally()
    for student, result in results:
        tally.add(student, result)
    return tally


def failed(title, message, where=FORWARD, **fields):
    return make_check(title, Verdict.FAILED, message=message, where=where, **fields)


def test_a_mistake_that_shows_at_several_checks_counts_its_student_once():
    checks = (failed("small", "the result: the bias is not added"), failed("large", "layer(x): the bias is not added"))

    tally = counted(("ada", make_result(*checks)), ("bob", make_result(checks[1])))

    assert tally.mistakes() == (
        Mistake(exercise="exercise3", name="the result: the bias is not added", checks=("large", "small"), students=("ada", "bob")),
    )


def test_the_name_of_a_students_file_splits_no_mistake():
    names = ("my own file (2).py", "김.py")
    results = [make_result(failed("A", f"the path is cut at {name}:7, by `.data`", where=f"{name}:7"), files=(name,)) for name in names]

    assert [one.students for one in counted(*zip(("ada", "bob"), results)).mistakes()] == [("ada", "bob")]


def test_the_same_words_about_another_function_are_another_mistake():
    gather, pick = (failed("A", "the result: it is transposed", where=f"f.py:3, {name}") for name in ("gather", "pick"))

    assert len(counted(("ada", make_result(gather, pick))).mistakes()) == 2


def test_one_exception_that_stops_many_checks_is_one_mistake_and_elsewhere_another():
    stopped = [failed(title, f"RuntimeError: size {size} at dimension 1", where="f.py:9") for title, size in (("A", 3), ("B", 12))]
    other = failed("C", "RuntimeError: size 7 at dimension 1", where="f.py:30")

    mistakes = counted(("ada", make_result(*stopped, other))).mistakes()

    assert sorted(one.checks for one in mistakes) == [("A", "B"), ("C",)]


def test_what_is_not_written_or_not_run_is_no_mistake():
    verdicts = (Verdict.PASSED, Verdict.NOT_RUN, Verdict.NOT_IMPLEMENTED, Verdict.GRADER_ERROR)
    checks = [make_check(verdict.value, verdict, message="something") for verdict in verdicts]

    assert counted(("ada", make_result(*checks))).mistakes() == ()


MESSAGES = st.sampled_from(
    ("y: the bias is not added", "x: the bias is not added", "y: it is 3 times too large", "KeyError: 'a'", "RuntimeError: 3 is not 4", "")
)
WHERES = st.sampled_from(("f.py:3, f", "f.py:9, g", "f.py:3", ""))
CHECKS = st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from(list(Verdict)), MESSAGES, WHERES), max_size=5)


@settings(max_examples=60, deadline=None)
@given(st.lists(CHECKS, max_size=5))
def test_counting_loses_no_student_and_counts_none_twice(submissions):
    results = []
    for number, checks in enumerate(submissions):
        made = [make_check(title, verdict, message=message, where=where) for title, verdict, message, where in checks]
        results.append((f"s{number}", make_result(*made)))

    mistakes, back = counted(*results).mistakes(), counted(*reversed(results)).mistakes()

    assert all(len(set(one.students)) == len(one.students) for one in mistakes)
    expected = {key for key, result in results if any(map(is_mistake, result.checks))}
    assert {student for one in mistakes for student in one.students} == expected
    # The order of the class decides nothing.
    assert sorted(map(unordered, mistakes)) == sorted(map(unordered, back))


def unordered(mistake):
    return (mistake.name, mistake.checks, sorted(mistake.students))


def test_the_hardest_check_comes_first_and_not_run_is_no_failure():
    easy, hard = make_check("easy"), make_check("hard")
    wrong = make_check("hard", Verdict.PARTIAL, points=Decimal("0.5"))
    stopped = make_check("blocked", Verdict.NOT_RUN)

    checks = counted(("ada", make_result(easy, hard, stopped)), ("bob", make_result(easy, wrong, stopped))).checks()

    assert [(one.title, one.share, one.attempted, one.failed, one.not_run) for one in checks] == [
        ("hard", Decimal("0.625"), 2, 0, 0),
        ("easy", Decimal(1), 2, 0, 0),
        ("blocked", Decimal(0), 0, 0, 2),
    ]


def test_where_submissions_were_graded_differently_the_facts_say_so():
    one = make_result(make_check("A"))

    facts = dict(counted(("ada", one), ("bob", one)).facts())

    assert facts["isolation"] == "landlock"
    assert facts["suites of exercise3"] == "5f1c5f1c5f1c"


def test_the_page_lets_its_own_script_run_and_nothing_else():
    page = class_html(make_class(8))

    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#39;", "'")
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(script) == 1
    assert f"script-src 'sha256-{base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'")
    assert not re.search(r'(?:src|href)="(?!data:|#|students/|gradebook/)', page)


def test_hostile_words_are_shown_and_not_obeyed():
    student = Student(key="x", name=HOSTILE)
    grade = Grade(
        student=student, exercise=HOSTILE, title=HOSTILE, points=Decimal(0), max_points=Decimal(1), earned=Decimal(0),
        outcome="unreadable", remark=HOSTILE, report="javascript:alert(1)",
    )  # fmt: skip
    mistake = Mistake(exercise=HOSTILE, name=HOSTILE, checks=(HOSTILE,), students=("x", HOSTILE))

    page = class_html(ClassReport(title=HOSTILE, grades=(grade,), mistakes=(mistake,), facts=((HOSTILE, HOSTILE),)))

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "\u202e" not in page
    assert 'href="javascript:' not in page
    page.encode("utf-8")


def test_a_class_without_a_single_submission_has_a_page():
    assert "0 students" in class_html(ClassReport(title="Empty", grades=()))


def test_a_thousand_students_fit_into_three_megabytes():
    assert len(class_html(make_class(1000)).encode()) < 3_000_000
