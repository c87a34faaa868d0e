"""The time that student code may take; only the time spent waiting for the worker counts, so a slow suite costs nobody points."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Allowance:
    """Seconds left for the check that runs, and for all checks of the run together."""

    check_limit_s: float
    check_left_s: float
    total_limit_s: float
    total_left_s: float

    def begin_check(self, limit_s: float) -> None:
        """Start a check with its own limit."""
        self.check_limit_s = self.check_left_s = limit_s

    def extend(self, limit_s: float) -> None:
        """Replace the limit of the running check by a longer one; the total grows with it."""
        more = max(0.0, limit_s - self.check_left_s)
        self.check_limit_s = max(limit_s, self.check_limit_s)
        self.check_left_s += more
        self.total_left_s += more
        self.total_limit_s += more

    def spend(self, seconds: float) -> None:
        """Take off what the worker has used."""
        self.check_left_s -= seconds
        self.total_left_s -= seconds

    @property
    def left_s(self) -> float:
        """Seconds that the worker may still take."""
        return max(0.0, min(self.check_left_s, self.total_left_s))
