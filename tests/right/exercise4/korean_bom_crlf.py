"""로지스틱 회귀: 역전파를 손으로 쓴다."""

import torch
from torch import nn


class LR(nn.Module):
    """자동 미분 없이 학습하는 모델."""

    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.학습률 = lr
        self.register_buffer("w", torch.zeros(dim, 1))
        self.register_buffer("b", torch.tensor(0.0))
        self.grads = {"dw": torch.zeros(dim, 1), "db": torch.tensor(0.0)}

    def sigmoid(self, z):
        # 시그모이드
        return 1.0 / (1.0 + torch.exp(-z))

    def forward(self, x):
        return self.sigmoid(self.w.mT @ x + self.b)

    def backward(self, x, yhat, y):
        개수 = x.shape[1]
        오차 = yhat - y
        self.grads["dw"] = x @ 오차.mT / 개수
        self.grads["db"] = 오차.sum() / 개수

    def optimize(self):
        self.w -= self.학습률 * self.grads["dw"]
        self.b -= self.학습률 * self.grads["db"]


def loss(yhat, y):
    안전 = yhat.clip(1e-7, 1 - 1e-7)
    return -(y * 안전.log() + (1 - y) * (1 - 안전).log()).mean()


def predict(yhat):
    return (yhat > 0.5).float()


def accuracy(yhat, y):
    return (predict(yhat) == y).float().mean().item() * 100.0
