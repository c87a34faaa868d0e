"""The pytest plugin: runs each check against the worker and makes its record. A check that fails, dies or hangs costs itself only."""

from __future__ import annotations

import contextlib
import hashlib
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Protocol

import pytest
from _pytest.runner import runtestprotocol

from grader.job import BLOCKING, Checked, Deal, Event, Job, Started, Trail
from grader.judge.errors import StudentError
from grader.judge.explain import explain
from grader.judge.host import Host
from grader.judge.outcomes import CheckStopped, protocol_error
from grader.judge.plan import MARKS, Plan, plan_check, unmet_needs
from grader.judge.remote import read_events
from grader.judge.rules import broken_rule
from grader.records import SECOND_HINT, CheckRecord, Disclosure, Excerpt, Verdict
from grader.suite import current
from grader.suite.words import CheckFailed
from grader.wire.frames import FrameError
from grader.worker.serve import seed_everything

Emit = Callable[[Event], None]
_UNFINISHED = frozenset({Verdict.CRASHED, Verdict.TIMED_OUT, Verdict.OUT_OF_MEMORY})
_EARNING = frozenset({Verdict.PASSED, Verdict.PARTIAL})
HOST = pytest.StashKey[Host]()
DETAIL_CHARS = 6_000
LAST_HINT = "Run this line alone in a Python console with a small input and print what goes in."


@dataclass(frozen=True)
class Findings:
    """What is known of a check when it has ended."""

    verdict: Verdict
    message: str = ""
    hint: str = ""
    where: str = ""
    excerpt: Excerpt | None = None
    detail: str = ""


class RoundsOfChecks(Protocol):
    """The submissions that the checks are run on, one after the other.

    Attributes:
        broken: the file of this one does not import.
    """

    broken: bool

    @property
    def host(self) -> Host:
        """The workers of this one."""

    def begin(self, forbidden: Sequence[str]) -> bool:
        """Wait for a submission and import it; False where there is no further one. `forbidden`: operations that most of the checks forbid."""

    def ask_for_check(self) -> None:
        """Ask for the next check, where checks are dealt."""

    def deal(self) -> Deal:
        """Wait for the check that was asked for."""

    def finish(self, plugin: GradePlugin) -> None:
        """Say what became of it."""


class GradePlugin:
    """Turns a pytest run into records.

    Args:
        job: what is graded, without a submission.
        emit: takes each event as it happens.
        rounds: the submissions.
    """

    def __init__(self, job: Job, emit: Emit, rounds: RoundsOfChecks) -> None:
        self.problems: list[str] = []
        self.points = Decimal(0)
        self._job = job
        self._emit = emit
        self._rounds = rounds
        self._plans: dict[str, Plan] = {}
        self._verdicts: dict[str, list[Verdict]] = {}
        self._raised: BaseException | None = None
        self.total = 0
        self._stopped = False

    # Hooks

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register marks and hand the workers to the fixtures."""
        for mark, meaning in MARKS.items():
            config.addinivalue_line("markers", f"{mark}: {meaning}")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a suite that cannot be collected."""
        if report.failed:
            self.problems.append(f"{report.nodeid} cannot be collected:\n{report.longreprtext}"[-DETAIL_CHARS:])

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Plan every check."""
        for item in items:
            try:
                plan = plan_check(item, self._job)
            except (ValueError, TypeError, ArithmeticError) as error:
                self.problems.append(f"{item.nodeid}: {type(error).__name__}: {error}")
                continue
            self._plans[item.nodeid] = plan
            self.points += plan.points
        self.problems += unmet_needs(tuple(self._plans.values()))
        items[:] = self._in_order([item for item in items if item.nodeid in self._plans])
        self.total = len(items)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run all checks on each submission."""
        rules = Counter(plan.forbidden for plan in self._plans.values())
        usual = rules.most_common(1)[0][0] if rules else ()
        while self._rounds.begin(usual):
            self._host = session.config.stash[HOST] = self._rounds.host
            self._verdicts.clear()
            self._stopped = False
            if self._host.job.dealt:
                self._run_dealt(session)
            else:
                self._run_in_order(self._wanted(session.items))
            session._setupstate.teardown_exact(None)
            self._rounds.finish(self)
        return True

    def _run_in_order(self, items: list[pytest.Item]) -> None:
        self.total = len(items)
        for item, following in zip(items, [*items[1:], None]):
            plan = self._plans[item.nodeid]
            failed = [name for name in plan.needs if not BLOCKING.isdisjoint(self._verdicts.get(name, ()))]
            self._run_one(item, following, plan, failed)
            if self._stopped:
                break

    def _run_dealt(self, session: pytest.Session) -> None:
        items = {self._plans[item.nodeid].name: item for item in session.items}
        self._rounds.ask_for_check()
        while (deal := self._rounds.deal()).name:
            self._rounds.ask_for_check()
            item = items[deal.name]
            session._setupstate.teardown_exact(item)  # of the check before; which one follows is not known
            beside = next((other for other in session.items if other.parent is item.parent and other is not item), None)
            plan = self._plans[item.nodeid]
            self._run_one(item, beside, plan, [name for name in plan.needs if name in deal.failed])

    def _run_one(self, item: pytest.Item, nextitem: pytest.Item | None, plan: Plan, failed: Sequence[str]) -> None:
        """Run one check and emit its record.

        Args:
            nextitem: what has been set up for this one as well is not torn down.
            failed: base names of checks that this one needs, and that have not passed.
        """
        self._emit(Started(title=plan.title, number=sum(map(len, self._verdicts.values())) + 1, total=self.total))
        check = current.Check(plan.points)
        began = time.monotonic()
        skipped = self._reason_not_to_run(failed)
        uses: tuple[str, ...]
        if skipped:
            findings, output, uses = Findings(Verdict.NOT_RUN, skipped), "", ()
            # Nothing was set up for this check, but pytest may have left the module before it to be torn down here.
            item.session._setupstate.teardown_exact(nextitem)
        else:
            findings, output = self._run(item, nextitem, plan, check)
            uses = tuple(sorted(self._host.uses))
        record = self._record(plan, check, findings, output, time.monotonic() - began)
        self._emit(Checked(record=record, trail=Trail(base_name=plan.base_name, needs=plan.needs, uses=uses)))
        self._verdicts.setdefault(plan.base_name, []).append(findings.verdict)
        if self._job.trial is not None and record.points < record.max_points:
            self._stopped = True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Keep the first exception of a check; pytest's own report would show a traceback, and arguments: their repr calls the student's code."""
        if call.excinfo is not None and self._raised is None:
            self._raised = call.excinfo.value
        assert call.when != "collect"
        outcome: Literal["passed", "failed"] = "passed" if call.excinfo is None else "failed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)

    def _wanted(self, items: list[pytest.Item]) -> list[pytest.Item]:
        """Return the checks that are asked for, with those that they need, however indirectly."""
        job = self._host.job
        if not job.only:
            return items
        plans = self._plans.values()
        asked = {plan.base_name for plan in plans if plan.name in job.only}
        needed: set[str] = set()
        waiting = list(asked)
        while waiting:
            name = waiting.pop()
            if name not in needed:
                needed.add(name)
                waiting += [other for plan in plans if plan.base_name == name for other in plan.needs]
        return [
            item
            for item in items
            if (plan := self._plans[item.nodeid]).name in job.only or plan.base_name in needed - asked
        ]

    def _in_order(self, items: list[pytest.Item]) -> list[pytest.Item]:
        if self._job.trial is None:
            return items
        places = {name: place for place, name in enumerate(self._job.trial.order)}
        return sorted(items, key=lambda item: places.get(self._plans[item.nodeid].name, len(places)))

    # One check

    def _reason_not_to_run(self, failed: Sequence[str]) -> str:
        if self._rounds.broken:
            return "not run: your file cannot be imported"
        if self._host.allowance.total_left_s <= 0:
            return f"not run: the {self._host.allowance.total_limit_s:g} s for all checks together are used up"
        return f"not run: it needs {self._title_of(failed[0])!r} to pass first" if failed else ""

    def _title_of(self, base_name: str) -> str:
        return next((plan.title for plan in self._plans.values() if plan.base_name == base_name), base_name)

    def _run(
        self, item: pytest.Item, nextitem: pytest.Item | None, plan: Plan, check: current.Check
    ) -> tuple[Findings, str]:
        current.begin(check)
        self._raised = None
        seed = check_seed(self._job, plan.name)
        seed_everything(seed)
        self._host.sources.forget_calls()
        with contextlib.suppress(CheckStopped):  # a worker that died since the last check is replaced when it is needed
            self._host.begin_check(seed + 1, plan.seconds, plan.memory_bytes, plan.forbidden)
        runtestprotocol(item, nextitem=nextitem, log=False)
        findings = self._findings(self._raised, plan, check)
        broken = self._broken_rule(plan, findings)
        output = ""
        try:
            output = self._host.end_check()
        except CheckStopped as stopped:
            findings = _stopped(stopped) if findings.verdict in _EARNING else findings
        if findings.verdict is Verdict.REFUSED:
            self._host.replace_main()  # what it has started or filled up shall not cost the next check
        if broken is not None and findings.verdict is not Verdict.NOT_IMPLEMENTED:
            findings = broken
        return findings, output

    def _broken_rule(self, plan: Plan, findings: Findings) -> Findings | None:
        if not plan.forbidden:
            return None
        try:
            events = [event for report in self._host.observed() for event in read_events(report)]
        except CheckStopped as stopped:  # a worker that ends after its last answer cannot be said to have kept the rule
            return _stopped(stopped) if findings.verdict in _EARNING else None
        except FrameError as error:
            return _stopped(protocol_error(str(error)))
        broken = broken_rule(events, plan.forbidden, self._host.sources)
        return None if broken is None else _stopped(broken)

    def _findings(self, raised: BaseException | None, plan: Plan, check: current.Check) -> Findings:
        if raised is None:
            return self._success(plan, check)
        if isinstance(raised, CheckStopped):
            return _stopped(raised, check.trying if raised.verdict in _UNFINISHED else "")
        if isinstance(raised, StudentError):
            words = explain(raised.failure, self._host.sources)
            frames = "\n".join(f"{frame.file}:{frame.line} in {frame.function}" for frame in raised.failure.frames)
            return Findings(
                words.verdict,
                f"{check.trying}: {words.message}" if check.trying else words.message,
                # What was refused leaves nothing to guess at.
                words.hint if words.verdict is Verdict.REFUSED else _hint_of(words.hint, plan.hint),
                words.where,
                words.excerpt,
                frames,
            )
        if isinstance(raised, pytest.skip.Exception):
            return Findings(Verdict.NOT_RUN, f"not run: {raised.msg}")
        where, excerpt = self._host.sources.last_called()
        detail = _traceback_of(raised)
        if isinstance(raised, CheckFailed):
            if raised.place is not None:
                where, excerpt = str(raised.place), self._host.sources.excerpt(raised.place.file, raised.place.line)
            return Findings(Verdict.FAILED, raised.what, raised.hint or plan.hint, where, excerpt, detail)
        if isinstance(raised, AssertionError):
            return Findings(
                Verdict.FAILED,
                str(raised) or "what this check asks for does not hold",
                plan.hint,
                where,
                excerpt,
                detail,
            )
        if isinstance(raised, pytest.fail.Exception):
            return Findings(Verdict.FAILED, _words_of_failed(raised), plan.hint, where, excerpt, detail)
        # A name that the suite lacks is the suite's own fault, whatever the student's code returned.
        blameless = isinstance(raised, (NameError, ImportError))
        if self._host.has_answered and not blameless and not _raised_in_engine(raised):
            said = f"{type(raised).__name__}: {raised}"[:300]
            return Findings(
                Verdict.FAILED,
                f"what your code returned cannot be used as the task asks ({said})",
                plan.hint,
                where,
                excerpt,
                detail,
            )
        return Findings(Verdict.GRADER_ERROR, "the grader failed at this check; this is not your fault", detail=detail)

    def _success(self, plan: Plan, check: current.Check) -> Findings:
        message = "; ".join(check.notes)
        if check.awarded is not None and check.awarded < plan.points:
            verdict = Verdict.PARTIAL if check.awarded > 0 else Verdict.FAILED
            return Findings(verdict, message, plan.hint)
        return Findings(Verdict.PASSED, message)

    def _record(self, plan: Plan, check: current.Check, findings: Findings, output: str, seconds: float) -> CheckRecord:
        earned = Decimal(0)
        if findings.verdict in _EARNING:
            earned = plan.points if check.awarded is None else check.awarded
        return CheckRecord(
            name=plan.name,
            title=plan.title,
            suite=plan.suite,
            disclosure=plan.disclosure,
            verdict=findings.verdict,
            points=earned,
            max_points=plan.points,
            concept=plan.concept,
            message=findings.message,
            hint=findings.hint,
            where=findings.where,
            excerpt=findings.excerpt,
            output=output,
            detail=findings.detail[-DETAIL_CHARS:],
            seconds=round(seconds, 4),
            evidence=tuple(check.evidence),
            measure=check.measure,
        )


def check_seed(job: Job, name: str) -> int:
    """Return the seed of a check: from course seed, exercise and check, so the same again tomorrow."""
    digest = hashlib.sha256(f"{job.seed}:{job.exercise}:{name}".encode()).digest()
    return int.from_bytes(digest[:4], "big") // 2


def uncollected(points: Decimal, problems: list[str]) -> CheckRecord:
    """Return the record of checks that could not be collected: their points still count in the total."""
    return CheckRecord(
        name="engine::uncollected",
        title="Checks that could not be collected",
        suite="engine",
        disclosure=Disclosure.HINT,
        verdict=Verdict.GRADER_ERROR,
        points=Decimal(0),
        max_points=points,
        message="a part of the suite could not be run; this is not your fault",
        detail="\n\n".join(problems)[-DETAIL_CHARS:],
    )


def _stopped(stopped: CheckStopped, trying: str = "") -> Findings:
    message = f"{trying}: {stopped.message}" if trying else stopped.message
    return Findings(stopped.verdict, message, stopped.hint, stopped.where, stopped.excerpt, stopped.detail)


def _words_of_failed(raised: Any) -> str:
    said = str(raised.msg)
    if said.startswith("DID NOT RAISE"):
        return (
            f"an error was expected here ({said.removeprefix('DID NOT RAISE ').strip('<>')}), and your code raised none"
        )
    return said


def _hint_of(known: str, of_check: str) -> str:
    """Return the hint for an exception: what is known of it first, then what the check says of its usual mistakes."""
    if known and of_check:
        return f"{known}{SECOND_HINT}{of_check}"
    return known or of_check or LAST_HINT


def _traceback_of(raised: BaseException) -> str:
    return "".join(traceback.format_exception(type(raised), raised, raised.__traceback__))[-DETAIL_CHARS:]


def _raised_in_engine(raised: BaseException) -> bool:
    """Say whether the engine itself, rather than the suite, raised: then it is our fault whatever the student returned."""
    frames = traceback.extract_tb(raised.__traceback__)
    if not frames:
        return True
    path = frames[-1].filename.replace("\\", "/")
    return any(f"/grader/{part}/" in path for part in ("judge", "wire", "engine", "worker"))
