"""The closing, and that an AI helped, are said once on a ticket."""

from __future__ import annotations

from cx_core.records import Approval
from tests.scripted import Hand

MARIA = "maria.keller@example.com"


def test_that_a_second_reply_says_neither_again(hand: Hand) -> None:
    company = hand.works.knowledge.company
    ticket = hand.ticket("I was charged twice.", sender=MARIA, thread="t")
    assert isinstance(hand.approve(ticket), Approval)
    hand.ticket("And a copy of my invoice I-3, please.", sender=MARIA, thread="t")
    assert isinstance(hand.approve(ticket), Approval)
    first, second = hand.sent(MARIA)
    for words in (company.closing, company.disclosure):
        assert words in first
        assert words not in second
    assert second.endswith(company.signature)
