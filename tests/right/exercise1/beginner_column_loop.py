# my solution for exercise 1!!
import torch
import torch.nn as nn

class MyLinear(nn.Module):

    def __init__(self, in_features, out_features, bias=True):
        super(MyLinear, self).__init__()
        # remember the sizes
        self.number_of_inputs = in_features
        self.number_of_outputs = out_features
        # make the weights
        the_weights = torch.rand(in_features, out_features)
        the_weights = the_weights * 2
        the_weights = the_weights - 1
        self.weights = nn.Parameter(the_weights)
        # make the bias
        if bias == True:
            the_bias = torch.rand(out_features)
            self.bias = nn.Parameter(the_bias)
        else:
            self.bias = None

    def forward(self, x):
        # the result looks like x, only the last number of the shape differs
        result_shape = []
        for size in x.shape[:-1]:
            result_shape.append(size)
        result_shape.append(self.number_of_outputs)
        result = torch.zeros(result_shape, dtype=self.weights.dtype, device=self.weights.device)
        # do one output after the other
        for j in range(self.number_of_outputs):
            w = self.weights[:, j]
            products = x * w
            total = products.sum(dim=-1)
            if self.bias is not None:
                total = total + self.bias[j]
            result[..., j] = total
        return result
