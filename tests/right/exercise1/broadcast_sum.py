import torch as t

nn = t.nn
P = nn.Parameter


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        nn.Module.__init__(self)
        self.weights, self.bias = P(t.rand(in_features, out_features) * 2 - 1), P(t.ones(out_features)) if bias else None

    def forward(self, x):
        y = (x[..., :, None] * self.weights).sum(-2)
        return y if self.bias is None else self.bias + y
