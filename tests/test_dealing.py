"""Checks dealt to several lanes: each once, none before what it needs, and with the news that a run on one lane would have had."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from conftest import eventually
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


@given(suites(), st.integers(1, 4))
def test_lanes_find_together_what_one_lane_finds(suite: tuple[dict[str, Card], dict[str, Verdict]], count: int) -> None:
    cards, verdicts = suite
    dealer, found, lock = Dealer(cards), {}, threading.Lock()

    def lane() -> None:
        while (deal := dealer.deal()).name:
            verdict = Verdict.NOT_RUN if deal.failed else verdicts[deal.name]
            with lock:
                assert deal.name not in found
                found[deal.name] = (verdict, frozenset(deal.failed))
            dealer.settle(deal.name, verdict)

    lanes = [threading.Thread(target=lane, daemon=True) for _ in range(count)]
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

    assert [dealer.deal().name, dealer.deal().name] == ["base", "long"]  # nothing else may run before base has ended
    dealer.settle("base", Verdict.PASSED)
    assert dealer.deal().name == "middle"


def test_a_lane_that_waits_is_told_when_there_is_nothing_left() -> None:
    dealer = Dealer({"base": Card("base", (), 1.0), "top": Card("top", ("base",), 1.0)})
    assert dealer.deal().name == "base"
    dealt: list[Deal] = []
    waiting = threading.Thread(target=lambda: dealt.append(dealer.deal()), daemon=True)
    waiting.start()
    time.sleep(0.05)
    assert not dealt

    dealer.stop()

    eventually(lambda: bool(dealt), "the lane is told")
    assert dealt == [Deal(name="", failed=())]


def test_a_lane_without_a_check_is_not_let_go_while_others_run() -> None:
    dealer = Dealer({"one": Card("one", (), 1.0), "two": Card("two", (), 1.0)})
    names = {dealer.deal().name, dealer.deal().name}
    dealt: list[Deal] = []
    free = threading.Thread(target=lambda: dealt.append(dealer.deal()), daemon=True)
    free.start()

    for name in sorted(names):
        time.sleep(0.05)
        assert not dealt
        dealer.settle(name, Verdict.PASSED)

    eventually(lambda: bool(dealt), "the lane is let go")
    assert dealt == [Deal(name="", failed=())]
