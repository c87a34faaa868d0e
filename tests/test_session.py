"""The judge's end of a conversation takes any answer: a value, an error of the student's, or the end of the check. Nothing else."""

from __future__ import annotations

import json
import os
import socket
import threading
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from played_worker import NONCE, Conversation

from grader.judge.errors import StudentError
from grader.judge.outcomes import AnswerRefused, CheckStopped, WorkerCrashed, WorkerTimedOut
from grader.wire.frames import MAGIC, PREFIX


@pytest.fixture(autouse=True)
def known_nonce(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the test know the number of every request."""
    monkeypatch.setattr("secrets.token_hex", lambda count: NONCE)


@pytest.fixture
def conversation() -> Any:
    """One conversation."""
    opened = Conversation()
    yield opened
    opened.close()


ROW = {"dtype": "float32", "shape": [2]}
FLOATS = bytes(8)
LEAF = {"h": 1, "rg": True, "param": True, "device": "cpu", "grad": None, "i": 0}

HOSTILE: dict[str, tuple[Any, bytes]] = {
    "another request's number": ({"n": "guessed", "ok": 1}, b""),
    "no number": ({"ok": 1}, b""),
    "nothing in it": ({"n": NONCE}, b""),
    "an error that is no object": ({"n": NONCE, "error": 3}, b""),
    "an error without a type": ({"n": NONCE, "error": {"mro": []}}, b""),
    "an error whose frames are text": (
        {"n": NONCE, "error": {"mro": ["builtins.ValueError"], "message": "", "frames": "x"}},
        b"",
    ),
    "a reference without a type": ({"n": NONCE, "ok": {"$": "ref", "r": 1}}, b""),
    "a reference with a giant name": (
        {"n": NONCE, "ok": {"$": "ref", "r": 1, "mro": ["x" * 300], "of": [], "name": ""}},
        b"",
    ),
    "a reference numbered by text": ({"n": NONCE, "ok": {"$": "ref", "r": "1", "mro": [], "of": [], "name": ""}}, b""),
    "a reference without a name": ({"n": NONCE, "ok": {"$": "ref", "r": 1, "mro": [], "of": []}}, b""),
    "an argument that was not passed": ({"n": NONCE, "ok": {"$": "same", "id": 7}}, b""),
    "a parameter that was not told": ({"n": NONCE, "ok": {"$": "held", "h": 7}}, b""),
    "a function that was not passed": ({"n": NONCE, "ok": {"$": "yours", "c": 7}}, b""),
    "an output that is not there": ({"n": NONCE, "ok": {"$": "out", "o": 0}}, b""),
    "an unknown device": ({"n": NONCE, "ok": {"$": "tensor", "i": 0, "device": "moon"}, "tensors": [ROW]}, FLOATS),
    "a device that is not here": (
        {"n": NONCE, "ok": {"$": "tensor", "i": 0, "device": "cuda:7"}, "tensors": [ROW]},
        FLOATS,
    ),
    "held that is no table": ({"n": NONCE, "ok": 1, "held": "x"}, b""),
    "a held tensor of whole numbers that requires grad": (
        {"n": NONCE, "ok": 1, "held": [LEAF], "tensors": [{"dtype": "int64", "shape": [1]}]},
        FLOATS,
    ),
    "a held tensor without values": ({"n": NONCE, "ok": 1, "held": [{"h": 1, "rg": True}]}, b""),
    "a gradient of another shape": (
        {"n": NONCE, "ok": 1, "held": [LEAF | {"grad": 1}], "tensors": [ROW, {"dtype": "float32", "shape": [1, 2]}]},
        FLOATS * 2,
    ),
    "a gradient of another dtype": (
        {"n": NONCE, "ok": 1, "held": [LEAF | {"grad": 1}], "tensors": [ROW, {"dtype": "int32", "shape": [2]}]},
        FLOATS * 2,
    ),
    "values of whole numbers for a known parameter": (
        {"n": NONCE, "ok": 1, "held": [LEAF, LEAF | {"i": 1}], "tensors": [ROW, {"dtype": "int32", "shape": [2]}]},
        FLOATS * 2,
    ),
    "a changed argument that was not passed": (
        {"n": NONCE, "ok": 1, "changed": [{"id": 3, "i": 0}], "tensors": [ROW]},
        FLOATS,
    ),
    "a graph that is a number": ({"n": NONCE, "ok": 1, "graph": 3}, b""),
    "a graph without leaves": (
        {"n": NONCE, "ok": 1, "graph": {"id": 1, "outputs": [{"i": 0, "device": "cpu"}]}, "tensors": [ROW]},
        FLOATS,
    ),
    "a graph of whole numbers": (
        {
            "n": NONCE,
            "ok": 1,
            "graph": {"id": 1, "outputs": [{"i": 0, "device": "cpu"}], "leaves": []},
            "tensors": [{"dtype": "int64", "shape": [1]}],
        },
        FLOATS,
    ),
    "a callback that was not passed": ({"callback": {"call": 1}, "args": [], "kwargs": {"$": "dict", "v": []}}, b""),
    "a callback with text for arguments": (
        {"callback": {"call": 1}, "args": "x", "kwargs": {"$": "dict", "v": []}},
        b"",
    ),
    "a callback that is a number": ({"callback": 1, "args": [], "kwargs": {"$": "dict", "v": []}}, b""),
}


@pytest.mark.parametrize(("header", "payload"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_answer_is_refused_and_ends_the_worker(
    conversation: Conversation, header: Any, payload: bytes
) -> None:
    conversation.answer(header, payload)

    with pytest.raises(AnswerRefused, match="could not be read"):
        conversation.session.request("student")
    assert conversation.session.alive is False
    with pytest.raises(WorkerCrashed):
        conversation.session.request("student")


def test_bytes_that_are_no_frame_are_refused(conversation: Conversation) -> None:
    conversation.theirs.sendall(b"PASSED " * 10)

    with pytest.raises(AnswerRefused):
        conversation.session.request("student")


@pytest.mark.parametrize(
    "sent", [b"", b"GRD1", PREFIX.pack(MAGIC, 100, 0) + b"{"], ids=["nothing", "half a prefix", "half a header"]
)
def test_an_answer_that_never_ends_is_a_timeout(sent: bytes) -> None:
    conversation = Conversation(seconds=0.1)
    conversation.theirs.sendall(sent)

    with pytest.raises(WorkerTimedOut):
        conversation.session.request("student")
    conversation.close()


def test_a_closed_channel_is_a_crash(conversation: Conversation) -> None:
    conversation.theirs.close()

    with pytest.raises(WorkerCrashed):
        conversation.session.request("student")


def test_a_worker_that_never_reads_is_a_timeout() -> None:
    conversation = Conversation(seconds=0.1)

    with pytest.raises(WorkerTimedOut):
        conversation.session.request("call", function=None, args=[torch.zeros(2**22)], kwargs={})
    conversation.close()


def test_endless_questions_end_with_the_time_of_the_check() -> None:
    conversation = Conversation(seconds=0.3)
    number = conversation.session.callbacks.add(lambda: None)
    text = json.dumps({"callback": {"call": number}, "args": [], "kwargs": {"$": "dict", "v": []}}).encode()
    question = PREFIX.pack(MAGIC, len(text), 0) + text

    def ask_for_ever() -> None:
        try:
            while True:
                conversation.theirs.sendall(question * 100)
        except OSError:
            pass

    def read_all() -> None:
        try:
            while conversation.theirs.recv(2**16):
                pass
        except OSError:
            pass

    threads = [threading.Thread(target=target, daemon=True) for target in (ask_for_ever, read_all)]
    for thread in threads:
        thread.start()

    with pytest.raises(WorkerTimedOut):
        conversation.session.request("student")
    conversation.theirs.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join(10)
    conversation.close()


def test_more_output_than_allowed_ends_the_worker(conversation: Conversation) -> None:
    def print_for_ever() -> None:
        try:
            while True:
                os.write(conversation.output, b"x" * 65536)
        except OSError:
            pass

    threading.Thread(target=print_for_ever, daemon=True).start()

    with pytest.raises(AnswerRefused, match="printed more than the 1 MB"):
        conversation.session.request("student")
    assert len(conversation.session.take_output()) < 80_000


# Random answers

KEYS = st.sampled_from(["i", "h", "id", "o", "c", "r", "$", "v", "rg", "param", "device", "grad", "mro", "of", "name"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 3)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["cpu", "cuda", "meta", "x", "", "call", "next", "iter"])
)
TAGS = st.sampled_from(
    ["tensor", "ref", "same", "held", "yours", "out", "tuple", "dict", "numpy", "size", "set", "device"]
)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.builds(lambda tag, rest: {**rest, "$": tag}, TAGS, st.dictionaries(KEYS, inner, max_size=3))
    ),
    max_leaves=10,
)
STATES = st.lists(
    st.fixed_dictionaries(
        {"h": st.integers(0, 2), "id": st.integers(0, 2)},
        optional={
            "i": st.integers(0, 3),
            "grad": st.none() | st.integers(0, 3),
            "rg": st.booleans(),
            "param": st.booleans(),
            "device": st.just("cpu"),
        },
    ),
    max_size=3,
)
GRAPHS = st.fixed_dictionaries(
    {"id": st.integers(0, 3)},
    optional={
        "outputs": st.lists(st.fixed_dictionaries({"i": st.integers(0, 3), "device": st.just("cpu")}), max_size=2),
        "leaves": STATES,
    },
)
TABLES = st.lists(
    st.fixed_dictionaries(
        {
            "dtype": st.sampled_from(["float32", "int64", "bool", "complex64", "bfloat16"]),
            "shape": st.lists(st.integers(0, 2), max_size=2),
        }
    ),
    max_size=4,
)
ANSWERS = st.fixed_dictionaries(
    {"tensors": TABLES},
    optional={
        "ok": TREES,
        "error": TREES,
        "unsendable": SCALARS,
        "held": STATES | TREES,
        "changed": STATES | TREES,
        "graph": GRAPHS | TREES,
    },
)


@settings(max_examples=250)
@given(st.lists(ANSWERS, min_size=1, max_size=2))
def test_random_answers_are_values_errors_of_the_student_or_the_end_of_the_check(answers: list[Any]) -> None:
    conversation = Conversation()
    x = torch.ones(2, requires_grad=True)
    y = torch.arange(2)
    try:
        for header in answers:
            size = sum(
                torch.empty(row["shape"], dtype=getattr(torch, row["dtype"])).nbytes for row in header["tensors"]
            )
            conversation.answer({"n": NONCE, **header}, bytes([1]) * size)
            conversation.session.request("call", function=None, args=[x, y], kwargs={})
    except (StudentError, CheckStopped):
        pass
    finally:
        conversation.close()
