"""A proposal with an error on purpose, as an advisor meets it; and what is shown of how many were caught."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cx_core.bootstrap import open_desk
from cx_core.records import Role, TicketId
from cx_core.settings import Settings
from pages import wiring
from tests.conftest import SetClock
from tests.pages.pressing import opened, papers
from tests.scripted import MARIA, Hand, copied, letter


@pytest.fixture
def hand(furnished: Path, settings: Settings, clock: SetClock) -> Iterator[Hand]:
    """On a desk that shows every proposal with an error, where there is one to be made."""
    with closing(copied(furnished, settings, clock)) as works:
        company = works.knowledge.company.model_copy(update={"planted_errors": 100.0})
        works.knowledge, works.planted_errors = works.knowledge.replace(company=company), True
        desk = open_desk(settings, clock, works)
        wiring.put(desk)
        yield Hand(desk, works)
        wiring.put(None)


def ticket(hand: Hand) -> TicketId:
    return hand.desk.inbound_messages.receive(letter("I was charged twice.", hand.works.clock, id="one", sender=MARIA))


def test_that_whoever_sends_it_is_told_kindly_and_gets_the_genuine_plan(hand: Hand) -> None:
    id = ticket(hand)
    at = opened(hand, "inbox", Role.ADVISOR, ticket=id)
    assert "P-7" in papers(at)
    assert "a check" not in papers(at)
    at.button(key=f"approve-{id}-1").click().run()
    assert not at.exception
    assert papers(at).count("This was a check") == 1
    assert "decide on that" in papers(at)
    assert hand.sent(MARIA) == []
    again = opened(hand, "inbox", Role.ADVISOR, ticket=id)
    assert papers(again).count("This was a check") == 1, "it is still told after a refresh"
    again.button(key=f"approve-{id}-2").click().run()
    assert not again.exception
    assert len(hand.sent(MARIA)) == 1


def test_that_shares_are_on_autonomy_and_ones_own_on_my_day(hand: Hand) -> None:
    assert "None was answered yet" in papers(opened(hand, "autonomy", Role.SUPERVISOR))
    ines = next(one for one in hand.works.accounts.people() if one.name == "Ines Duarte")
    advisor = hand.works.accounts.account(ines.id)
    assert advisor is not None
    hand.desk.approvals.reject(advisor, ticket(hand), 1, "Wrong payment")
    at = opened(hand, "autonomy", Role.SUPERVISOR)
    assert not at.exception
    (row,) = next(one.value for one in at.dataframe if "Caught" in one.value.columns).to_dict("records")
    assert (row["Caught"], row["Answered"]) == ("100%", "1 of 1")
    mine = papers(opened(hand, "day", Role.ADVISOR))
    assert "Planted errors caught: 1 of 1" in mine
