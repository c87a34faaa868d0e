"""The whole judge side against a worker that is out for harm: one kind of end, bounded memory, bounded time."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from played_worker import (
    BOUNDS,
    ERROR,
    FLOATS,
    GREETING,
    HONEST,
    LEAF,
    NONCE,
    REF,
    ROW,
    SEEN,
    Conversation,
    changed,
    frame,
    known_nonce,
    outcome_of,
)

from grader.judge.errors import StudentError, read_failure, student_error
from grader.judge.outcomes import AnswerRefused, CheckStopped, WorkerCrashed, WorkerTimedOut
from grader.judge.remote import read_events
from grader.wire.frames import ANSWER_BOUNDS, MAGIC, PREFIX, Bounds, FrameError

HARNESS = Path(__file__).parent / "fuzz" / "read_frames.py"
# Under load, and in a process that pytest has filled, a second of work may take a few.
PATIENCE_S = 20.0
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def sent(*answers: Any, payload: bytes = b"") -> str:
    """Return the outcome of a conversation in which the worker gives these answers; the payload belongs to the first."""
    first, *rest = [frame({"n": NONCE, **answer}) for answer in answers]
    return outcome_of(
        frame({"n": NONCE, **answers[0]}, payload) + b"".join(rest) if payload else first + b"".join(rest)
    )


@pytest.mark.parametrize("frames", HONEST.values(), ids=HONEST)
def test_the_frames_to_start_from_are_those_of_an_honest_worker(frames: Any) -> None:
    outcome = outcome_of(b"".join(frame(*pair) for pair in frames))

    assert outcome == {"error": "ValueError", "unsendable": "AnswerRefused"}.get(list(frames[0][0])[1], "value")


@settings(max_examples=400)
@given(st.sampled_from(sorted(HONEST)), st.integers(0, 14), st.integers(0, 2**32))
def test_an_honest_frame_with_strange_fields_ends_in_one_of_three_ways(name: str, number: int, seed: int) -> None:
    frames = list(HONEST[name])
    header, payload = frames[number % len(frames)]
    frames[number % len(frames)] = changed(header, random.Random(seed)), payload

    assert outcome_of(b"".join(frame(*pair) for pair in frames))


@settings(max_examples=150)
@given(st.sampled_from(sorted(HONEST)), st.integers(0, 2_000), st.binary(max_size=4), st.integers(0, 4))
def test_an_honest_frame_with_other_bytes_ends_in_one_of_three_ways(
    name: str, place: int, inserted: bytes, dropped: int
) -> None:
    data = b"".join(frame(*pair) for pair in HONEST[name])
    place %= len(data)

    assert outcome_of(data[:place] + inserted + data[place + dropped :])


@settings(max_examples=100)
@given(st.sampled_from(sorted(HONEST)), st.integers(0, 14), st.sampled_from(range(-8, 9)))
def test_a_payload_too_short_or_too_long_ends_in_one_of_three_ways(name: str, number: int, more: int) -> None:
    frames = list(HONEST[name])
    header, payload = frames[number % len(frames)]
    frames[number % len(frames)] = header, payload[: max(len(payload) + more, 0)] + bytes(max(more, 0))

    outcome = outcome_of(b"".join(frame(*pair) for pair in frames))

    assert len(frames[number % len(frames)][1]) == len(payload) or outcome in (
        "AnswerRefused",
        "WorkerCrashed",
        "ValueError",
    )


# Everything that reads, by itself


@settings(max_examples=300)
@given(ANYTHING)
def test_the_report_of_an_error_is_read_or_a_frame_error(data: Any) -> None:
    for report in (data, {**ERROR, **data} if isinstance(data, dict) else {**ERROR, "mro": data}):
        try:
            assert isinstance(student_error(read_failure(report)), StudentError)
        except FrameError:
            pass


@settings(max_examples=300)
@given(st.sampled_from([[[["torch.add", 1, "work.py"]], [0]], [[], []]]), st.integers(0, 2**32))
def test_observations_are_events_or_a_frame_error(honest: Any, seed: int) -> None:
    try:
        assert isinstance(read_events(changed(honest, random.Random(seed))), list)
    except FrameError:
        pass


GREETINGS = {
    "no frame": b"PASSED " * 10,
    "no level": frame({"lacks": []}),
    "an unknown level": frame({"hello": "perfect", "lacks": []}),
    "a level that is a list": frame({"hello": [], "lacks": []}),
    "no lacks": frame({"hello": "none"}),
    "lacks that are text": frame({"hello": "none", "lacks": "many"}),
    "lacks that are numbers": frame({"hello": "none", "lacks": [1]}),
    "more lacks than there are": frame({"hello": "none", "lacks": ["x"] * 1_000}),
    "a list": frame(b"[]"),
    "NaN": frame(b'{"hello": NaN}'),
}


@pytest.mark.parametrize("greeting", GREETINGS.values(), ids=GREETINGS)
def test_a_malformed_greeting_is_a_worker_that_did_not_start(greeting: bytes) -> None:
    with pytest.raises(ConnectionError, match="did not start"):
        Conversation(greeting=greeting)


@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_a_strange_greeting_starts_a_session_or_none(seed: int) -> None:
    try:
        Conversation(greeting=frame(changed(GREETING, random.Random(seed)))).close()
    except ConnectionError:
        pass


# What objects and graphs are made to say


def flood_of_collisions(count: int) -> list[int]:
    """Return ints that all have hash 0."""
    return [number * (2**61 - 1) for number in range(count)]


COSTLY: dict[str, dict[str, Any]] = {
    "keys of one hash": {"ok": {"$": "dict", "v": [[key, 0] for key in flood_of_collisions(60_000)]}},
    "items of a set of one hash": {"ok": {"$": "set", "v": flood_of_collisions(90_000)}},
    "references of one hash": {"ok": [REF | {"r": number} for number in flood_of_collisions(40_000)]},
    "parameters of one hash": {
        "held": [LEAF | {"h": number} for number in flood_of_collisions(30_000)],
        "tensors": [{"dtype": "float32", "shape": [0]}],
        "ok": 1,
    },
    "a hundred thousand parameters": {
        "held": [LEAF | {"h": number} for number in range(100_000)],
        "tensors": [{"dtype": "float32", "shape": [0]}],
        "ok": 1,
    },
    "a graph of a hundred million edges": {
        "held": [LEAF],
        "graph": {
            "id": 1,
            "outputs": [{"i": 0, "device": "cpu"}] * 10_000,
            "leaves": [{"h": 1}] * 10_000,
        },
        "tensors": [{"dtype": "float32", "shape": [0]}],
        "ok": 1,
    },
    "objects that die while others are read": {
        "ok": [
            {"$": "dict", "v": [[1, REF | {"r": 2 * number}], [1, REF | {"r": 2 * number + 1}]]}
            for number in range(30_000)
        ]
    },
}


@pytest.mark.parametrize("answer", COSTLY.values(), ids=COSTLY)
def test_an_answer_made_to_be_costly_costs_seconds_at_most(answer: dict[str, Any]) -> None:
    data = frame({"n": NONCE, **answer})
    began = time.monotonic()

    outcome_of_large(data, ANSWER_BOUNDS)

    assert time.monotonic() - began < PATIENCE_S


def outcome_of_large(data: bytes, bounds: Bounds) -> str:
    """Do as `outcome_of` does with more than a socket buffers."""
    with known_nonce():
        conversation = Conversation(bounds=bounds)
        thread = threading.Thread(target=_send_all, args=(conversation, data), daemon=True)
        thread.start()
        try:
            conversation.session.request("student")
            return "value"
        except (StudentError, CheckStopped) as stopped:
            return type(stopped).__name__
        finally:
            conversation.session.end()
            thread.join(PATIENCE_S)
            conversation.close()


def _send_all(conversation: Conversation, data: bytes) -> None:
    try:
        conversation.theirs.sendall(data)
    except OSError:
        pass  # the judge has seen enough


# Memory is a few times the frame, and some megabytes. JSON is the costly part: a key of eight bytes makes 200.
MANY_TIMES, SOME_BYTES = 30, 8 * 2**20
LARGE = {
    "a million empty lists": frame(b'{"ok": [' + b"[]," * 300_000 + b"[]]}"),
    "a million empty objects": frame(b'{"ok": [' + b"{}," * 300_000 + b"{}]}"),
    "many keys": frame(b"{" + b",".join(b'"%d":0' % number for number in range(100_000)) + b"}"),
    "one tensor, named often": frame(
        {"n": NONCE, "ok": [{"$": "tensor", "i": 0, "device": "cpu"}] * 500, "tensors": [{"dtype": "int8", "shape": [2**18]}]},
        bytes(2**18),
    ),
    "an array named often": frame(
        {"n": NONCE, "ok": [{"$": "numpy", "i": 0}] * 500, "tensors": [{"dtype": "int8", "shape": [2**18]}]}, bytes(2**18)
    ),
    "announced, not sent": PREFIX.pack(MAGIC, 2**20, 2**20) + b"{",
}  # fmt: skip


@pytest.mark.parametrize("data", LARGE.values(), ids=LARGE)
def test_an_answer_costs_a_few_times_its_size_in_memory(data: bytes) -> None:
    tracemalloc.start()

    outcome_of_large(data + b"x", BOUNDS) if not data.endswith(b"{") else outcome_of(data)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MANY_TIMES * len(data) + SOME_BYTES


def test_parameters_may_not_fill_the_memory_over_many_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.judge.known.MOST_TWIN_BYTES", 1_000)
    held = [LEAF | {"h": number, "i": number} for number in range(10)]
    answer = {"ok": 1, "held": held, "tensors": [{"dtype": "float32", "shape": [25]}] * 10}

    assert sent(answer, {"ok": [[], []]}, payload=bytes(1_000)) == "value"
    answer["held"] = [row | {"grad": row["i"]} for row in held]
    assert sent(answer, {"ok": [[], []]}, payload=bytes(1_000)) == "AnswerRefused"


REMOTE_CLAIMS = {
    "a truth that is a number": [REF, 1],
    "a length that is text": [REF, True, "x"],
    "a negative length": [REF, True, -1],
    "a length beyond all memory": [REF, True, 2**52],
    "a truth that is an object again": [REF, REF],
    "a float that is a list": [REF, True, 2, []],
    "an int that is an object": [REF, True, 2, 2.5, REF],
    "a text that is an object": [REF, True, 2, 2.5, 2, REF],
    "a dir that is a number": [REF, True, 2, 2.5, 2, "", "", 7],
    "an item that is no pair": [REF, True, 2, 2.5, 2, "", "", [], 2, REF, 7],
    "an end that is an object": [REF, True, 2, 2.5, 2, "", "", [], 2, REF, {"$": "tuple", "v": [REF, 1]}],
}


@pytest.mark.parametrize("answers", REMOTE_CLAIMS.values(), ids=REMOTE_CLAIMS)
def test_an_object_that_claims_the_impossible_is_refused(answers: list[Any]) -> None:
    assert sent(*({"ok": answer} for answer in answers)) == "AnswerRefused"


def test_stop_iteration_of_the_student_ends_a_loop_over_a_remote_iterator() -> None:
    stop = {"error": {"mro": ["builtins.StopIteration", "builtins.Exception"], "message": ""}}
    with known_nonce():
        conversation = Conversation()
        for answer in ({"ok": REF}, {"ok": REF}, stop):
            conversation.answer({"n": NONCE, **answer})

        items = list(iter(conversation.session.request("student")))

        assert items == []
        conversation.close()


PRODUCTS = {
    "of another shape": [{"dtype": "float32", "shape": [1]}, {"dtype": "float32", "shape": [1]}],
    "of another dtype": [ROW, {"dtype": "int64", "shape": [1]}],
    "complex": [ROW, {"dtype": "complex64", "shape": [1]}],
}


@pytest.mark.parametrize("rows", PRODUCTS.values(), ids=PRODUCTS)
def test_a_gradient_that_does_not_fit_is_refused_before_autograd_meets_it(rows: Any) -> None:
    (output, payload), _, _ = HONEST["a graph and its products"]
    products = [{"$": "tensor", "i": i, "device": "cpu"} for i in (0, 1)]
    size = sum(torch.empty(row["shape"], dtype=getattr(torch, row["dtype"])).nbytes for row in rows)

    data = frame(output, payload) + frame({"n": NONCE, "ok": products, "tensors": rows}, bytes(size)) + frame(*SEEN)

    assert outcome_of(data) == "AnswerRefused"


def test_names_of_classes_without_a_text_can_be_written_into_a_report() -> None:
    with known_nonce():
        conversation = Conversation()
        conversation.answer({"n": NONCE, "ok": REF | {"mro": ["work.\ud800"], "of": ["work.\udfff"], "name": "\ud83d"}})

        proxy = conversation.session.request("student")

        (proxy._grade_mro[0] + proxy._grade_of[0] + proxy._grade_name).encode()
        conversation.close()


@pytest.mark.parametrize(
    "target", [{"iter": 1}, {"next": 1}, {"call": 2}, {"call": True}, {"iter": 2, "next": 2}, {"stop": 1}, {}], ids=str
)
def test_a_question_that_does_not_suit_what_was_passed_is_refused(target: Any) -> None:
    question = {"callback": target, "args": [], "kwargs": {"$": "dict", "v": []}}

    assert sent(question) == "AnswerRefused"


def test_code_that_calls_the_check_that_calls_it_ends_before_the_stack_does() -> None:
    with known_nonce():
        conversation = Conversation()
        session = conversation.session

        def call_again() -> Any:
            return session.request("call", function=None, args=[], kwargs={})

        number = session.callbacks.add(call_again)
        question = frame({"callback": {"call": number}, "args": [], "kwargs": {"$": "dict", "v": []}})
        conversation.theirs.sendall(question * 200)

        with pytest.raises(AnswerRefused, match="without an end"):
            call_again()
        conversation.close()


# Time


class Trickle:
    """A worker that sends a frame byte by byte."""

    def __init__(self, conversation: Conversation, data: bytes, pause_s: float) -> None:
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._send, args=(conversation, data, pause_s), daemon=True)
        self._thread.start()

    def _send(self, conversation: Conversation, data: bytes, pause_s: float) -> None:
        try:
            for byte in data:
                conversation.theirs.sendall(bytes([byte]))
                if self.ended.wait(pause_s):
                    return
        except OSError:
            pass

    def end(self) -> None:
        self.ended.set()
        self._thread.join(PATIENCE_S)


@pytest.mark.parametrize("greeting_too", [False, True], ids=["after the greeting", "with whole frames before"])
def test_one_byte_at_a_time_does_not_stretch_the_deadline(greeting_too: bool) -> None:
    conversation = Conversation(seconds=0.5)
    data = frame({"callback": {}, "args": []}) if greeting_too else frame({"n": NONCE, "ok": "x" * 10_000})
    trickle = Trickle(conversation, data[:-1], 0.02)
    began = time.monotonic()

    with pytest.raises(WorkerTimedOut):
        conversation.session.request("student")

    assert time.monotonic() - began < PATIENCE_S
    trickle.end()
    conversation.close()


@pytest.mark.parametrize("cut", [1, 15, 16, 17, 40, -1], ids=lambda cut: f"cut at {cut}")
@pytest.mark.parametrize("closed", [True, False], ids=["then closed", "then silent"])
def test_half_a_frame_is_a_crash_or_a_timeout(cut: int, closed: bool) -> None:
    conversation = Conversation(seconds=0.1)
    data = frame({"n": NONCE, "ok": {"$": "tensor", "i": 0, "device": "cpu"}, "tensors": [ROW]}, FLOATS)
    conversation.theirs.sendall(data[:cut])
    if closed:
        conversation.theirs.shutdown(1)

    with pytest.raises(WorkerCrashed if closed else WorkerTimedOut):
        conversation.session.request("student")
    conversation.close()


def test_a_stack_dump_that_the_student_wrote_cannot_stop_the_judge() -> None:
    conversation = Conversation(seconds=0.1)
    line = b'File "work.py", line ' + b"9" * 5_000 + b" in f\n"
    os.write(conversation.trace, line + b'File "work.py", line 2 in f\n')

    with pytest.raises(WorkerTimedOut, match=r"it was at work\.py:2"):
        conversation.session.request("student")
    conversation.close()


# Coverage guided


def test_a_few_seconds_of_fuzzing_find_nothing(tmp_path: Path) -> None:
    pytest.importorskip(
        "atheris", reason="atheris is not installed: it has wheels for Linux on x86-64 and some Pythons only"
    )

    done = subprocess.run(
        [sys.executable, str(HARNESS), "-max_total_time=5", "-seed=1"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    assert list(tmp_path.iterdir()) == []
