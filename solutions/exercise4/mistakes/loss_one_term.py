import torch


class LR(torch.nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.register_buffer("w", torch.zeros(dim, 1, dtype=torch.float32))
        self.register_buffer("b", torch.zeros([], dtype=torch.float32))
        self.lr = lr
        self.grads = {"dw": torch.zeros(dim, 1), "db": torch.zeros([])}

    def sigmoid(self, z):
        return 1.0 / (1.0 + torch.exp(-z))

    def forward(self, x):
        return self.sigmoid(torch.mm(self.w.t(), x) + self.b)

    def backward(self, x, yhat, y):
        # chain rule: dL/dw = dL/dyhat * dyhat/dz * dz/dw
        m = x.shape[1]
        p = yhat.clamp(1e-6, 1 - 1e-6)
        dL_dyhat = -(y / p) + (1 - y) / (1 - p)
        dyhat_dz = p * (1 - p)
        dL_dz = dL_dyhat * dyhat_dz
        self.grads["dw"] = (1 / m) * torch.mm(x, dL_dz.t())
        self.grads["db"] = (1 / m) * torch.sum(dL_dz)

    def optimize(self):
        self.w.sub_(self.lr * self.grads["dw"])
        self.b.sub_(self.lr * self.grads["db"])


def loss(yhat, y):
    p = yhat.clamp(1e-6, 1 - 1e-6)
    m = y.shape[1]
    total = 0.0
    cost = -(y * torch.log(p))
    total = cost.sum()
    return total / m


def predict(yhat):
    result = torch.zeros_like(yhat)
    result[yhat > 0.5] = 1.0
    return result


def accuracy(yhat, y):
    correct = int((predict(yhat) == y).sum())
    return correct / y.shape[1] * 100.0
