"""A page of the queue is made once per change, and never shown from before one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from cx_core.views import QueueFilter
from tests.scripted import LENA, MARIA, SAM, Hand, person

ADA = person()
OPEN, MINE = QueueFilter(), QueueFilter(mine=True)


@contextmanager
def asked(hand: Hand) -> Iterator[list[str]]:
    """What is asked of the database about tickets meanwhile."""
    found: list[str] = []

    def note(*given: object) -> None:
        if "FROM ticket" in str(given[2]):
            found.append(str(given[2]))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def test_that_a_page_is_made_once_for_all_who_look_at_it_until_a_ticket_changes(hand: Hand) -> None:
    first = hand.ticket("I was charged twice.", sender=MARIA)
    with asked(hand) as made:
        before = hand.desk.inbox.queue(SAM, OPEN)
    assert made, "the first look reads the tickets"
    with asked(hand) as again:
        assert hand.desk.inbox.queue(ADA, OPEN) == before
    assert not again
    second = hand.ticket("And where is my parcel?", sender=LENA)
    assert {row.id for row in hand.desk.inbox.queue(ADA, OPEN).rows} == {first, second}


def test_that_a_page_of_ones_own_tickets_is_nobody_elses(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    assert hand.desk.inbox.queue(SAM, MINE).total == 0
    assert hand.desk.inbox.save_draft(ADA, ticket, 1, "Dear Maria") is None
    assert [row.id for row in hand.desk.inbox.queue(ADA, MINE).rows] == [ticket]
    assert hand.desk.inbox.queue(SAM, MINE).total == 0
