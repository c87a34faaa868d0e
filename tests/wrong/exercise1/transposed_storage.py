# mistake: weights are stored as (out_features, in_features) like nn.Linear and transposed in forward
# words: transposed, (in_features, swapped, rows and columns, wrong way round
import math
import torch
from torch import nn
from torch.nn import init


class MyLinear(nn.Module):
    # adapted from the pytorch source
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weights = nn.Parameter(torch.empty((out_features, in_features)))
        if bias:
            self.bias = nn.Parameter(torch.empty(out_features))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        init.kaiming_uniform_(self.weights, a=math.sqrt(5))
        if self.bias is not None:
            init.uniform_(self.bias, -0.1, 0.1)

    def forward(self, x):
        out = x.matmul(self.weights.t())
        if self.bias is not None:
            out = out + self.bias
        return out
