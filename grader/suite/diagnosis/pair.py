"""A wrong tensor beside the right one, made comparable once for all relations that are tried."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cached_property

import torch

from grader.suite.diagnosis.claims import USUAL, Claim
from grader.suite.diagnosis.surprise import MOST_CELLS, choices, indices, information, places

# (relative, absolute as a share of the largest value, rounding unit) up to which a relation has to hold, by dtype.
_PRECISIONS: dict[torch.dtype, tuple[float, float, float]] = {
    torch.bfloat16: (1.2e-2, 5e-3, 2**-8),
    torch.float16: (2e-3, 1e-3, 2**-11),
    torch.float32: (1e-4, 1e-5, 2**-23),
    torch.complex64: (1e-4, 1e-5, 2**-23),
    torch.float64: (1e-4, 1e-5, 2**-40),
    torch.complex128: (1e-4, 1e-5, 2**-40),
}
_EXACT = (1e-9, 0.0, 2**-40)
# Bits that a match needs beyond its price among unrelated tensors: false names about once in a thousand at worst.
NEEDED_BITS = 10.0
# Bits that the cells where the student is wrong have to add: the cells that are right prove nothing about the mistake.
NEEDED_BITS_OF_WRONG_CELLS = 4.5
# A relation that is the reason leaves hardly anything of the deviation.
MOST_LEFT = 0.1
GLANCE_CELLS = 2048
# So many wrong cells among those of a glance stand for all.
FEW_WRONG = 64
_SMALL = 4096


class Pair:
    """The student's tensor and the right one, of one shape, on the CPU, as float64 (complex128).

    Attributes:
        actual: the student's.
        expected: the right one.
        sizes: names of sizes in play.
        inputs: values in play, wide like the pair.
        dtypes: of the student's and the right one, before they were widened.
    """

    def __init__(
        self,
        actual: torch.Tensor,
        expected: torch.Tensor,
        sizes: Mapping[str, int] | None = None,
        inputs: Mapping[str, torch.Tensor] | None = None,
        dtypes: tuple[torch.dtype, torch.dtype] | None = None,
    ) -> None:
        self.dtypes = dtypes or (actual.dtype, expected.dtype)
        precisions = [_PRECISIONS[dtype] for dtype in self.dtypes if dtype in _PRECISIONS]
        self.relative, self.absolute, self.rounding = max(precisions, default=_EXACT)
        self.is_complex = actual.is_complex() or expected.is_complex()
        self.actual, self.expected = self.widened(actual), self.widened(expected)
        self.sizes = {name: size for name, size in (sizes or {}).items() if size > 1}
        self._fibres: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}
        self.inputs = {name: self.widened(value) for name, value in (inputs or {}).items()}

    def widened(self, tensor: torch.Tensor) -> torch.Tensor:
        """Return a tensor of the pair's dtype on the CPU."""
        return tensor.detach().cpu().to(torch.complex128 if self.is_complex else torch.float64)

    @property
    def shape(self) -> torch.Size:
        """The shape of both."""
        return self.expected.shape

    @cached_property
    def count(self) -> int:
        """The number of cells."""
        return self.expected.numel()

    @cached_property
    def at(self) -> tuple[torch.Tensor, ...]:
        """The indices, one tensor a dimension, of some cells spread over the tensor: all where they are few."""
        return indices(self._sample, self.shape)

    @cached_property
    def _sample(self) -> torch.Tensor:
        return places(GLANCE_CELLS, self.count)

    @cached_property
    def seen(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The student's and the right values of the cells `at`."""
        return self.actual[self.at].reshape(-1), self.expected[self.at].reshape(-1)

    @cached_property
    def deviation(self) -> float:
        """The largest finite distance of the student's values from the right ones, as far as a glance shows it."""
        one, other = self.seen if self.wrong[1] >= FEW_WRONG else (self.actual, self.expected)
        return _largest((one - other).abs())

    @cached_property
    def wrong(self) -> tuple[torch.Tensor, int]:
        """Flat places of some of the cells where the student is wrong, and how many there are; of a sample where it holds enough."""
        one, other = self.seen
        found = (~_same(one, other, self._limits(other))).nonzero()[:, 0]
        if self.count <= GLANCE_CELLS or len(found) >= FEW_WRONG:
            return self._sample[found[places(MOST_CELLS, len(found))]], len(found)
        far = ~_same(self.actual, self.expected, self._limits(self.expected))
        found = far.reshape(-1).nonzero()[:, 0]
        return found[places(MOST_CELLS, len(found))], len(found)

    @cached_property
    def freedom(self) -> float:
        """The share of cells that are not fixed by the others: rows that sum to 1 on both sides have one fewer each."""
        if self.count > _SMALL or self.is_complex:
            return 1.0
        for dim, size in enumerate(self.shape):
            sums = torch.stack([self.actual.sum(dim).reshape(-1), self.expected.sum(dim).reshape(-1)])
            if size > 1 and bool((sums - sums[0, 0]).abs().max() <= self.relative * size * sums[0, 0].abs()):
                return (size - 1) / size
        return 1.0

    def fibres(self, dim: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return some whole rows along `dim` of both, (rows, size of dim)."""
        if dim not in self._fibres:
            self._fibres[dim] = self._some_fibres(dim)
        return self._fibres[dim]

    def _some_fibres(self, dim: int) -> tuple[torch.Tensor, torch.Tensor]:
        size = self.shape[dim]
        others = [length for other, length in enumerate(self.shape) if other != dim % len(self.shape)]
        total = math.prod(others)
        chosen = indices(places(max(1, GLANCE_CELLS // size), total), tuple(others)) if others else ()
        both = (tensor.movedim(dim, -1) for tensor in (self.actual, self.expected))
        one, other = (tensor[tuple(chosen)].reshape(-1, size) for tensor in both)
        return one, other

    def by_cell(
        self,
        words: str,
        function: Callable[[torch.Tensor], torch.Tensor],
        *,
        price: float = USUAL,
        missing: bool = False,
        fitted: int = 0,
        question: str = "",
    ) -> Claim:
        """Return the claim that a function of each single value was applied, or left out."""
        source = self.actual if missing else self.expected
        index = 0 if missing else 1
        return Claim(
            words,
            lambda: function(source),
            price,
            lambda: (function(self.seen[index]), self.seen[1 - index]),
            missing,
            fitted,
            question,
        )

    def misfit(self, candidate: torch.Tensor, target: torch.Tensor) -> float:
        """Return the largest distance of a candidate from its target, in units of what is tolerated; infinite where NaN or Inf differ."""
        return self._distances(candidate, target)[0]

    def _distances(self, candidate: torch.Tensor, target: torch.Tensor) -> tuple[float, float]:
        """Return the largest distance, in units of what is tolerated and by itself."""
        if not candidate.numel():
            return 0.0, 0.0
        distance, sizes = (target - candidate).abs(), candidate.abs()
        largest, size = float(distance.max()), float(sizes.max())
        if math.isfinite(largest) and math.isfinite(size) and largest > (self.relative + self.absolute) * size + 1e-300:
            return math.inf, largest  # further than is tolerated anywhere; most claims end here
        ratio = distance.div_(self._limits(candidate))
        worst = float(ratio.max())
        if math.isfinite(worst):
            return worst, largest
        alike = (target == candidate) | (torch.isnan(target) & torch.isnan(candidate))
        worst = float(torch.where(alike, 0.0, ratio.nan_to_num(nan=math.inf)).max())
        return worst, _largest((target - candidate).abs())

    def holds(self, claim: Claim) -> bool:
        """Say whether a claim is true of the pair, and hardly by chance."""
        if claim.glance is not None and self.count > GLANCE_CELLS and self.misfit(*claim.glance()) > 1:
            return False
        candidate = claim.value()
        target = self.expected if claim.missing else self.actual
        if candidate.shape != target.shape:
            return False
        misfit, left = self._distances(candidate, target)
        if misfit > 1 or left > MOST_LEFT * self.deviation:
            return False
        return self.is_telling(candidate, misfit, claim.price, claim.fitted)

    def is_telling(self, candidate: torch.Tensor, misfit: float, price: float, fitted: int) -> bool:
        """Say whether a match could hardly be chance: in all cells, and in those where the student is wrong."""
        scale = max(misfit, self.rounding / self.relative)
        a_number = fitted * -math.log2(scale * self.relative)
        places_of_wrong, wrong = self.wrong
        if not wrong:
            return False
        at = indices(places(MOST_CELLS, self.count), self.shape)
        of_all = self._bits(candidate, at, scale) * self.freedom - a_number
        of_wrong = self._bits(candidate, indices(places_of_wrong, self.shape), scale)
        of_wrong += choices(wrong, max(wrong, min(self.count, GLANCE_CELLS))) - a_number
        return of_all >= NEEDED_BITS + price and of_wrong >= NEEDED_BITS_OF_WRONG_CELLS

    def bits_of(self, tensor: torch.Tensor) -> float:
        """Return how surprising a match with a tensor would be, whatever its shape."""
        at = indices(places(MOST_CELLS, tensor.numel()), tensor.shape)
        return self._bits(tensor, at, max(self.rounding / self.relative, 0.05))

    def _bits(self, tensor: torch.Tensor, at: tuple[torch.Tensor, ...], scale: float) -> float:
        """Return how surprising a match in the cells `at` is, up to `scale` of what is tolerated."""
        cells = tensor[at].reshape(-1)
        limits = (self.relative * cells.abs() + self.absolute * _largest(tensor.abs())) * scale
        if not cells.is_complex():
            return information(cells, limits)
        return information(cells.real, limits) + information(cells.imag, limits)

    def _limits(self, tensor: torch.Tensor) -> torch.Tensor:
        sizes = tensor.abs()
        floor = self.absolute * _largest(sizes) + 1e-300
        return sizes.mul_(self.relative).add_(floor)


def _largest(sizes: torch.Tensor) -> float:
    """Return the largest finite one of some sizes, 0 where there is none."""
    if not sizes.numel():
        return 0.0
    largest = float(sizes.max())
    if math.isfinite(largest):
        return largest
    finite = sizes[torch.isfinite(sizes)]
    return float(finite.max()) if finite.numel() else 0.0


def _same(one: torch.Tensor, other: torch.Tensor, limits: torch.Tensor) -> torch.Tensor:
    return ((one - other).abs() <= limits) | (one == other) | (torch.isnan(one) & torch.isnan(other))
