import torch
from torch import nn


def _init(self, dim, lr=0.01, verbose=False):
    nn.Module.__init__(self)
    self.rate, self.verbose = lr, verbose
    setattr(self, "w", nn.Parameter(torch.zeros([dim, 1]), requires_grad=False))
    setattr(self, "b", nn.Parameter(torch.zeros([]), requires_grad=False))
    self.grads = {}
    for key, like in {"dw": self.w, "db": self.b}.items():
        self.grads[key] = torch.zeros_like(like)


def _sig(self, z):
    return 0.5 * (1 + torch.tanh(0.5 * z))


def _fwd(self, x):
    return _sig(self, torch.addmm(self.b.expand(1, x.size(1)), self.w.t(), x))


def _bwd(self, x, yhat, y):
    m = x.size(-1)
    delta = torch.sub(yhat, y)
    self.grads.update(dw=torch.mm(x, delta.t()).div(m), db=delta.mean())
    if self.verbose:
        print("dw", self.grads["dw"].norm())
    return self.grads


def _step(self):
    self.w.data.add_(self.grads["dw"], alpha=-self.rate)
    self.b.data.add_(self.grads["db"], alpha=-self.rate)
    return self


LR = type(
    "LR", (nn.Module,), {"__init__": _init, "sigmoid": _sig, "forward": _fwd, "backward": _bwd, "optimize": _step}
)


def loss(yhat, y):
    picked = torch.where(y == 1, yhat, 1 - yhat)
    return -picked.clamp(min=1e-30).log().mean()


def predict(yhat):
    out = torch.zeros_like(yhat)
    out[yhat > 0.5] = 1
    return out


def accuracy(yhat, y):
    hits = (predict(yhat) == y).sum().item()
    return hits * 100.0 / y.shape[1]
