import torch
from torch import nn

mean_over_batch = lambda t: t.mean(dim=-1, keepdim=True)
residual = lambda yhat, y: torch.sub(yhat, y)
affine = lambda w, b, x: torch.addmm(b, w.t(), x)


def _step(p, g, lr):
    return p - lr * g


class LR(nn.Module):
    def __init__(self, dim, lr=1e-2):
        super().__init__()
        self.register_buffer("w", torch.zeros((dim, 1)))
        self.register_buffer("b", torch.zeros([]))
        self.grads = {k: torch.zeros_like(v) for k, v in (("dw", self.w), ("db", self.b))}
        self.sgd = lambda p, g: _step(p, g, lr)

    sigmoid = staticmethod(torch.sigmoid)

    def forward(self, x):
        return self.sigmoid(affine(self.w, self.b, x))

    def backward(self, x, yhat, y):
        r = residual(yhat, y)
        self.grads = {"dw": mean_over_batch(x * r), "db": mean_over_batch(r).squeeze()}

    def optimize(self):
        self.w, self.b = self.sgd(self.w, self.grads["dw"]), self.sgd(self.b, self.grads["db"])


loss = lambda yhat, y: -torch.where(y > 0.5, yhat, 1 - yhat).log().clamp(min=-100.0).mean()
predict = lambda yhat: (yhat > 0.5).type_as(yhat)
accuracy = lambda yhat, y: 100.0 * torch.eq(predict(yhat), y).sum().item() / y.nelement()
