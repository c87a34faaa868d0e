"""The checks of one submission, dealt out one by one to lanes that are free, so that no lane repeats what another has done.

A check is dealt once all that it needs has ended, whichever lane ran it; of those that may run, the one that most time hangs on comes first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from grader.job import BLOCKING, Deal
from grader.records import Verdict

Lane = Hashable
Give = Callable[[Deal], None]


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
    """Hands out checks to several lanes, each once; may be used from several threads.

    A lane asks for its next check while it still runs one, since an answer takes longer than a small check on a machine that is busy with the
    lanes themselves. Near the end it has to be free to get one: what it had taken ahead would lie there while others had nothing to do.

    Args:
        cards: by name of the check, in the suite's order. As in a run on one lane, a check waits only for what comes before it.
    """

    def __init__(self, cards: Mapping[str, Card]) -> None:
        self._cards = dict(cards)
        self._waits_for = _earlier_needs(self._cards)
        self._hanging_s = _hanging_on(self._cards, self._waits_for)
        self._left = list(self._cards)
        self._verdicts: dict[str, Verdict] = {}
        self._asking: dict[Lane, Give] = {}
        self._last: dict[Lane, str] = {}  # the check that each has been dealt last; empty where none yet
        self._stopped = False
        self._lock = threading.Lock()

    def ask(self, lane: Lane, give: Give) -> None:
        """Have a lane be given its next check, and what of its needs has failed, as soon as there is one for it.

        The last deal is of no check, and comes when all have ended: what a lane does next would disturb those that still run.

        Args:
            lane: whose it is.
            give: takes the deal; called once, from any thread.
        """
        with self._lock:
            self._last.setdefault(lane, "")
            self._asking[lane] = give
            self._hand_out()

    def settle(self, name: str, verdict: Verdict) -> None:
        """Take what a check came to."""
        with self._lock:
            self._verdicts[name] = verdict
            self._hand_out()

    def leave(self, lane: Lane) -> None:
        """Give a lane nothing any more."""
        with self._lock:
            self._asking.pop(lane, None)

    def stop(self) -> None:
        """Deal no further check."""
        with self._lock:
            self._stopped = True
            self._hand_out()

    def _hand_out(self) -> None:
        if self._stopped or len(self._verdicts) == len(self._cards):
            for give in self._asking.values():
                give(Deal(name="", failed=()))
            self._asking.clear()
            return
        for lane in sorted(self._asking, key=self._is_busy):
            ready = [name for name in self._left if self._verdicts.keys() >= self._waits_for[name]]
            if not ready or (self._is_busy(lane) and len(self._left) <= len(self._last)):
                continue
            name = self._last[lane] = max(ready, key=lambda name: self._hanging_s[name])
            self._left.remove(name)
            failed = {self._cards[other].base_name for other in self._waits_for[name] if self._verdicts[other] in BLOCKING}
            self._asking.pop(lane)(Deal(name=name, failed=tuple(sorted(failed))))

    def _is_busy(self, lane: Lane) -> bool:
        return bool(self._last[lane]) and self._last[lane] not in self._verdicts


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
