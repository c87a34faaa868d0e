"""What falls under the name of a forbidden operation; asked by the worker, which records nothing else, and by the judge."""

from __future__ import annotations

import functools

# How a tensor becomes an array.
NUMPY_BY_TORCH = ("torch.Tensor.numpy", "torch.Tensor.__array__", "torch.from_numpy", "torch.Tensor.__array_wrap__")
REQUIRES_GRAD = "requires_grad=True"


@functools.lru_cache(maxsize=8_192)
def falls_under(name: str, rule: str) -> bool:
    """Say whether a recorded name falls under a rule; `torch.gather` covers the method and `torch.ops.aten.gather` as well."""
    if name == rule or name.startswith(f"{rule}."):
        return True
    if rule == "numpy":
        return name in NUMPY_BY_TORCH
    if rule == REQUIRES_GRAD:
        return False
    head, _, function = rule.rpartition(".")
    if head not in ("torch", "torch.Tensor", "torch.nn.functional"):
        return False
    operator = name.removeprefix("torch.ops.")
    if operator.startswith("aten."):
        return operator.split(".")[1].rstrip("_") == function
    return name in (f"torch.{function}", f"torch.Tensor.{function}", f"torch.Tensor.{function}_")
