# mistake: the result is assembled with .item() in loops, so gradients are lost (and only 2-D input works)
# words: .item(), item, no gradient, gradient, graph, cut
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.n = in_features
        self.m = out_features
        self.weights = nn.Parameter(torch.randn(self.n, self.m))
        self.bias = nn.Parameter(torch.randn(self.m)) if bias else None

    def forward(self, x):
        # matrix multiplication by hand like in the lecture
        out = torch.zeros(x.shape[0], self.m, dtype=x.dtype)
        for i in range(x.shape[0]):
            for j in range(self.m):
                s = 0.0
                for k in range(self.n):
                    s += x[i, k].item() * self.weights[k, j].item()
                if self.bias is not None:
                    s += self.bias[j].item()
                out[i, j] = s
        return out
