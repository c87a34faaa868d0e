"""A worker that a test plays: bytes on one end of a socket pair, a real `Session` on the other, and a suite that uses every answer."""

from __future__ import annotations

import contextlib
import copy
import json
import math
import os
import random
import secrets
import socket
from collections.abc import Iterator
from typing import Any

import torch

from grader.engine.workers import Ending, Usage, WorkerProcess
from grader.judge.allowance import Allowance
from grader.judge.errors import StudentError
from grader.judge.link import OutputKeeper
from grader.judge.outcomes import CheckStopped
from grader.judge.proxy import Proxy, called_name
from grader.judge.remote import read_events
from grader.judge.session import Session
from grader.judge.sources import Sources
from grader.wire.frames import MAGIC, PREFIX, Bounds, FrameError

NONCE = "0123456789abcdef"
BOUNDS = Bounds(header_bytes=2**20, payload_bytes=2**20, items=5_000)
GREETING = {"hello": "none", "lacks": []}
# The socket's buffer takes this much before anybody reads.
BUFFER_BYTES = 8 * 2**20
FLOATING = (torch.float32, torch.float64, torch.complex64, torch.complex128)


class FakeSource:
    """Ends a worker that is no process."""

    def dump(self, worker: Any) -> None:
        """Say nothing of where it is."""

    def mark(self, worker: Any) -> None:
        """Count nothing."""

    def usage(self, worker: Any) -> Usage:
        """Say that it waits for nobody."""
        return Usage(0.0, False)

    def end(self, worker: Any, *, gone: bool) -> Ending:
        """Say that it was killed."""
        return Ending(by_itself=False)


# What no field of an honest answer holds, or holds elsewhere.
STRANGE: tuple[Any, ...] = (
    *(None, True, False, -1, 0, 1, 2, 3, 7, 2**31, 2**53, 2**61 - 1, 2**64, -(2**70), 10**399, 10**401, 0.5, 1e308),
    *(
        math.nan,
        math.inf,
        "",
        "x",
        "\ud800",
        "\x00",
        "cpu",
        "cuda",
        "cuda:-1",
        "meta",
        "float8_e5m2",
        "complex32",
        "bool",
    ),
    *("builtins.StopIteration", "builtins.ExceptionGroup", "builtins.UnicodeDecodeError", "call", "next", "iter"),
    *([], {}, [[]], [1, 2], [True], [0, 2**47, 2**47], [0, 2**59], [-1], ["x"], {"$": "x"}, {"$": []}),
    *({"$": "same", "id": 1}, {"$": "held", "h": 1}, {"$": "out", "o": 0}, {"$": "yours", "c": 1}),
    *({"$": "tensor", "i": 0, "device": "cpu"}, {"$": "numpy", "i": 0, "scalar": True}, {"$": "view", "v": [1, 2]}),
    {"$": "ref", "r": 1, "mro": [], "of": [], "name": ""},
)


def changed(tree: Any, generator: random.Random) -> Any:
    """Return a copy of a JSON value in which one to three places are other than an honest worker writes them."""
    tree = copy.deepcopy(tree)
    for _ in range(generator.randint(1, 3)):
        places = _places(tree)
        if not places:
            return generator.choice(STRANGE)
        parent, key = generator.choice(places)
        action = generator.randrange(6)
        if action == 0:
            del parent[key]
        elif action == 1:
            parent[key] = copy.deepcopy(_at(generator.choice(places)))  # the value of another field
        elif action == 2:
            parent[key] = [parent[key]] * generator.choice((2, 3, 50))
        elif action == 3:
            for _ in range(generator.choice((1, 40, 120))):
                parent[key] = [parent[key]]
        elif action == 4 and type(parent[key]) is int:
            parent[key] += generator.choice((-1, 1, 2**32, 2**62))
        else:
            parent[key] = copy.deepcopy(generator.choice(STRANGE))
    return tree


def _places(tree: Any) -> list[tuple[Any, Any]]:
    found, rest = [], [tree]
    while rest:
        node = rest.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        found += [(node, key) for key in keys]
        rest += [node[key] for key in keys]
    return found


def _at(place: tuple[Any, Any]) -> Any:
    parent, key = place
    try:
        return parent[key]
    except (KeyError, IndexError):  # deleted by the change before
        return None


def frame(header: Any, payload: bytes = b"") -> bytes:
    """Return a frame; a header that is bytes already is taken as it is."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return PREFIX.pack(MAGIC, len(text), len(payload)) + text + payload


class Conversation:
    """A session whose worker is played by the test.

    Args:
        seconds: what the worker may take.
        greeting: what it says before anything is asked of it.
        bounds: what the session accepts.
    """

    def __init__(self, seconds: float = 60.0, greeting: bytes = frame(GREETING), bounds: Bounds = BOUNDS) -> None:
        ours, self.theirs = socket.socketpair()
        output, self.output = os.pipe()
        trace, self.trace = os.pipe()
        worker = WorkerProcess(0, ours, output, trace)
        allowance = Allowance(seconds, seconds, seconds, seconds)
        sources = Sources("work.py", "work", {"work.py": "def f():\n    pass\n"})
        self.theirs.sendall(greeting)
        try:
            self.session = Session(worker, FakeSource(), allowance, OutputKeeper(2**20), sources, bounds, "2 GB")
        except BaseException:
            self._close_theirs()
            raise

    def answer(self, header: Any, payload: bytes = b"") -> None:
        """Lay an answer ready; a small one fits into the socket's buffer."""
        self.theirs.sendall(frame(header, payload))

    def close(self) -> None:
        """Close what is still open."""
        self.session.end()
        self._close_theirs()

    def _close_theirs(self) -> None:
        self.theirs.close()
        for descriptor in (self.output, self.trace):
            os.close(descriptor)


@contextlib.contextmanager
def known_nonce() -> Iterator[None]:
    """Let the worker know the number of every request in advance."""
    kept = secrets.token_hex
    secrets.token_hex = lambda count=None: NONCE
    try:
        yield
    finally:
        secrets.token_hex = kept


def outcome_of(data: bytes, bounds: Bounds = BOUNDS) -> str:
    """Play a worker that sends `data` after its greeting and nothing more; return the name of what the suite got.

    Anything but a value, an error of the student's and the end of the check is raised: it is a fault of the judge.
    """
    with known_nonce():
        conversation = Conversation(bounds=bounds)
        try:
            conversation.theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
            conversation.theirs.sendall(data)
            conversation.theirs.shutdown(socket.SHUT_WR)
            use_everything(conversation.session)
            return "value"
        except (StudentError, CheckStopped) as stopped:
            return type(stopped).__name__
        finally:
            conversation.close()


def use_everything(session: Session) -> None:
    """Do with the answers of a worker what suites do."""
    x = torch.ones(2, requires_grad=True)
    passed = [x, torch.arange(2), lambda *args, **kwargs: args, range(3), {1, 2}]
    value = session.request("call", function=None, args=passed, kwargs={})
    for item in value if isinstance(value, (list, tuple)) else [value]:
        if isinstance(item, torch.Tensor) and item.requires_grad and item.dtype in FLOATING:
            leaves = [x, *(twin for twin, _ in session.twins._twins.values())]
            leaves = [leaf for leaf in leaves if leaf.requires_grad and leaf.is_leaf]
            torch.autograd.grad(item, leaves, torch.ones_like(item), allow_unused=True, retain_graph=True)
        elif isinstance(item, Proxy):
            use_proxy(item)
    with contextlib.suppress(FrameError):  # its two callers turn it into the end of the check
        read_events(session.request("observed"))


def use_proxy(proxy: Proxy) -> None:
    """Do with a remote object what Python does with objects."""
    called_name(proxy)
    for use in (bool, len, float, int, str, repr, dir, list, next):
        with contextlib.suppress(StudentError, StopIteration):
            use(proxy)  # type: ignore[operator]
    with contextlib.suppress(StudentError):
        assert (1 in proxy) in (True, False)
    with contextlib.suppress(StudentError):
        _ = proxy == 1
    with contextlib.suppress(StudentError):
        _ = proxy.attribute


# Frames of an honest worker, as (header, payload); each field of each is what a hostile one may change.

ROW = {"dtype": "float32", "shape": [2]}
FLOATS = bytes(8)
LEAF = {"h": 1, "rg": True, "param": True, "device": "cpu", "grad": None, "i": 0}
REF = {"$": "ref", "r": 1, "mro": ["work.Net", "builtins.object"], "of": [], "name": ""}
ERROR = {
    "mro": ["builtins.ValueError", "builtins.Exception", "builtins.object"],
    "message": "no",
    "frames": [{"file": "work.py", "line": 2, "function": "f"}],
    "innermost": True,
    "not_implemented": False,
    "syntax": {"line": 1, "column": 2, "message": "invalid syntax", "file": "work.py"},
    "missing": "numpy",
}
TREE = {
    "$": "dict",
    "v": [
        ["float", {"$": "float", "v": "nan"}],
        ["int", {"$": "int", "v": "9" * 30}],
        ["complex", {"$": "complex", "v": ["1.0", "nan"]}],
        ["bytes", {"$": "bytes", "v": "aGk="}],
        ["dtype", {"$": "dtype", "v": "float32"}],
        ["device", {"$": "device", "v": "cpu"}],
        ["slice", {"$": "slice", "v": [0, None, 2]}],
        ["path", {"$": "path", "v": "/tmp/x"}],
        ["size", {"$": "size", "v": [2, 3]}],
        ["set", {"$": "set", "v": [1, 2.5, "x"]}],
        ["frozenset", {"$": "frozenset", "v": [{"$": "tuple", "v": [1, None]}]}],
        ["ordered", {"$": "ordered", "v": [[1, {"$": "ellipsis"}]]}],
        ["numpy", {"$": "numpy", "i": 0, "scalar": False}],
        ["tensor", {"$": "tensor", "i": 1, "device": "cpu"}],
        ["same", {"$": "same", "id": 1}],
        ["yours", {"$": "yours", "c": 1}],
        ["view", {"$": "view", "v": [True, False]}],
    ],
}
GRAPH = {"id": 1, "outputs": [{"i": 1, "device": "cpu"}], "leaves": [{"h": 1}, {"id": 1}]}
OUTPUT = {"n": NONCE, "ok": [{"$": "out", "o": 0}], "held": [LEAF], "graph": GRAPH, "tensors": [ROW, ROW]}
SEEN = ({"n": NONCE, "ok": [[["torch.add", 3, "work.py"]], [0, 0]]}, b"")
HONEST: dict[str, list[tuple[dict[str, Any], bytes]]] = {
    "every kind of value": [({"n": NONCE, "ok": TREE, "tensors": [ROW, ROW]}, FLOATS * 2), SEEN],
    "an error": [({"n": NONCE, "error": ERROR}, b"")],
    "an answer that cannot be sent": [({"n": NONCE, "unsendable": "a module"}, b"")],
    "an argument changed in place": [
        (
            {"n": NONCE, "ok": 1, "changed": [{"id": 1, "i": 0, "grad": 1, "device": "cpu"}], "tensors": [ROW] * 2},
            FLOATS * 2,
        ),
        SEEN,
    ],
    "a graph and its products": [
        (OUTPUT, FLOATS * 2),
        (
            {"n": NONCE, "ok": [{"$": "tensor", "i": i, "device": "cpu"} for i in (0, 1)], "tensors": [ROW, ROW]},
            FLOATS * 2,
        ),
        SEEN,
    ],
    "an object": [
        ({"n": NONCE, "ok": REF}, b""),
        ({"n": NONCE, "ok": True}, b""),
        ({"n": NONCE, "ok": 2}, b""),
        ({"n": NONCE, "ok": 2.5}, b""),
        ({"n": NONCE, "ok": 2}, b""),
        ({"n": NONCE, "ok": "Net()"}, b""),
        ({"n": NONCE, "ok": "Net()"}, b""),
        ({"n": NONCE, "ok": ["forward"]}, b""),
        ({"n": NONCE, "ok": 2}, b""),
        ({"n": NONCE, "ok": REF | {"r": 2}}, b""),
        ({"n": NONCE, "ok": {"$": "tuple", "v": [True, None]}}, b""),
        ({"n": NONCE, "ok": {"$": "tuple", "v": [True, None]}}, b""),
        ({"n": NONCE, "ok": False}, b""),
        ({"n": NONCE, "ok": False}, b""),
        ({"n": NONCE, "ok": 7}, b""),
        SEEN,
    ],
    "questions": [
        ({"callback": {"call": 1}, "args": [1, REF], "kwargs": {"$": "dict", "v": [["k", 1]]}}, b""),
        ({"callback": {"iter": 2}, "args": [], "kwargs": {"$": "dict", "v": []}}, b""),
        ({"callback": {"next": 3}, "args": [], "kwargs": {"$": "dict", "v": []}}, b""),
        ({"n": NONCE, "ok": None}, b""),
        ({"n": NONCE, "ok": [[], []]}, b""),
    ],
}
