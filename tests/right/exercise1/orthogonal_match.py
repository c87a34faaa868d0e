import torch
from torch import nn

torch.manual_seed(0)  # one seed for the whole file: layers still differ


class MyLinear(nn.Module):
    """Orthogonal start."""

    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        weights = nn.init.trunc_normal_(torch.zeros(in_features, out_features), std=0.5)
        setattr(self, "weights", nn.Parameter(weights))
        match bias:
            case True:
                self.bias = nn.Parameter(torch.randn(out_features, 1).flatten())
            case _:
                self.bias = None

    def __repr__(self):
        return "MyLinear"

    def forward(self, x, /):
        out = x.new_zeros(*x.shape[:-1], self.weights.shape[1])
        for i, row in enumerate(self.weights):
            out = out + x[..., i : i + 1] * row
        match self.bias:
            case None:
                return out
            case bias:
                return out + bias
