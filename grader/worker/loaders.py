"""`DataLoader(num_workers=2)` inside the walls: its processes send tensors as bytes, or it works in this process instead.

torch hands tensors from process to process as descriptors, by a listening socket that no worker may open.
"""

from __future__ import annotations

import functools
import inspect
from multiprocessing.reduction import ForkingPickler
from typing import Any

import torch
from torch.utils.data import DataLoader


def share_as_bytes() -> None:
    """Have tensors travel between this process and those it starts as bytes in the pipe: for a /dev/shm of our own (locks) and no sockets."""
    for kind in (torch.Tensor, torch.nn.Parameter):
        ForkingPickler.register(kind, _reduce_tensor)
    ForkingPickler.register(torch.UntypedStorage, _reduce_storage)


def _reduce_tensor(tensor: torch.Tensor) -> tuple[Any, ...]:
    # torch refuses the same: a graph cannot leave its process.
    if tensor.requires_grad and not tensor.is_leaf:
        raise RuntimeError("a tensor that requires grad and is no leaf cannot be sent to another process: detach it")
    if tensor.layout is not torch.strided or tensor.device.type != "cpu":
        by_value: tuple[Any, ...] = torch.Tensor.__reduce_ex__(tensor, 2)  # type: ignore[no-untyped-call]
        return by_value
    plain = tensor.detach().resolve_conj().resolve_neg().contiguous()
    data = plain.reshape(-1).view(torch.uint8).numpy().tobytes()
    return _rebuild_tensor, (type(tensor), data, tensor.dtype, tuple(tensor.shape), tensor.requires_grad)


def _rebuild_tensor(kind: type, data: bytes, dtype: torch.dtype, shape: tuple[int, ...], requires_grad: bool) -> torch.Tensor:
    tensor = torch.frombuffer(bytearray(data), dtype=dtype).reshape(shape) if data else torch.empty(shape, dtype=dtype)
    if issubclass(kind, torch.nn.Parameter):
        return torch.nn.Parameter(tensor, requires_grad)
    return tensor.requires_grad_(requires_grad)


def _reduce_storage(storage: torch.UntypedStorage) -> tuple[Any, ...]:
    return _rebuild_storage, (torch.empty(0, dtype=torch.uint8).set_(storage).numpy().tobytes(),)  # type: ignore[call-overload]


def _rebuild_storage(data: bytes) -> torch.UntypedStorage:
    bytes_of_it = torch.frombuffer(bytearray(data), dtype=torch.uint8) if data else torch.empty(0, dtype=torch.uint8)
    return bytes_of_it.untyped_storage()


def load_in_process() -> None:
    """Have every later DataLoader of this process do its own loading, whatever `num_workers` says.

    Locks between processes live in /dev/shm, which all programs of the machine share; where there is none of our own, it is closed.

    """
    original = DataLoader.__init__
    signature = inspect.signature(original)

    @functools.wraps(original)
    def initialise(self: Any, *args: Any, **kwargs: Any) -> None:
        given = signature.bind(self, *args, **kwargs).arguments
        if given.get("num_workers"):
            # These three mean something with worker processes only, and torch refuses them without.
            given |= {"num_workers": 0, "persistent_workers": False, "prefetch_factor": None, "timeout": 0}
            given.pop("multiprocessing_context", None)
        given.pop("self")
        original(self, **given)

    DataLoader.__init__ = initialise  # type: ignore[method-assign]
