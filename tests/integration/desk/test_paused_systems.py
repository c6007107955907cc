"""A system that does not answer pauses acting alone for what needs it, and gives it back; no level changes."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cx_core.act.notification_rules import announced
from cx_core.adapters.sql import tables
from cx_core.bootstrap import open_desk
from cx_core.errors import NotAllowed, SystemUnreachable
from cx_core.records import AuditEvent, TaskTypeName, TicketId
from cx_core.service_rules.system_standing import ANSWERING, Call, heard
from cx_core.settings import Settings
from cx_core.views.system_views import SystemPause, SystemStanding
from tests.conftest import SetClock
from tests.integration.desk.test_reviewing_what_was_done_alone import ADVISOR, CALLBACK, NED, granted, level
from tests.scripted import LENA, MARIA, TOM, Hand, InlineWorks, letter

CRM = ("callbacks", "callback", "customer", "contact")
READS = frozenset(CRM)


def silent(works: InlineWorks, *names: str) -> None:
    """From now on these calls get no answer; without names every call does."""

    def trouble(name: str) -> None:
        if name in names:
            raise SystemUnreachable("It does not answer.")

    works.trouble = trouble


def rounds(hand: Hand, count: int) -> None:
    for _ in range(count):
        hand.works.clock.now += timedelta(seconds=10)  # type: ignore[attr-defined]
        hand.desk.system_watch.round()


def write(hand: Hand, id: str, sender: str = LENA) -> TicketId:
    given = letter("Please ring me about my plan.", hand.works.clock, id=id, sender=sender)
    return hand.desk.inbound_messages.receive(given.replace(identity=2))


def down(hand: Hand) -> SystemPause:
    """CRM stops answering while a customer is read, and is looked at until it counts as an outage."""
    silent(hand.works, *READS)
    write(hand, "first", TOM)
    rounds(hand, 2)
    (pause,) = hand.desk.system_watch.pauses(NED)
    return pause


def on_record(works: InlineWorks) -> list[AuditEvent]:
    found = works.audit.events(most=10_000)
    return [one for one in found if one.kind in ("system_paused", "system_resumed")]


def measured(works: InlineWorks, ticket: TicketId) -> list[str]:
    query = sa.select(tables.measure.c.kind).where(tables.measure.c.ticket == ticket)
    with works.engine.connect() as connection:
        return [str(kind) for kind in connection.execute(query).scalars()]


def test_that_an_outage_pauses_and_gives_back_without_touching_the_level(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    began = works.clock()
    pause = down(hand)
    assert (pause.since, pause.task_types) == (began, (CALLBACK,))
    silent(works)
    held = hand.view(write(hand, "held"))
    assert held.proposal is not None
    assert (held.proposal.route, held.ticket.work) == ("advisor", "ready")
    there = began.astimezone().strftime("%M")
    assert f":{there}; level 3 is paused for callback" in held.proposal.why
    assert "Crm does not answer since" in held.proposal.why
    assert [bool(one.why_not) for one in held.alone] == [True, False, False]
    assert hand.read("callbacks", customer="C-7") == ()
    rounds(hand, 11)
    assert hand.desk.system_watch.pauses(NED) != (), "two minutes are not over"
    rounds(hand, 1)
    assert hand.desk.system_watch.pauses(NED) == ()
    assert hand.view(write(hand, "free", MARIA)).ticket.work == "done"
    assert level(hand) == (3, "granted")
    assert hand.desk.coming_down.incidents(NED) == ()
    assert [one.kind for one in on_record(works)] == ["system_paused", "system_resumed"]
    assert works.audit.verify().ok


def test_that_one_or_two_failures_are_no_outage(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    silent(works, *READS)
    write(hand, "first", TOM)
    rounds(hand, 1)
    silent(works)
    rounds(hand, 1)
    silent(works, *READS)
    rounds(hand, 2)
    assert hand.desk.system_watch.pauses(NED) == ()
    silent(works)
    rounds(hand, 1)
    assert hand.view(write(hand, "then")).ticket.work == "done"


def test_that_supervisors_hear_of_it_once_and_advisors_ask_nothing(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    down(hand)
    write(hand, "second", LENA)
    write(hand, "third", MARIA)
    rounds(hand, 20)
    (event,) = on_record(works)
    assert event.payload is not None
    (told,) = announced(event.kind, event.payload)
    assert told.figures == {"begins": True, "system": "crm", "what": "callback"}
    assert announced(event.kind, {**event.payload, "task_types": []}) == ()
    with pytest.raises(NotAllowed):
        hand.desk.system_watch.pauses(ADVISOR)


def test_that_what_was_approved_alone_before_the_outage_is_not_begun(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    works.work.held = True
    ticket = write(hand, "waits")
    with works.store.look() as unit:
        number = len(unit.tickets.messages(ticket))
    works.journey().prepare(ticket, number, lambda _, work: work())
    assert hand.view(ticket).ticket.work == "sending"
    silent(works, *READS)
    for _ in range(3):
        with pytest.raises(SystemUnreachable):
            works.watched_office.read("callbacks", {"customer": "C-7"})  # type: ignore[arg-type]
        works.clock.now += timedelta(seconds=10)  # type: ignore[attr-defined]
    rounds(hand, 1)
    silent(works)
    works.journey().carry_out(ticket, 1, lambda _, work: work())
    view = hand.view(ticket)
    assert hand.read("callbacks", customer="C-7") == ()
    assert hand.sent() == []
    assert view.ticket.work == "returned"
    assert view.proposal is not None
    assert "level 3 is paused" in view.proposal.why
    hand.desk.coming_down.round()
    assert level(hand) == (3, "granted")


@pytest.mark.parametrize("call", ["schedule_callback", "schedule_callback:committed"])
def test_that_a_write_without_an_answer_lowers_no_level_and_is_reviewed(
    hand: Hand, works: InlineWorks, call: str
) -> None:
    granted(hand)
    silent(works, call, *(("receipt",) if ":" in call else ()))
    ticket = write(hand, "one")
    outcome = hand.outcome(ticket)
    assert (outcome.unknown, outcome.unreachable) == (True, True)
    silent(works)
    hand.desk.coming_down.round()
    assert level(hand) == (3, "granted")
    assert hand.desk.coming_down.incidents(NED) == ()
    assert measured(works, ticket).count("act_failed") == 0
    (item,) = hand.desk.case_reviews.open(NED).waiting
    assert (item.ticket, item.exception) == (ticket, True)


def test_that_an_outage_is_no_error_of_what_a_person_approved(hand: Hand, works: InlineWorks) -> None:
    ticket = hand.ticket("Please ring me about my plan.")
    silent(works, "schedule_callback")
    hand.approve(ticket)
    silent(works)
    assert hand.outcome(ticket).unreachable
    assert "act_failed" not in measured(works, ticket)


def test_that_it_holds_for_another_process_and_after_a_restart(
    hand: Hand, works: InlineWorks, settings: Settings, clock: SetClock
) -> None:
    granted(hand)
    down(hand)
    silent(works)
    with closing(InlineWorks(settings, clock)) as second:
        other = Hand(open_desk(settings, clock, second), second)
        view = other.view(write(other, "there"))
        assert view.ticket.work == "ready"
        assert view.proposal is not None
        assert "level 3 is paused" in view.proposal.why
        rounds(other, 14)
    assert hand.desk.system_watch.pauses(NED) == ()
    assert len(on_record(works)) == 2


def test_that_what_cannot_be_read_counts_as_paused(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    for body in ({}, {"system": "crm", "failures": "many"}, None):
        with works.engine.begin() as connection:
            connection.execute(sa.delete(tables.system_standing))
            connection.execute(sa.insert(tables.system_standing).values(system="crm", body=body))
        view = hand.view(write(hand, f"b{body}"))
        assert view.ticket.work == "ready"
        assert view.proposal is not None
        assert "Crm does not answer" in view.proposal.why


def test_that_what_does_not_need_the_system_goes_on(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    down(hand)
    with works.store.look() as unit:
        assert works.systems.paused_for(unit, {CALLBACK: 3})
        assert works.systems.paused_for(unit, {TaskTypeName("duplicate_charge"): 3}) == ""


def test_that_the_way_out_pauses_what_answers_and_resumes_by_what_people_send(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    for _ in range(3):
        works.systems.note("outbox", answered=False, write=True)
        works.clock.now += timedelta(seconds=5)  # type: ignore[attr-defined]
    rounds(hand, 1)
    assert [one.system for one in hand.desk.system_watch.pauses(NED)] == ["the way out to customers"]
    first, second, third = (write(hand, f"n{number}", sender) for number, sender in enumerate((LENA, MARIA, TOM)))
    for ticket in (first, second, third):
        assert hand.view(ticket).ticket.work == "ready"
        hand.approve(ticket)
        rounds(hand, 7)
    assert hand.desk.system_watch.pauses(NED) == ()


def test_that_a_system_which_fails_again_soon_must_answer_longer(clock: SetClock) -> None:
    def fail(one: SystemStanding) -> SystemStanding:
        return heard(one, Call(clock.forward(seconds=10), answered=False))

    def answering(one: SystemStanding, seconds: int) -> SystemStanding:
        for _ in range(0, seconds + 10, 10):
            one = heard(one, Call(clock.forward(seconds=10), answered=True))
        return one

    long = int(ANSWERING.total_seconds())
    paused = fail(fail(fail(SystemStanding(system="crm"))))
    assert paused.paused_at is not None
    shaken = fail(answering(paused, long - 10))
    assert shaken.paused_at is not None
    assert answering(shaken, long - 10).paused_at is not None, "it begins anew"
    resumed = answering(shaken, long)
    assert resumed.paused_at is None
    again = fail(fail(fail(resumed)))
    assert answering(again, long).paused_at is not None
    assert answering(again, 2 * long).paused_at is None
    clock.forward(hours=2)
    later = fail(fail(fail(resumed)))
    assert answering(later, long).paused_at is None
