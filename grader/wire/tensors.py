"""Tensors as raw bytes: one table row (dtype, shape) in the header and contiguous bytes in the payload."""

from __future__ import annotations

import math
from typing import Any, Union

import torch

from grader.wire.frames import SMALL_BYTES, Bounds, FrameError

_NAMES = (
    *("float16", "bfloat16", "float32", "float64", "float8_e4m3fn", "float8_e5m2"),
    *("complex32", "complex64", "complex128", "bool"),
    *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
)
DTYPES: dict[str, torch.dtype] = {name: getattr(torch, name) for name in _NAMES if hasattr(torch, name)}
DTYPE_NAMES: dict[torch.dtype, str] = {dtype: name for name, dtype in DTYPES.items()}
STRIDED = torch.strided
# Those that NumPy has as well, in the same bytes; a complex one may be a conjugate that is still to be computed.
IN_NUMPY = frozenset(
    DTYPES[name] for name in ("float16", "float32", "float64", "bool", "int8", "int16", "int32", "int64", "uint8")
)
Part = Union[bytes, memoryview]


class UnsupportedValue(Exception):
    """A value that cannot cross the border; the message says in words which kind it is."""


class TooLarge(Exception):
    """A value larger than one frame may be; the message says how large."""


class TensorWriter:
    """Collects the tensors of one frame."""

    def __init__(self, limit_bytes: int) -> None:
        self.table: list[dict[str, Any]] = []
        self.payload: list[Part] = []
        self._limit_bytes = limit_bytes
        self._size = 0

    def add(self, tensor: torch.Tensor) -> int:
        """Append the values of `tensor` (any device, any strides) and return its row number.

        Raises:
            UnsupportedValue: the tensor is sparse, quantized, nested, on the meta device, or of an unknown dtype.
            TooLarge: the frame would pass its limit.
        """
        values = _plain(tensor)
        size = values.nbytes
        self._size += size
        if self._size > self._limit_bytes:
            raise TooLarge(f"a tensor of shape {tuple(values.shape)} ({size / 2**20:.0f} MB) is too large to hand over")
        self.payload.append(_bytes_of(values, size))
        self.table.append({"dtype": DTYPE_NAMES[values.dtype], "shape": list(values.shape)})
        return len(self.table) - 1


def _plain(tensor: torch.Tensor) -> torch.Tensor:
    if tensor.layout is not STRIDED:
        raise UnsupportedValue(f"a {str(tensor.layout).removeprefix('torch.')} tensor")
    if tensor.is_meta:
        raise UnsupportedValue("a tensor on the meta device, which has no values")
    if tensor.is_quantized or tensor.is_nested or tensor.dtype not in DTYPE_NAMES:
        raise UnsupportedValue(f"a tensor of dtype {str(tensor.dtype).removeprefix('torch.')}")
    return torch.Tensor.detach(tensor).as_subclass(torch.Tensor)


def _bytes_of(values: torch.Tensor, size: int) -> Part:
    if size <= SMALL_BYTES and values.dtype in IN_NUMPY and values.is_cpu and not values.is_neg():
        return values.numpy().tobytes()  # copied beside its header anyway
    return raw_bytes(values.cpu()).numpy().data.cast("B") if size else b""


def raw_bytes(tensor: torch.Tensor) -> torch.Tensor:
    """Return the values of a tensor as one row of uint8, in order, on its own device."""
    flat = tensor.resolve_conj().resolve_neg().contiguous().reshape(-1)
    if flat.numel() == 0:
        return torch.empty(0, dtype=torch.uint8, device=tensor.device)
    # A single element may keep any stride through contiguous(); viewing it as bytes wants stride 1.
    return flat.as_strided(flat.shape, (1,)).view(torch.uint8)


def read_tensors(header: dict[str, Any], payload: bytearray, bounds: Bounds) -> list[torch.Tensor]:
    """Return the tensors of a frame, contiguous and on the CPU; they share memory with `payload`.

    Raises:
        FrameError: a row is malformed, or the rows do not add up to the payload exactly.
    """
    table = header.get("tensors", [])
    if not isinstance(table, list) or len(table) > bounds.tensors:
        raise FrameError("the table of tensors is malformed")
    tensors, offset = [], 0
    for row in table:
        dtype, shape = _read_row(row, bounds)
        size = math.prod(shape) * dtype.itemsize
        if size > len(payload) - offset:
            raise FrameError("a tensor is larger than the payload")
        tensors.append(_tensor_at(payload, offset, dtype, shape))
        offset += size
    if offset != len(payload):
        raise FrameError("the payload is larger than its tensors")
    return tensors


def _read_row(row: object, bounds: Bounds) -> tuple[torch.dtype, list[int]]:
    if not isinstance(row, dict):
        raise FrameError("a row of the table of tensors is malformed")
    name, shape = row.get("dtype"), row.get("shape")
    dtype = DTYPES.get(name) if isinstance(name, str) else None
    if dtype is None:
        raise FrameError("a tensor has an unknown dtype")
    if not isinstance(shape, list) or len(shape) > bounds.dimensions:
        raise FrameError("a tensor has a malformed shape")
    if not all(type(size) is int and 0 <= size < 2**48 for size in shape):
        raise FrameError("a tensor has a malformed size")
    # Sizes beside a zero are unbounded by the payload; torch overflows on them, so bound their product too.
    if math.prod(size for size in shape if size) >= 2**60:
        raise FrameError("a tensor has an impossible shape")
    return dtype, shape


def _tensor_at(payload: bytearray, offset: int, dtype: torch.dtype, shape: list[int]) -> torch.Tensor:
    count = math.prod(shape)
    if count == 0:
        return torch.empty(shape, dtype=dtype)
    if dtype in IN_NUMPY and dtype is not torch.bool and not offset % dtype.itemsize:
        return torch.frombuffer(payload, dtype=dtype, count=count, offset=offset).reshape(shape)
    data = memoryview(payload)[offset : offset + count * dtype.itemsize]
    if offset % dtype.itemsize:  # torch wants aligned memory
        data = memoryview(bytearray(data))
    raw = torch.frombuffer(data, dtype=torch.uint8)
    # A byte other than 0 and 1 is no bool; torch would show it as True and compare it as something else.
    return (raw != 0 if dtype is torch.bool else raw.view(dtype)).reshape(shape)
