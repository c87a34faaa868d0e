# mistake: forward moves x to a global DEVICE instead of the device of the layer
# words: device, hard-coded device, global device, cuda
import torch
from torch import nn

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features, device=DEVICE))
        self.bias = nn.Parameter(torch.randn(out_features, device=DEVICE)) if bias else None

    def forward(self, x):
        x = x.to(DEVICE)
        out = torch.matmul(x, self.weights)
        if self.bias is not None:
            out = torch.add(out, self.bias)
        return out
