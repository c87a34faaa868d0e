# right: every method and function is wrapped by a decorator that checks named sizes ("dim m", "1 m") of all its tensors
from __future__ import annotations

import functools
import inspect

import torch
from torch import Tensor, nn


def shaped(returns: str | None = None, **specs: str):
    """Check that arguments (and the result) have the sizes of their spec; equal letters mean equal sizes."""

    def decorate(function):
        signature = inspect.signature(function)

        def check(name: str, tensor: Tensor, spec: str, sizes: dict[str, int]) -> None:
            words = spec.split()
            if tensor.dim() != len(words):
                raise ValueError(f"{function.__name__}: {name} must be ({', '.join(words)}), not {tuple(tensor.shape)}")
            for word, size in zip(words, tensor.shape):
                wanted = int(word) if word.isdigit() else sizes.setdefault(word, size)
                if wanted != size:
                    raise ValueError(f"{function.__name__}: size {word} of {name} is {size}, not {wanted}")

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            bound = signature.bind(*args, **kwargs).arguments
            sizes: dict[str, int] = {}
            for name, spec in specs.items():
                check(name, bound[name], spec, sizes)
            result = function(*args, **kwargs)
            if returns is not None:
                check("the result", result, returns, sizes)
            return result

        return wrapper

    return decorate


class LR(nn.Module):
    def __init__(self, dim: int, lr: float = 0.01) -> None:
        super().__init__()
        self.lr = lr
        self.register_buffer("w", torch.zeros(dim, 1))
        self.register_buffer("b", torch.zeros(()))
        self.grads = {"dw": torch.zeros(dim, 1), "db": torch.zeros(())}

    def sigmoid(self, z: Tensor) -> Tensor:
        return z.sigmoid()

    @shaped(x="dim m", returns="1 m")
    def forward(self, x: Tensor) -> Tensor:
        return self.sigmoid(self.w.T @ x + self.b)

    @shaped(x="dim m", yhat="1 m", y="1 m")
    def backward(self, x: Tensor, yhat: Tensor, y: Tensor) -> None:
        delta = (yhat - y).div(x.shape[1])
        self.grads = {"dw": x @ delta.T, "db": delta.sum()}

    def optimize(self) -> None:
        torch.sub(self.w, self.grads["dw"], alpha=self.lr, out=self.w)
        torch.sub(self.b, self.grads["db"], alpha=self.lr, out=self.b)


@shaped(yhat="1 m", y="1 m", returns="")
def loss(yhat: Tensor, y: Tensor) -> Tensor:
    return nn.BCELoss()(yhat, y)


@shaped(yhat="1 m", returns="1 m")
def predict(yhat: Tensor) -> Tensor:
    return torch.masked_fill(torch.zeros_like(yhat), yhat > 0.5, 1.0)


@shaped(yhat="1 m", y="1 m")
def accuracy(yhat: Tensor, y: Tensor) -> float:
    return sum((predict(yhat) == y).flatten().tolist()) / y.size(1) * 100.0
