"""One submission, graded again and again while it is edited: what an edit cannot have touched is kept, the rest runs on several lanes.

A check is kept only where it has passed, where nothing that it asked the student's file for can have changed since (`grader.edits`),
and where no check that it needs runs again. What differs otherwise, another suite, another helper file, another option, makes all run.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

import msgspec

from grader.dealing import Card, Dealer
from grader.edits import Edit
from grader.exercise import Exercise
from grader.faults import GraderFault, UsageError
from grader.job import Trail
from grader.records import CheckRecord, Outcome, Result, Verdict
from grader.run import Grader, Progress, Run, Stopped
from grader.splitting import ENGINE, WORTH_S, LateRun, Team, lanes_here
from grader.submission import Submission
from grader.terms import Terms

# Of a check that never ran.
UNKNOWN_S = 0.02
LONGEST_REHEARSAL_S = 2.0
# A check that was over quickly before is now, or something has gone wrong.
PATIENCE_S = 1.0
# These came to their end by themselves.
_REHEARSED = frozenset({Verdict.PASSED, Verdict.PARTIAL, Verdict.FAILED})


class Grading(Protocol):
    """One grading that has begun."""

    @property
    def kept(self) -> int:
        """How many checks are kept from before."""

    def result(self, progress: Progress = ...) -> Result:
        """Grade, and return the result."""

    def stop(self) -> None:
        """Kill all processes of this grading."""


@dataclass(frozen=True)
class Known:
    """The last grading that came to a result.

    Attributes:
        checks: those of the suites, by name, in their order.
        trails: what each came about by.
        seconds: what each took when it ran last.
    """

    terms: Terms
    submission: Submission
    checks: Mapping[str, CheckRecord]
    trails: Mapping[str, Trail] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)


class Revisions:
    """Grades what one student writes, state by state.

    Args:
        grader: keeps `lanes_here()` lanes.
    """

    def __init__(self, grader: Grader) -> None:
        self._grader = grader
        self._known: Known | None = None
        self._rehearsal: Rehearsal | None = None

    def close(self) -> None:
        """End a rehearsal, and wait for its end."""
        if self._rehearsal is not None:
            self._rehearsal.stop()
            self._rehearsal.wait()

    def begin(self, exercise: Exercise, submission: Submission, *, whole: bool = False) -> Grading:
        """Begin to grade the submission as it is now; raises as `Grader.begin`.

        Args:
            whole: run every check, whatever is known.
        """
        if self._rehearsal is not None and not self._rehearsal.is_over:
            self._rehearsal.stop()
        terms = self._grader.terms(exercise, [submission])
        known = self._known if self._known is not None and self._known.terms == terms else None
        kept = {} if known is None or whole else kept_checks(known, submission)
        team = self._team(exercise, submission, terms, {} if known is None else _cards(known, kept))
        order = tuple(known.checks) if known is not None else ()
        return _Revision(team, kept, order, lambda result: self._learn(terms, submission, known, team, result))

    def _team(self, exercise: Exercise, submission: Submission, terms: Terms, cards: Mapping[str, Card]) -> Team:
        """Return who runs these checks; all that there are, where none is known yet."""
        if not cards:
            run = self._grader.begin(exercise, submission, terms=terms)
            if _is_alone_with_its_core(terms):
                self._grader.make_lanes_ready_meanwhile(terms, lanes_here() - 1)
            return Team([run])
        count = min(len(cards), self._lanes(terms, (card.seconds for card in cards.values())))
        late = self._late(terms, count)

        def begin() -> Run:
            return self._grader.begin(exercise, submission, terms=terms, dealt=True)

        runs: list[Run | LateRun] = [begin() for _ in range(count - len(late))]
        runs += [LateRun(rehearsal, begin) for rehearsal in late]
        return Team(runs, Dealer(cards), len(cards))

    def _late(self, terms: Terms, count: int) -> list[Rehearsal]:
        """Return for each of so many lanes that are wanted and still rehearse what it is busy with."""
        rehearsal = self._rehearsal
        if rehearsal is None or rehearsal.is_over:
            return []
        waiting = self._grader.waiting_lanes(terms)
        if not waiting:
            rehearsal.wait()  # sooner over than a lane is open
            return []
        return [rehearsal] * min(rehearsal.lanes, max(0, count - waiting))

    def make_ready(self, exercise: Exercise, submission: Submission) -> None:
        """Have all done that the next grading needs before its submission is there, and have lanes that are new rehearse meanwhile."""
        if self._rehearsal is not None:
            self._rehearsal.wait()
            self._rehearsal = None
        terms = self._grader.terms(exercise, [submission])
        known = self._known if self._known is not None and self._known.terms == terms else None
        lanes = self._lanes(terms, () if known is None else known.seconds.values())
        self._grader.make_lanes_ready(terms, lanes)
        new = min(self._grader.new_lanes(terms), lanes)
        if known is None or known.submission != submission or not new or not _is_alone_with_its_core(terms):
            return
        cards = _cards_to_rehearse(known)
        if not cards or sum(card.seconds for card in cards.values()) > LONGEST_REHEARSAL_S:
            return
        runs = [self._grader.begin(exercise, submission, terms=terms, dealt=True, new=True) for _ in range(new)]
        self._rehearsal = Rehearsal(runs, Dealer(cards))
        self._rehearsal.start()

    def _lanes(self, terms: Terms, seconds: Iterable[float]) -> int:
        """Return how many lanes checks that take so long are worth."""
        if not _is_alone_with_its_core(terms):
            return 1
        return max(1, min(lanes_here(), int(sum(seconds) / WORTH_S)))

    def _learn(self, terms: Terms, submission: Submission, known: Known | None, team: Team, result: Result) -> None:
        if result.outcome is Outcome.GRADER_ERROR:
            self._known = None
        if result.outcome is not Outcome.GRADED:  # a slip of the pen says nothing of what is known of the state before
            return
        checks = {check.name: check for check in result.checks}
        trails = {**(known.trails if known is not None else {}), **team.trails}
        seconds = {**(known.seconds if known is not None else {})}
        ran = (check for name, check in checks.items() if name in team.trails and check.verdict is not Verdict.NOT_RUN)
        seconds |= {check.name: check.seconds for check in ran}
        self._known = Known(terms, submission, checks, trails, seconds)


def _is_alone_with_its_core(terms: Terms) -> bool:
    """Say whether a lane takes no more than one core."""
    return terms.job.threads == 1 and terms.job.device == "cpu"


def kept_checks(known: Known, submission: Submission) -> dict[str, CheckRecord]:
    """Return the checks whose records hold for what the submission is now; never all: whether the file imports has to be tried."""
    before = known.submission
    same_around = (before.file_name, before.helpers) == (submission.file_name, submission.helpers)
    if not same_around or before.fault is not None or submission.fault is not None:
        return {}
    edit = Edit(before.source, submission.source)
    held = {
        name: check
        for name, check in known.checks.items()
        if check.verdict is Verdict.PASSED and name in known.trails and not edit.reaches(known.trails[name].uses)
    }
    while True:
        again = {known.trails[name].base_name for name in known.trails.keys() - held.keys()}
        shaken = [name for name in held if not again.isdisjoint(known.trails[name].needs)]
        if not shaken:
            break
        for name in shaken:
            del held[name]
    if len(held) == len(known.checks):
        del held[min(held, key=lambda name: known.seconds.get(name, UNKNOWN_S))]
    return held


def _cards(known: Known, kept: Mapping[str, CheckRecord]) -> dict[str, Card]:
    """Return the checks that run again, with what is known of them."""
    return {
        name: Card(known.trails[name].base_name, known.trails[name].needs, known.seconds.get(name, UNKNOWN_S))
        for name in known.checks
        if name in known.trails and name not in kept
    }


def _cards_to_rehearse(known: Known) -> dict[str, Card]:
    """Return what came to its end by itself, of each check with parameters the first: the others run the same lines."""
    cards: dict[str, Card] = {}
    for name, card in _cards(known, {}).items():
        if known.checks[name].verdict in _REHEARSED and all(card.base_name != other.base_name for other in cards.values()):
            cards[name] = card
    return cards


class Rehearsal:
    """Lanes that are new grade once more what has been graded already, and nobody hears of it.

    A process pays for each page of memory that it touches first, and a judge for each line of a suite that it runs first: paid here, they are not
    when somebody waits.

    Args:
        runs: one a lane; they have begun.
        dealer: deals to them.
    """

    def __init__(self, runs: Sequence[Run], dealer: Dealer) -> None:
        self.lanes = len(runs)
        self._team = Team(runs, dealer)
        self._dealer = dealer
        self._ended = threading.Event()
        self._awaiting: list[Callable[[], None]] = []
        self._ending = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="rehearsal", daemon=True)

    @property
    def is_over(self) -> bool:
        """Whether its lanes are free, or gone."""
        return self._ended.is_set()

    def start(self) -> None:
        """Begin, in a thread of its own; what goes wrong is told when it does in a grading."""
        self._thread.start()

    def wait(self) -> None:
        """Wait until it is over."""
        self._ended.wait()

    def when_over(self, call: Callable[[], None]) -> None:
        """Have this called once it is over, from any thread; at once where it is."""
        with self._ending:
            if not self.is_over:
                self._awaiting.append(call)
                return
        call()

    def stop(self) -> None:
        """Let no further check begin, so that the lanes stay; where one does not end soon, end the lanes."""
        self._dealer.stop()
        threading.Thread(target=self._end_lanes, name="end of rehearsal", daemon=True).start()

    def _run(self) -> None:
        try:
            with contextlib.suppress(Stopped, UsageError, GraderFault):
                self._team.results()
        finally:
            with self._ending:
                self._ended.set()
            for call in self._awaiting:
                call()

    def _end_lanes(self) -> None:
        if not self._ended.wait(PATIENCE_S):
            self._team.stop()


class _Revision:
    """The grading of one state."""

    def __init__(
        self, team: Team, kept: Mapping[str, CheckRecord], order: tuple[str, ...], learn: Callable[[Result], None]
    ) -> None:
        self._team = team
        self._kept = kept
        self._order = order
        self._learn = learn

    @property
    def kept(self) -> int:
        """How many checks are kept from before."""
        return len(self._kept)

    def result(self, progress: Progress = lambda started: None) -> Result:
        """Grade, and return the result, kept checks included."""
        results = self._team.results(progress)
        result = joined(results, self._kept, self._order) if self._order else results[0]
        self._learn(result)
        return result

    def stop(self) -> None:
        """Kill all processes of this grading."""
        self._team.stop()


def joined(results: list[Result], kept: Mapping[str, CheckRecord], order: tuple[str, ...]) -> Result:
    """Return results of parts of a suite, and what is kept, as one of the whole.

    Where the file does not import nothing is kept: what would be counts as what the suites' other checks do.
    """
    ran = {check.name: check for result in results for check in result.checks}
    of_engine = [check for check in results[0].checks if check.suite == ENGINE]
    worst = next((one for one in (Outcome.GRADER_ERROR, Outcome.CANNOT_RUN) if any(r.outcome is one for r in results)), None)
    if worst is Outcome.CANNOT_RUN and kept:
        reason = next(check.message for check in ran.values() if check.verdict is Verdict.NOT_RUN)
        kept = {name: _not_run(check, reason) for name, check in kept.items()}
    checks = (*of_engine, *(found for name in order if (found := ran.get(name) or kept.get(name)) is not None))
    return msgspec.structs.replace(
        results[0],
        outcome=worst or Outcome.GRADED,
        points=sum((check.points for check in checks), Decimal(0)),
        max_points=sum((check.max_points for check in checks), Decimal(0)),
        seconds=max(result.seconds for result in results),
        checks=checks,
    )


def _not_run(check: CheckRecord, reason: str) -> CheckRecord:
    return CheckRecord(
        name=check.name,
        title=check.title,
        suite=check.suite,
        disclosure=check.disclosure,
        verdict=Verdict.NOT_RUN,
        points=Decimal(0),
        max_points=check.max_points,
        concept=check.concept,
        message=reason,
    )
