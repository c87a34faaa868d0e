"""What an X-ray found wrong, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from grader.judge.traces import Place
from grader.suite.words import fail


@dataclass(frozen=True)
class Fault:
    """One finding.

    Attributes:
        key: what it is about, for suites that spread findings over several checks: `zero_grad`, `weights`.
        what: what happened, in the field's words.
        hint: what to look at next; empty to use the check's own.
        place: the line of the student's file that is meant, where one was observed.
    """

    key: str
    what: str
    hint: str = ""
    place: Place | None = None

    def fail(self, *, hint: str = "") -> NoReturn:
        """Fail the check with these words; `hint` speaks where the finding has no hint of its own."""
        fail(self.what, hint=self.hint or hint, place=self.place)
