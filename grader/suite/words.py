"""Failing a check in words: what happened, and what to look at next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from grader.judge.errors import StudentError
from grader.judge.traces import Place
from grader.suite.current import current


class CheckFailed(AssertionError):
    """A check found the student's code wrong.

    Attributes:
        what: what happened, in the field's words.
        hint: what to look at next; empty to use the check's own.
        place: the line of the student's file that is meant; None for the function that the check called last.
    """

    def __init__(self, what: str, hint: str = "", place: Place | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.place = place


def fail(what: str, *, hint: str = "", place: Place | None = None) -> NoReturn:
    """Fail the check with these words, at this line of the student's file where one is known."""
    raise CheckFailed(what, hint, place)


def expect(condition: object, what: str, *, hint: str = "") -> None:
    """Fail the check with these words unless `condition` holds."""
    if not condition:
        raise CheckFailed(what, hint)


def note(text: str) -> None:
    """Show a line with the check, whatever its verdict."""
    current().notes.append(text)


@contextmanager
def trying(what: str) -> Iterator[None]:
    """Say what is being tried: an exception of the student's code in the block is told as having come up there.

    Args:
        what: such as "with dim=-1, a negative dim, which counts from the last dimension".
    """
    current().trying = what
    yield
    current().trying = ""  # kept where an exception passes: whoever explains it reads it


@contextmanager
def expect_raises(*kinds: type[Exception] | tuple[type[Exception], ...], what: str, hint: str = "") -> Iterator[None]:
    """Fail the check unless the block raises one of `kinds` in the student's code.

    Args:
        kinds: accepted exception types, one by one or as a tuple.
        what: what should have happened, such as "an index out of range must raise IndexError".
        hint: what to look at next.
    """
    accepted = tuple(kind for entry in kinds for kind in (entry if isinstance(entry, tuple) else (entry,)))
    try:
        yield
    except accepted:
        return
    except StudentError as error:
        raised = f"{error.failure.type_name}: {error.failure.message[:200]}"
        where = f" at {error.failure.frames[-1].file}:{error.failure.frames[-1].line}" if error.failure.frames else ""
        raise CheckFailed(f"{what}; your code raised {raised}{where}", hint) from error
    raise CheckFailed(f"{what}; your code raised nothing", hint)
