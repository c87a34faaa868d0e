"""The hidden checks of exercise3, the ModuleDict calculator.

Amounts are whole numbers and quarters: float32 holds them exactly, so a value kept as a tensor adds what a number adds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import torch

from grader.suite import assert_tensor, expect, expect_raises, is_a, trying, type_name
from grader.suite.xray import cut_off, misplaced

DEFAULT_AMOUNTS = {"add2": 2, "add3": 3, "add5": 5}
ALL = ("add3", "add2", "add5")

MODULES = "A module is called like a function"
CONTAINERS = "Containers that register their modules"
KEYS = "Access by key"
CALLS = "Call against .forward"


def fractions(count: int) -> list[float]:
    """Return distinct positive amounts, none of them whole."""
    return [int(number) + 1.25 for number in torch.randperm(40)[:count]]


def usual_calculator(student: Any, device: torch.device) -> Any:
    """Return a calculator over the usual amounts, given: what None stands for is the business of other checks."""
    return student.Calculator(dict(DEFAULT_AMOUNTS)).to(device)


def running_total(x: torch.Tensor, amounts: Mapping[str, float], order: Sequence[str]) -> torch.Tensor:
    """Return what a calculator over `amounts` gives, addition by addition, as rounding depends on the order."""
    for name in order:
        x = x + amounts[name]
    return x


def run(module: Any, x: torch.Tensor, **options: Any) -> Any:
    """Call a module with a copy of x, so that a change of x in place is the business of one check only."""
    return module(x.clone(), **options)


def wrong_totals(x: torch.Tensor, amounts: Mapping[str, float], order: Sequence[str]) -> dict[str, torch.Tensor]:
    """Return what the usual mistakes in `Calculator.forward` give for a call with an `order` that is not empty."""
    default = [name for name in ("add3", "add2", "add5") if name in amounts]
    outputs = [x + amounts[name] for name in order]
    nothing = torch.zeros_like(x)
    return {
        "every module ran, whatever `order` names: it is ignored": running_total(x, amounts, list(amounts)),
        "a hard-coded order (add3, add2, add5) ran, whatever `order` names: it is ignored": running_total(x, amounts, default),
        "each name ran once, though `order` repeats one of them": running_total(x, amounts, list(set(order))),
        "only the first module of `order` ran: does the loop return too early?": outputs[0],
        "only the effect of the last module is left: each module received the original x, not the result of the one before": (
            outputs[-1]
        ),
        "the outputs of the modules were added up: each received the original x, not the result of the one before": (
            torch.stack(outputs).sum(0)
        ),
        "the outputs of the modules were averaged: each received the original x, not the result of the one before": (
            torch.stack(outputs).mean(0)
        ),
        "the outputs of the modules were stacked: each received the original x, not the result of the one before": (
            torch.stack(outputs)
        ),
        "the outputs were added to x: the result of a module holds x already": x + torch.stack(outputs).sum(0),
        "the result of each module was added to what went into it, so x is in it again and again": (
            doubled(x, amounts, order)
        ),
        "x itself is missing: the running value does not start from x": running_total(nothing, amounts, order),
        "the result is x: the outputs of the modules are not used": x,
        "the last module of `order` did not run, or `order` was matched with add_dict place by place (zip)": running_total(
            x, amounts, order[:-1]
        ),
        "the first module of `order` did not run": running_total(x, amounts, order[1:]),
        "every module of `order` ran twice": running_total(x, amounts, [*order, *order]),
        "the modules that `order` does not name ran": running_total(x, amounts, [n for n in amounts if n not in order]),
        "the amounts were subtracted": running_total(x, {name: -amount for name, amount in amounts.items()}, order),
    }


def doubled(x: torch.Tensor, amounts: Mapping[str, float], order: Sequence[str]) -> torch.Tensor:
    """Return what `x = x + module(x)` in the loop gives."""
    for name in order:
        x = x + (x + amounts[name])
    return x


def assert_values(actual: Any, expected: torch.Tensor, **options: Any) -> None:
    """Compare all but the dtype, which is the business of one check only."""
    assert_tensor(actual, expected, check_dtype=False, **options)


def keeps_floats(module: Any) -> bool:
    """Say whether values are kept as float parameters, which make floats of whole numbers: the task allows them."""
    return any(parameter.is_floating_point() for parameter in module.parameters())


def names_held(calculator: Any) -> set[str]:
    """Return the keys of `add_dict`, whatever sort of dict it is."""
    expect(
        hasattr(calculator, "add_dict"),
        "a Calculator has no attribute add_dict",
        hint="Under which name does `__init__` keep the modules?",
    )
    held = calculator.add_dict
    expect(
        isinstance(held, dict) or hasattr(held, "keys"),
        f"add_dict is {words_for(held)}: it has no keys, so no module can be asked for by its name",
        hint="Which container of torch.nn is used like a dict?",
    )
    return {str(name) for name in held.keys()}  # noqa: SIM118  # held may be a proxy, which promises no iteration


def words_for(container: Any) -> str:
    """Return what `add_dict` is, in words for a message."""
    if isinstance(container, dict):
        return "a plain dict"
    if isinstance(container, (list, tuple)):
        return f"a plain {type(container).__name__}"
    name = type_name(container)
    short = name.rpartition(".")[2]
    if name.startswith("torch.nn."):
        return f"an nn.{short}"
    return f"of the type {short}"


@pytest.mark.points(0.5)
@pytest.mark.concept(MODULES)
def test_add_returns_x_plus_its_value(student, device):
    """Each Add adds its own value

    Does `__init__` of Add begin with `super().__init__()`, and does it keep the value in the module itself? Does
    `forward` return the sum?
    """
    first, second = fractions(2)
    one = student.Add(first)
    expect(
        is_a(one, torch.nn.Module),
        "Add is not an nn.Module",
        hint="What does the line `class Add(...)` inherit from?",
    )
    one = one.to(device)
    other = student.Add(-second).to(device)
    x = torch.randn(4, 3, device=device)

    for add, value, others in ((one, first, -second), (other, -second, first)):
        assert_values(
            run(add, x),
            x + value,
            name=f"Add({value})(x)",
            lookalikes={
                "the value of another Add was added: the modules share one value, as an attribute of the class "
                "or a global name does": x + others,
                "x was multiplied by the value instead of adding it": x * value,
                "the value was subtracted instead of added": x - value,
                "x was subtracted from the value": value - x,
                "the sign of the value was lost": x + abs(value),
                "the value lost its fraction (truncated): was it turned into an int?": x + int(value),
                "the sum lost its fractions: was it turned into whole numbers?": (x + value).trunc(),
                "the result is x: the value was not added": x,
                "the result is the value alone: x is missing": torch.full_like(x, value),
                "the value was added twice": x + 2 * value,
                "the square of the value was added: the value is used twice, as a factor too": x + value * value,
                "1 was added, not the value": x + 1,
                "a fixed number was added, not the value": x + 2,
                "the value was added to a single element, not to all": added_to_first(x, value),
                "the result is a sum over all elements of x": x.sum() + value,
            },
        )


def added_to_first(x: torch.Tensor, value: float) -> torch.Tensor:
    """Return x with `value` added to its first row only."""
    rows = torch.zeros_like(x)
    rows[0] = value
    return x + rows


@pytest.mark.points(0.5)
@pytest.mark.concept(MODULES)
@pytest.mark.needs("test_add_returns_x_plus_its_value")
def test_x_is_left_as_it_was(student, remote, device):
    """Neither Add nor Calculator changes x in place

    An operator such as `+=` on a tensor, or a method whose name ends in `_`, writes into the tensor itself. Which line
    writes into one that belongs to the caller?
    """
    hint = "`x += 1`, `x[...] = ...` and methods with a trailing `_` write into x; `x + 1` makes a new tensor."
    (value,) = fractions(1)
    add = student.Add(value).to(device)
    calculator = student.Calculator().to(device)
    x = torch.randn(5, device=device)
    before = x.clone()

    add(x)
    expect(torch.equal(x, before), "Add changed its input in place: x holds other values after add(x)", hint=hint)
    calculator(x)
    expect(
        torch.equal(x, before),
        "Calculator changed its input in place: x holds other values after calculator(x)",
        hint=hint,
    )
    for name, module in (("Add", add), ("Calculator", calculator)):
        expect(
            not remote.module("grader.worker.probes").made_to_want_gradients(module, [x]),
            f"{name} changes its input in place: x has requires_grad=True after the call, and had not before",
            hint="Which line calls requires_grad_() or sets requires_grad on a tensor that belongs to the caller?",
        )
    first, second = add(x), add(x)
    if isinstance(first, torch.Tensor):
        assert_values(second, first.clone(), name="add(x), called a second time with the same x")


@pytest.mark.points(0.5)
@pytest.mark.concept(KEYS)
@pytest.mark.needs("test_add_returns_x_plus_its_value")
def test_order_names_what_runs(student, device):
    """Just the modules named in order run, each on the result before

    What does each module receive, what becomes of its output, and is everything returned? Is each call independent of
    the calls before, with all modules still in add_dict?
    """
    calculator = usual_calculator(student, device)
    x = torch.randn(4, 2, device=device)
    names = names_held(calculator)
    run(calculator, x, order=("add5", "add3"))
    gone = sorted(names - names_held(calculator))
    expect(
        not gone,
        f"a call removes modules from add_dict: {', '.join(gone)} can run only once, as the module is gone after the call",
        hint="Is a module looked up by its key, or taken out of the container (pop)?",
    )

    earlier = ["add5", "add3"]
    for order in (("add5", "add2"), ["add3", "add2"], ["add5", "add3", "add2"], ["add5"]):
        assert_values(
            run(calculator, x, order=order),
            running_total(x, DEFAULT_AMOUNTS, order),
            name=f"calculator(x, order={order!r})",
            lookalikes={
                **wrong_totals(x, DEFAULT_AMOUNTS, order),
                "what an earlier call has added is in it again: some state is kept between calls": (
                    running_total(x, DEFAULT_AMOUNTS, [*earlier, *order])
                ),
            },
        )
        earlier += order


@pytest.mark.points(0.25)
@pytest.mark.concept(MODULES)
@pytest.mark.needs("test_order_names_what_runs")
def test_every_shape_is_kept(student, device):
    """The result has the shape of x: 0-D, empty, many dimensions

    Does any line loop over elements, use `len(x)`, `.item()` or a fixed size? Is the value kept as a tensor with a
    dimension of its own?
    """
    add = student.Add(4).to(device)
    calculator = usual_calculator(student, device)
    for shape in ((), (0,), (1,), (3, 0, 2), (2, 3, 4, 2)):
        x = torch.randn(shape, device=device)
        assert_values(run(add, x), x + 4, name=f"Add(4)(x) for an x of shape {shape}")
        assert_values(run(calculator, x, order=ALL), x + 10, name=f"calculator(x) for an x of shape {shape}")


@pytest.mark.points(0.25)
@pytest.mark.concept(MODULES)
@pytest.mark.needs("test_order_names_what_runs")
def test_dtypes_are_those_of_the_sum(student, remote, device):
    """Integers stay integers, and float64 stays float64

    `x + 2` has the dtype of x. Is a dtype forced somewhere: `.float()`, `float(...)`, a tensor made with `dtype=`?
    """
    whole = torch.randint(-50, 50, (2, 5), device=device)
    assert_values(
        run(student.Add(0.5).to(device), whole),
        whole + 0.5,
        name="Add(0.5)(x) for an x of whole numbers (int64)",
        lookalikes={"the fraction is lost: the value, or the sum, is cast to the dtype of x (truncated)": whole},
        hint="What is torch.tensor([1]) + 0.5, and which dtype does it have? Is the value put into a tensor of x's dtype, or the sum?",
    )
    calculator = usual_calculator(student, device)
    # float64 tells `x.float()` from a value kept in float32, which holds these amounts exactly.
    for dtype in (torch.float64, torch.float32):
        x = torch.randn(2, 5, device=device, dtype=dtype)
        assert_tensor(
            run(calculator, x, order=ALL), x + 10, name=f"calculator(x) for an x of {str(dtype).removeprefix('torch.')}"
        )
    assert_tensor(
        run(calculator, whole, order=ALL),
        whole + 10,
        name="calculator(x) for an x of whole numbers (int64)",
        check_dtype=not keeps_floats(calculator),
    )
    fault = misplaced(remote, student, "Calculator", torch.randn(2, 5), build=(dict(DEFAULT_AMOUNTS),))
    if fault is not None:
        fault.fail()


@pytest.mark.points(0.5)
@pytest.mark.concept(MODULES)
@pytest.mark.needs("test_x_is_left_as_it_was", "test_order_names_what_runs")
def test_gradients_reach_x(student, remote, device):
    """Gradients flow through the calculator to x

    Is everything between x and the result an operation of torch on tensors? `.item()`, `.data`, `.detach()`,
    `torch.tensor(x)`, `no_grad` and a detour over NumPy or lists cut the graph.
    """
    calculator = student.Calculator().to(device)
    x = torch.randn(3, 4, device=device, requires_grad=True)
    weight = torch.randn(3, 4, device=device)

    with remote.trace() as trace:
        result = calculator(x)
    expect(isinstance(result, torch.Tensor), "the calculator gives no tensor", hint="Does `forward` return its result?")
    if not result.requires_grad:
        cut_off(trace, next(iter(trace.fates), "")).fail(
            hint="Which operation on the way gives a tensor that remembers nothing of x?"
        )
    (result * weight).sum().backward()

    assert_tensor(
        x.grad,
        weight,
        name="x.grad, the gradient of x",
        hint="x + value passes the gradient on as it is. Does a backward of your own, or an operation besides the sum, change it?",
    )
    calculator.eval()
    expect(
        calculator(x).requires_grad,
        "in eval mode no gradient reaches x: the result does not require grad after calculator.eval()",
        hint="eval() changes layers such as dropout; it does not switch gradients off. Which line asks for self.training?",
    )


@pytest.mark.points(1)
@pytest.mark.concept(CONTAINERS)
@pytest.mark.needs("test_add_returns_x_plus_its_value")
def test_submodules_are_registered(student, remote, device):
    """The calculator knows the modules in add_dict

    `print(calculator)` shows what is registered. Are the Add modules there?
    """
    calculator = student.Calculator()
    expect(
        is_a(calculator, torch.nn.Module),
        "Calculator is not an nn.Module",
        hint="What does the line `class Calculator(...)` inherit from?",
    )
    calculator = calculator.to(device)
    expect(
        hasattr(calculator, "add_dict"),
        "a Calculator has no attribute add_dict",
        hint="Under which name does `__init__` keep the modules?",
    )
    held = calculator.add_dict
    expect(
        is_a(held, torch.nn.ModuleDict),
        f"add_dict is {words_for(held)}, not an nn.ModuleDict"
        + ("" if is_a(held, torch.nn.Module) else ": the modules in it are not registered"),
        hint="nn.Module does not look into plain containers: .to(), .eval(), state_dict() and print() pass by what "
        "they hold. Which container of torch.nn registers its modules and is used like a dict?",
    )
    registered = {name for name, _ in calculator.named_children()}
    expect(
        "add_dict" in registered,
        f"add_dict is not registered in the calculator: its submodules are {sorted(registered)}",
        hint="A module is registered when it is assigned to an attribute of `self` in `__init__`; an attribute of the "
        "class is shared by all calculators and registered in none.",
    )
    x = torch.randn(3, device=device)
    expect(
        not {"add2", "add3"} <= {str(name) for name in held} or not remote.operator.is_(held["add2"], held["add3"]),
        "add_dict holds one and the same module under several names: the names share one Add, which has one value",
        hint="How many Add modules are made, and when? Each name needs one of its own (dict.fromkeys puts one object under all keys).",
    )
    for name, value in DEFAULT_AMOUNTS.items():
        inside = f"add_dict.{name}"
        expect(
            name in held,
            f"add_dict holds no module under the key {name!r}",
            hint="Which keys does add_dict get, and from where? It has them once `__init__` is through, before any call.",
        )
        amounts = {f"it adds {other}": x + other for other in range(-10, 11)}
        assert_values(
            run(calculator.get_submodule(inside), x),
            x + value,
            name=f"the module registered as {inside}, called",
            lookalikes=amounts,
            hint="Which amounts does None stand for, and does each module get its own?",
        )


@pytest.mark.points(0.5)
@pytest.mark.concept(CONTAINERS)
@pytest.mark.needs("test_add_returns_x_plus_its_value")
def test_amounts_give_the_keys(student, fresh_remote, device):
    """add_dict has just the keys of amounts

    Where do the keys of add_dict come from: from `amounts`, or from a list of your own?
    """
    default = names_held(student.Calculator().to(device))
    values = fractions(4)
    names = ["add7", "Add3", "add12", "ADD40"]
    calculator = student.Calculator(amounts=dict(zip(names, values, strict=True))).to(device)
    held = names_held(calculator)
    again = names_held(student.Calculator().to(device))

    expect(
        default == set(DEFAULT_AMOUNTS) or names_held(fresh_remote().student.Calculator()) != set(DEFAULT_AMOUNTS),
        "only the first Calculator() of a program has the default amounts: the dict of them (a global one, or a default "
        f"argument) is shared and changed. A later one has the keys {', '.join(sorted(default)) or '(none)'}",
        hint="Which dict does `__init__` take something out of (pop, del, clear) or write into? Each calculator needs one of its own.",
    )
    expect(
        default == set(DEFAULT_AMOUNTS),
        f"without amounts add_dict has the keys {', '.join(sorted(default)) or '(none)'}, not add2, add3 and add5",
    )
    expect(
        again == default,
        "the default amounts are another after a calculator with amounts of its own was made: a dict (a global one, or the "
        f"default argument) is shared and changed. A second Calculator() has the keys {', '.join(sorted(again)) or '(none)'}",
        hint="Which dict does `__init__` write into? Each calculator needs one of its own.",
    )
    expect(
        held != default,
        "`amounts` is ignored: add_dict has the hard-coded keys add2, add3, add5, whatever names are given",
        hint="Does `__init__` use `amounts` when it is given?",
    )
    missing, more = sorted(set(names) - held), sorted(held - set(names))
    expect(
        not missing or {name.lower() for name in held} != {name.lower() for name in names},
        f"the keys of add_dict are other names than those of `amounts`: upper and lower case are changed ({', '.join(sorted(held))})",
        hint="A key is the name just as it was given: is it lower-cased, or otherwise tidied up?",
    )
    expect(
        not missing,
        f"add_dict has no {', '.join(missing)}, though `amounts` has",
        hint="Does each entry of `amounts` get a module, under its own name?",
    )
    expect(
        not more,
        f"add_dict has more keys than `amounts`: {', '.join(more)}",
        hint="The default amounts stand in for None only: are they added to the given ones? Or do all calculators share one "
        "add_dict?",
    )
    x = torch.randn(3, device=device)
    for name, value in zip(names, values, strict=True):
        others = {f"the module adds the amount of {n}": x + v for n, v in zip(names, values, strict=True) if n != name}
        others["the module adds the number in its name, not its amount"] = x + int(name[3:])
        assert_values(run(calculator.add_dict[name], x), x + value, name=f"add_dict[{name!r}](x)", lookalikes=others)


@pytest.mark.points(0.25)
@pytest.mark.concept(KEYS)
@pytest.mark.needs("test_amounts_give_the_keys", "test_order_names_what_runs")
def test_amounts_give_the_values(student, device):
    """Each name adds the amount that it has in amounts

    What connects a name with its amount: `amounts` itself, or the name's last character or place?
    """
    values = fractions(5)
    amounts = dict(zip(("add5", "add2", "add3", "add10", "nought"), values, strict=True))
    calculator = student.Calculator(amounts).to(device)
    x = torch.randn(2, 3, device=device)
    with trying("a call with names of your own choice, not only add2, add3 and add5"):
        run(calculator, x, order=("nought", "add10"))
    with trying("an amount of zero, Add(0)"):
        assert_values(
            run(student.Add(0).to(device), x),
            x,
            name="Add(0)(x)",
            hint="Zero is a value like any other, and it counts as false in `if not value` and `value or ...`.",
        )

    for name in ("add2", "nought", "add5", "add10", "add3"):
        from_name = {"add2": 2, "add3": 3, "add5": 5, "add10": 10, "nought": 0}[name]
        of_others = {f"{name} added the amount of {other}": x + amounts[other] for other in amounts if other != name}
        assert_values(
            run(calculator, x, order=(name,)),
            x + amounts[name],
            name=f"calculator(x, order=({name!r},))",
            lookalikes={
                "`amounts` is ignored: the module added the number of its name": x + from_name,
                **of_others,
                **wrong_totals(x, amounts, (name,)),
            },
        )


@pytest.mark.points(0.25)
@pytest.mark.concept(CONTAINERS)
@pytest.mark.needs("test_amounts_give_the_keys")
def test_no_amounts_is_not_none(student, device):
    """An empty dict of amounts gives a calculator without modules

    Only None stands for the default amounts. Which test tells None from an empty dict?
    """
    with trying("Calculator(None), which means the default amounts"):
        default = names_held(student.Calculator(None))
    expect(
        default == set(DEFAULT_AMOUNTS),
        f"Calculator(None) has the keys {', '.join(sorted(default)) or '(none)'}, not add2, add3 and add5",
        hint="None stands for the default amounts, given or left out: where does __init__ ask `is None`?",
    )
    calculator = student.Calculator({}).to(device)

    expect(
        not names_held(calculator),
        "Calculator({}) got the default amounts: an empty dict was taken for None",
        hint="An empty dict counts as false in `amounts or ...` and `if not amounts`, just like None.",
    )


@pytest.mark.points(0.25)
@pytest.mark.concept(CONTAINERS)
@pytest.mark.needs("test_submodules_are_registered", "test_order_names_what_runs")
def test_forward_runs_what_add_dict_holds(student, device):
    """A module that is replaced in add_dict is the one that runs

    Does `forward` look into add_dict at each call, or at something that `__init__` has kept besides?
    """
    (new,) = fractions(1)
    calculator = usual_calculator(student, device)
    x = torch.randn(3, device=device)

    calculator.add_dict["add3"] = student.Add(new).to(device)

    assert_values(
        run(calculator, x, order=("add3", "add2")),
        x + new + 2,
        name="the result after add_dict['add3'] = Add(...)",
        lookalikes={
            "forward does not run the modules that add_dict holds: one was replaced, and the result did not move": (
                x + 3 + 2
            )
        },
    )


@pytest.mark.points(0.25)
@pytest.mark.concept(KEYS)
@pytest.mark.needs("test_order_names_what_runs")
def test_a_name_may_come_twice(student, device):
    """A name runs once per mention

    Does anything on the way make the names unique, or ask only *whether* a name is in `order`?
    """
    calculator = usual_calculator(student, device)
    x = torch.randn(4, device=device)

    for order in (["add3", "add3"], ("add2", "add5", "add2", "add2")):
        assert_values(
            run(calculator, x, order=order),
            running_total(x, DEFAULT_AMOUNTS, order),
            name=f"calculator(x, order={order!r})",
            lookalikes={
                "each name ran once, though `order` repeats one of them: a name runs once per mention": running_total(
                    x, DEFAULT_AMOUNTS, list(set(order))
                ),
            },
        )


@pytest.mark.points(0.25)
@pytest.mark.concept(KEYS)
@pytest.mark.needs("test_amounts_give_the_values", "test_dtypes_are_those_of_the_sum")
def test_the_default_order(student, device):
    """Without order, add3, add2 and add5 run, in this order

    Which modules run when no `order` is given, and where is that written?
    """
    amounts = dict(zip(("more", "add2", "add5", "add3"), fractions(4), strict=True))
    calculator = student.Calculator(amounts).to(device)
    x = torch.randn(3, device=device)
    assert_values(
        run(calculator, x),
        running_total(x, amounts, ALL),
        name="calculator(x), the modules in their default order",
        lookalikes={
            **{
                f"{name} did not run: is it missing in the default order?": running_total(
                    x, amounts, [n for n in ALL if n != name]
                )
                for name in ALL
            },
            **{f"only {name} took effect": x + amounts[name] for name in ALL},
            "every module ran, not just add3, add2 and add5": running_total(x, amounts, list(amounts)),
            "nothing ran: the result is x": x,
        },
    )
    run(calculator, x, order=("more", "add5"))
    assert_values(
        run(calculator, x),
        running_total(x, amounts, ALL),
        name="calculator(x) without order, after a call with another one",
        lookalikes={"the order of the call before ran: it is remembered between calls": running_total(x, amounts, ("more", "add5"))},
        hint="The default order is the same for every call: is one kept in `self`, or a default list changed?",
    )
    # In float32, big absorbs small numbers, so the result tells the order: here, only what comes after -big survives.
    big = float(2**30)
    small, much = (int(number) for number in torch.randint(2, 10, (2,)))
    amounts = {"more": much, "add5": small, "add2": -big, "add3": big}
    calculator = student.Calculator(amounts).to(device)
    x = torch.randint(1, 9, (3,), device=device).float()
    assert_values(
        run(calculator, x),
        torch.full_like(x, small),
        name="calculator(x), the modules in their default order",
        lookalikes={
            "the modules ran in another order than add3, add2, add5, or others ran besides": torch.zeros_like(x),
            "every module ran, not just add3, add2 and add5": torch.full_like(x, small + much),
            "the amounts were added up before x was": x + small,
            "all amounts, of every module, were added up before x was": x + small + much,
            "nothing ran: the result is x": x,
        },
    )

    # Next to big, 60 is rounded away; 60 and 60 together are not.
    amounts = {"more": much, "add5": -big, "add2": 36 + much, "add3": big}
    calculator = student.Calculator(amounts).to(device)
    x = torch.randint(36, 60, (3,), device=device).float()
    swapped = running_total(x, amounts, ("add2", "add3", "add5"))
    assert_values(
        run(calculator, x),
        torch.zeros_like(x),
        name="calculator(x), the modules in their default order",
        lookalikes={"the modules ran in another order than add3, add2, add5: add2 was before add3": swapped},
    )


@pytest.mark.points(0.5)
@pytest.mark.concept(KEYS)
@pytest.mark.needs("test_amounts_give_the_values", "test_dtypes_are_those_of_the_sum")
def test_the_modules_run_in_the_given_order(student, device):
    """The modules run from the first name in order to the last

    The order is seen by rounding: a float32 of a thousand million has no room for small numbers. Does the loop go over
    `order` itself, from the first name to the last, and is x what the first module receives?
    """
    big = float(2**30)
    first, last = (int(number) + 2 for number in torch.randperm(9)[:2])
    amounts = {"a": big, "z": first, "c": last, "b": -big}
    calculator = student.Calculator(amounts).to(device)
    x = torch.randint(1, 9, (3,), device=device).float()

    for order in (("z", "a", "b", "c"), ["c", "a", "b", "z"], ("a", "z", "b", "z", "c")):
        assert_values(
            run(calculator, x, order=order),
            running_total(x, amounts, order),
            name=f"calculator(x, order={order!r})",
            lookalikes={
                "the modules ran in the reverse of `order`": running_total(x, amounts, list(reversed(order))),
                "a name that comes again was run together with its first mention: the order of the mentions is lost": (
                    running_total(x, amounts, sorted(order, key=order.index))
                ),
                "the modules ran in the order of add_dict, not in that of `order`": torch.zeros_like(x),
                "the modules ran in an order of their own, such as the sorted one, not in that of `order`": running_total(
                    x, amounts, sorted(order)
                ),
                "the amounts were added up before x was: each module must run on the result before": x + first + last,
            },
        )


@pytest.mark.points(0.25)
@pytest.mark.concept(KEYS)
def test_an_empty_order_changes_nothing(student, device):
    """An empty order gives the values of x

    What does `forward` return when its loop never runs? Is an empty `order` told from no `order` at all?
    """
    calculator = student.Calculator().to(device)
    x = torch.randn(4, 3, device=device)

    for order in ((), []):
        assert_values(
            run(calculator, x, order=order),
            x,
            name=f"calculator(x, order={order!r})",
            lookalikes={
                "all modules ran: an empty `order` was taken for a missing one (an empty list is falsy, too), or `order` is ignored": x + 10,
                "the result is 0: the running value does not start from x": torch.zeros_like(x),
            },
        )


@pytest.mark.points(0.5)
@pytest.mark.concept(KEYS)
@pytest.mark.needs("test_order_names_what_runs")
def test_an_unknown_name_raises_key_error(student, device):
    """A name that add_dict does not hold raises KeyError

    Access by key raises KeyError by itself. Is the name skipped, replaced, caught, or looked up in another way?
    """
    calculator = student.Calculator().to(device)
    x = torch.randn(3, device=device)
    hint = "`add_dict[name]` raises KeyError by itself; `in`, `get`, `getattr` and `try` around it may hide that."

    for order in (("add9",), ["add2", "add9"], ("add9", "add2"), ("add2", "5", "add3"), ("training",), ("add",), ("ADD2",)):
        near = {"add": ", though others begin with it (a prefix)", "ADD2": ", though it differs in upper and lower case only"}
        what = f"calculator(x, order={order!r}) must raise KeyError: one name is unknown{near.get(order[0], '')}"
        with expect_raises(KeyError, what=what, hint=hint):
            run(calculator, x, order=order)


@pytest.mark.points(1)
@pytest.mark.concept(CALLS)
@pytest.mark.needs("test_order_names_what_runs")
def test_submodules_are_called(student, device):
    """The modules are called, so their hooks run

    `module(x)` runs the hooks of the module and its forward; what does `module.forward(x)` run?
    """
    (factor,) = fractions(1)
    calculator = usual_calculator(student, device)
    names = names_held(calculator)
    expect(
        names >= set(DEFAULT_AMOUNTS),
        f"add_dict has the keys {', '.join(sorted(names)) or '(none)'}, not add2, add3 and add5",
    )
    held = calculator.add_dict
    x = torch.randn(2, 3, device=device)
    missed = (
        "the hooks of the modules in add_dict did not run: was `.forward` used, or the stored value, "
        "where the module should be called?"
    )

    for name, value in DEFAULT_AMOUNTS.items():
        expect(
            hasattr(held[name], "register_forward_hook"),
            f"add_dict[{name!r}] is no nn.Module, so it has no hooks",
            hint="Which class of your file should the modules in add_dict be?",
        )
        calls = []

        def hook(module, inputs, output, calls=calls):
            calls.append(None)
            return output * factor

        handle = held[name].register_forward_hook(hook)
        assert_values(
            run(calculator, x, order=(name,)),
            (x + value) * factor,
            name=f"the result of {name} with a forward hook on it",
            lookalikes={missed: x + value},
        )
        expect(
            len(calls) == 1,
            f"the hook on {name} ran {len(calls)} times for one mention of the name: the module is called more than once",
            hint="Is the module called again for its shape, for a print or for a test? Each mention is one call.",
        )
        if name != "add5":  # which still is as it was made
            assert_values(
                run(calculator, x, order=("add5", name)),
                (x + 5 + value) * factor,
                name=f"the result of {name} with a forward hook on it, after add5",
                lookalikes={
                    missed: x + 5 + value,
                    "each module received the x of the start, not the result of the one before": (x + 5) + ((x + value) * factor - x),
                },
                hint="Each module runs on the result of the one before: what does the second one of `order` receive, x or that result?",
            )
        handle.remove()
        held[name].register_forward_pre_hook(lambda module, inputs: (inputs[0] * factor,))
    assert_values(
        run(calculator, x, order=("add5",)),
        x * factor + 5,
        name="the result of add5 with a forward pre-hook on it",
        lookalikes={missed: x + 5},
    )
