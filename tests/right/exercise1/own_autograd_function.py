import torch
from torch import nn


class _Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w, b):
        ctx.save_for_backward(x, w)
        ctx.has_bias = b is not None
        y = x.matmul(w)
        return y + b if b is not None else y

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        gx = g.matmul(w.t())
        rows = x.reshape(-1, w.shape[0]) if x.numel() else x.new_zeros(0, w.shape[0])
        grads = g.reshape(-1, w.shape[1]) if g.numel() else g.new_zeros(0, w.shape[1])
        gw = rows.t().matmul(grads)
        gb = grads.sum(0) if ctx.has_bias else None
        return gx, gw, gb


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.rand(in_features, out_features) * 2 - 1)
        self.bias = nn.Parameter(torch.rand(out_features)) if bias else None

    def forward(self, x):
        return _Affine.apply(x, self.weights, self.bias)
