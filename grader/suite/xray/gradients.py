"""The gradient X-ray: what became of each parameter of a module in one forward and backward pass and one step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from grader.judge.remote import Remote
from grader.judge.traces import Trace
from grader.records import GradientRow
from grader.suite import evidence
from grader.suite.tensors import assert_tensor
from grader.suite.words import CheckFailed, expect, fail
from grader.suite.xray.cuts import explain_path
from grader.suite.xray.fault import Fault

STEP = 0.1
NO_PATH_HINT = "Somewhere on the way to the result values leave the graph: .data, .detach(), .item(), no_grad, NumPy, or a new tensor made of them."
_ABSENT = object()


@dataclass(frozen=True)
class ParameterState:
    """What was seen of one parameter.

    Attributes:
        name: attribute path in the module.
        value: what the module holds under the name: a tensor, None, a proxy; `ABSENT` where it has no such attribute.
        is_registered: whether `named_parameters()` lists it.
        is_remade: whether the pass has put another parameter in its place.
        grad: its gradient after the pass; None where there is none.
        expected: the right gradient, where the suite gave one.
        has_moved: whether a step down its gradient changed what the module holds; None where no step could be tried.
    """

    name: str
    value: Any
    is_registered: bool
    is_remade: bool
    grad: torch.Tensor | None
    expected: torch.Tensor | None
    has_moved: bool | None

    @property
    def requires_grad(self) -> bool:
        """Whether it asks for gradients."""
        return isinstance(self.value, torch.Tensor) and self.value.requires_grad


@dataclass(frozen=True)
class GradientXray:
    """What became of each parameter.

    Attributes:
        result: what the student's code gave.
        states: the parameters that the suite expects, then the others that the module lists.
        trace: the gradient paths, as observed.
    """

    result: Any
    states: tuple[ParameterState, ...]
    trace: Trace

    def fault(self, name: str) -> Fault | None:
        """Return what keeps a parameter from learning as it should, likeliest cause first; None where it learns, or its gradient is merely another one."""
        state = self.state(name)
        for look in (_not_registered, _remade, _frozen, _without_gradient, _not_finite, _not_moved):
            found = look(state, self.trace)
            if found is not None:
                return found
        return None

    def expect(
        self,
        name: str,
        *,
        lookalikes: Mapping[str, torch.Tensor] | None = None,
        sizes: Mapping[str, int] | None = None,
        hint: str = "",
    ) -> None:
        """Fail the check unless a parameter has its right gradient, and learns by it.

        Args:
            name: a parameter whose right gradient the suite gave.
            lookalikes: known mistake -> the gradient that it would give.
            sizes: names of sizes in play, as for `assert_tensor`.
            hint: what to look at next where the gradient is another one.
        """
        state = self.state(name)
        fault = self.fault(name)
        if fault is not None:
            fault.fail(hint=hint)
        if state.expected is not None:
            assert_tensor(state.grad, state.expected, name=f"{name}.grad", lookalikes=lookalikes, sizes=sizes, hint=hint)

    def state(self, name: str) -> ParameterState:
        """Return what was seen of one parameter."""
        return next(state for state in self.states if state.name == name)

    def expect_argument(
        self,
        argument: torch.Tensor,
        expected: torch.Tensor,
        *,
        name: str,
        lookalikes: Mapping[str, torch.Tensor] | None = None,
        sizes: Mapping[str, int] | None = None,
        inputs: Mapping[str, torch.Tensor] | None = None,
        hint: str = "",
    ) -> None:
        """Fail the check unless an argument of the call, a leaf that requires grad, has received its gradient.

        Args:
            argument: the tensor that the suite passed.
            expected: its right gradient.
            name: what the message calls it.
            lookalikes: known mistake -> the gradient that it would give.
            sizes: names of sizes in play, as for `assert_tensor`.
            inputs: names of tensors in play, as for `assert_tensor`.
            hint: what to look at next where the gradient is another one.
        """
        if argument.grad is None:
            # The student's signature may call it otherwise.
            mine = [known for known in self.trace.fates if not any(known == state.name for state in self.states)]
            path = explain_path(self.trace, mine[0], called=f"the input `{name}`") if len(mine) == 1 else None
            what = f"{name}.grad is None after backward(): " + (path.what if path else f"no gradient reaches the input `{name}`")
            fail(what, hint=path.hint if path else NO_PATH_HINT, place=path.place if path else None)
        assert_tensor(
            argument.grad, expected, name=f"{name}.grad", lookalikes=lookalikes, sizes=sizes, inputs=inputs, hint=hint
        )

    def show(self, title: str) -> None:
        """Add the table to the evidence of the check."""
        evidence.add_gradients(title, [_row(state, self.trace) for state in self.states])


def xray_gradients(
    remote: Remote,
    module: Any,
    run: Callable[[], Any],
    *,
    upstream: torch.Tensor,
    expected: Mapping[str, torch.Tensor] | None = None,
    title: str = "after one backward pass and one step",
) -> GradientXray:
    """Run a module forward and backward, take one step down its gradients, and show what became of each parameter.

    Args:
        remote: the worker that the module lives in.
        module: the module.
        run: calls it and returns the result, on an input of the suite.
        upstream: gradient of the loss with respect to the result, of the result's shape.
        expected: parameter name -> right gradient.
        title: heading of the table.

    Raises:
        CheckFailed: the result is no tensor of the shape of `upstream`.
    """
    expected = dict(expected or {})
    before = dict(module.named_parameters())
    with remote.trace(module) as trace:
        result = run()
    _expect_result(result, upstream)
    if result.requires_grad:
        (result * upstream).sum().backward()
    after = dict(module.named_parameters())
    names = [*expected, *(name for name in after if name not in expected)]
    held = {name: _held(module, name) for name in names}
    grads = {name: value.grad if isinstance(value, torch.Tensor) else None for name, value in held.items()}
    old = {name: value.detach().clone() for name, value in held.items() if isinstance(value, torch.Tensor)}
    has_stepped = _step(before.values())
    states = [
        ParameterState(
            name=name,
            value=held[name],
            is_registered=name in after,
            is_remade=name in before and name in after and before[name] is not after[name],
            grad=grads[name],
            expected=expected.get(name),
            has_moved=_has_moved(module, name, old[name]) if has_stepped and name in old else None,
        )
        for name in names
    ]
    xray = GradientXray(result, tuple(states), trace)
    xray.show(title)
    return xray


def _expect_result(result: Any, upstream: torch.Tensor) -> None:
    if not isinstance(result, torch.Tensor):
        kind = "None" if result is None else f"of type {type(result).__name__}"
        raise CheckFailed(f"the result is {kind}, not a tensor", "Does every way through forward end in `return`, with the result?")
    expect(
        result.shape == upstream.shape,
        f"the result has shape {tuple(result.shape)}, not {tuple(upstream.shape)}, so no gradient of it can be compared",
    )


def _held(module: Any, name: str) -> Any:
    value = module
    for part in name.split("."):
        value = getattr(value, part, _ABSENT)
        if value is _ABSENT:
            return _ABSENT
    return value


def _step(parameters: Any) -> bool:
    """Move parameters down their gradients, as an optimizer that was given them before the pass does."""
    has_stepped = False
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter -= STEP * parameter.grad
                has_stepped = True
    return has_stepped


def _has_moved(module: Any, name: str, old: torch.Tensor) -> bool:
    now = _held(module, name)
    return isinstance(now, torch.Tensor) and not (now.shape == old.shape and torch.equal(now.detach(), old))


# The causes, likeliest first


def _not_registered(state: ParameterState, trace: Trace) -> Fault | None:
    if state.is_registered:
        return None
    name = state.name
    if state.value is _ABSENT:
        return Fault(name, f"the module has no attribute `{name}`", "Is it made in __init__, under just this name?")
    if state.value is None:
        return Fault(name, f"`{name}` is None, not an nn.Parameter", "Is there a way through __init__ that makes none?")
    if isinstance(state.value, torch.nn.Parameter):
        what = f"`{name}` is an nn.Parameter, but parameters() does not list it: backward() and the optimizer see another one, or none"
        return Fault(name, what, "Is it assigned to `self` in __init__, after super().__init__(), as itself?")
    if isinstance(state.value, torch.Tensor):
        what = f"`{name}` is a plain tensor, not an nn.Parameter: it gets no gradient to learn by, and no optimizer finds it"
        return Fault(name, what, "What makes a tensor a parameter of its module?")
    return Fault(name, f"`{name}` is no tensor", "A parameter is a tensor of its own, assigned to `self`.")


def _remade(state: ParameterState, trace: Trace) -> Fault | None:
    if not state.is_remade:
        return None
    what = f"a pass puts a new parameter in the place of `{state.name}`: what an optimizer was given, and trains, is thrown away"
    return Fault(state.name, what, "Parameters are made once, in __init__; forward only computes with them.", trace.foreign)


def _frozen(state: ParameterState, trace: Trace) -> Fault | None:
    if state.requires_grad:
        return None
    what = f"`{state.name}` is frozen: its requires_grad is False, so it gets no gradient"
    return Fault(state.name, what, "Who switched requires_grad off? An nn.Parameter has it on by itself.")


def _without_gradient(state: ParameterState, trace: Trace) -> Fault | None:
    if state.grad is not None:
        return None
    name = state.name
    path = explain_path(trace, name)
    if path is not None:
        return Fault(name, f"{name}.grad is None after backward(): {path.what}", path.hint, path.place)
    what = f"{name}.grad is None after backward(): no gradient reached it"
    return Fault(name, what, NO_PATH_HINT)


def _not_finite(state: ParameterState, trace: Trace) -> Fault | None:
    if state.grad is None or bool(torch.isfinite(state.grad).all()):
        return None
    what = f"{state.name}.grad holds NaN or infinite values"
    return Fault(state.name, what, "Which operation has no finite slope here: a division by 0, a log or sqrt of 0, an overflow of exp?")


def _not_moved(state: ParameterState, trace: Trace) -> Fault | None:
    if state.has_moved is not False or state.grad is None or not bool(state.grad.any()):
        return None
    what = f"a step of an optimizer does not change `{state.name}`: the optimizer holds another tensor than the module computes with"
    return Fault(state.name, what, "Is the parameter replaced, copied or made anew after the optimizer was given it?", trace.foreign)


def _row(state: ParameterState, trace: Trace) -> GradientRow:
    value = state.value if isinstance(state.value, torch.Tensor) else None
    fate = trace.fates.get(state.name)
    note = f"cut at {fate.place}" if state.grad is None and fate is not None and fate.place is not None else ""
    return evidence.gradient_row(
        state.name, value, state.expected, registered=state.is_registered, moved=state.has_moved, note=note
    )
