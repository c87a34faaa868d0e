# mistake: the bias is created but forward never adds it
# words: bias is ignored, bias is not added, never added, without the bias, bias is not used, does not use the bias, ignores the bias, not add the bias
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.normal(0.0, 0.1, (in_features, out_features)))
        if bias:
            self.bias = nn.Parameter(torch.normal(0.0, 0.1, (out_features,)))
        else:
            self.bias = None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.matmul(x, self.weights)
