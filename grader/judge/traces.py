"""What became of gradient paths below the student's code, as the worker observed it: for words, never for points."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from grader.wire.frames import FrameError
from grader.wire.values import writable

STATES = ("alive", "cut", "left", "used", "unused")
LONGEST_NAME = 200
MOST_FATES = 100_000


@dataclass(frozen=True)
class Place:
    """A line of the student's file."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Fate:
    """What became of the gradient path from one parameter or argument to the result.

    Attributes:
        state: `alive`; `cut` by an operation on the way to the result; `left`, where the values were taken out of torch; `used` in
            what does not reach the result; `unused`.
        operation: the last part of the operation's name, such as `detach`; `no_grad` for what ran while nothing was recorded.
        place: where the student's code called it.
    """

    state: str
    operation: str = ""
    place: Place | None = None


@dataclass
class Trace:
    """Gradient paths while `remote.trace()` was active; filled when its block ends.

    Attributes:
        fates: by name of the parameter, or of the argument as the student's signature names it.
        is_complete: whether every step to the result was seen; otherwise `used` and `unused` say nothing.
        foreign: where a parameter was first used that the module does not know.
    """

    fates: dict[str, Fate] = field(default_factory=dict)
    is_complete: bool = False
    foreign: Place | None = None

    def fill(self, fates: dict[str, Fate], is_complete: bool, foreign: Place | None) -> None:
        """Take in what the worker reported."""
        self.fates, self.is_complete, self.foreign = fates, is_complete, foreign


def read_trace(report: Any) -> tuple[dict[str, Fate], bool, Place | None]:
    """Return the fates, whether they are complete, and the place of a foreign parameter, of a worker's report.

    Raises:
        FrameError: it is malformed.
    """
    if not (isinstance(report, list) and len(report) == 3 and isinstance(report[0], list) and isinstance(report[1], bool)):
        raise FrameError("the trace is malformed")
    if len(report[0]) > MOST_FATES:
        raise FrameError("the trace is too long")
    fates = dict(_read_fate(row) for row in report[0])
    return fates, report[1], None if report[2] is None else _read_place(report[2])


def _read_fate(row: Any) -> tuple[str, Fate]:
    if not (isinstance(row, list) and len(row) == 5 and row[1] in STATES):
        raise FrameError("a gradient path is malformed")
    name, state, operation = row[:3]
    if not all(isinstance(text, str) and len(text) <= LONGEST_NAME for text in (name, operation)):
        raise FrameError("a name in a gradient path is malformed")
    return writable(name), Fate(state, writable(operation), _read_place(row[3:]) if operation else None)


def _read_place(pair: Any) -> Place:
    if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) and type(pair[1]) is int):
        raise FrameError("a place is malformed")
    if len(pair[0]) > LONGEST_NAME or not 0 < pair[1] < 10**7:
        raise FrameError("a place is malformed")
    return Place(*pair)
