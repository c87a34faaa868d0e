"""Values cross the border as they are: kind, bits, shape, dtype."""

from __future__ import annotations

import collections
import math
import pathlib
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.wire.frames import PREFIX, Bounds, pack, read_header, read_prefix
from grader.wire.shadow import same_bytes
from grader.wire.tensors import DTYPES, read_tensors
from grader.wire.values import Decoder, Encoder, TooLarge, UnsupportedValue

BOUNDS = Bounds()


def sent(value: Any) -> Any:
    """Return `value` as it arrives on the other side."""
    encoder = Encoder(BOUNDS)
    tree = encoder.encode(value)
    data = b"".join(pack({"ok": tree, "tensors": encoder.tensors.table}, encoder.tensors.payload))
    header_size, payload_size = read_prefix(data[: PREFIX.size], BOUNDS)
    header = read_header(data[PREFIX.size :][:header_size], BOUNDS)
    payload = bytearray(data[PREFIX.size + header_size :])
    assert len(payload) == payload_size
    return Decoder(read_tensors(header, payload, BOUNDS), BOUNDS).decode(header["ok"])


def same(one: Any, other: Any) -> bool:
    """Say whether two values are alike in type and value, all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, torch.Tensor):
        return same_bytes(one, other)
    if isinstance(one, (np.ndarray, np.generic)):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, complex):
        return repr((one.real, one.imag)) == repr((other.real, other.imag))
    if isinstance(one, float):
        return repr(one) == repr(other)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, 0, -1, 2**53, -(2**53), 2**300, 1.5, -0.0, 1e-320),
        *(math.inf, -math.inf, math.nan, "", "héllo 안녕\x00\n", 1 + 2j, complex(math.nan, -0.0), b"", b"\x00\xff"),
        *([], (), {}, set(), frozenset(), [1, [2, (3,)]], {1: {"a": None}}, {(1, 2): [3]}, {1, 2}, frozenset({1})),
        *(torch.Size([2, 3]), torch.float16, torch.device("cpu"), torch.device("cuda", 1), slice(1, None, 2), ...),
        *(pathlib.Path("/tmp/a b"), collections.OrderedDict(b=1, a=2)),
    ],
    ids=repr,
)
def test_a_plain_value_arrives_as_it_is(value: Any) -> None:
    assert same(sent(value), value)


@pytest.mark.parametrize(
    "value", [collections.deque([1, 2]), {"a": 1}.keys(), {"a": 1}.values(), {"a": 1}.items()], ids=repr
)
def test_views_and_queues_arrive_as_lists(value: Any) -> None:
    assert sent(value) == list(value)


def test_a_defaultdict_arrives_as_a_dict() -> None:
    assert same(sent(collections.defaultdict(list, a=[1])), {"a": [1]})


def random_tensor(dtype: torch.dtype, *shape: int) -> torch.Tensor:
    """Return random bits as a tensor of a dtype; bools are drawn."""
    if dtype is torch.bool:
        return torch.rand(shape) > 0.5
    count = math.prod(shape) * dtype.itemsize
    return (
        torch.randint(0, 256, (count,), dtype=torch.uint8).view(dtype).reshape(shape)
        if count
        else torch.empty(shape, dtype=dtype)
    )


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=DTYPES)
@pytest.mark.parametrize("shape", [(), (1,), (3, 4), (2, 0, 3), (0,), (2, 1, 1, 5)], ids=str)
def test_a_tensor_of_any_dtype_arrives_bit_for_bit(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    tensor = random_tensor(dtype, *shape)

    assert same(sent(tensor), tensor)


def some_views() -> dict[str, torch.Tensor]:
    """Return tensors whose memory is not in order."""
    base = torch.arange(24.0).reshape(2, 3, 4)
    waves = torch.randn(3, 4, dtype=torch.complex64)
    return {
        "transposed": base.transpose(0, 2),
        "strided": base[:, ::2, 1::2],
        "expanded": torch.arange(3.0)[:, None].expand(3, 5),
        "one element of a larger one": base[:, ::2][:1, :1, :1],
        "one element with an odd stride": base.reshape(6, 4)[::3, 1:2][:1],
        "diagonal": base[0].diagonal(),
        "overlapping": torch.arange(6.0).unfold(0, 3, 1),
        "channels last": torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last),
        "conjugated": waves.conj(),
        "imaginary part of a conjugate": waves.conj().imag,
        "sub-tensor with an offset": base[1, 1:],
    }


@pytest.mark.parametrize("name", some_views())
def test_a_view_arrives_with_its_values(name: str) -> None:
    view = some_views()[name]

    arrived = sent(view)

    assert arrived.shape == view.shape
    assert torch.equal(arrived, view.resolve_conj().resolve_neg())


def test_special_numbers_keep_their_bits() -> None:
    special = torch.tensor([math.nan, -math.nan, math.inf, -math.inf, -0.0, 1e-45])

    assert torch.equal(sent(special).view(torch.int32), special.view(torch.int32))


def test_what_requires_grad_arrives_as_values() -> None:
    weights = torch.nn.Parameter(torch.randn(3))

    assert torch.equal(sent(weights), weights.detach())


@pytest.mark.parametrize(
    "array",
    [
        *(np.arange(6).reshape(2, 3), np.float32(1.5), np.int8(-3), np.bool_(True), np.zeros((0, 3)), np.array(7)),
        *(np.arange(12.0)[::-2], np.arange(6, dtype="int16").reshape(2, 3).T, np.array([1 + 2j]), np.float64("nan")),
    ],
    ids=repr,
)
def test_a_numpy_value_arrives_as_one(array: Any) -> None:
    assert same(sent(array), array)


def test_an_arrived_array_can_be_written() -> None:
    arrived = sent(np.zeros(3))

    arrived[1] = 5

    assert arrived.tolist() == [0, 5, 0]


def test_a_state_dict_keeps_its_order() -> None:
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))

    arrived = sent(net.state_dict())

    assert list(arrived) == list(net.state_dict())
    assert same(arrived["1.num_batches_tracked"], torch.tensor(0))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param([0] * 300_000, "items", id="too many items"),
        pytest.param("x" * 2**21, "text", id="too long a text"),
        pytest.param(2**5_000, "int of 5,001 bits", id="too large an int"),
    ],
)
def test_a_value_too_large_is_refused_in_words(value: Any, words: str) -> None:
    with pytest.raises(TooLarge, match=words):
        sent(value)


def test_a_list_that_contains_itself_is_refused() -> None:
    ring: list[Any] = []
    ring.append(ring)

    with pytest.raises(TooLarge, match="contains itself"):
        sent(ring)


def test_an_unknown_object_is_named_by_its_type() -> None:
    with pytest.raises(UnsupportedValue, match="object of type Encoder"):
        sent(Encoder(BOUNDS))


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(2**400), 2**400)
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary()
)
KEYS = st.integers() | st.text(max_size=5) | st.tuples(st.integers(), st.text(max_size=2))
NESTED = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple) | st.dictionaries(KEYS, inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=300)
@given(NESTED)
def test_nested_containers_arrive_as_they_are(value: Any) -> None:
    # A text with a lone surrogate cannot be written anywhere, so it arrives with a question mark.
    assert same(sent(value), value) or "\\ud" in ascii(value)


@settings(max_examples=150)
@given(st.sampled_from(sorted(DTYPES)), st.lists(st.integers(0, 3), max_size=4), st.data())
def test_any_permuted_tensor_arrives_with_its_values(name: str, shape: list[int], data: Any) -> None:
    tensor = random_tensor(DTYPES[name], *shape).permute(data.draw(st.permutations(range(len(shape)))))

    assert same(sent(tensor), tensor.contiguous())
