"""The last state of a tensor that judge and worker agree on, so that either side sends only what changed."""

from __future__ import annotations

import torch

from grader.wire.tensors import raw_bytes


def same_bytes(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Say whether two tensors agree in dtype, shape, device and every bit (NaN equals the same NaN)."""
    if one.dtype != other.dtype or one.shape != other.shape or one.device != other.device:
        return False
    return torch.equal(raw_bytes(_plain(one)), raw_bytes(_plain(other)))


def _plain(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().as_subclass(torch.Tensor)


class Shadow:
    """A copy of a tensor's values, gradient and flag at the last moment when both sides agreed."""

    def __init__(self, tensor: torch.Tensor) -> None:
        self.renew(tensor)

    def renew(self, tensor: torch.Tensor) -> None:
        """Take the present state as the agreed one."""
        self.data = tensor.detach().clone()
        self.grad = tensor.grad.detach().clone() if tensor.is_leaf and tensor.grad is not None else None
        self.requires_grad = tensor.requires_grad

    def data_differs(self, tensor: torch.Tensor) -> bool:
        """Say whether the values (or dtype, shape, device) have changed since."""
        return not same_bytes(self.data, tensor.detach())

    def grad_differs(self, tensor: torch.Tensor) -> bool:
        """Say whether the gradient has changed since."""
        grad = tensor.grad if tensor.is_leaf else None
        if grad is None or self.grad is None:
            return grad is not self.grad
        return not same_bytes(self.grad, grad)

    def differs(self, tensor: torch.Tensor) -> bool:
        """Say whether anything has changed since."""
        return self.requires_grad != tensor.requires_grad or self.data_differs(tensor) or self.grad_differs(tensor)
