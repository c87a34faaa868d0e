"""Why a check stopped before its end. Not `Exception`s: neither a suite's `pytest.raises` nor its `except` may swallow them."""

from __future__ import annotations

from grader.records import Excerpt, Verdict


class CheckStopped(BaseException):
    """A check that ends with a verdict of its own.

    Attributes:
        message: what happened, in words for the student.
        hint: what to look at next.
        where: `file.py:14`, or empty.
    """

    verdict = Verdict.FAILED

    def __init__(
        self, message: str, *, hint: str = "", where: str = "", excerpt: Excerpt | None = None, detail: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where
        self.excerpt = excerpt
        self.detail = detail


class NotImplementedYet(CheckStopped):
    """The student's code raised NotImplementedError: the stub is still there."""

    verdict = Verdict.NOT_IMPLEMENTED


class WorkerCrashed(CheckStopped):
    """The worker ended while it was needed."""

    verdict = Verdict.CRASHED


class WorkerTimedOut(CheckStopped):
    """The student's code ran beyond its time limit."""

    verdict = Verdict.TIMED_OUT


class OutOfMemory(CheckStopped):
    """The student's code asked for more memory than the check allows."""

    verdict = Verdict.OUT_OF_MEMORY


class AnswerRefused(CheckStopped):
    """The answer was too large, of a kind that cannot cross, or no answer of this protocol; or too much was printed."""


def protocol_error(reason: str) -> AnswerRefused:
    """Return the verdict for an answer that is none of this protocol; `reason` is for the instructor."""
    return AnswerRefused(
        "the answer of your code could not be read (protocol error)",
        hint="Does something in your file write to open descriptors or replace parts of Python or torch?",
        detail=reason,
    )


class ActionRefused(CheckStopped):
    """The student's code tried what is not allowed while grading."""

    verdict = Verdict.REFUSED


class RuleBroken(CheckStopped):
    """A forbidden operation ran."""

    verdict = Verdict.REFUSED
