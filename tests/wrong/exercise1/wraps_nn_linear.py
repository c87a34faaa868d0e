# mistake: the layer wraps an nn.Linear, which the rules exclude (and its parameters carry other names)
# words: nn.Linear, rule, not allowed, forbidden, built from
import torch.nn as nn

class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.fc = nn.Linear(in_features, out_features, bias=bias)
        self.weights = nn.Parameter(self.fc.weight.data.T.clone())
        self.bias = self.fc.bias

    def forward(self, x):
        return self.fc(x)
