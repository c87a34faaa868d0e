# mistake: forward moves everything to the CPU, so the result is not on the device of the layer
# words: device, .cpu(), cuda, on the CPU
import torch
from torch import nn

device = torch.device("cpu")

class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features, device=device))
        self.bias = nn.Parameter(torch.randn(out_features, device=device)) if bias else None

    def forward(self, x):
        x = x.to(device)
        out = x @ self.weights.to(device)
        if self.bias is not None:
            out = out + self.bias.to(device)
        return out
