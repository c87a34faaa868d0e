"""`assert_tensor`: is this the right tensor, and if not, which mistake does it look like?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Union

import numpy as np
import torch

from grader.suite import evidence
from grader.suite.closeness import close_mask, is_close
from grader.suite.diagnosis import findings, plain_difference, told
from grader.suite.types import type_name
from grader.suite.words import CheckFailed

Lookalike = Union[torch.Tensor, Callable[[], torch.Tensor]]


def assert_tensor(
    actual: Any,
    expected: torch.Tensor,
    *,
    name: str = "the result",
    lookalikes: Mapping[str, Lookalike] | None = None,
    sizes: Mapping[str, int] | None = None,
    inputs: Mapping[str, torch.Tensor] | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    check_dtype: bool = True,
    check_device: bool = True,
    check_grad: bool = False,
    hint: str = "",
) -> None:
    """Fail the check unless `actual` is the tensor `expected`, in the words of the mistake that it looks like.

    Args:
        actual: what the student's code gave; anything.
        expected: the right tensor, any dtype, shape and device.
        name: what the value is called in the message.
        lookalikes: known mistake -> the value it would give, or a function of nothing that returns it and is asked only where `actual` is
            wrong. A value that equals `expected` for these inputs is ignored, and so is one whose function raises IndexError or
            RuntimeError: with these inputs the mistake cannot be made.
        sizes: names of sizes in play, such as {"the batch size": 64}: a value that is so many times too large is told so.
        inputs: names of values in play, such as {"the bias": bias}: one that comes back unchanged, is missing or is added twice is told so.
        rtol: relative tolerance; by default from the dtype (`grader.suite.closeness`).
        atol: absolute tolerance; by default from the dtype and the largest expected value.
        check_dtype: whether the dtype has to be the same.
        check_device: whether the device has to be the same.
        check_grad: whether the value has to be part of an autograd graph.
        hint: what to look at next; by default the hint of the check.

    Raises:
        CheckFailed: it is not.
    """
    tensor = _as_tensor(actual, name, hint)
    expected = expected.detach()
    same_shape = tensor.shape == expected.shape
    comparable = tensor.detach().to(expected.device)
    if same_shape:
        mask = close_mask(comparable, expected, rtol, atol)
        if bool(mask.all()):
            _check_kind(tensor, expected, name, check_dtype, check_device, hint)
            if check_grad and not tensor.requires_grad:
                raise CheckFailed(
                    f"{name} has the right values, but is cut off from autograd: requires_grad is False", hint
                )
            return
    evidence.tensors(name, comparable, expected)
    mistakes = _matching(comparable, expected, lookalikes or {}, rtol, atol)
    if mistakes:
        raise CheckFailed(f"{name}: {' or '.join(mistakes)}", hint)
    found = told(findings(comparable, expected, sizes=sizes, inputs=inputs))
    if not same_shape:
        shapes = f"{name} has shape {tuple(tensor.shape)}, expected {tuple(expected.shape)}"
        raise CheckFailed(f"{shapes}; {found}" if found else shapes, hint)
    if found:
        raise CheckFailed(f"{name}: {found}", hint)
    raise CheckFailed(f"{name}: {plain_difference(comparable, expected, mask)}", hint)


def _as_tensor(actual: Any, name: str, hint: str) -> torch.Tensor:
    if isinstance(actual, torch.Tensor):
        return actual
    if actual is None:
        if name.endswith(".grad"):
            raise CheckFailed(f"{name} is None: no gradient reached it", hint)
        raise CheckFailed(f"{name} is None: does every way through the function end in a return statement?", hint)
    if isinstance(actual, (np.ndarray, np.generic)):
        raise CheckFailed(f"{name} is a NumPy value, a torch.Tensor is expected", hint)
    raise CheckFailed(f"{name} is {_no_tensor(actual)}; a torch.Tensor is expected", hint)


def _no_tensor(value: Any) -> str:
    """Say in words what a value is that is no tensor."""
    if isinstance(value, (bool, int, float, complex)):
        return f"a plain Python number (of type {type(value).__name__}), as .item() or {type(value).__name__}(...) give, not a tensor"
    if isinstance(value, (list, tuple, dict, set)):
        return f"a plain Python {type(value).__name__}, not a tensor"
    kind = type_name(value).rpartition(".")[2]
    if kind in ("function", "method", "builtin_function_or_method"):
        return f"a {kind.replace('builtin_function_or_', '')}, not what it returns: are the parentheses of a call missing?"
    return f"of type {kind}, not a tensor"


def _check_kind(
    actual: torch.Tensor, expected: torch.Tensor, name: str, check_dtype: bool, check_device: bool, hint: str
) -> None:
    if check_dtype and actual.dtype != expected.dtype:
        evidence.tensors(name, actual, expected)
        raise CheckFailed(
            f"{name} has the right values in the wrong dtype: {_plain(actual.dtype)}, expected {_plain(expected.dtype)}",
            hint,
        )
    if check_device and actual.device.type != expected.device.type:
        raise CheckFailed(
            f"{name} has the right values on the wrong device: {actual.device}, expected {expected.device}", hint
        )


def _plain(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _matching(
    actual: torch.Tensor,
    expected: torch.Tensor,
    lookalikes: Mapping[str, Lookalike],
    rtol: float | None,
    atol: float | None,
) -> list[str]:
    """Return the known mistakes whose value the student's is."""
    found = []
    for mistake, lookalike in lookalikes.items():
        try:
            value = (lookalike if isinstance(lookalike, torch.Tensor) else lookalike()).detach().to(expected.device)
        except (IndexError, RuntimeError):
            continue
        if is_close(value, expected, rtol, atol):
            continue  # for these inputs the mistake makes no difference, so nothing can be said of it
        if is_close(actual, value, rtol, atol):
            found.append(mistake)
    return found[:2]


__all__ = ["assert_tensor"]
