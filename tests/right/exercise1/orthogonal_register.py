import torch
from torch import Tensor, nn


class MyLinear(nn.Module):
    """Orthogonal start, device and dtype like nn.Linear's."""

    in_features: int
    out_features: int

    def __init__(self, in_features: int, out_features: int, bias: bool = True, device=None, dtype=None) -> None:
        super().__init__()
        kw = {"device": device, "dtype": dtype}
        self.in_features, self.out_features = in_features, out_features
        self.register_parameter("weights", nn.Parameter(torch.empty((in_features, out_features), **kw)))
        self.register_parameter("bias", nn.Parameter(torch.empty(out_features, **kw)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.orthogonal_(self.weights)
        if self.bias is not None:
            nn.init.uniform_(self.bias, -1, 1)

    def forward(self, input: Tensor) -> Tensor:
        output = input.matmul(self.weights)
        if self.bias is not None:
            output += self.bias
        return output

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
