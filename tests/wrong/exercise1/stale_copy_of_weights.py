# mistake: forward uses a copy of the weights taken in __init__, so training or loading the parameters changes nothing
# words: copy, stale, cached, weights.grad, no gradient, load_state_dict, does not use, not used
import torch
from torch import nn

class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        w = torch.randn(in_features, out_features)
        b = torch.randn(out_features)
        self.weights = nn.Parameter(w.clone())
        self.bias = nn.Parameter(b.clone()) if bias else None
        self._w = w
        self._b = b if bias else 0

    def forward(self, x):
        return x @ self._w + self._b
