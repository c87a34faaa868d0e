import torch as th

EPS = 1e-6


class LR(th.nn.Module):
    def __init__(self, dim, lr=1e-2):
        th.nn.Module.__init__(self)
        self.lr = lr
        self.register_buffer("w", th.zeros((dim, 1), dtype=th.float32))
        self.register_buffer("b", th.zeros((), dtype=th.float32))
        self.grads = {"dw": th.zeros((dim, 1)), "db": th.zeros(())}

    @staticmethod
    def sigmoid(z):
        e = th.exp(-z.abs())
        return th.where(z >= 0, 1 / (1 + e), e / (1 + e))

    def forward(self, x):
        return self.sigmoid(th.mm(self.w.t(), x).add(self.b))

    def backward(self, x, yhat, y):
        m = yhat.shape[-1]
        dL_dyhat = -(y / (yhat + EPS)) + (1 - y) / (1 - yhat + EPS)
        dyhat_dz = yhat * (1 - yhat)
        dL_dz = dL_dyhat * dyhat_dz
        self.grads["dw"] = th.matmul(x, dL_dz.permute(1, 0)).div(m)
        self.grads["db"] = dL_dz.sum().div(m)
        return self.grads

    def optimize(self):
        self.w = th.add(self.w, self.grads["dw"], alpha=-self.lr)
        self.b = th.add(self.b, self.grads["db"], alpha=-self.lr)


def loss(yhat, y):
    return th.mean(-(y * th.log(yhat + EPS) + (1 - y) * th.log(1 - yhat + EPS)))


def predict(yhat):
    return (yhat > 0.5).type_as(yhat)


def accuracy(yhat, y):
    return (1 - (predict(yhat) - y).abs().mean().item()) * 100
