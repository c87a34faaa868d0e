"""How often `assert_tensor` finds the relation that is there, and how often it names one that is not: two Markdown tables.

Found: each relation is laid into random tensors of random shapes and dtypes. Named wrongly: pairs of tensors that have nothing to do
with each other, family by family. `GRADE_FULL=1` tries ten times as many.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from grader.suite.closeness import is_close
from grader.suite.diagnosis import Finding, findings

RUNS = 500 if os.environ.get("GRADE_FULL") else 50
PAIRS = 5_000 if os.environ.get("GRADE_FULL") else 500
MOST_SIZE, MOST_DIMS = 6, 4
WIDE = (torch.float32, torch.float64)
FLOATS = (*WIDE, torch.float16, torch.bfloat16)
SIZES = {"the batch size": 64, "the number of features": 7}
# True of the values whatever they are: where they differ or what they are, not how they came about.
FACTS = (
    "it is zero",
    "it is all zeros",
    "NaN",
    "infinite",
    "it is a single number: was it summed or averaged over everything?",
    "one number is expected: the reduction (mean or sum) is missing",
    "perhaps two shapes",
    "the dimensions are in the opposite order",
    "digits only",
)

Pair = tuple[torch.Tensor, torch.Tensor]
Options = dict[str, Any]


class Draw:
    """Random numbers of one seed."""

    def __init__(self, seed: int) -> None:
        self.generator = torch.Generator().manual_seed(seed)

    def normal(self, shape: Sequence[int], dtype: torch.dtype = torch.float32) -> torch.Tensor:
        """Return normal numbers."""
        wide = torch.complex128 if dtype.is_complex else torch.float64
        return (torch.randn(tuple(shape), generator=self.generator, dtype=wide) * 1.5).to(dtype)

    def uniform(self, shape: Sequence[int]) -> torch.Tensor:
        """Return float32 numbers between 0 and 1."""
        return torch.rand(tuple(shape), generator=self.generator)

    def whole(self, least: int, most: int, shape: Sequence[int] = ()) -> torch.Tensor:
        """Return whole numbers from `least` to `most`, both included."""
        return torch.randint(least, most + 1, tuple(shape), generator=self.generator)

    def one_of(self, things: Sequence[Any]) -> Any:
        """Return one of some things."""
        return things[int(self.whole(0, len(things) - 1))]

    def shape(self, least_cells: int = 1, least_dims: int = 0) -> list[int]:
        """Return a shape of at least so many cells and dimensions."""
        while True:
            shape = self.whole(1, MOST_SIZE, [int(self.whole(least_dims, MOST_DIMS))]).tolist()
            if math.prod(shape) >= least_cells:
                return list(shape)


@dataclass(frozen=True)
class Case:
    """A relation that is laid into a pair.

    Attributes:
        says: what has to be in one of the findings.
        make: the student's value from the right one.
        least_cells: of the right value; fewer prove too little.
        base: makes the right value.
    """

    says: str
    make: Callable[[torch.Tensor, Draw], torch.Tensor]
    least_cells: int = 6
    least_dims: int = 1
    dtypes: tuple[torch.dtype, ...] = FLOATS
    base: Callable[[Draw, list[int], torch.dtype], torch.Tensor] = lambda draw, shape, dtype: draw.normal(shape, dtype)
    sizes: Mapping[str, int] = field(default_factory=dict)


def bias_like(expected: torch.Tensor) -> torch.Tensor:
    """Return what stands for a bias of a value: one number a feature, the same whenever asked for."""
    size = expected.shape[-1] if expected.dim() else 1
    return (torch.arange(size) * 0.7310 + 1.2137).to(expected.dtype)


def rolled(expected: torch.Tensor, draw: Draw) -> torch.Tensor:
    """Return the value rolled along its longest dimension."""
    dim = longest(expected)
    return expected.roll(int(draw.whole(1, max(1, expected.shape[dim] - 1))), dim)


def moved_on(expected: torch.Tensor) -> torch.Tensor:
    """Return the value moved on by one along its longest dimension, zeros coming in."""
    moved = expected.roll(1, longest(expected))
    moved.select(longest(expected), 0).zero_()
    return moved


def longest(expected: torch.Tensor) -> int:
    """Return the dimension that has most slices."""
    return max(range(expected.dim()), key=lambda dim: expected.shape[dim])


def wide(draw: Draw, shape: list[int], dtype: torch.dtype) -> torch.Tensor:
    """Return normal numbers of a shape without sizes of 1 in its last two dimensions."""
    return draw.normal([*shape[:-2], *(max(2, size) for size in shape[-2:])], dtype)


def shuffled(expected: torch.Tensor, draw: Draw) -> torch.Tensor:
    """Return the values in another order."""
    return expected.reshape(-1)[torch.randperm(expected.numel(), generator=draw.generator)].reshape(expected.shape)


def positive(draw: Draw, shape: list[int], dtype: torch.dtype) -> torch.Tensor:
    """Return values above 0."""
    return (draw.normal(shape, torch.float64).abs() + 0.1).to(dtype)


def probabilities(draw: Draw, shape: list[int], dtype: torch.dtype) -> torch.Tensor:
    """Return rows that sum to 1."""
    return draw.normal([*shape[:-1], max(2, shape[-1])], torch.float64).softmax(-1).to(dtype)


def classes(draw: Draw, shape: list[int], dtype: torch.dtype) -> torch.Tensor:
    """Return zeros and ones."""
    return draw.whole(0, 1, shape).to(dtype)


CASES: dict[str, Case] = {
    "negated": Case("negated", lambda e, d: -e, 2, 0),
    "negated, whole numbers": Case(
        "negated", lambda e, d: -e, 8, dtypes=(torch.int64,), base=lambda d, s, t: d.whole(-9, 9, s)
    ),
    "negated, complex": Case("negated", lambda e, d: -e, 2, 0, (torch.complex64, torch.complex128)),
    "conjugate": Case("conjugate", lambda e, d: e.conj(), 2, 0, (torch.complex64, torch.complex128)),
    "a size in play too large": Case("64 is the batch size", lambda e, d: e * 64, 2, 0, sizes=SIZES),
    "a size in play too large, one number": Case("64 is the batch size", lambda e, d: e * 64, 1, 0, WIDE, sizes=SIZES),
    "a size in play too small": Case("64 is the batch size", lambda e, d: e / 64, 2, 0, WIDE, sizes=SIZES),
    "a size in play, and negated": Case(
        "times too large and has the wrong sign; 64 is", lambda e, d: e * -64, 2, 0, sizes=SIZES
    ),
    "divided by the wrong size": Case("Was it divided by", lambda e, d: e * 64 / 7, 2, 0, WIDE, sizes=SIZES),
    "divided by one less": Case("Was it divided by 63", lambda e, d: e * 64 / 63, 2, 0, WIDE, sizes=SIZES),
    "a whole number": Case("3 times too large", lambda e, d: e * 3, 3),
    "one over a whole number": Case("7 times too small", lambda e, d: e / 7, 3, dtypes=WIDE),
    "a fraction": Case("2/3 of the right value", lambda e, d: e * 2 / 3, 3, dtypes=WIDE),
    "the logarithm's base": Case("base 2", lambda e, d: e / math.log(2), 3, dtypes=WIDE),
    "a constant factor": Case("times a constant", lambda e, d: e * 0.3717, 4, dtypes=WIDE),
    "shifted": Case("off by the same amount", lambda e, d: e + 0.2517, 4, dtypes=WIDE),
    "shifted by a whole number": Case(
        "the same amount: 1 too large",
        lambda e, d: e + 1,
        6,
        dtypes=(*WIDE, torch.int64),
        base=lambda d, s, t: d.whole(0, 99, s).to(t),
    ),
    "scaled and shifted": Case("scaled and shifted", lambda e, d: e * 0.37 - 1.4, 6, dtypes=WIDE),
    "a given value is missing": Case("minus the bias", lambda e, d: e - bias_like(e), 3),
    "a given value is added twice": Case("plus the bias", lambda e, d: e + bias_like(e), 3),
    "a given value is subtracted": Case("minus the bias twice", lambda e, d: e - 2 * bias_like(e), 3),
    "a given value is a factor": Case("times the bias", lambda e, d: e * bias_like(e), 3),
    "sigmoid": Case("a sigmoid has been applied", lambda e, d: e.sigmoid(), 4),
    "tanh": Case("a tanh has been applied", lambda e, d: e.tanh(), 4),
    "exponential": Case("an exponential", lambda e, d: e.exp(), 4),
    "logarithm": Case("a logarithm has been", lambda e, d: e.log(), 4, base=positive),
    "square root": Case("square root", lambda e, d: e.sqrt(), 4, base=positive),
    "squared": Case("squared", lambda e, d: e.square(), 4),
    "reciprocal": Case("reciprocal", lambda e, d: e.reciprocal(), 4),
    "absolute value": Case("absolute value", lambda e, d: e.abs(), 12),
    "ReLU": Case("ReLU", lambda e, d: e.relu(), 12),
    "clamped": Case("clamped", lambda e, d: e.clamp(-1, 1), 24),
    "rounded": Case("rounded to whole numbers", lambda e, d: e.round(), 24),
    "fractions cut off": Case("cut off", lambda e, d: e.trunc(), 24),
    "fractions cut off by int64": Case("cut off", lambda e, d: e.long(), 24),
    "1 minus it": Case("1 minus", lambda e, d: 1 - e, 4),
    "classes changed places": Case("zeros and ones have changed places", lambda e, d: 1 - e, 24, base=classes),
    "softmax": Case("a softmax has been applied", lambda e, d: e.softmax(longest(e)), 6),
    "softmax twice": Case(
        "softmax has been applied twice", lambda e, d: e.softmax(-1), 6, dtypes=WIDE, base=probabilities
    ),
    "log-softmax": Case("a log-softmax", lambda e, d: e.log_softmax(longest(e)), 6),
    "sigmoid missing": Case(
        "the sigmoid is missing", lambda e, d: e.logit(), 4, dtypes=WIDE, base=lambda d, s, t: d.normal(s, t).sigmoid()
    ),
    "softmax missing": Case("the softmax is missing", lambda e, d: e.log() + 0.7, 6, dtypes=WIDE, base=probabilities),
    "ReLU missing": Case(
        "the ReLU is missing",
        lambda e, d: torch.where(e == 0, -d.uniform(e.shape).to(e) - 0.1, e),
        12,
        base=lambda d, s, t: d.normal(s, t).relu(),
    ),
    "cumulative sum": Case("summed up", lambda e, d: e.cumsum(longest(e)), 6),
    "mean subtracted": Case(
        "mean is subtracted", lambda e, d: e - e.mean(longest(e), keepdim=True), 6, 2, dtypes=WIDE, base=wide
    ),
    "averaged and broadcast": Case(
        "is the mean", lambda e, d: e.mean(longest(e), keepdim=True).expand_as(e), 12, 2, WIDE
    ),
    "transposed": Case("transposed", lambda e, d: e.mT, 6, 2, base=wide),
    "transposed and negated": Case("negated", lambda e, d: -e.mT, 6, 2, base=wide),
    "transposed and a size too large": Case("64 times too large", lambda e, d: 64 * e.mT, 6, 2, base=wide, sizes=SIZES),
    "reversed": Case("is reversed", lambda e, d: e.flip(longest(e)), 6),
    "rolled": Case("are shifted by", rolled, 9),
    "moved on by one": Case("with zeros at the start", lambda e, d: moved_on(e), 12, 1),
    "sorted": Case("sorted along", lambda e, d: e.sort(longest(e)).values, 9),
    "other places": Case("in other places", shuffled, 9, dtypes=WIDE),
    "slices in another order": Case(
        "but in another order",
        lambda e, d: e.index_select(longest(e), torch.randperm(e.shape[longest(e)], generator=d.generator)),
        24,
        2,
        WIDE,
    ),
    "gone through bfloat16": Case("through bfloat16", lambda e, d: e.bfloat16().to(e.dtype), 6, dtypes=WIDE),
    "gone through float16": Case("through float16", lambda e, d: e.half().to(e.dtype), 6, dtypes=WIDE),
    "computed in float32": Case("float32", lambda e, d: (e.float() + 50).double() - 50, 6, dtypes=(torch.float64,)),
    "flattened": Case("in another shape", lambda e, d: e.reshape(-1), 4, 2),
    "dimension of size 1 too many": Case("of size 1 too many", lambda e, d: e[None], 2, 1),
    "averaged over a dimension": Case("averaged over dimension", lambda e, d: e.mean(longest(e)), 6, 2, WIDE),
    "summed over a dimension": Case("summed over dimension", lambda e, d: e.sum(longest(e)), 6, 2, WIDE),
    "not averaged": Case("the mean over", lambda e, d: torch.stack([e - 0.5, e + 0.2, e + 0.3]), 4, 1, WIDE),
    "last slice missing": Case(
        "is missing; the others are right", lambda e, d: e.narrow(longest(e), 0, e.shape[longest(e)] - 1), 12, 1
    ),
    "every pair combined": Case(
        "the right values are on the diagonal",
        lambda e, d: e[:, None] - 0.5 * (e[:, None] - e[None, :]),
        3,
        dtypes=WIDE,
        base=lambda d, s, t: d.normal([math.prod(s)], t),
    ),
}


def found_by(case: Case, seed: int) -> list[Finding] | None:
    """Return what is said of a case laid into the random tensor of a seed; None where it makes no difference there."""
    draw = Draw(seed)
    expected = case.base(draw, draw.shape(case.least_cells, case.least_dims), draw.one_of(case.dtypes))
    actual = case.make(expected, draw)
    if is_close(actual, expected):
        return None
    return findings(actual, expected, sizes=case.sizes, inputs={"the bias": bias_like(expected)})


def says(found: Sequence[Finding], words: str) -> bool:
    """Say whether words are among what was found."""
    return any(words in f"{one.words}. {one.question}" for one in found)


# Pairs that have nothing to do with each other


def _normals(draw: Draw, dtype: torch.dtype = torch.float32, least: int = 1) -> Pair:
    shape = draw.shape(least)
    scale = 10.0 ** float(draw.whole(-3, 3))
    one, other = (draw.normal(shape, torch.float64 if not dtype.is_complex else dtype) * scale for _ in range(2))
    return one.to(dtype), other.to(dtype)


def _whole(draw: Draw, least: int, most: int, dtype: torch.dtype) -> Pair:
    shape = draw.shape()
    return draw.whole(least, most, shape).to(dtype), draw.whole(least, most, shape).to(dtype)


def _one_hot(draw: Draw) -> Pair:
    rows, columns = int(draw.whole(1, 12)), int(draw.whole(2, 6))
    one, other = (torch.eye(columns)[draw.whole(0, columns - 1, [rows])] for _ in range(2))
    return one, other


def _sparse(draw: Draw) -> Pair:
    shape = draw.shape()
    one, other = (draw.normal(shape) * (draw.uniform(shape) < 0.2) for _ in range(2))
    return one, other


def _nearly_constant(draw: Draw) -> Pair:
    shape = draw.shape()
    spread = 10.0 ** -float(draw.whole(1, 5))
    centres = draw.one_of([(3.0, 3.0), (3.0, 2.0), (0.5, 5.0)])
    one, other = (centre + spread * draw.normal(shape) for centre in centres)
    return one, other


def _noisy(draw: Draw) -> Pair:
    expected = draw.normal(draw.shape(), draw.one_of(WIDE))
    size = 10.0 ** (-6 * float(draw.uniform(())))
    return expected + size * draw.normal(expected.shape, expected.dtype), expected


def _correlated(draw: Draw) -> Pair:
    shared, share = draw.normal(draw.shape()), float(draw.uniform(()))
    one, other = (share * shared + (1 - share) * draw.normal(shared.shape) for _ in range(2))
    return one, other


def _partly_right(draw: Draw) -> Pair:
    expected = draw.normal(draw.shape(4))
    wrong = draw.uniform(expected.shape) < 0.3
    return torch.where(wrong, draw.normal(expected.shape), expected), expected


def _rows_of_probabilities(draw: Draw) -> Pair:
    shape = draw.shape(2, 1)
    one, other = (draw.normal(shape).softmax(-1) for _ in range(2))
    return one, other


def _walks(draw: Draw) -> Pair:
    shape = draw.shape(2, 1)
    one, other = (draw.normal(shape).cumsum(-1) for _ in range(2))
    return one, other


def _of_other_shapes(draw: Draw) -> Pair:
    expected = draw.normal(draw.shape(1))
    return draw.normal(
        draw.one_of([list(reversed(expected.shape)), [*expected.shape, 2], [expected.numel()], draw.shape()])
    ), expected


FAMILIES: dict[str, Callable[[Draw], Pair]] = {
    "normal numbers": _normals,
    "single numbers": lambda draw: (draw.normal(()), draw.normal(())),
    "two or three numbers": lambda draw: (lambda n: (draw.normal([n]), draw.normal([n])))(int(draw.whole(2, 3))),
    "float64": lambda draw: _normals(draw, torch.float64),
    "float16": lambda draw: _normals(draw, torch.float16),
    "bfloat16": lambda draw: _normals(draw, torch.bfloat16),
    "complex": lambda draw: _normals(draw, torch.complex64),
    "small whole numbers, int64": lambda draw: _whole(draw, -5, 5, torch.int64),
    "small whole numbers, float32": lambda draw: _whole(draw, -3, 3, torch.float32),
    "whole numbers to 1000": lambda draw: _whole(draw, 0, 1000, torch.int64),
    "labels of 10 classes": lambda draw: (draw.whole(0, 9, [30]), draw.whole(0, 9, [30])),
    "labels of 2 classes": lambda draw: (lambda n: (draw.whole(0, 1, [n]), draw.whole(0, 1, [n])))(
        int(draw.whole(4, 40))
    ),
    "one-hot rows": _one_hot,
    "mostly zeros": _sparse,
    "nearly constant": _nearly_constant,
    "the right value and noise": _noisy,
    "correlated": _correlated,
    "partly right": _partly_right,
    "rows of probabilities": _rows_of_probabilities,
    "probabilities": lambda draw: (lambda s: (draw.uniform(s), draw.uniform(s)))(draw.shape()),
    "random walks": _walks,
    "of another shape": _of_other_shapes,
}


def named_of(family: str, seed: int) -> list[str]:
    """Return the relations that are named for the pair of a seed, without mere facts."""
    draw = Draw(seed)
    actual, expected = FAMILIES[family](draw)
    if is_close(actual, expected):
        return []
    inputs = {
        "the bias": draw.normal(expected.shape[-1:]).to(expected.dtype),
        "x": draw.normal(expected.shape).to(expected.dtype),
    }
    found = findings(actual, expected, sizes=SIZES, inputs=inputs)
    return [one.words for one in found if not any(fact in one.words for fact in FACTS)]


def measure() -> str:
    """Measure both and return the tables."""
    torch.set_num_threads(1)
    return f"\n\n{_table_of_cases()}\n\n{_table_of_families()}"


def _table_of_cases() -> str:
    lines = ["| relation | cells at least | tried | found | and something else named |", "|---|---|---|---|---|"]
    for name, case in CASES.items():
        results = [found for seed in range(RUNS) if (found := found_by(case, seed)) is not None]
        hits = sum(says(found, case.says) for found in results)
        others = sum(len(found) > 1 for found in results)
        share, other = (100 * count / max(1, len(results)) for count in (hits, others))
        lines.append(f"| {name} | {case.least_cells} | {len(results)} | {share:.1f} % | {other:.1f} % |")
    return "\n".join(lines)


def _table_of_families() -> str:
    lines = ["| unrelated pairs | tried | named | for example |", "|---|---|---|---|"]
    for family in FAMILIES:
        named = [words for seed in range(PAIRS) if (words := named_of(family, seed))]
        example = named[0][0] if named else ""
        lines.append(f"| {family} | {PAIRS} | {100 * len(named) / PAIRS:.2f} % | {example} |")
    return "\n".join(lines)
