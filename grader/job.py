"""What the front tells a judge to do: plain records, without torch, that travel as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Union

import msgspec

from grader.records import CheckRecord, Disclosure, Record, Verdict

# After these, checks that need the one do not run.
BLOCKING = frozenset(
    {
        *(Verdict.FAILED, Verdict.CRASHED, Verdict.TIMED_OUT, Verdict.OUT_OF_MEMORY),
        *(Verdict.REFUSED, Verdict.NOT_RUN, Verdict.GRADER_ERROR),
    }
)


class SuiteFile(Record, frozen=True, kw_only=True):
    """A pytest file and the kind of suite it is: `hidden` or `visible`."""

    path: str
    kind: str

    @property
    def disclosure(self) -> Disclosure:
        """Disclosure of a check that does not name its own."""
        return Disclosure.ALL if self.kind == "visible" else Disclosure.HINT


class SourceProblem(Record, frozen=True, kw_only=True):
    """Why the submitted file cannot be read as Python at all; `line` is 0 where it is about the whole file."""

    message: str
    hint: str
    line: int


class Trial(Record, frozen=True, kw_only=True):
    """How a run is cut short that only asks whether any points are lost: it ends with the first check that loses some.

    Attributes:
        order: names of checks in the order in which they run; those not named come last.
        seconds: the limit of each of these checks, in place of what the suite says of it.
    """

    order: tuple[str, ...]
    seconds: Mapping[str, float]


class Job(Record, frozen=True, kw_only=True):
    """One submission to one exercise.

    Attributes:
        file_name: the exercise's file as the student calls it.
        module_name: the name it is a module under.
        helpers: other files laid beside it, relative path -> text.
        given: names of helpers that belong to the exercise, not to the student.
        expected_points: what the marks of these suites have to add up to; None where only a part of the suites is at hand.
        seed: course seed; inputs derive from it, the exercise and the check.
        isolation: the least level of isolation that will do.
        fault: set where the file cannot be read; then no check runs.
        data_root: root folder of the datasets, for labels that stay with the judge; empty where there is none.
        trial: set where the run may end early.
        only: names of the checks that run on this submission, with those that they need; empty for all.
        dealt: whether the judge asks for each check that it shall run, instead of running all of `only`.
        ahead: whether somebody will wait for each result, so that the time before a submission is to be used.
        more: whether the judge shall wait for another submission after this one.
        core: the core that a run of one thread stays on; None for the one that it happens to begin on.
    """

    exercise: str
    file_name: str
    module_name: str
    source: str
    helpers: Mapping[str, str]
    given: tuple[str, ...]
    suites: tuple[SuiteFile, ...]
    expected_points: Decimal | None
    check_seconds: float
    total_seconds: float
    memory_bytes: int
    output_bytes: int
    threads: int
    device: str
    seed: int
    scratch: str
    data_root: str = ""
    isolation: str = "none"
    fault: SourceProblem | None = None
    trial: Trial | None = None
    core: int | None = None
    only: tuple[str, ...] = ()
    dealt: bool = False
    ahead: bool = False
    more: bool = False

    def without_submission(self) -> Job:
        """Return what a judge can be told before there is anything to grade: all but the student's files."""
        return msgspec.structs.replace(self, file_name="", source="", helpers={}, fault=None, only=(), dealt=False)


class Deal(Record, frozen=True, kw_only=True):
    """The check that a judge shall run next.

    Attributes:
        name: empty where there is none left.
        failed: base names of checks that it needs, and that have not passed.
    """

    name: str
    failed: tuple[str, ...]


class Trail(Record, frozen=True, kw_only=True):
    """What a check came to its verdict by, besides suite and seed.

    Attributes:
        base_name: the check without its parameters.
        needs: base names of the checks that it needs.
        uses: what it asked the student's file for, names (`grader.edits` knows what else); empty where it did not run.
    """

    base_name: str
    needs: tuple[str, ...]
    uses: tuple[str, ...]


class Started(Record, frozen=True, kw_only=True, tag_field="event", tag="started"):
    """A check has begun."""

    title: str
    number: int
    total: int


class Checked(Record, frozen=True, kw_only=True, tag_field="event", tag="checked"):
    """A check has ended; `trail` is None for what the engine itself says."""

    record: CheckRecord
    trail: Trail | None = None


class Free(Record, frozen=True, kw_only=True, tag_field="event", tag="free"):
    """The judge asks for its next check, which is to run when the one that runs has ended."""


class Finished(Record, frozen=True, kw_only=True, tag_field="event", tag="finished"):
    """All checks have ended.

    Attributes:
        cannot_run: the student's file does not import.
        fault: why the suite itself could not be run; empty where it could.
        torch: version of torch in judge and worker.
        isolation: level that the workers reached.
        device: device of the suite.
        device_name: name of the GPU; empty on the CPU.
        stays: the judge waits for another submission.
    """

    cannot_run: bool
    fault: str
    torch: str
    isolation: str
    device: str
    device_name: str = ""
    stays: bool = False


Event = Union[Started, Checked, Free, Finished]
