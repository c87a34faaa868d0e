"""Own autograd.Function, backward by formula."""
import torch
from torch import nn
from torch.autograd import Function


class Affine(Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(x, w, b):
        out = torch.matmul(x, w)
        return out if b is None else out + b

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, w, b = inputs
        ctx.save_for_backward(x, w)
        ctx.with_bias = b is not None

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        gx = gw = gb = None
        if ctx.needs_input_grad[0]:
            gx = g @ w.t()
        if ctx.needs_input_grad[1]:
            gw = torch.einsum("...i,...o->io", x, g)
        if ctx.with_bias and ctx.needs_input_grad[2]:
            gb = torch.einsum("...o->o", g)
        return gx, gw, gb


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features).mul_(0.2))
        self.register_parameter("bias", nn.Parameter(torch.randn(out_features)) if bias else None)

    def forward(self, x):
        return Affine.apply(x, self.weights, self.bias)
