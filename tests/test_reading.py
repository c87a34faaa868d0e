"""Concepts lead to the sections that teach them: how a heading is found, and that every exercise has them all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course import open_course
from grader.reading import find_readings, plain_words
from grader.records import Reading
from grader.run import Grader
from grader.submission import read_submission
from grader.terms import Choices
from grader.verify import Proof, verify_exercise

ROOT = Path(__file__).parents[1]
COURSE = open_course(ROOT, asked_by="the tests")

TASK = """# Gather

Choose.

## The *direction* `dim`

Along it.

```sh
## Errors
```

### Negative

From the end.

## `state_dict` against pickling ##

Names.

## Errors

First.

## Errors

Second.
"""


def found(concept: str, task: str = TASK) -> Reading:
    (reading,) = find_readings(task, [concept])
    return reading


@pytest.mark.parametrize(
    ("concept", "heading", "anchor"),
    [
        pytest.param("The direction dim", "The direction dim", "the-direction-dim", id="marks of the heading"),
        pytest.param("the DIRECTION `dim`", "The direction dim", "the-direction-dim", id="case and marks of the concept"),
        pytest.param("state_dict against pickling", "state_dict against pickling", "state_dict-against-pickling", id="a name"),
        pytest.param("Negative", "Negative", "negative", id="a heading below another"),
    ],
)  # fmt: skip
def test_a_heading_with_the_words_of_the_concept_is_its_section(concept: str, heading: str, anchor: str) -> None:
    reading = found(concept)

    assert (reading.concept, reading.heading, reading.anchor) == (concept, heading, anchor)


def test_a_section_holds_what_is_below_it_up_to_the_next_heading_of_its_level() -> None:
    assert found("The direction dim").text == (
        "Along it.\n\n```sh\n## Errors\n```\n\n### Negative\n\nFrom the end."
    )  # fmt: skip


def test_what_looks_like_a_heading_inside_a_fence_is_none_and_the_first_of_several_counts() -> None:
    assert found("Errors").text == "First."


@pytest.mark.parametrize("concept", ["Error", "The direction", "Gradients", ""])
def test_a_concept_whose_words_no_heading_has_is_left_out(concept: str) -> None:
    assert find_readings(TASK, [concept]) == ()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("**Call** against `.forward`", "Call against .forward", id="marks"),
        pytest.param("_Why_ a state_dict", "Why a state_dict", id="underscores"),
        pytest.param("[Broadcasting](https://e.org/a_b)  rules", "Broadcasting rules", id="a link"),
        pytest.param(r"a \* b", "a b", id="an escaped mark"),
    ],
)
def test_marks_of_formatting_are_no_words(text: str, plain: str) -> None:
    assert plain_words(text) == plain


@pytest.mark.parametrize("name", COURSE.exercises)
def test_every_concept_of_the_course_has_its_section(name: str) -> None:
    exercise = COURSE.exercises[name]

    assert [reading.concept for reading in exercise.reading] == list(exercise.concepts)
    assert all(reading.text for reading in exercise.reading)


def scale_course(root: Path, task: str | None) -> Path:
    """Lay out an exercise with the concepts Parameters and Gradients, and `task` as its README.md."""
    public, secret = root / "exercises" / "scale", root / "solutions" / "scale"
    public.mkdir(parents=True)
    secret.mkdir(parents=True)
    (public / "exercise.toml").write_text(
        'title = "Scale"\nfile = "scale.py"\npoints = 1\nconcepts = ["Parameters", "Gradients"]\n'
    )
    (public / "scale.py").write_text("def scale(x):\n    raise NotImplementedError\n")
    (secret / "scale.py").write_text("def scale(x):\n    return 3 * x\n")
    (public / "test_visible.py").write_text(
        'import pytest\n\n\n@pytest.mark.points(1)\n@pytest.mark.concept("Gradients")\n'
        'def test_scale(student):\n    """Triples"""\n    assert student.scale(2) == 6\n'
    )
    if task is not None:
        (public / "README.md").write_text(task, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader(Choices(device="cpu")) as started:
        yield started


def test_an_exercise_without_a_task_text_has_nothing_to_read_and_is_valid(grader: Grader, tmp_path: Path) -> None:
    exercise = open_course(scale_course(tmp_path, None), asked_by="the test").exercises["scale"]

    proofs = list(verify_exercise(exercise, grader, grader.choices, seeds=1))

    assert exercise.reading == ()
    assert [proof.claim for proof in proofs if not proof.holds or "section" in proof.claim] == []


def test_a_concept_without_a_section_is_a_claim_that_does_not_hold(grader: Grader, tmp_path: Path) -> None:
    exercise = open_course(scale_course(tmp_path, "# Scale\n\n## Gradients\n\nThey flow.\n"), asked_by="the test")

    proofs: list[Proof] = list(verify_exercise(exercise.exercises["scale"], grader, grader.choices, seeds=1))

    (broken,) = [proof for proof in proofs if not proof.holds]
    (problem,) = broken.problems
    assert broken.claim == "every concept has its section in README.md"
    assert "no section teaches the concept 'Parameters'" in problem
    assert "below a heading of just these words" in problem


def test_a_result_carries_the_sections_of_its_exercise(grader: Grader, tmp_path: Path) -> None:
    exercise = open_course(scale_course(tmp_path, "# Scale\n\n## Gradients\n\nThey flow.\n"), asked_by="the test")
    scale = exercise.exercises["scale"]

    result = grader.grade(scale, read_submission(scale.stub, scale))

    assert result.reading == (Reading(concept="Gradients", heading="Gradients", anchor="gradients", text="They flow."),)
