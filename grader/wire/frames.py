"""Frames: magic, two lengths, a JSON header, raw bytes. Every bound is checked where a frame is read.

Layout, big endian: 4 bytes magic, 4 bytes header length, 8 bytes payload length, header (UTF-8 JSON object), payload.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

MAGIC = b"GRD1"
PREFIX = struct.Struct(">4sIQ")
LONGEST_INT_DIGITS = 400
# Two bytes of JSON, `[]`, make an object of 56; this bounds their number before any is made. An honest item has fewer marks.
MARKS_AN_ITEM = 20


class FrameError(Exception):
    """What arrived is no frame of this protocol, or breaks a bound. The only exception of the reading side."""


@dataclass(frozen=True)
class Bounds:
    """What the reading side accepts.

    Attributes:
        header_bytes: longest JSON header.
        payload_bytes: most raw bytes of tensors in one frame.
        depth: deepest nesting of containers.
        items: most nodes of one value tree.
        text_chars: longest single text.
        tensors: most tensors in one frame.
        dimensions: most dimensions of a tensor (torch itself stops at 64).
    """

    header_bytes: int = 16 * 2**20
    payload_bytes: int = 512 * 2**20
    depth: int = 100
    items: int = 200_000
    text_chars: int = 2**20
    tensors: int = 20_000
    dimensions: int = 64


# A payload up to this size is copied beside its header.
SMALL_BYTES = 64 * 1024

# What a worker may answer, and what the judge, which is trusted, may ask: whole data sets.
ANSWER_BOUNDS = Bounds(payload_bytes=256 * 2**20)
REQUEST_BOUNDS = Bounds(header_bytes=2**28, payload_bytes=2**34, items=10_000_000, text_chars=2**26, depth=200)


def pack(header: dict[str, Any], payload: Sequence[bytes | memoryview] = []) -> list[bytes | memoryview]:
    """Return the parts of one frame, ready for a gathering write."""
    return pack_text(header_text(header), payload)


def pack_text(text: bytes, payload: Sequence[bytes | memoryview]) -> list[bytes | memoryview]:
    """Return the parts of one frame whose header is text already."""
    size = sum(map(len, payload))
    if size <= SMALL_BYTES:
        # In one piece: each write wakes the reader, and waking costs more than copying.
        return [b"".join((PREFIX.pack(MAGIC, len(text), size), text, *payload))]
    return [PREFIX.pack(MAGIC, len(text), size) + text, *payload]


def header_text(header: dict[str, Any]) -> bytes:
    """Return a header as it stands in a frame."""
    try:
        return msgspec.json.encode(header)
    except (TypeError, ValueError):  # a subclass of str, and a lone surrogate: rare, and json writes both
        return _ENCODER.encode(header).encode("ascii")


def read_prefix(prefix: bytes, bounds: Bounds) -> tuple[int, int]:
    """Return header and payload length of a frame.

    Raises:
        FrameError: wrong magic, or a length beyond `bounds`.
    """
    if len(prefix) != PREFIX.size:
        raise FrameError("the frame ends inside its first bytes")
    magic, header_length, payload_length = PREFIX.unpack(prefix)
    if magic != MAGIC:
        raise FrameError("the frame does not begin with the magic bytes")
    if header_length > bounds.header_bytes:
        raise FrameError(f"the header is too long ({header_length} bytes, at most {bounds.header_bytes})")
    if payload_length > bounds.payload_bytes:
        raise FrameError(f"the result is too large ({payload_length} bytes, at most {bounds.payload_bytes})")
    return header_length, payload_length


def read_header(text: bytes, bounds: Bounds) -> dict[str, Any]:
    """Return the JSON object of a header.

    Raises:
        FrameError: it is not UTF-8, not JSON, not an object, nested too deeply, repeats a key, or holds NaN or a giant number.
    """
    if len(text) > bounds.header_bytes:
        raise FrameError("the header is too long")
    if sum(map(text.count, (b"[", b"{", b","))) > MARKS_AN_ITEM * bounds.items:
        raise FrameError("the header holds too many values")
    try:
        content = text.decode("utf-8")
        header, end = _DECODER.raw_decode(content)
    except RecursionError:
        raise FrameError("the header is nested too deeply") from None
    except ValueError as error:  # covers JSONDecodeError and UnicodeDecodeError
        raise FrameError(f"the header is not valid JSON: {type(error).__name__}") from None
    if not isinstance(header, dict) or end != len(content):
        raise FrameError("the header is not a JSON object")
    return header


def read_request(text: bytes, bounds: Bounds) -> dict[str, Any]:
    """Return the JSON object of a header of the judge's, who is trusted."""
    try:
        return msgspec.json.decode(text, type=dict)
    except (ValueError, RecursionError):  # a lone surrogate, say, which msgspec does not read
        return read_header(text, bounds)


def _read_int(digits: str) -> int:
    if len(digits) > LONGEST_INT_DIGITS:
        raise FrameError("a number in the header is too long")
    return int(digits)


def _refuse_constant(name: str) -> float:
    raise FrameError(f"the header holds the constant {name}")


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise FrameError("a key of the header is repeated")
    return result


# Made once: `json.dumps` and `json.loads` make such an object for each call that asks for anything unusual.
_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
_DECODER = json.JSONDecoder(
    parse_int=_read_int, parse_constant=_refuse_constant, object_pairs_hook=_object_without_duplicates
)
