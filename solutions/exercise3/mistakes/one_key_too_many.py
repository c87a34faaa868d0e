from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn as nn
from torch import Tensor


class Add(nn.Module):
    """Adds one fixed value."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.amount = value

    def forward(self, x: Tensor) -> Tensor:
        out = torch.add(x, self.amount)
        return out


class Calculator(nn.Module):
    def __init__(self, amounts: dict[str, float] | None = None) -> None:
        super().__init__()
        amounts = {"add2": 2, "add3": 3, "add5": 5} if amounts is None else amounts
        self.add_dict = nn.ModuleDict()
        self.add_dict["add0"] = Add(0)
        for key in amounts:
            self.add_dict[key] = Add(amounts[key])

    def forward(self, x: Tensor, order: Sequence[str] = ("add3", "add2", "add5")) -> Tensor:
        result = x
        for key in order:
            module = self.add_dict[key]
            result = module(result)
        return result
