"""A student's calculator that Python cannot read."""

import torch
from torch import nn


class Add(nn.Module):
    def __init__(self, value)
        super().__init__()
        self.value = value

    def forward(self, x):
        return x + self.value
