"""Values as trees of JSON: None, bool, numbers, text and lists stand for themselves, everything else is a tagged object.

A tagged object has the key `$`. Tensors, references and callbacks are left to the two sides (`Encoder.encode_other`,
`Decoder.decode_other`), since each side knows other ones.
"""

from __future__ import annotations

import base64
import collections
import math
import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from grader.wire.frames import Bounds, FrameError
from grader.wire.tensors import DTYPE_NAMES, DTYPES, TensorWriter, TooLarge, UnsupportedValue

Tree = Any
SAFE_INT = 2**53
# More keys of one hash than this no program has by chance.
MOST_OF_ONE_HASH = 100
LONGEST_INT_BITS = 1300

_LIST_LIKE: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()), collections.deque)
_DEVICE_TYPES = frozenset({"cpu", "cuda", "mps", "meta", "xpu"})


def writable(text: str) -> str:
    """Return `text` without lone surrogates, which no output could write."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


class Encoder:
    """Writes values of exact, well-known types as a tree; subclasses say what becomes of the rest."""

    def __init__(self, bounds: Bounds) -> None:
        self.tensors = TensorWriter(bounds.payload_bytes)
        self._bounds = bounds
        self._items = 0

    def encode(self, value: Any, depth: int = 0) -> Tree:
        """Return `value` as a tree.

        Raises:
            TooLarge: too many items, too deep, or more bytes than a frame holds.
            UnsupportedValue: a tensor of a kind that cannot cross.
        """
        self._items += 1
        if self._items > self._bounds.items:
            raise TooLarge(f"more than {self._bounds.items:,} items")
        if depth > self._bounds.depth - 10:
            raise TooLarge("containers nested too deeply, or one that contains itself")
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is str:
            return self._text(value)
        if kind is int:
            return self._int(value)
        if kind is float:
            return value if math.isfinite(value) else {"$": "float", "v": repr(value)}
        if kind is list:
            return [self.encode(item, depth + 1) for item in value]
        if kind is tuple or kind is torch.Size or kind in _LIST_LIKE or kind is set or kind is frozenset:
            return self._sequence(value, depth)
        if kind is dict or kind is collections.OrderedDict or kind is collections.defaultdict:
            return self._mapping(value, depth)
        if isinstance(value, torch.Tensor):
            return self.encode_tensor(value)
        return self._scalar(value)

    def encode_tensor(self, tensor: torch.Tensor) -> Tree:
        """Return a tensor as a tree; the sides add what they know of its identity and its graph."""
        return {"$": "tensor", "i": self.tensors.add(tensor), "device": str(tensor.device)}

    def encode_other(self, value: Any) -> Tree:
        """Return anything that is no plain value as a tree."""
        raise UnsupportedValue(f"an object of type {type(value).__name__}")

    def _text(self, value: str) -> Tree:
        if len(value) > self._bounds.text_chars:
            raise TooLarge(f"a text of {len(value):,} characters")
        return value

    def _int(self, value: int) -> Tree:
        if -SAFE_INT < value < SAFE_INT:
            return value
        if value.bit_length() > LONGEST_INT_BITS:
            raise TooLarge(f"an int of {value.bit_length():,} bits")
        return {"$": "int", "v": str(value)}

    def _sequence(self, value: Any, depth: int) -> Tree:
        names: dict[Any, str] = {tuple: "tuple", torch.Size: "size", set: "set", frozenset: "frozenset"}
        return {"$": names.get(type(value), "view"), "v": [self.encode(item, depth + 1) for item in list(value)]}

    def _mapping(self, value: Any, depth: int) -> Tree:
        pairs = [[self.encode(key, depth + 1), self.encode(item, depth + 1)] for key, item in list(value.items())]
        return {"$": "dict" if type(value) is not collections.OrderedDict else "ordered", "v": pairs}

    def _scalar(self, value: Any) -> Tree:
        kind = type(value)
        if kind is complex:
            return {"$": "complex", "v": [repr(value.real), repr(value.imag)]}
        if kind is bytes or kind is bytearray:
            return {"$": "bytes", "v": self._text(base64.b64encode(value).decode("ascii"))}
        if kind is torch.dtype and value in DTYPE_NAMES:
            return {"$": "dtype", "v": DTYPE_NAMES[value]}
        if kind is torch.device:
            return {"$": "device", "v": str(value)}
        if kind is slice:
            return {"$": "slice", "v": [self.encode(part) for part in (value.start, value.stop, value.step)]}
        if value is Ellipsis:
            return {"$": "ellipsis"}
        if kind in (pathlib.PosixPath, pathlib.PurePosixPath, pathlib.WindowsPath):
            return {"$": "path", "v": self._text(str(value))}
        if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufc":
            array = torch.from_numpy(np.ascontiguousarray(value).reshape(value.shape).copy())
            return {"$": "numpy", "i": self.tensors.add(array), "scalar": isinstance(value, np.generic)}
        return self.encode_other(value)


class Decoder:
    """Reads a tree; every type, length and bound is checked, and `FrameError` is all that it raises."""

    def __init__(self, tensors: list[torch.Tensor], bounds: Bounds) -> None:
        self.tensors = tensors
        self._bounds = bounds
        self._items = 0
        self._handed_bytes = 0

    def decode(self, tree: Tree, depth: int = 0) -> Any:
        """Return the value of a tree."""
        self._items += 1
        if self._items > self._bounds.items or depth > self._bounds.depth:
            raise FrameError("the value has too many items or is nested too deeply")
        kind = type(tree)
        if tree is None or kind is bool or kind is int or kind is float:
            return tree
        if kind is str:
            return self.text(tree)
        if kind is list:
            return [self.decode(item, depth + 1) for item in tree]
        if kind is dict:
            return self._tagged(tree, depth)
        raise FrameError("the value holds something that is no value")

    def decode_other(self, tag: str, tree: dict[str, Any]) -> Any:
        """Return what a tag of the subclass stands for."""
        raise FrameError("the value has an unknown tag")

    def decode_tensor(self, tree: dict[str, Any]) -> Any:
        """Return the tensor of a tagged tree, on the device that it names."""
        return self.tensor(tree.get("i"))

    def tensor(self, index: object) -> torch.Tensor:
        """Return the tensor of a row of this frame."""
        if type(index) is not int or not 0 <= index < len(self.tensors):
            raise FrameError("the value names a tensor that the frame does not hold")
        found = self.tensors[index]
        # Readers copy what they get; a value that names one large tensor a thousand times must not cost a thousand copies.
        self._handed_bytes += found.numel() * found.element_size()
        if self._handed_bytes > self._bounds.payload_bytes:
            raise FrameError("the value names more tensors than the frame holds")
        return found

    def text(self, value: object) -> str:
        """Return a text without lone surrogates, which no output could write."""
        if type(value) is not str or len(value) > self._bounds.text_chars:
            raise FrameError("a text is missing or too long")
        return writable(value)

    def _tagged(self, tree: dict[str, Any], depth: int) -> Any:
        tag = tree.get("$")
        if type(tag) is not str:
            raise FrameError("an object of the value has no tag")
        if tag == "tensor":
            return self.decode_tensor(tree)
        if tag in _READERS:
            try:
                return _READERS[tag](self, tree, depth)
            except (TypeError, ValueError, OverflowError, RuntimeError):
                raise FrameError(f"a value of kind {tag} is malformed") from None
        return self.decode_other(tag, tree)

    def items(self, tree: dict[str, Any], depth: int) -> list[Any]:
        """Return the decoded list under `v`."""
        if type(tree.get("v")) is not list:
            raise FrameError("a container of the value is malformed")
        return [self.decode(item, depth + 1) for item in tree["v"]]

    def pairs(self, tree: dict[str, Any], depth: int) -> list[tuple[Any, Any]]:
        """Return the decoded pairs under `v`."""
        rows = tree.get("v")
        if type(rows) is not list or not all(type(row) is list and len(row) == 2 for row in rows):
            raise FrameError("a dict of the value is malformed")
        return [(self.decode(key, depth + 1), self.decode(item, depth + 1)) for key, item in rows]


def _hashable(keys: list[Any]) -> list[Any]:
    """Return keys of a dict or set unless they were chosen to share a hash (multiples of 2**61 - 1), which would take hours to store."""
    if len(keys) > MOST_OF_ONE_HASH and max(collections.Counter(map(hash, keys)).values()) > MOST_OF_ONE_HASH:
        raise FrameError("the keys of a dict or set all have the same hash")
    return keys


def _read_pairs(decoder: Decoder, tree: dict[str, Any], depth: int) -> list[tuple[Any, Any]]:
    pairs = decoder.pairs(tree, depth)
    _hashable([key for key, _ in pairs])
    return pairs


def _read_float(decoder: Decoder, tree: dict[str, Any], depth: int) -> float:
    if tree.get("v") not in ("nan", "inf", "-inf"):
        raise ValueError
    return float(tree["v"])


def _read_int(decoder: Decoder, tree: dict[str, Any], depth: int) -> int:
    digits = decoder.text(tree.get("v"))
    if len(digits) > 400:
        raise ValueError
    return int(digits)


def _read_complex(decoder: Decoder, tree: dict[str, Any], depth: int) -> complex:
    real, imag = tree["v"] if type(tree.get("v")) is list and len(tree["v"]) == 2 else ("", "")
    return complex(float(decoder.text(real)), float(decoder.text(imag)))


def _read_device(decoder: Decoder, tree: dict[str, Any], depth: int) -> torch.device:
    name = decoder.text(tree.get("v"))
    if len(name) > 32 or name.split(":")[0] not in _DEVICE_TYPES:
        raise ValueError
    return torch.device(name)


def _read_dtype(decoder: Decoder, tree: dict[str, Any], depth: int) -> torch.dtype:
    name = decoder.text(tree.get("v"))
    if name not in DTYPES:
        raise ValueError
    return DTYPES[name]


def _read_slice(decoder: Decoder, tree: dict[str, Any], depth: int) -> slice:
    start, stop, step = decoder.items(tree, depth)
    return slice(start, stop, step)


def _read_numpy(decoder: Decoder, tree: dict[str, Any], depth: int) -> Any:
    array: Any = decoder.tensor(tree.get("i")).numpy()
    return array[()] if tree.get("scalar") is True and array.ndim == 0 else array


_READERS: dict[str, Callable[[Decoder, dict[str, Any], int], Any]] = {
    "float": _read_float,
    "int": _read_int,
    "complex": _read_complex,
    "bytes": lambda d, t, _: base64.b64decode(d.text(t.get("v")), validate=True),
    "dtype": _read_dtype,
    "device": _read_device,
    "slice": _read_slice,
    "ellipsis": lambda d, t, _: Ellipsis,
    "path": lambda d, t, _: pathlib.Path(d.text(t.get("v"))),
    "numpy": _read_numpy,
    "tuple": lambda d, t, n: tuple(d.items(t, n)),
    "view": lambda d, t, n: d.items(t, n),
    "size": lambda d, t, n: torch.Size(d.items(t, n)),
    "set": lambda d, t, n: set(_hashable(d.items(t, n))),
    "frozenset": lambda d, t, n: frozenset(_hashable(d.items(t, n))),
    "dict": lambda d, t, n: dict(_read_pairs(d, t, n)),
    "ordered": lambda d, t, n: collections.OrderedDict(_read_pairs(d, t, n)),
}

__all__ = ["Decoder", "Encoder", "TooLarge", "Tree", "UnsupportedValue", "writable"]
