"""What a class has in common, counted from one result after the other; no result is kept."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from grader.mistakes import Told, mistakes_in, title_of
from grader.records import CheckRecord, Environment, Record, Result, Verdict

_DIGEST = 12
_NEVER_STARTED = (Verdict.NOT_RUN, Verdict.NOT_IMPLEMENTED, Verdict.GRADER_ERROR)


class Mistake(Record, frozen=True, kw_only=True):
    """A mistake of the class.

    Attributes:
        name: in words: a message that is typical of it.
        checks: titles of the checks that show it, the most frequent first.
        students: keys of those who made it, each once, in the order in which they were counted.
    """

    exercise: str
    name: str
    checks: tuple[str, ...]
    students: tuple[str, ...]


class CheckCount(Record, frozen=True, kw_only=True):
    """What became of one check in the class; `name` is pytest's node id.

    Attributes:
        share: mean fraction of the check's points over those who attempted it, 0 to 1; 0 where nobody did.
        not_run: how often another check, or an error before all checks, stood in its way.
        not_judged: how often the grader was at fault.
    """

    exercise: str
    name: str
    title: str
    concept: str
    passed: int
    partial: int
    failed: int
    share: Decimal
    not_implemented: int
    not_run: int
    not_judged: int

    @property
    def attempted(self) -> int:
        """How many submissions have met the check with code of their own."""
        return self.passed + self.partial + self.failed


class _Found:
    """A mistake while it is counted."""

    def __init__(self, exercise: str) -> None:
        self.exercise = exercise
        self.checks: Counter[str] = Counter()
        self.titles: Counter[str] = Counter()
        self.students: dict[str, None] = {}

    def add(self, student: str, told: Told) -> None:
        self.students[student] = None
        self.checks.update(check.title or check.name for check in told.checks)
        self.titles[title_of(told.checks[0].message) or told.checks[0].title or told.checks[0].name] += 1

    def counted(self) -> Mistake:
        # Ties are broken by the words, so that the order in which a class is graded changes nothing.
        return Mistake(
            exercise=self.exercise,
            name=max(self.titles, key=lambda title: (self.titles[title], title)),
            checks=tuple(sorted(self.checks, key=lambda title: (-self.checks[title], title))),
            students=tuple(self.students),
        )


class _Met:
    """A check while it is counted."""

    def __init__(self, check: CheckRecord) -> None:
        self.title = check.title or check.name
        self.concept = check.concept
        self.verdicts: Counter[Verdict] = Counter()
        self.shares = Decimal(0)

    def add(self, check: CheckRecord) -> None:
        self.verdicts[check.verdict] += 1
        if check.verdict in _NEVER_STARTED:
            return
        self.shares += check.points / check.max_points if check.max_points else check.verdict is Verdict.PASSED


class Tally:
    """Counts results, one after the other; each student's result of an exercise is to be added once, with all its checks."""

    def __init__(self) -> None:
        self._mistakes: dict[tuple[str, ...], _Found] = {}
        self._checks: dict[tuple[str, str], _Met] = {}
        self._environments: Counter[tuple[str, str, Environment]] = Counter()
        self.seconds: dict[tuple[str, str], float] = {}

    def add(self, student: str, result: Result) -> None:
        """Count the result of the student whose key is `student`; it has to be the instructor's, with nothing taken out."""
        self.seconds[student, result.exercise] = result.seconds
        self._environments[result.exercise, result.device, result.environment] += 1
        for told in mistakes_in(result.checks, result.files):
            self._mistakes.setdefault((result.exercise, *told.key), _Found(result.exercise)).add(student, told)
        for check in result.checks:
            if check.suite != "engine":
                self._checks.setdefault((result.exercise, check.name), _Met(check)).add(check)

    def mistakes(self) -> tuple[Mistake, ...]:
        """Return the mistakes of the class, that of most students first."""
        found = [one.counted() for one in self._mistakes.values()]
        return tuple(sorted(found, key=lambda one: (-len(one.students), one.exercise, one.name)))

    def checks(self) -> tuple[CheckCount, ...]:
        """Return what became of each check, the hardest first; those that nobody attempted come last."""
        counts = [_count(exercise, name, met) for (exercise, name), met in self._checks.items()]
        return tuple(sorted(counts, key=lambda one: (not one.attempted, one.share, -one.attempted, one.exercise)))

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return how it was graded, as (what, value); where submissions differ in it, it says how many have which value."""
        if not self._environments:
            return ()
        values: dict[str, Counter[str]] = {}
        for (exercise, device, environment), count in self._environments.items():
            for name, value in _facts_of(exercise, device, environment):
                values.setdefault(name, Counter())[value] += count
        return tuple((name, _told(counts)) for name, counts in values.items())


def _facts_of(exercise: str, device: str, environment: Environment) -> list[tuple[str, str]]:
    return [
        ("grader", environment.grader),
        ("Python", environment.python),
        ("torch", environment.torch),
        ("device", environment.device_name or device),
        ("isolation", environment.isolation),
        ("seed", str(environment.seed)),
        ("platform", environment.platform),
        (f"suites of {exercise}", environment.suite_sha256[:_DIGEST]),
    ]


def _told(counts: Counter[str]) -> str:
    if len(counts) == 1:
        return next(iter(counts))
    return ", ".join(f"{value} ({count:,} submissions)" for value, count in counts.most_common())


def _count(exercise: str, name: str, met: _Met) -> CheckCount:
    verdicts = met.verdicts
    passed, partial = verdicts[Verdict.PASSED], verdicts[Verdict.PARTIAL]
    started = sum(count for verdict, count in verdicts.items() if verdict not in _NEVER_STARTED)
    return CheckCount(
        exercise=exercise,
        name=name,
        title=met.title,
        concept=met.concept,
        passed=passed,
        partial=partial,
        failed=started - passed - partial,
        share=met.shares / started if started else Decimal(0),
        not_implemented=verdicts[Verdict.NOT_IMPLEMENTED],
        not_run=verdicts[Verdict.NOT_RUN],
        not_judged=verdicts[Verdict.GRADER_ERROR],
    )
