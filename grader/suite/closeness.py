"""When two tensors count as equal."""

from __future__ import annotations

import torch

# (relative, absolute) by dtype: wide enough for another order of summation and another device over a few thousand terms, narrow
# enough that a wrong formula shows. torch.testing's own (1.3e-6, 1e-5 for float32) assume the same order of summation.
_TOLERANCES: dict[torch.dtype, tuple[float, float]] = {
    torch.float64: (1e-7, 1e-8),
    torch.complex128: (1e-7, 1e-8),
    torch.float32: (1e-4, 1e-5),
    torch.complex64: (1e-4, 1e-5),
    torch.float16: (5e-3, 5e-3),
    torch.bfloat16: (2e-2, 2e-2),
}


def tolerances(*tensors: torch.Tensor) -> tuple[float, float]:
    """Return (relative, absolute) tolerance for a comparison: that of the coarsest dtype; (0, 0) among whole numbers."""
    return max((_TOLERANCES.get(tensor.dtype, (0.0, 0.0)) for tensor in tensors), default=(0.0, 0.0))


def close_mask(
    actual: torch.Tensor, expected: torch.Tensor, rtol: float | None = None, atol: float | None = None
) -> torch.Tensor:
    """Return where two tensors of one shape agree, a bool tensor; NaN agrees with NaN.

    The absolute tolerance grows with the largest expected value, since rounding errors of a sum follow its largest terms.
    """
    alike = actual.dtype == expected.dtype and actual.device == expected.device and actual.dtype != torch.complex32
    if alike and torch.equal(actual, expected):  # the usual case; torch has no equal for complex32
        return torch.ones_like(actual, dtype=torch.bool)
    standard = tolerances(actual, expected)
    rtol = standard[0] if rtol is None else rtol
    wide = torch.complex128 if actual.is_complex() or expected.is_complex() else torch.float64
    if not (actual.is_floating_point() or actual.is_complex() or expected.is_floating_point() or expected.is_complex()):
        return actual == expected
    one, other = actual.detach().to(wide), expected.detach().to(wide).to(actual.device)
    if atol is None:
        finite = other[torch.isfinite(other)].abs()
        atol = standard[1] * max(1.0, float(finite.max()) if finite.numel() else 1.0)
    return torch.isclose(one, other, rtol=rtol, atol=atol, equal_nan=True)


def is_close(
    actual: torch.Tensor, expected: torch.Tensor, rtol: float | None = None, atol: float | None = None
) -> bool:
    """Say whether two tensors agree in shape and values; dtype and device may differ."""
    return actual.shape == expected.shape and bool(close_mask(actual, expected, rtol, atol).all())


def is_same(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Say whether two tensors have one shape and the very same values."""
    return a.shape == b.shape and torch.equal(a, b)
