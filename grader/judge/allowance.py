"""The time that student code may take.

Only the time spent waiting for the worker counts, so a slow suite costs nobody points; and where the worker wanted to compute but did
not get the processor, it gets that time back, so a busy machine costs nobody points either.
"""

from __future__ import annotations

from dataclasses import dataclass

# A check may take this many times its limit on a machine that is too busy to run it.
LONGEST_STRETCH = 6.0
# Below this fraction of the limit it is not worth asking again.
SHORTEST_GRANT = 0.05


@dataclass
class Allowance:
    """Seconds left for the check that runs, and for all checks of the run together.

    Attributes:
        extensible: whether a check may ask for more than its limit.
    """

    check_limit_s: float
    check_left_s: float
    total_limit_s: float
    total_left_s: float
    granted_s: float = 0.0
    total_at_begin_s: float = float("inf")
    extensible: bool = True

    def begin_check(self, limit_s: float) -> None:
        """Start a check with its own limit."""
        self.check_limit_s = self.check_left_s = limit_s
        self.total_at_begin_s = max(0.0, self.total_left_s)
        self.granted_s = 0.0

    def grant(self, processor_s: float) -> float:
        """Return the seconds that are given back to a worker that has used `processor_s` of processor time in this check."""
        if self.total_left_s <= 0:
            return 0.0
        # What was left for all checks together may be less than the limit of this one.
        starved = min(self.check_limit_s, self.total_at_begin_s) - processor_s
        more = min(starved, (LONGEST_STRETCH - 1) * self.check_limit_s - self.granted_s)
        if more < SHORTEST_GRANT * self.check_limit_s:
            return 0.0
        self.granted_s += more
        self.check_left_s += more
        self.total_left_s += more
        return more

    def extend(self, limit_s: float) -> None:
        """Replace the limit of the running check by a longer one; the total grows with it."""
        if not self.extensible:
            return
        more = max(0.0, limit_s - self.check_left_s)
        self.check_limit_s = max(limit_s, self.check_limit_s)
        self.check_left_s += more
        self.total_left_s += more
        self.total_limit_s += more
        self.total_at_begin_s += more

    def spend(self, seconds: float) -> None:
        """Take off what the worker has used."""
        self.check_left_s -= seconds
        self.total_left_s -= seconds

    @property
    def left_s(self) -> float:
        """Seconds that the worker may still take."""
        return max(0.0, min(self.check_left_s, self.total_left_s))
