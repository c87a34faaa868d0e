"""Frames: what is packed is read again, and whatever else arrives is a FrameError, nothing worse."""

from __future__ import annotations

import json
import struct
import tracemalloc
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.wire.frames import MAGIC, PREFIX, Bounds, FrameError, header_text, pack, read_header, read_prefix
from grader.wire.tensors import TensorWriter, TooLarge, UnsupportedValue, read_tensors
from grader.wire.values import Decoder

SMALL = Bounds(header_bytes=2**16, payload_bytes=2**16, depth=50, items=5_000, text_chars=2_000, tensors=50)


def read_frame(data: bytes, bounds: Bounds = SMALL) -> Any:
    """Read a whole frame the way both sides do, and return the value under `ok`."""
    header_size, payload_size = read_prefix(data[: PREFIX.size], bounds)
    header = read_header(data[PREFIX.size : PREFIX.size + header_size], bounds)
    payload = bytearray(data[PREFIX.size + header_size :][:payload_size])
    return Decoder(read_tensors(header, payload, bounds), bounds).decode(header.get("ok"))


def frame_of(header: str | bytes, payload: bytes = b"") -> bytes:
    """Return a frame with this very text as its header."""
    text = header.encode("utf-8", "surrogatepass") if isinstance(header, str) else header
    return PREFIX.pack(MAGIC, len(text), len(payload)) + text + payload


def table_of(*rows: Any, ok: Any = None) -> str:
    """Return a header with this table of tensors."""
    return json.dumps({"tensors": list(rows), "ok": ok})


def test_a_packed_frame_is_read_again() -> None:
    writer = TensorWriter(2**16)
    tree = {"$": "tensor", "i": writer.add(torch.arange(6).reshape(2, 3)), "device": "cpu"}

    data = b"".join(pack({"ok": tree, "tensors": writer.table}, writer.payload))

    assert torch.equal(read_frame(data), torch.arange(6).reshape(2, 3))


def test_the_length_of_a_header_is_told_before_it_is_sent() -> None:
    header = {"ok": "ä" * 10}

    (prefix_and_text,) = pack(header)

    assert len(header_text(header)) == len(prefix_and_text) - PREFIX.size


HOSTILE = {
    "bad magic": b"GRD2" + bytes(12),
    "cut prefix": b"GRD1\x00\x00",
    "header of 4 GB": PREFIX.pack(MAGIC, 2**32 - 1, 0),
    "payload of 2**63": PREFIX.pack(MAGIC, 2, 2**63) + b"{}",
    "payload larger than its tensors": frame_of(table_of(), b"12345678"),
    "payload smaller than its tensors": frame_of(table_of({"dtype": "float32", "shape": [3]}), b"1234"),
    "negative size": frame_of(table_of({"dtype": "int8", "shape": [-1]}), b"1"),
    "bool as a size": frame_of(table_of({"dtype": "int8", "shape": [True]}), b"1"),
    "float as a size": frame_of(table_of({"dtype": "int8", "shape": [1.0]}), b"1"),
    "text as a size": frame_of(table_of({"dtype": "int8", "shape": ["1"]}), b"1"),
    "size of 2**70": frame_of(table_of({"dtype": "int8", "shape": [2**70]}), b"1"),
    "sizes whose product overflows": frame_of(table_of({"dtype": "int8", "shape": [2**40, 2**40, 2**40]}), b"1"),
    "sizes beside a zero that overflow": frame_of(table_of({"dtype": "int8", "shape": [0, 2**47, 2**47]})),
    "65 dimensions": frame_of(table_of({"dtype": "int8", "shape": [1] * 65}), b"1"),
    "unknown dtype": frame_of(table_of({"dtype": "float31", "shape": [1]}), b"1234"),
    "dtype as a list": frame_of(table_of({"dtype": ["float32"], "shape": [1]}), b"1234"),
    "no dtype": frame_of(table_of({"shape": [1]}), b"1234"),
    "shape as a number": frame_of(table_of({"dtype": "int8", "shape": 1}), b"1"),
    "row as a list": frame_of(table_of(["int8", [1]]), b"1"),
    "table as an object": frame_of('{"tensors": {"0": 1}}'),
    "more tensors than allowed": frame_of(table_of(*[{"dtype": "int8", "shape": [0]}] * 51)),
    "NaN": frame_of('{"ok": NaN}'),
    "Infinity": frame_of('{"ok": -Infinity}'),
    "200,000 brackets": frame_of("[" * 60_000 + "]" * 5_000),
    "objects nested too deeply": frame_of('{"a":' * 9_000 + "1" + "}" * 9_000),
    "a value nested too deeply": frame_of('{"ok": ' + "[" * 60 + "]" * 60 + "}"),
    "more items than allowed": frame_of('{"ok": [' + "1," * 6_000 + "1]}"),
    "an int of 50,000 digits": frame_of('{"ok": ' + "7" * 50_000 + "}"),
    "invalid UTF-8": frame_of(b'{"ok": "\xff\xfe"}'),
    "a repeated key": frame_of('{"ok": 1, "ok": 2}'),
    "a list for a header": frame_of("[1, 2]"),
    "no JSON": frame_of("hello"),
    "empty header": frame_of(""),
    "an object without a tag": frame_of('{"ok": {"v": 1}}'),
    "a tag that is no text": frame_of('{"ok": {"$": ["list"]}}'),
    "an unknown tag": frame_of('{"ok": {"$": "pickle", "v": "x"}}'),
    "a reference where none can be": frame_of('{"ok": {"$": "ref", "r": 1}}'),
    "a tensor that is not there": frame_of('{"ok": {"$": "tensor", "i": 0}}'),
    "a tensor at -1": frame_of(table_of({"dtype": "int8", "shape": [1]}, ok={"$": "tensor", "i": -1}), b"1"),
    "a tensor at True": frame_of(
        table_of(*[{"dtype": "int8", "shape": [1]}] * 2, ok={"$": "tensor", "i": True}), b"12"
    ),
    "an unhashable key": frame_of('{"ok": {"$": "dict", "v": [[[1], 2]]}}'),
    "an unhashable item of a set": frame_of('{"ok": {"$": "set", "v": [[1]]}}'),
    "a pair of three": frame_of('{"ok": {"$": "dict", "v": [[1, 2, 3]]}}'),
    "a dict that is text": frame_of('{"ok": {"$": "dict", "v": "ab"}}'),
    "a slice of two": frame_of('{"ok": {"$": "slice", "v": [1, 2]}}'),
    "a size of text": frame_of('{"ok": {"$": "size", "v": ["a"]}}'),
    "a float that is a word": frame_of('{"ok": {"$": "float", "v": "1e5"}}'),
    "an int that is a word": frame_of('{"ok": {"$": "int", "v": "seven"}}'),
    "an int of 500 digits": frame_of('{"ok": {"$": "int", "v": "' + "7" * 500 + '"}}'),
    "a complex of one part": frame_of('{"ok": {"$": "complex", "v": ["1"]}}'),
    "a dtype that is no dtype": frame_of('{"ok": {"$": "dtype", "v": "float31"}}'),
    "a device that is no device": frame_of('{"ok": {"$": "device", "v": "toaster:1"}}'),
    "a device with a giant number": frame_of('{"ok": {"$": "device", "v": "cuda:99999999999999999999"}}'),
    "bytes that are not base64": frame_of('{"ok": {"$": "bytes", "v": "?"}}'),
    "a text beyond the bound": frame_of(json.dumps({"ok": "x" * 2_001})),
    "a path that is a number": frame_of('{"ok": {"$": "path", "v": 1}}'),
    "a NumPy array of bfloat16": frame_of(
        table_of({"dtype": "bfloat16", "shape": [1]}, ok={"$": "numpy", "i": 0}), b"12"
    ),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_frame_is_a_frame_error(data: bytes) -> None:
    with pytest.raises(FrameError):
        read_frame(data)


def test_more_marks_than_items_could_need_are_refused_before_they_are_objects() -> None:
    bounds = Bounds(items=100)

    assert read_header(b'{"ok": [' + b"[]," * 500 + b"[]]}", bounds)
    with pytest.raises(FrameError, match="too many values"):
        read_header(b'{"ok": [' + b"[]," * 2_000 + b"[]]}", bounds)


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    assert read_frame(frame_of('{"ok": "a\\ud800b"}')) == "a?b"


def test_a_number_too_large_for_a_float_is_infinite_not_an_error() -> None:
    assert read_frame(frame_of('{"ok": 1e999}')) == float("inf")


def test_one_large_tensor_named_often_is_refused_before_it_is_copied_often() -> None:
    row = {"dtype": "int8", "shape": [2**15]}
    tree = [{"$": "tensor", "i": 0}] * 1_000

    with pytest.raises(FrameError, match="more tensors than the frame holds"):
        read_frame(frame_of(table_of(row, ok=tree), bytes(2**15)))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 2**20, id="a million brackets"),
        pytest.param('{"ok": ' + "9" * 2**20 + "}", id="a million digits"),
        pytest.param('{"ok": "' + "\\u0000" * 2**17 + '"}', id="a million escapes"),
    ],
)
def test_reading_a_hostile_header_takes_bounded_memory(text: str) -> None:
    bounds = Bounds(text_chars=100)
    tracemalloc.start()

    with pytest.raises(FrameError):
        read_frame(frame_of(text), bounds)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * 2**20


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_a_frame_error(data: bytes) -> None:
    with pytest.raises(FrameError):
        read_frame(data)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_as_a_header_are_a_frame_error_or_nothing(data: bytes) -> None:
    try:
        value = read_frame(frame_of(data))
    except FrameError:
        return
    assert value is None


TAGS = st.sampled_from(
    [
        "tensor",
        "numpy",
        "float",
        "int",
        "complex",
        "bytes",
        "dtype",
        "device",
        "slice",
        "ellipsis",
        "path",
        "tuple",
        "view",
        "size",
        "set",
        "frozenset",
        "dict",
        "ordered",
        "ref",
        "out",
    ]
)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.fixed_dictionaries({"$": TAGS}, optional={"v": inner, "i": inner, "r": inner, "o": inner, "scalar": inner})
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)
ROWS = st.fixed_dictionaries(
    {},
    optional={
        "dtype": st.sampled_from(["int8", "bool", "float32", "complex32", "x"]) | SCALARS,
        "shape": st.lists(SCALARS, max_size=3),
    },
)


@settings(max_examples=500)
@given(TREES, st.lists(ROWS | SCALARS, max_size=3) | SCALARS, st.binary(max_size=12))
def test_a_random_value_tree_is_a_value_or_a_frame_error(tree: Any, table: Any, payload: bytes) -> None:
    try:
        read_frame(frame_of(json.dumps({"ok": tree, "tensors": table}), payload))
    except FrameError:
        pass


@settings(max_examples=300)
@given(st.integers(0, 400), st.integers(1, 255), st.integers(0, 3))
def test_a_good_frame_with_a_changed_byte_is_a_value_or_a_frame_error(place: int, flip: int, cut: int) -> None:
    writer = TensorWriter(2**16)
    tree = {
        "$": "dict",
        "v": [
            ["w", {"$": "tensor", "i": writer.add(torch.randn(3, 4)), "device": "cpu"}],
            ["n", {"$": "int", "v": "1" * 20}],
        ],
    }
    data = bytearray(b"".join(pack({"ok": tree, "tensors": writer.table}, writer.payload)))
    data[place % len(data)] ^= flip

    try:
        read_frame(bytes(data[: len(data) - cut]))
    except FrameError:
        pass


# The writing side


@pytest.mark.filterwarnings("ignore")  # torch deprecates quantized tensors, and students still meet them
@pytest.mark.parametrize(
    ("make", "kind"),
    [
        pytest.param(lambda: torch.eye(3).to_sparse(), "sparse_coo", id="sparse"),
        pytest.param(lambda: torch.empty(3, device="meta"), "meta device", id="meta"),
        pytest.param(lambda: torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8), "qint8", id="quantized"),
    ],
)
def test_a_tensor_that_cannot_cross_is_named_by_its_kind(make: Any, kind: str) -> None:
    with pytest.raises(UnsupportedValue, match=kind):
        TensorWriter(2**16).add(make())


def test_a_tensor_larger_than_a_frame_is_refused_before_its_bytes_are_made() -> None:
    giant = torch.zeros(1).expand(10**9)

    with pytest.raises(TooLarge, match="3815 MB"):
        TensorWriter(2**20).add(giant)


def test_the_prefix_is_magic_and_two_lengths() -> None:
    assert struct.unpack(">4sIQ", pack({})[0][:16]) == (b"GRD1", 2, 0)
