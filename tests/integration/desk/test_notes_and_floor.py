"""What colleagues tell each other, what they say of the copilot, and the floor as a supervisor sees it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cx_core.adapters.sql import tables
from cx_core.errors import NotAllowed
from cx_core.records import CustomerId, Note, PersonId, Role, TicketId
from cx_core.views import Refusal
from tests.conftest import SetClock
from tests.scripted import COPY, LENA, MARIA, SAM, Hand, erased, person

ADA, EDITOR, ROOT = person(), person(Role.EDITOR, "Ed Word"), person(Role.ADMINISTRATOR, "Root Admin")


def code(answer: object) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


def test_that_a_note_is_kept_for_colleagues_and_who_is_mentioned_is_told(hand: Hand) -> None:
    ticket = hand.ticket()
    callum = next(one for one in hand.desk.ticket_lifecycle.colleagues(SAM) if one.name.startswith("Callum"))
    note = hand.desk.notes.add_note(ADA, ticket, "  @Callum please look at the second invoice ")
    assert isinstance(note, Note)
    assert (note.text, note.mentions) == ("@Callum please look at the second invoice", (callum.id,))
    assert hand.desk.notes.of_ticket(SAM, ticket) == (note,)
    told = hand.desk.notes.notices(person().replace(id=callum.id))
    assert [(one.kind, one.ticket, one.sender) for one in told] == [("mention", ticket, ADA.name)]
    hand.desk.notes.see_notice(ADA, told[0].id)  # somebody else's: nothing happens
    reader = person().replace(id=callum.id)
    assert len(hand.desk.notes.notices(reader)) == 1
    hand.desk.notes.see_notice(reader, told[0].id)
    assert hand.desk.notes.notices(reader) == ()
    assert "noted" in hand.kinds(ticket)


def test_that_no_note_reaches_the_customer_and_none_survives_their_erasure(hand: Hand) -> None:
    ticket = hand.ticket(COPY, LENA)
    hand.desk.notes.add_note(ADA, ticket, "she sounded worried")
    hand.approve(ticket)
    assert not any("worried" in text for text in [*hand.sent(), *hand.asked()])
    erased(hand.desk, CustomerId("C-7"))
    assert hand.desk.notes.of_ticket(SAM, ticket) == ()


@pytest.mark.parametrize(("text", "code_"), [("  ", "empty"), ("x" * 4001, "denied")])
def test_that_a_note_says_something_and_not_a_book(hand: Hand, text: str, code_: str) -> None:
    assert code(hand.desk.notes.add_note(ADA, hand.ticket(), text)) == code_


def test_that_a_flag_on_the_copilots_work_is_on_record_and_counted(hand: Hand) -> None:
    ticket = hand.ticket()
    assert hand.desk.notes.flag(ADA, ticket, 1, "reply", "too cold") is None
    assert code(hand.desk.notes.flag(ADA, ticket, 9, "reply")) == "stale"
    query = sa.select(tables.flag.c.what, tables.flag.c.note, tables.flag.c.person)
    with hand.works.engine.begin() as connection:
        assert [tuple(row) for row in connection.execute(query)] == [("reply", "too cold", ADA.id)]
    assert "flagged" in hand.kinds(ticket)


def test_that_the_floor_says_what_waits_what_is_late_and_who_has_what(hand: Hand, clock: SetClock) -> None:
    first, second = hand.ticket(COPY, LENA), hand.ticket(COPY, MARIA)
    ines = next(one for one in hand.desk.ticket_lifecycle.colleagues(SAM) if one.name.startswith("Ines"))
    hand.desk.inbox.take(person().replace(id=ines.id, name=ines.name), first)
    floor = hand.desk.floor.overview(SAM)
    counts = (floor.new.count, floor.open.count, floor.unassigned.count, floor.due_soon.count)
    assert (counts, floor.late) == ((2, 0, 2, 0), ())
    assert {one.name: one.tickets for one in floor.workers}["Ines Duarte"] == (first,)
    assert sum(floor.arrivals) == 2
    due = hand.view(second).ticket.respond_by
    assert due is not None
    clock.now = due - timedelta(minutes=50)
    assert {row.id for row in hand.desk.floor.overview(SAM).late} == {first, second}
    assert sum(hand.desk.floor.overview(SAM).arrivals) in (0, 2)


def test_that_tickets_are_given_to_one_colleague_but_not_those_in_hand(hand: Hand) -> None:
    first, second = hand.ticket(COPY, LENA), hand.ticket(COPY, MARIA)
    hand.desk.inbox.take(ADA, first)
    callum = next(one for one in hand.desk.ticket_lifecycle.colleagues(SAM) if one.name.startswith("Callum"))
    assert hand.desk.floor.reassign(SAM, [first, second, TicketId("T-none")], callum.id) == (second,)
    assert hand.view(second).ticket.assignee_name == callum.name
    assert code(hand.desk.floor.reassign(SAM, [first], PersonId("nobody"))) == "denied"


def test_that_other_tickets_of_the_same_customer_are_offered_for_merging(hand: Hand) -> None:
    mine, also, _ = hand.ticket(COPY, MARIA), hand.ticket("More.", MARIA), hand.ticket(COPY, LENA)
    assert [row.id for row in hand.desk.customer_tickets.others(ADA, mine)] == [also]


def test_that_roles_are_checked(hand: Hand) -> None:
    ticket = hand.ticket()
    desk = hand.desk
    asks: list[Callable[[], object]] = [
        lambda: desk.notes.add_note(EDITOR, ticket, "x"),
        lambda: desk.notes.of_ticket(EDITOR, ticket),
        lambda: desk.notes.notices(EDITOR),
        lambda: desk.notes.flag(EDITOR, ticket, 1, "reply"),
        lambda: desk.customer_tickets.others(EDITOR, ticket),
        lambda: desk.floor.overview(ADA),
        lambda: desk.floor.reassign(ADA, [ticket], ADA.id),
    ]
    for ask in asks:
        with pytest.raises(NotAllowed):
            ask()
