"""Exercise 3: a calculator made of modules, held in an nn.ModuleDict and called by name."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn


class Add(nn.Module):
    """Adds one fixed value to whatever it is called with."""

    def __init__(self, value: float) -> None:
        """Remember the value.

        Args:
            value: the number to add, an int or a float.
        """
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Return `x + value`, leaving `x` itself as it was.

        Args:
            x: a tensor of any shape, integers or floats.

        Returns:
            A tensor of the shape of `x`.
        """
        raise NotImplementedError


class Calculator(nn.Module):
    """Holds `Add` modules in `self.add_dict`, an `nn.ModuleDict`, and runs them by name."""

    def __init__(self, amounts: dict[str, float] | None = None) -> None:
        """Build one `Add` module for each entry of `amounts`.

        Args:
            amounts: from a module's name to what it adds; None means `{"add2": 2, "add3": 3, "add5": 5}`.
        """
        raise NotImplementedError

    def forward(self, x: Tensor, order: Sequence[str] = ("add3", "add2", "add5")) -> Tensor:
        """Run the modules that `order` names, one after the other, each on the result of the one before.

        Args:
            x: a tensor of any shape, integers or floats.
            order: a tuple or list of names; a name may come twice, or not at all.

        Returns:
            A tensor of the shape of `x`; the values of `x` where `order` is empty.

        Raises:
            KeyError: `order` has a name that no module bears.
        """
        raise NotImplementedError
