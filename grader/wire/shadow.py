"""The last state of a tensor that judge and worker agree on, so that either side sends only what changed."""

from __future__ import annotations

import torch

from grader.wire.tensors import IN_NUMPY, raw_bytes

# Up to so many elements a copy as bytes costs less than asking torch to compare.
SMALL = 4096


def same_bytes(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Say whether two tensors agree in dtype, shape, device and every bit (NaN equals the same NaN)."""
    if one.dtype != other.dtype or one.shape != other.shape or one.device != other.device:
        return False
    small = _small_bytes(one), _small_bytes(other)
    if None not in small:
        return small[0] == small[1]
    return torch.equal(_bits(one), _bits(other))


def _small_bytes(tensor: torch.Tensor) -> bytes | None:
    """Return the values of a small tensor as bytes; None for any other."""
    if tensor.dtype not in IN_NUMPY or tensor.numel() > SMALL or not tensor.is_cpu or type(tensor) not in _PLAIN:
        return None
    return None if tensor.is_neg() else tensor.detach().numpy().tobytes()


def _bits(tensor: torch.Tensor) -> torch.Tensor:
    """Return the values as integers of the same size, so that equal means equal in every bit; without a copy where that can be."""
    integer = _INTEGER_OF.get(tensor.dtype) if type(tensor) in _PLAIN else None
    if integer is None or tensor.is_neg():
        return raw_bytes(tensor.detach().as_subclass(torch.Tensor))
    return tensor.detach().view(integer)


# Of these types `detach` returns a plain tensor.
_PLAIN = frozenset({torch.Tensor, torch.nn.Parameter})
# dtypes in which values of different bits may be equal, or equal bits not, and those that need no other view.
_INTEGER_OF = {
    torch.float64: torch.int64,
    torch.float32: torch.int32,
    **dict.fromkeys((torch.float16, torch.bfloat16), torch.int16),
    **{dtype: dtype for dtype in (torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)},
}


class Shadow:
    """A copy of a tensor's values, gradient and flag at the last moment when both sides agreed."""

    def __init__(self, tensor: torch.Tensor) -> None:
        self.renew(tensor)

    def renew(self, tensor: torch.Tensor) -> None:
        """Take the present state as the agreed one."""
        self.data = tensor.detach().clone()
        self._bytes = _small_bytes(self.data)
        self.grad = tensor.grad.detach().clone() if tensor.is_leaf and tensor.grad is not None else None
        self.requires_grad = tensor.requires_grad

    def data_differs(self, tensor: torch.Tensor) -> bool:
        """Say whether the values (or dtype, shape, device) have changed since."""
        if self._bytes is not None and tensor.dtype == self.data.dtype and tensor.shape == self.data.shape:
            now = _small_bytes(tensor)
            if now is not None:
                return now != self._bytes
        return not same_bytes(self.data, tensor)

    def grad_differs(self, tensor: torch.Tensor) -> bool:
        """Say whether the gradient has changed since."""
        grad = tensor.grad if tensor.is_leaf else None
        if grad is None or self.grad is None:
            return grad is not self.grad
        return not same_bytes(self.grad, grad)

    def differs(self, tensor: torch.Tensor) -> bool:
        """Say whether anything has changed since."""
        return self.requires_grad != tensor.requires_grad or self.data_differs(tensor) or self.grad_differs(tensor)
