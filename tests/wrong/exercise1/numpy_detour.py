# mistake: the product is computed in NumPy, so the graph is cut and nothing gets a gradient
# words: numpy, no gradient, gradient, graph, cut, detach
import numpy as np
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        w = np.random.randn(in_features, out_features).astype(np.float32)
        self.weights = nn.Parameter(torch.from_numpy(w))
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None

    def forward(self, x):
        w = self.weights.detach().numpy()
        y = np.dot(x.detach().numpy(), w)
        if self.bias is not None:
            y = y + self.bias.detach().numpy()
        return torch.from_numpy(np.asarray(y))
