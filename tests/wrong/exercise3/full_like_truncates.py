# mistake: full_like takes the dtype of x, so a float value added to an integer tensor is truncated
# words: full_like, dtype, truncate, fraction, type promotion, float value
import torch
from torch import Tensor, nn


class Add(nn.Module):
    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = value

    def forward(self, x: Tensor) -> Tensor:
        # a tensor of the same shape, dtype and device
        other = torch.full_like(x, self.value, requires_grad=False)
        return torch.add(x, other)


class Calculator(nn.Module):
    def __init__(self, amounts: dict[str, float] | None = None) -> None:
        super().__init__()
        if amounts is None:
            amounts = {"add2": 2, "add3": 3, "add5": 5}
        self.add_dict = nn.ModuleDict()
        for name, amount in amounts.items():
            self.add_dict[name] = Add(amount)

    def forward(self, x: Tensor, order=("add3", "add2", "add5")) -> Tensor:
        current = x
        for name in order:
            current = self.add_dict[name](current)
        return current
