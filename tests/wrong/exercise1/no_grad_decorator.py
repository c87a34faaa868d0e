# mistake: forward runs under torch.no_grad(), so no gradient flows to anything
# words: no_grad, no gradient, gradient, graph, cut
import torch
from torch import nn, Tensor


class MyLinear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.empty(in_features, out_features))
        self.bias = nn.Parameter(torch.empty(out_features)) if bias else None
        self._init()

    @torch.no_grad()
    def _init(self):
        self.weights.normal_(std=0.02)
        if self.bias is not None:
            self.bias.zero_()

    @torch.no_grad()
    def forward(self, x: Tensor) -> Tensor:
        out = x @ self.weights
        if self.bias is not None:
            out += self.bias
        return out
