"""The checks of exercise3 that you may read; the hidden ones use other inputs."""

from __future__ import annotations

import pytest
import torch

from grader.suite import assert_tensor, expect, is_a


@pytest.mark.points(0.5)
@pytest.mark.concept("A module is called like a function")
def test_add_adds_its_value(student, device):
    """Add(4) adds 4

    What does `forward` have to know besides `x`, and where does `__init__` leave it?
    """
    add = student.Add(4).to(device)

    result = add(torch.tensor([1.0, -4.0, 0.5], device=device))

    assert_tensor(
        result,
        torch.tensor([5.0, 0.0, 4.5], device=device),
        name="Add(4)(x)",
        lookalikes={
            "x was multiplied by the value": torch.tensor([4.0, -16.0, 2.0], device=device),
            "the value was subtracted": torch.tensor([-3.0, -8.0, -3.5], device=device),
            "the value was added two times, not once": torch.tensor([9.0, 4.0, 8.5], device=device),
            "the result is x: nothing was added": torch.tensor([1.0, -4.0, 0.5], device=device),
            "the result is the value alone, without x: x is missing": torch.tensor([4.0, 4.0, 4.0], device=device),
        },
    )


@pytest.mark.points(1)
@pytest.mark.concept("Containers that register their modules")
def test_add_dict_is_a_module_dict(student, device):
    """add_dict is an nn.ModuleDict with the keys add2, add3 and add5

    Print the calculator: are its three Add modules shown?
    """
    calculator = student.Calculator().to(device)

    expect(hasattr(calculator, "add_dict"), "there is no attribute add_dict in a Calculator")
    expect(
        is_a(calculator.add_dict, torch.nn.ModuleDict),
        "add_dict is not an nn.ModuleDict",
        hint="A plain dict or list hides its modules, and a list has no names; see the section on containers.",
    )
    held = sorted(calculator.add_dict.keys())
    expect(held == ["add2", "add3", "add5"], f"the keys of add_dict are {held}, and not add2, add3, add5")


@pytest.mark.points(1)
@pytest.mark.concept("Access by key")
def test_the_worked_example(student, device):
    """Calculator()(torch.tensor([1])) is tensor([11])

    The modules run one after the other: what does the second one receive?
    """
    calculator = student.Calculator().to(device)
    # A value kept as a float parameter turns whole numbers into floats, and how the value is kept is free.
    keeps_floats = any(parameter.is_floating_point() for parameter in calculator.parameters())

    two = calculator(torch.tensor([1, 100], device=device))
    one = calculator(torch.tensor([1], device=device))

    assert_tensor(
        two,
        torch.tensor([11, 110], device=device),
        name="Calculator()(torch.tensor([1, 100]))",
        check_dtype=not keeps_floats,
        lookalikes={
            "only 5 is added: is only the effect of the last module left (each gets the original x), or does the default `order` lack the others?": (
                torch.tensor([6, 105], device=device)
            ),
            "only the first module ran: does the loop return too early?": torch.tensor([4, 103], device=device),
            "the outputs of the modules were added up": torch.tensor([13, 310], device=device),
            "each module added 5: do the three share one value?": torch.tensor([16, 115], device=device),
            "each module added 2: do the three share one value?": torch.tensor([7, 106], device=device),
            "the amounts were taken away, not added: they were subtracted": torch.tensor([-9, 90], device=device),
            "x itself is missing: the running value has to start from x": torch.tensor([10, 10], device=device),
            "the result is x itself: what the modules return is not used": torch.tensor([1, 100], device=device),
        },
    )
    assert_tensor(
        one,
        torch.tensor([11], device=device),
        name="Calculator()(torch.tensor([1]))",
        check_dtype=not keeps_floats,
    )
