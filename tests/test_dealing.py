"""Checks dealt to several lanes: each once, none before what it needs, and with the news that a run on one lane would have had."""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from grader.dealing import Card, Dealer
from grader.job import BLOCKING, Deal
from grader.records import Verdict

VERDICTS = st.sampled_from([Verdict.PASSED, Verdict.PARTIAL, Verdict.NOT_IMPLEMENTED, Verdict.FAILED, Verdict.TIMED_OUT])


@st.composite
def suites(draw: st.DrawFn) -> tuple[dict[str, Card], dict[str, Verdict]]:
    """Return cards in a suite's order, needs of later, own and unknown checks among them, and what each check comes to where it runs."""
    bases = draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=20))
    needs = st.lists(st.sampled_from("abcdefg"), max_size=3, unique=True)
    cards = {f"{base}[{number}]": Card(base, tuple(draw(needs)), draw(st.floats(0, 10))) for number, base in enumerate(bases)}
    return cards, {name: draw(VERDICTS) for name in cards}


def on_one_lane(cards: Mapping[str, Card], verdicts: Mapping[str, Verdict]) -> dict[str, tuple[Verdict, frozenset[str]]]:
    """Return what each check comes to, and which of its needs have failed, where one lane runs all in their order."""
    found: dict[str, tuple[Verdict, frozenset[str]]] = {}
    for name, card in cards.items():
        before = [(cards[other].base_name, verdict) for other, (verdict, _) in found.items()]
        failed = frozenset(base for base, verdict in before if base in card.needs and verdict in BLOCKING)
        found[name] = (Verdict.NOT_RUN if failed else verdicts[name], failed)
    return found


class Lane:
    """A lane of a dealer, as a judge is one: asks for its next check before it runs the one that it has got."""

    def __init__(self, dealer: Dealer) -> None:
        self._dealer = dealer
        self._dealt: queue.SimpleQueue[Deal] = queue.SimpleQueue()
        self.ask()

    def ask(self) -> None:
        self._dealer.ask(self, self._dealt.put)

    def take(self) -> Deal:
        return self._dealt.get(timeout=30)

    @property
    def has_been_dealt(self) -> bool:
        return not self._dealt.empty()


@given(suites(), st.integers(1, 4))
def test_lanes_find_together_what_one_lane_finds(suite: tuple[dict[str, Card], dict[str, Verdict]], count: int) -> None:
    cards, verdicts = suite
    dealer, found, lock = Dealer(cards), {}, threading.Lock()

    def run(lane: Lane) -> None:
        while (deal := lane.take()).name:
            lane.ask()
            verdict = Verdict.NOT_RUN if deal.failed else verdicts[deal.name]
            with lock:
                assert deal.name not in found
                found[deal.name] = (verdict, frozenset(deal.failed))
            dealer.settle(deal.name, verdict)

    lanes = [threading.Thread(target=run, args=(Lane(dealer),), daemon=True) for _ in range(count)]
    for thread in lanes:
        thread.start()
    for thread in lanes:
        thread.join(timeout=30)

    assert found == on_one_lane(cards, verdicts)


def test_the_check_that_most_time_hangs_on_comes_first() -> None:
    cards = {
        "long": Card("long", (), 3.0),
        "base": Card("base", (), 1.0),
        "middle": Card("middle", ("base",), 1.5),
        "top": Card("top", ("middle",), 2.0),
    }
    dealer = Dealer(cards)
    lanes = [Lane(dealer) for _ in range(3)]

    assert [lane.take().name for lane in lanes[:2]] == ["base", "long"]
    assert not lanes[2].has_been_dealt  # nothing else may run before base has ended
    dealer.settle("base", Verdict.PASSED)
    assert lanes[2].take().name == "middle"


def test_a_lane_gets_its_next_check_ahead_while_there_are_enough_for_all() -> None:
    dealer = Dealer({name: Card(name, (), 1.0) for name in "abcdef"})
    one, other = Lane(dealer), Lane(dealer)
    first = one.take().name
    other.take()

    one.ask()
    other.ask()
    assert one.has_been_dealt and other.has_been_dealt  # of the four that were left, two are enough for two lanes
    ahead = one.take().name
    one.ask()
    assert not one.has_been_dealt

    dealer.settle(first, Verdict.PASSED)
    assert not one.has_been_dealt  # it has the one that it took ahead
    dealer.settle(ahead, Verdict.PASSED)
    assert one.take().name


def test_a_free_lane_comes_before_one_that_asks_ahead() -> None:
    cards = {"long": Card("long", (), 9.0), "base": Card("base", (), 1.0), **{name: Card(name, ("base",), 1.0) for name in "abcd"}}
    dealer = Dealer(cards)
    busy, free = Lane(dealer), Lane(dealer)
    assert (busy.take().name, free.take().name) == ("long", "base")
    busy.ask()
    free.ask()
    assert not busy.has_been_dealt and not free.has_been_dealt  # all that is left needs base

    dealer.settle("base", Verdict.PASSED)

    assert free.take().name == "a"
    assert busy.take().name == "b"


def test_a_lane_that_waits_is_told_when_there_is_nothing_left() -> None:
    dealer = Dealer({"base": Card("base", (), 1.0), "top": Card("top", ("base",), 1.0)})
    assert Lane(dealer).take().name == "base"
    waiting = Lane(dealer)
    assert not waiting.has_been_dealt

    dealer.stop()

    assert waiting.take() == Deal(name="", failed=())


def test_a_lane_without_a_check_is_not_let_go_while_others_run() -> None:
    dealer = Dealer({"one": Card("one", (), 1.0), "two": Card("two", (), 1.0)})
    lanes = [Lane(dealer) for _ in range(2)]
    names = [lane.take().name for lane in lanes]
    free = Lane(dealer)

    for name in names:
        assert not free.has_been_dealt
        dealer.settle(name, Verdict.PASSED)

    assert free.take() == Deal(name="", failed=())


def test_a_lane_that_has_left_is_given_nothing() -> None:
    dealer = Dealer({"base": Card("base", (), 1.0), "top": Card("top", ("base",), 1.0)})
    lanes = [Lane(dealer) for _ in range(3)]
    assert lanes[0].take().name == "base"

    dealer.leave(lanes[1])
    dealer.settle("base", Verdict.PASSED)

    assert lanes[2].take().name == "top" and not lanes[1].has_been_dealt
