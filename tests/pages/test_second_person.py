"""The Inbox where two people must approve, over the real desk: what the first, the second and a bystander see."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.records import ActionName, Money, Role, TicketId, Value
from tests.pages.pressing import papers, pressed, send_button, shown
from tests.scripted import MARIA, Hand, person
from tests.signed_in import token


@pytest.fixture
def ticket(hand: Hand) -> TicketId:
    """Its plan holds a credit that is too large for one person."""
    found = hand.ticket("I was charged twice.", MARIA)
    values: dict[str, Value] = {"customer": "C-1", "amount": Money(minor=120_000), "reason": "our mistake"}
    adder = person(Role.ADMINISTRATOR, "Root Admin")
    assert hand.desk.added_actions.add_step(adder, found, 1, ActionName("apply_credit"), 0, values) is None
    return found


def opened(hand: Hand, name: str, ticket: TicketId) -> AppTest:
    return shown("inbox", token(hand.desk, name), ticket=ticket)


def credits(hand: Hand) -> int:
    return len(hand.read("credits", customer="C-1"))


def test_that_the_page_says_who_approved_and_takes_a_second_person(hand: Hand, ticket: TicketId) -> None:
    first = opened(hand, "Owen", ticket)
    assert "Needs two people" in papers(first)
    pressed(first, "approve")
    said = papers(first)
    assert "You have approved this" in said
    assert "Awaiting second approval" in said
    assert "Second approval" in said
    assert send_button(first).disabled
    assert credits(hand) == 0
    bystander = opened(hand, "Ines", ticket)
    assert send_button(bystander).disabled
    assert "Owen Price has approved this" in papers(bystander)
    hand.desk.inbox.let_go(
        next(
            one
            for one in [hand.works.accounts.account(p.id) for p in hand.works.accounts.people()]
            if one is not None and one.name == "Ines Duarte"
        )
    )
    second = opened(hand, "Farah", ticket)
    assert "Needs your second approval" in papers(second)
    assert send_button(second).label.startswith("Give second approval: send and run ")
    pressed(second, "approve")
    assert credits(hand) == 1
    assert hand.view(ticket).ticket.work == "done"


def test_that_another_text_is_the_first_approval_of_it(hand: Hand, ticket: TicketId) -> None:
    first = opened(hand, "Owen", ticket)
    pressed(first, "approve")
    second = opened(hand, "Farah", ticket)
    area = next(area for area in second.text_area if str(area.key).startswith("draft-"))
    area.input("You will get a credit, and your refund is on its way.").run()
    assert not second.exception
    assert send_button(second).label.startswith("Give first approval")
    assert "yours would be the first approval of it" in papers(second)
    pressed(second, "approve")
    assert "You have approved this" in papers(second)
    assert credits(hand) == 0
    pressed(second, "withdraw-first")
    assert not send_button(second).disabled
    pressed(second, "approve")
    assert "You have approved this" in papers(second)
