"""What is different between two results of the same exercise: which checks were fixed, which were broken, how the points moved."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from grader.records import CheckRecord, Result, Verdict

# Says nothing of the student's code: neither fixed nor broken by it.
_UNTOLD = frozenset({Verdict.NOT_RUN, Verdict.GRADER_ERROR})


@dataclass(frozen=True)
class Changes:
    """The difference, each check as it is now.

    Attributes:
        fixed: pass now, and did not.
        broken: passed, and do not now.
        risen: still do not pass, and earn more than before.
        fallen: still do not pass, and earn less than before.
        no_longer_run: said something of the code, and could not be run now.
        points_before: points of the earlier result.
        points_after: points of the later one.
    """

    fixed: tuple[CheckRecord, ...]
    broken: tuple[CheckRecord, ...]
    risen: tuple[CheckRecord, ...]
    fallen: tuple[CheckRecord, ...]
    no_longer_run: tuple[CheckRecord, ...]
    points_before: Decimal
    points_after: Decimal

    @property
    def is_empty(self) -> bool:
        """Whether nothing that counts is different."""
        checks = (self.fixed, self.broken, self.risen, self.fallen, self.no_longer_run)
        return not any(checks) and self.points_before == self.points_after


def compare(before: Result, after: Result) -> Changes:
    """Return what is different in `after`.

    Checks are told apart by their name. One that only one of the results has (the suite has changed) counts in the points alone, and so does
    one that was not run before: what became of it is new, whatever it is, unless it passes.
    """
    earlier = {check.name: check for check in before.checks}
    pairs = [(earlier[check.name], check) for check in after.checks if check.name in earlier]
    told = [(old, new) for old, new in pairs if new.verdict not in _UNTOLD]
    failing = [(old, new) for old, new in told if not _passes(old) and not _passes(new) and old.verdict not in _UNTOLD]
    return Changes(
        fixed=tuple(new for old, new in told if _passes(new) and not _passes(old)),
        broken=tuple(new for old, new in told if _passes(old) and not _passes(new)),
        risen=tuple(new for old, new in failing if new.points > old.points),
        fallen=tuple(new for old, new in failing if new.points < old.points),
        no_longer_run=tuple(new for old, new in pairs if new.verdict in _UNTOLD and old.verdict not in _UNTOLD),
        points_before=before.points,
        points_after=after.points,
    )


def _passes(check: CheckRecord) -> bool:
    return check.verdict is Verdict.PASSED
