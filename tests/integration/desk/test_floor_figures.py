"""A figure of the Floor is the number of tickets that its own filter shows in the queue."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from cx_core.adapters.sql import tables
from cx_core.views import Floor
from tests.conftest import SetClock
from tests.scripted import SAM, Hand

MANY = 60


def crowd(hand: Hand, clock: SetClock) -> None:
    """Many late tickets, one that is not, and one of each other kind a figure counts."""
    first = hand.ticket()
    late = (clock() - timedelta(hours=1)).isoformat()
    far = (clock() + timedelta(days=2)).isoformat()
    kinds = [("new", None, late)] * MANY + [("open", SAM.id, far), ("open", "", far), ("pending", SAM.id, late)]
    with hand.works.engine.begin() as connection:
        row = dict(connection.execute(sa.select(tables.ticket).where(tables.ticket.c.id == first)).mappings().one())
        for number, (status, assignee, due) in enumerate(kinds):
            given = {"id": f"T-9{number:03}", "status": status, "assignee": assignee, "respond_by": due}
            body = {**row["body"], **given}
            connection.execute(sa.insert(tables.ticket).values(row | given | {"body": body}))


def counts(floor: Floor) -> tuple[int, ...]:
    return tuple(one.count for one in (floor.new, floor.open, floor.pending, floor.unassigned, floor.due_soon))


def test_that_each_figure_is_the_number_of_tickets_its_filter_shows_however_many(hand: Hand, clock: SetClock) -> None:
    crowd(hand, clock)
    floor = hand.desk.floor.overview(SAM)
    assert counts(floor) == (MANY + 1, 2, 1, MANY + 2, MANY)
    for figure in (floor.new, floor.open, floor.pending, floor.unassigned, floor.due_soon):
        first = hand.desk.inbox.queue(SAM, figure.filter)
        rows = [row for page in range(first.pages) for row in hand.desk.inbox.queue(SAM, figure.filter, page + 1).rows]
        assert len({row.id for row in rows}) == len(rows) == first.total == figure.count


def test_that_time_alone_makes_a_ticket_late_in_the_figure_and_in_the_list(hand: Hand, clock: SetClock) -> None:
    ticket = hand.ticket()
    due = hand.view(ticket).ticket.respond_by
    assert due is not None
    clock.now = due - timedelta(hours=2)
    floor = hand.desk.floor.overview(SAM)
    assert (floor.due_soon.count, hand.desk.inbox.queue(SAM, floor.due_soon.filter).rows) == (0, ())
    clock.now = due - timedelta(minutes=59)
    floor = hand.desk.floor.overview(SAM)
    assert floor.due_soon.count == 1
    assert (
        [row.id for row in floor.late]
        == [row.id for row in hand.desk.inbox.queue(SAM, floor.due_soon.filter).rows]
        == [ticket]
    )
