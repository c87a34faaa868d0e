"""`remote`: everything in the worker that is not the student's file."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from grader.edits import OCCURRENCE, WHOLE_TEXT
from grader.judge.host import Host
from grader.judge.outcomes import protocol_error
from grader.judge.proxy import Proxy
from grader.judge.session import Session
from grader.judge.traces import Trace, read_trace
from grader.wire.frames import FrameError


@dataclass(frozen=True)
class Event:
    """A torch function (or training call) that ran below the student's code."""

    name: str
    line: int
    file: str


@dataclass
class Seen:
    """What ran while `remote.observe()` was active; filled when its block ends."""

    events: list[Event] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """Names in the order in which they ran."""
        return [event.name for event in self.events]

    def lines(self, name: str) -> list[int]:
        """Return the lines of the student's file from which `name` ran, each once."""
        return sorted({event.line for event in self.events if event.name == name})


class Remote:
    """The worker of a check, from the suite: any importable module is an attribute.

    Attributes:
        scratch: the worker's empty folder.
        student: the student's module.
    """

    def __init__(self, host: Host, session: Session) -> None:
        self._host = host
        self._session = session
        self._modules: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.module(name)

    def module(self, name: str) -> Any:
        """Import a module by its dotted name: `remote.module("torch.utils.data")`."""
        if name not in self._modules:
            self._modules[name] = self._session.module(name)
        return self._modules[name]

    @property
    def student(self) -> Proxy:
        """The student's module; imported in this worker at the first time."""
        return self._host.student(self._session)

    @property
    def source(self) -> str:
        """The text of the student's file."""
        self._host.uses.add(WHOLE_TEXT)
        return self._host.job.source

    def mentions(self, text: str) -> bool:
        """Say whether a text occurs in the student's file. Unlike `source` this leaves a check what it was when anything else is edited."""
        self._host.uses.add(f"{OCCURRENCE}{text}")
        return text in self._host.job.source

    @property
    def scratch(self) -> pathlib.Path:
        """The empty folder of this check."""
        return pathlib.Path(self._host.folder)

    def loader(self, x: Any, y: Any, batch_size: int = 32, shuffle: bool = False) -> Any:
        """Return a `torch.utils.data.DataLoader` of the worker over tensors: x (N, ...), y (N, ...)."""
        return self.module("grader.worker.datasets").make_loader(x, y, batch_size, shuffle)

    def dataset(self, name: str) -> Any:
        """Return a dataset that is held ready; see `grader.worker.datasets`."""
        return self.module("grader.worker.datasets").dataset(name)

    @contextmanager
    def observe(self) -> Iterator[Seen]:
        """Record what runs below the student's code while the block runs."""
        seen = Seen()
        self._session.request("observe")
        try:
            yield seen
        finally:
            if self._session.alive:
                seen.events.extend(self._observed())

    def _observed(self) -> list[Event]:
        try:
            return read_events(self._session.request("observed"))
        except FrameError as error:
            raise protocol_error(str(error)) from None

    @contextmanager
    def trace(self, module: Any = None) -> Iterator[Trace]:
        """Follow the gradient paths of a module's parameters, and of arguments that require grad, to the result of the last call in the block.

        Args:
            module: a module of this worker; None to follow arguments alone.
        """
        trace = Trace()
        self._session.request("trace", module=module)
        try:
            yield trace
        finally:
            if self._session.alive:
                report = self._session.request("traced")
                try:
                    trace.fill(*read_trace(report))
                except FrameError as error:
                    raise protocol_error(str(error)) from None

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Give the rest of this check at least `seconds` of the student's time."""
        self._host.allowance.extend(seconds)
        yield


def read_events(report: Any) -> list[Event]:
    """Return the events that a worker reports: distinct ones, and their numbers in order.

    Raises:
        FrameError: they are malformed.
    """
    if not (isinstance(report, list) and len(report) == 2 and all(isinstance(part, list) for part in report)):
        raise FrameError("the observations are malformed")
    rows, order = report
    known = [_read_event(row) for row in rows]
    if not all(type(number) is int and 0 <= number < len(known) for number in order):
        raise FrameError("an observation is malformed")
    return [known[number] for number in order]


def _read_event(row: Any) -> Event:
    if not (isinstance(row, list) and len(row) == 3):
        raise FrameError("an observation is malformed")
    name, line, file = row
    if not (isinstance(name, str) and type(line) is int and isinstance(file, str) and len(name) + len(file) < 1_000):
        raise FrameError("an observation is malformed")
    return Event(name, line, file)
