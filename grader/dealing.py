"""The checks of one submission, dealt out one by one to lanes that are free, so that no lane repeats what another has done.

A check is dealt once all that it needs has ended, whichever lane ran it; of those that may run, the one that most time hangs on comes first.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from grader.job import BLOCKING, Deal
from grader.records import Verdict


@dataclass(frozen=True)
class Card:
    """One check to deal.

    Attributes:
        base_name: the check without its parameters.
        needs: base names of the checks that it needs; those that are not dealt are known to pass.
        seconds: what it took when it ran last.
    """

    base_name: str
    needs: tuple[str, ...]
    seconds: float


class Dealer:
    """Hands out checks to several threads, each once.

    Args:
        cards: by name of the check, in the suite's order. As in a run on one lane, a check waits only for what comes before it.
    """

    def __init__(self, cards: Mapping[str, Card]) -> None:
        self._cards = dict(cards)
        self._waits_for = _earlier_needs(self._cards)
        self._hanging_s = _hanging_on(self._cards, self._waits_for)
        self._left = list(self._cards)
        self._verdicts: dict[str, Verdict] = {}
        self._stopped = False
        self._changed = threading.Condition()

    def deal(self) -> Deal:
        """Return the next check, and what of its needs has failed; waits until there is one.

        The last deal is of no check, and comes when all have ended: what a lane does next would disturb those that still run.
        """
        with self._changed:
            while len(self._verdicts) < len(self._cards) and not self._stopped:
                ready = [name for name in self._left if self._verdicts.keys() >= self._waits_for[name]]
                if ready:
                    name = max(ready, key=lambda name: self._hanging_s[name])
                    self._left.remove(name)
                    failed = {self._cards[other].base_name for other in self._waits_for[name] if self._verdicts[other] in BLOCKING}
                    return Deal(name=name, failed=tuple(sorted(failed)))
                self._changed.wait()
            return Deal(name="", failed=())

    def settle(self, name: str, verdict: Verdict) -> None:
        """Take what a check came to."""
        with self._changed:
            self._verdicts[name] = verdict
            self._changed.notify_all()

    def stop(self) -> None:
        """Deal no further check."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()


def _earlier_needs(cards: Mapping[str, Card]) -> dict[str, frozenset[str]]:
    """Return the names of the checks that each waits for."""
    earlier: dict[str, list[str]] = {}
    found: dict[str, frozenset[str]] = {}
    for name, card in cards.items():
        found[name] = frozenset(other for need in card.needs for other in earlier.get(need, ()))
        earlier.setdefault(card.base_name, []).append(name)
    return found


def _hanging_on(cards: Mapping[str, Card], waits_for: Mapping[str, frozenset[str]]) -> dict[str, float]:
    """Return how long each check, and the longest chain of checks that wait for it, take."""
    hanging = {name: card.seconds for name, card in cards.items()}
    for name in reversed(list(cards)):  # what waits comes later
        for other in waits_for[name]:
            hanging[other] = max(hanging[other], cards[other].seconds + hanging[name])
    return hanging
