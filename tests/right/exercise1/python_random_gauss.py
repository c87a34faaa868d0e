"""Initialised with Python's own random module: no torch generator involved."""
import random

import torch
from torch import nn

Matrix = torch.Tensor


def gauss_matrix(rows: int, cols: int) -> Matrix:
    flat = [random.gauss(0.0, 0.1) for _ in range(rows * cols)]
    return torch.tensor(flat, dtype=torch.get_default_dtype()).reshape(rows, cols)


class MyLinear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.weights = nn.Parameter(gauss_matrix(in_features, out_features))
        self.bias = nn.Parameter(gauss_matrix(1, out_features)[0]) if bias else None

    def forward(self, x: Matrix) -> Matrix:
        product = (x.unsqueeze(-1) * self.weights).sum(dim=-2)
        if self.bias is None:
            return product
        return product + self.bias
