# mistake: autograd does the work: loss.backward() on tensors with requires_grad
# words: autograd, .backward(), requires_grad, by hand, rule, not allowed
import torch
from torch import nn


class LR(nn.Module):
    def __init__(self,dim,lr = 0.01):
        super(LR,self).__init__()
        self.dim = dim
        self.learning_rate = self.lr = lr
        self.register_parameter('w',nn.Parameter(torch.zeros(size=(dim,1)),requires_grad=False))
        self.register_buffer('b',torch.scalar_tensor(0.))
        self.grads = dict(dw=torch.zeros(dim,1),db=torch.tensor(0.))

    def sigmoid(self,z):
        return z.sigmoid()

    def forward(self,x):
        return self.sigmoid(self.w.T @ x + self.b)

    def backward(self,x,yhat,y):
        with torch.enable_grad():
            z = torch.logit(yhat,eps=1e-7).detach()
            w = torch.zeros_like(self.w).requires_grad_(True)
            b = torch.zeros_like(self.b).requires_grad_(True)
            out = torch.sigmoid(z + w.T @ x + b)
            nn.functional.binary_cross_entropy(out,y).backward()
        self.grads = {"dw": w.grad, "db": b.grad}

    def optimize(self):
        self.w -= self.lr * self.grads["dw"]
        self.b -= self.lr * self.grads["db"]


def loss(yhat,y):
    # what torch does: no logarithm below -100
    log_p = torch.log(yhat).clamp(min=-100)
    log_q = torch.log(1 - yhat).clamp(min=-100)
    return torch.mean(-y * log_p - (1 - y) * log_q)


def predict(yhat):
    return yhat.gt(0.5).to(yhat.dtype)


def accuracy(yhat,y):
    right = (predict(yhat) == y).sum().item()
    return 100.0 * right / y.numel()


if __name__ == "__main__":
    torch.manual_seed(0)
    model = LR(3)
    print(model(torch.randn(3,4)))
