# mistake: the hand-written autograd Function returns None for the input, so no gradient reaches the layer before
# words: gradient to the input, x.grad, gradient of the input, input gradient, backward, gradient
import torch
from torch import nn


class LinearFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w, b):
        ctx.save_for_backward(x, w)
        ctx.has_bias = b is not None
        out = x @ w
        return out + b if b is not None else out

    @staticmethod
    def backward(ctx, grad):
        x, w = ctx.saved_tensors
        flat_x = x.reshape(-1, w.shape[0])
        flat_g = grad.reshape(-1, w.shape[1])
        # x is data, it doesn't need a gradient
        return None, flat_x.t() @ flat_g, flat_g.sum(0) if ctx.has_bias else None


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        return LinearFunction.apply(x, self.weights, self.bias)
