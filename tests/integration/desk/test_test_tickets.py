"""A ticket that an administrator wrote as a test: answered like any other, and in no figure, evidence or review."""

from __future__ import annotations

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.records import Role
from cx_core.views import Refusal
from tests.scripted import COPY, LENA, Hand, person

COUNTED = (t.measure, t.trial, t.advisor_case, t.autonomous_case, t.planted_error)


def counted(hand: Hand) -> dict[str, int]:
    with hand.works.engine.connect() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in COUNTED
        }


def test_that_a_test_ticket_counts_nowhere(hand: Hand) -> None:
    writer = person(Role.ADMINISTRATOR).replace(email=LENA)
    ticket = hand.desk.set_up.write_test(writer, COPY)
    assert not isinstance(ticket, Refusal)
    assert hand.view(ticket).ticket.test
    hand.approve(ticket)
    assert hand.view(ticket).ticket.first_response_at is not None
    assert not any(counted(hand).values()), counted(hand)
    hand.approve(hand.ticket(COPY))
    assert counted(hand)["measure"] > 0 < counted(hand)["advisor_case"], "as any other ticket does"
    hand.works.clock.forward(days=60)  # type: ignore[attr-defined]
    assert ticket not in hand.works.store.unlearnt(hand.works.clock(), 10)
