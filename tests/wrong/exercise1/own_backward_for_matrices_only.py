# mistake: the backward of its autograd.Function is written for two-dimensional x only (x.t() @ g, g.sum(0)) and fails for one example or a batch of sequences
# words: backward, leading dim, autograd.function, two-dimensional, batch of sequences, sum over
import torch
from torch import nn
from torch.autograd import Function


class LinearFunction(Function):
    """From the tutorial 'Extending PyTorch'."""

    @staticmethod
    def forward(ctx, input, weight, bias=None):
        ctx.save_for_backward(input, weight, bias)
        output = input.matmul(weight)
        if bias is not None:
            output = output + bias
        return output

    @staticmethod
    def backward(ctx, grad_output):
        input, weight, bias = ctx.saved_tensors
        grad_input = grad_weight = grad_bias = None
        if ctx.needs_input_grad[0]:
            grad_input = grad_output.matmul(weight.t())
        if ctx.needs_input_grad[1]:
            grad_weight = input.t().matmul(grad_output)
        if bias is not None and ctx.needs_input_grad[2]:
            grad_bias = grad_output.sum(0)
        return grad_input, grad_weight, grad_bias


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.empty(in_features, out_features).uniform_(-0.1, 0.1))
        if bias:
            self.bias = nn.Parameter(torch.empty(out_features).uniform_(-0.1, 0.1))
        else:
            self.register_parameter('bias', None)

    def forward(self, x):
        return LinearFunction.apply(x, self.weights, self.bias)
