"""`assert_tensor` names the mistake that a wrong tensor looks like, and never one that it does not."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmarks import diagnosis as measured
from grader.suite import assert_tensor
from grader.suite.diagnosis import relations
from grader.suite.words import CheckFailed
from grader.wire.tensors import DTYPES

FLOATS = (torch.float32, torch.float64, torch.float16, torch.bfloat16)
SHAPES = st.lists(st.integers(1, 5), min_size=1, max_size=4).filter(lambda shape: math.prod(shape) >= 6)


def words_of(actual: Any, expected: torch.Tensor, **options: Any) -> str:
    """Return what `assert_tensor` says of a wrong value."""
    with pytest.raises(CheckFailed) as caught:
        assert_tensor(actual, expected, **options)
    return caught.value.what


def random_tensor(seed: int, shape: list[int], dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Return normal numbers of both signs, none near 0 and no two alike in size."""
    generator = torch.Generator().manual_seed(seed)
    count = math.prod(shape)
    sizes = 0.3 + 2.2 * (torch.randperm(count, generator=generator) + 0.5) / count
    signs = torch.randint(0, 2, (count,), generator=generator) * 2.0 - 1
    signs[0], signs[-1] = 1, -1
    return (sizes * signs).reshape(shape).to(dtype)


FUNCTIONS: dict[str, tuple[Callable[[torch.Tensor], torch.Tensor], str]] = {
    "negated": (torch.neg, "negated"),
    "sigmoid": (torch.sigmoid, "sigmoid"),
    "exponential": (torch.exp, "exponential"),
    "ReLU": (torch.relu, "ReLU"),
    "squared": (torch.square, "squared"),
    "absolute": (torch.abs, "absolute value"),
    "rounded": (torch.round, "rounded"),
    "truncated": (torch.trunc, "cut off"),
    "zeros": (torch.zeros_like, "all zeros"),
    "7 times": (lambda x: x * 7, "7 times too large"),
    "a 64th": (lambda x: x / 64, "64 times too small"),
    "-3 times": (lambda x: x * -3, "3 times too large and has the wrong sign"),
    "0.37 times": (lambda x: x * 0.37, "times a constant"),
    "shifted": (lambda x: x + 0.25, "off by the same amount"),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(max_examples=20)
@given(st.integers(0, 10**6), SHAPES, st.sampled_from(FLOATS))
def test_each_relation_is_found(name: str, seed: int, shape: list[int], dtype: torch.dtype) -> None:
    function, words = FUNCTIONS[name]
    expected = random_tensor(seed, shape, dtype)
    assume(dtype in (torch.float32, torch.float64) or name not in ("shifted", "0.37 times", "a 64th"))
    # A few small whole numbers are soon near the right ones by chance.
    assume(math.prod(shape) >= 24 or name not in ("rounded", "truncated"))
    # Zeros alone say little: some values have to be left.
    assume(name != "ReLU" or (3 <= int((expected > 0).sum()) <= expected.numel() - 3))

    assert words in words_of(function(expected), expected)


@settings(max_examples=20)
@given(st.integers(0, 10**6), SHAPES)
def test_a_softmax_is_found(seed: int, shape: list[int]) -> None:
    expected = random_tensor(seed, shape)
    dim = max(range(len(shape)), key=lambda dim: shape[dim])
    assume(shape[dim] > 1)

    assert "softmax" in words_of(torch.softmax(expected, dim), expected)
    assert "log-softmax" in words_of(torch.log_softmax(expected, dim), expected)


@settings(max_examples=20)
@given(st.integers(0, 10**6), SHAPES, st.sampled_from(FLOATS))
def test_another_order_is_found(seed: int, shape: list[int], dtype: torch.dtype) -> None:
    expected = random_tensor(seed, shape, dtype)
    dim = max(range(len(shape)), key=lambda dim: shape[dim])
    assume(shape[dim] > 2)

    assert f"dimension {dim} is reversed" in words_of(expected.flip(dim), expected)
    assert any(
        text in words_of(expected.roll(1, dim), expected) for text in ("shifted by one place", "reversed", "transposed")
    )


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.integers(2, 6), st.integers(2, 6), st.sampled_from(FLOATS))
def test_transposed_is_found(seed: int, rows: int, columns: int, dtype: torch.dtype) -> None:
    assume(rows * columns >= 6)
    expected = random_tensor(seed, [rows, columns], dtype)

    assert "transposed" in words_of(expected.T, expected)


def test_other_places_are_found() -> None:
    expected = random_tensor(3, [4, 5])
    shuffled = expected.reshape(-1)[torch.randperm(20, generator=torch.Generator().manual_seed(0))].reshape(4, 5)

    assert "right, but in other places" in words_of(shuffled, expected)


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e6])
def test_relations_are_found_at_any_scale(scale: float) -> None:
    expected = random_tensor(1, [3, 4]) * scale

    assert "64 times too large" in words_of(expected * 64, expected)
    assert "negated" in words_of(-expected, expected)


@pytest.mark.parametrize(
    ("actual", "expected", "words"),
    [
        (
            torch.zeros(3, 4).T,
            torch.ones(3, 4),
            "has shape (4, 3), expected (3, 4); the dimensions are in the opposite order",
        ),
        (torch.arange(12.0).reshape(3, 4).T, torch.arange(12.0).reshape(3, 4), "transposed"),
        (torch.arange(12.0), torch.arange(12.0).reshape(3, 4), "the values are right, but in another shape"),
        (torch.ones(4, 1), torch.ones(4), "another shape"),
        (torch.tensor([2.5]), torch.tensor(2.5), "the value is right, but in another shape"),
        (torch.tensor(2.5), torch.ones(3), "single number: was it summed or averaged"),
        (torch.ones(3), torch.tensor(2.5), "the reduction (mean or sum) is missing"),
        (torch.randn(7, 7), torch.randn(7), "broadcast against each other"),
        (torch.randn(7, 7), torch.randn(1, 7), "broadcast against each other"),
    ],
)
def test_a_wrong_shape_is_told_with_what_it_looks_like(
    actual: torch.Tensor, expected: torch.Tensor, words: str
) -> None:
    assert words in words_of(actual, expected)


@pytest.mark.parametrize(
    "actual", [torch.tensor([7.0]), torch.zeros(0), torch.ones(1, 1)], ids=["(1,)", "(0,)", "(1, 1)"]
)
def test_a_single_wrong_number_in_another_shape_lacks_no_reduction(actual: torch.Tensor) -> None:
    assert "reduction" not in words_of(actual, torch.tensor(2.5))


@pytest.mark.parametrize(
    ("actual", "expected", "words"),
    [
        (torch.tensor([1.0, math.nan, 3.0]), torch.arange(3.0), "it holds 1 NaN value(s), the first at index [1]"),
        (
            torch.tensor([[1.0, 2.0], [math.inf, 0.0]]),
            torch.zeros(2, 2),
            "infinite value(s), the first at index [1, 0]",
        ),
        (torch.tensor(math.nan), torch.tensor(1.0), "the result: it is NaN"),
        (torch.tensor(-math.inf), torch.tensor(1.0), "the result: it is infinite"),
        (torch.tensor(0.0), torch.tensor(0.7), "it is zero"),
    ],
)
def test_special_values_are_told(actual: torch.Tensor, expected: torch.Tensor, words: str) -> None:
    assert words in words_of(actual, expected)


@pytest.mark.parametrize("name", DTYPES)
def test_every_dtype_that_crosses_can_be_compared(name: str) -> None:
    right = torch.tensor([0, 1]).to(DTYPES[name])

    assert_tensor(right.clone(), right)
    assert "zeros" in words_of(torch.tensor([0, 0]).to(DTYPES[name]), right)


def test_nan_where_nan_is_right_is_right() -> None:
    value = torch.tensor([1.0, math.nan, math.inf])

    assert_tensor(value.clone(), value)


@pytest.mark.parametrize(
    ("actual", "words"),
    [
        (None, "is None: does every way through the function end in a return statement?"),
        (3.0, "is a plain Python number (of type float)"),
        ([1.0], "is a plain Python list, not a tensor"),
        (np.ones(3), "is a NumPy value"),
        (np.float32(1), "is a NumPy value"),
    ],
)
def test_what_is_no_tensor_is_told_by_its_kind(actual: Any, words: str) -> None:
    assert words in words_of(actual, torch.ones(3))


def test_a_missing_gradient_is_told_as_one() -> None:
    assert words_of(None, torch.ones(3), name="weights.grad") == "weights.grad is None: no gradient reached it"


def test_a_remote_object_is_told_by_its_class(bench: Any) -> None:
    student = bench("import torch\n\ndef f():\n    return torch.nn.Linear(1, 1)\n").student

    assert words_of(student.f(), torch.ones(3)) == "the result is of type Linear, not a tensor; a torch.Tensor is expected"


@pytest.mark.parametrize(
    ("actual", "expected", "words"),
    [
        (
            torch.ones(3, dtype=torch.float64),
            torch.ones(3),
            "right values in the wrong dtype: float64, expected float32",
        ),
        (torch.arange(3), torch.arange(3.0), "wrong dtype: int64, expected float32"),
        (torch.tensor([True]), torch.tensor([1.0]), "wrong dtype: bool, expected float32"),
    ],
)
def test_right_values_in_the_wrong_dtype_are_told_as_such(
    actual: torch.Tensor, expected: torch.Tensor, words: str
) -> None:
    assert words in words_of(actual, expected)
    assert_tensor(actual, expected, check_dtype=False)


# Known mistakes


def test_a_known_mistake_wins_over_a_general_relation() -> None:
    expected = random_tensor(5, [3, 4])

    said = words_of(
        expected * 3, expected, name="dw", lookalikes={"summed over the batch": expected * 3, "negated": -expected}
    )

    assert said == "dw: summed over the batch"


def test_a_known_mistake_that_makes_no_difference_here_is_not_named() -> None:
    expected = torch.ones(3)

    said = words_of(
        torch.tensor([1.0, 2.0, 4.0]), expected, lookalikes={"the same": torch.ones(3), "other": torch.zeros(3)}
    )

    assert "the same" not in said and "other" not in said


def test_a_known_mistake_may_have_another_shape_and_dtype() -> None:
    expected = random_tensor(5, [3, 4])

    assert words_of(expected.sum(0).double(), expected, lookalikes={"summed": expected.sum(0)}) == "the result: summed"


def test_a_right_value_is_never_a_mistake() -> None:
    expected = random_tensor(5, [3, 4])

    assert_tensor(expected.clone(), expected, lookalikes={"nothing was done": expected.clone()})


def test_a_lookalike_may_be_a_function_that_is_asked_only_where_the_value_is_wrong() -> None:
    expected = torch.tensor([1.0, 2.0, 3.0])

    def never() -> torch.Tensor:
        raise AssertionError("asked for nothing")

    assert_tensor(expected.clone(), expected, lookalikes={"anything": never})
    mistakes = {"out of reach": lambda: expected[torch.tensor([7])], "doubled": lambda: expected * 2}
    assert words_of(expected * 2, expected, lookalikes=mistakes) == "the result: doubled"


# No wrong accusations

GENERAL = (
    "sigmoid",
    "exponential",
    "logarithm",
    "softmax",
    "squared",
    "absolute",
    "ReLU",
    "negated",
    "times",
    "reversed",
    "shifted",
    "places",
    "transposed",
    "off by",
)


@settings(max_examples=100)
@given(
    st.integers(0, 10**6),
    st.lists(st.integers(1, 5), max_size=4),
    st.sampled_from((*FLOATS, torch.complex64)),
    st.floats(1e-5, 1e4),
)
def test_unrelated_tensors_are_not_given_a_relation(
    seed: int, shape: list[int], dtype: torch.dtype, scale: float
) -> None:
    generator = torch.Generator().manual_seed(seed)
    actual, expected = (
        (torch.randn(shape, generator=generator, dtype=torch.float64) * scale).to(dtype) for _ in range(2)
    )
    assume(expected.numel() >= 3)

    assert [said for said in relations(actual, expected) if any(word in said for word in GENERAL)] == []


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(6, 40), st.sampled_from([2, 3]))
def test_labels_that_differ_are_not_called_reordered(seed: int, count: int, classes: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    actual, expected = (torch.randint(0, classes, (count,), generator=generator) for _ in range(2))
    assume(not torch.equal(actual, expected) and bool(actual.any()))

    said = relations(actual, expected)

    assert [text for text in said if "places" in text or "reversed" in text or "shifted by one place" in text] == []


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        pytest.param(torch.ones(4), torch.zeros(4), id="ones for zeros"),
        pytest.param(torch.full((4,), 0.5), torch.zeros(4), id="halves for zeros"),
        pytest.param(torch.full((4,), 0.25), torch.full((4,), 3.0), id="quarters for a constant"),
        pytest.param(torch.tensor(1.0), torch.tensor(0.0), id="1 for 0"),
        pytest.param(torch.tensor(0.5), torch.tensor(0.0), id="0.5 for 0"),
        pytest.param(torch.tensor([1, 1, 1]), torch.tensor([-1, 1, -1]), id="ones for signs"),
    ],
)
def test_constants_are_no_proof_of_a_function(actual: torch.Tensor, expected: torch.Tensor) -> None:
    said = " ".join(relations(actual, expected))

    assert not any(word in said for word in ("sigmoid", "exponential", "softmax", "absolute", "squared"))


def test_complex_values_are_compared_as_complex_ones() -> None:
    expected = torch.complex(random_tensor(1, [3, 4]), random_tensor(2, [3, 4]))

    assert "negated" in words_of(-expected, expected)
    assert "conjugate" in words_of(expected.conj(), expected)
    assert "imaginary part is missing" in words_of(expected.real.to(torch.complex64), expected)
    assert "values differ" in words_of(torch.complex(torch.zeros(3, 4), expected.imag * 1.3), expected)


# Each relation of the benchmark, and each of its families of unrelated pairs

SEEDS = range(200) if os.environ.get("GRADE_FULL") else range(3)
FAMILY_SEEDS = range(2000) if os.environ.get("GRADE_FULL") else range(20, 30)


@pytest.mark.parametrize("name", measured.CASES)
def test_a_relation_that_is_there_is_named(name: str) -> None:
    case = measured.CASES[name]
    results = [found for seed in SEEDS if (found := measured.found_by(case, seed)) is not None]

    missed = [found for found in results if not measured.says(found, case.says)]

    assert len(missed) <= 0.05 * len(results), missed


@pytest.mark.parametrize("family", measured.FAMILIES)
def test_hardly_any_unrelated_pair_is_given_a_relation(family: str) -> None:
    named = [words for seed in FAMILY_SEEDS if (words := measured.named_of(family, seed))]

    assert len(named) <= 0.005 * len(FAMILY_SEEDS), named


# What the suite adds


def test_a_size_in_play_is_named_with_the_question_that_it_raises() -> None:
    expected = random_tensor(5, [3, 4])

    said = words_of(expected * 64, expected, name="dw", sizes={"the batch size": 64})

    assert said == "dw: it is 64 times too large; 64 is the batch size. Was it summed rather than averaged?"
    assert "has the wrong sign; 64 is the batch size" in words_of(
        -expected / 64, expected, sizes={"the batch size": 64}
    )


def test_one_number_is_enough_where_the_suite_names_the_size() -> None:
    loss = torch.tensor(0.71234)

    assert "64 is the batch size" in words_of(loss * 64, loss, sizes={"the batch size": 64})
    assert words_of(loss * 64.3, loss, sizes={"the batch size": 64}) == "the result: the value is wrong"


def test_a_given_value_is_told_where_it_is_missing_or_comes_back() -> None:
    x, bias = random_tensor(5, [3, 4]), random_tensor(6, [2, 3]).reshape(6)[:4]
    inputs = {"the bias": bias, "x": x}

    assert "it is x, unchanged" in words_of(x, x.exp() + bias, inputs=inputs)
    assert "minus the bias. Is the bias missing?" in words_of(x * 3, x * 3 + bias, inputs=inputs)
    assert "it is x, unchanged" in words_of(x, x.sum(0), inputs=inputs)


def test_a_loss_over_all_pairs_is_told_as_a_broadcast_accident() -> None:
    prediction, target = random_tensor(5, [8, 1]), random_tensor(6, [8])
    right, wrong = ((prediction[:, 0] - target) ** 2).mean(), ((prediction - target) ** 2).mean()

    said = words_of(wrong, right, name="the loss", inputs={"the prediction": prediction, "the target": target})

    assert "the prediction and the target were broadcast against each other" in said


def test_a_right_value_without_a_graph_is_told_where_the_suite_asks_for_one() -> None:
    value = random_tensor(5, [3, 4])

    assert "right values, but is cut off from autograd" in words_of(value, value, check_grad=True)
    assert_tensor(value.clone().requires_grad_(), value, check_grad=True)
    assert_tensor(value, value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda t: t[-1].add_(torch.linspace(1, 2, 4)),
            "4 of 20 values differ, the first at index [4, 0]: all of them in the last slice along dimension 0",
        ),
        (lambda t: t[:, 1].mul_(torch.linspace(2, 3, 5)), "all of them in slice 1 along dimension 1"),
        (
            lambda t: t[1:3].mul_(torch.linspace(2, 3, 8).reshape(2, 4)),
            "all of them in slices 1 and 2 along dimension 0",
        ),
    ],
    ids=["the last row", "a column", "two rows"],
)
def test_slices_that_hold_all_that_is_wrong_are_named(change: Callable[[torch.Tensor], Any], words: str) -> None:
    expected = random_tensor(5, [5, 4])
    actual = expected.clone()
    change(actual)

    assert words in words_of(actual, expected)


def test_two_explanations_that_fit_are_both_named() -> None:
    expected = torch.tensor([[0.3, 0.7], [0.9, 0.1], [0.45, 0.55]])

    said = words_of(expected.flip(1), expected)

    assert "reversed" in said and "1 minus the right value" in said


# Tolerances


@settings(max_examples=10)
@given(st.integers(0, 10**6), st.integers(1, 4000), st.floats(1e-3, 1e3))
def test_a_sum_in_another_order_is_right(seed: int, terms: int, scale: float) -> None:
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(5, terms, generator=generator) * scale
    one_by_one = torch.zeros(5)
    for column in x.T:
        one_by_one += column

    assert_tensor(one_by_one, x.sum(1))
    assert_tensor(x.flip(1).sum(1), x.double().sum(1).float())


@settings(max_examples=10)
@given(st.integers(0, 10**6), st.sampled_from([torch.float32, torch.float64]))
def test_a_matrix_product_in_another_order_is_right(seed: int, dtype: torch.dtype) -> None:
    generator = torch.Generator().manual_seed(seed)
    a, b = torch.randn(7, 200, generator=generator, dtype=dtype), torch.randn(200, 3, generator=generator, dtype=dtype)

    assert_tensor(torch.einsum("ij,jk->ik", a, b), a @ b)
    assert_tensor((a[:, :, None] * b[None]).sum(1), a @ b)
    assert_tensor((b.T @ a.T).T, a @ b)


def test_half_precision_results_of_another_kernel_are_right() -> None:
    a = torch.randn(5, 64, generator=torch.Generator().manual_seed(0))

    assert_tensor(a.bfloat16().sum(1), a.bfloat16().float().sum(1).bfloat16())
    assert_tensor(a.half().sum(1), a.half().float().sum(1).half())


def test_a_thousandth_is_a_difference() -> None:
    expected = random_tensor(5, [3, 4])

    assert "values differ" in words_of(expected + torch.linspace(0, 0.002, 12).reshape(3, 4), expected)


def test_the_message_never_shows_expected_values() -> None:
    expected = torch.tensor([123.456, -7.25, 3.5])
    wrong = torch.tensor([123.456, 1.125, 3.5])

    assert words_of(wrong, expected) == "the result: 1 of 3 values differ, the first at index [1] (yours: 1.125 at [1])"


def test_the_pair_is_added_to_the_evidence() -> None:
    from grader.suite.current import Check, begin

    check = Check(max_points=1)  # type: ignore[arg-type]
    begin(check)

    words_of(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 3.0]), name="scores")

    (shown,) = check.evidence
    assert (shown.title, shown.differs) == ("scores", ((False, True),))
