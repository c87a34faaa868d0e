import torch
import torch.nn.functional as F  # noqa: F401
from torch import nn
from torch.nn import Linear  # noqa: F401  compared with at home


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.in_features, self.out_features, self.has_bias = in_features, out_features, bias
        self.weights = nn.Parameter(torch.randn(out_features, in_features).T.contiguous())
        self.bias = nn.Parameter(torch.randn(out_features)) if self.has_bias else None

    def forward(self, x):
        # nn.Linear(x) would do the same as F.linear(x, self.weights.T, self.bias)
        y = torch.inner(x, self.weights.t())
        return y + self.bias if self.has_bias else y


if __name__ == "__main__":
    mine, theirs = MyLinear(3, 2), nn.Linear(3, 2)
    with torch.no_grad():
        theirs.weight.copy_(mine.weights.T)
        theirs.bias.copy_(mine.bias)
    x = torch.randn(4, 3)
    print(torch.allclose(mine(x), theirs(x)), F.linear(x, mine.weights.T))
