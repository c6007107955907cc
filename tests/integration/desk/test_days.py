"""My day: what a person handled, as the desk measured it, and who may look at whose."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cx_core.adapters.fernline.past import FernlinePast, customers
from cx_core.demo.history import Historian
from cx_core.errors import NotAllowed
from cx_core.records import Person, PersonId, Role, TicketId
from cx_core.views import Refusal
from tests.conftest import SetClock
from tests.scripted import COPY, LENA, MARIA, SAM, Hand, person


def named(hand: Hand, first: str) -> Person:
    found = next(one for one in hand.desk.ticket_lifecycle.colleagues(SAM) if one.name.startswith(first))
    return person(found.role).replace(id=found.id, name=found.name)


@pytest.fixture
def ines(hand: Hand) -> Person:
    return named(hand, "Ines")


@pytest.fixture
def callum(hand: Hand) -> Person:
    return named(hand, "Callum")


def answer(
    hand: Hand,
    clock: SetClock,
    who: Person,
    *,
    adds: str = "",
    sender: str = LENA,
    seconds: float = 40,
    thread: str = "",
) -> TicketId:
    ticket = hand.ticket(COPY, sender, thread)
    assert hand.desk.inbox.take(who, ticket) is None
    clock.forward(seconds=seconds)
    view = hand.view(ticket)
    drafted = view.proposal.reply.text if view.proposal and view.proposal.reply else ""
    answered = hand.desk.approvals.approve(who, ticket, view.ticket.version, reply=drafted + adds)
    assert not isinstance(answered, Refusal), answered
    return ticket


def approved_and_held(hand: Hand, who: Person, ticket: TicketId) -> None:
    """An answer that counts already and has not left yet."""
    hand.works.work.held = True
    view = hand.view(ticket)
    assert view.proposal
    assert view.proposal.reply
    assert not isinstance(hand.desk.approvals.approve(who, ticket, 1, reply=view.proposal.reply.text), Refusal)
    assert hand.desk.advisor_stats.day(who).today.handled == 1


def test_that_a_day_counts_what_was_sent_changed_and_rejected(
    hand: Hand, clock: SetClock, ines: Person, callum: Person
) -> None:
    answer(hand, clock, ines, seconds=20)
    answer(hand, clock, ines, seconds=30, sender=MARIA)
    answer(hand, clock, ines, seconds=100, adds="\n\nPS: all the best.")
    hand.desk.approvals.reject(ines, hand.ticket(COPY, MARIA), 1, "not what they asked")
    day = hand.desk.advisor_stats.day(ines)
    assert (day.today.handled, day.today.approved, day.today.edited, day.today.rejected) == (3, 2, 1, 1)
    assert (day.today.average, day.today.median) == (50.0, 30.0)
    assert day.today.first_responses == 3
    assert day.hours == (0,) * 9 + (3,) + (0,) * 14
    assert (day.name, day.simulated) == ("Ines Duarte", ())
    assert [one.handled for one in day.week] == [0] * 7
    assert hand.desk.advisor_stats.day(callum).today.handled == 0


def test_that_what_comes_back_and_what_is_said_of_it_falls_to_whoever_answered_last(
    hand: Hand, clock: SetClock, ines: Person, callum: Person
) -> None:
    answer(hand, clock, callum, thread="t-1")
    ticket = answer(hand, clock, ines, thread="t-1")
    token = hand.asked()[-1].split("/rate/")[1].split()[0]
    assert hand.desk.customer_ratings.rate(token, 4) is None
    clock.forward(days=1)
    assert hand.ticket("It is still not here.", thread="t-1") == ticket
    mine, other = hand.desk.advisor_stats.day(ines), hand.desk.advisor_stats.day(callum)
    assert (mine.week[-1].handled, mine.week[-1].ratings, mine.week[-1].satisfaction) == (1, 1, 4.0)
    assert (mine.today.handled, mine.today.reopened) == (0, 1)
    assert (other.week[-1].handled, other.week[-1].ratings, other.today.reopened) == (1, 0, 0)


def test_that_an_answer_taken_back_was_none(hand: Hand, ines: Person) -> None:
    hand.desk.approvals._undo_seconds = 5
    ticket = hand.ticket()
    assert hand.desk.inbox.take(ines, ticket) is None
    approved_and_held(hand, ines, ticket)
    assert hand.desk.approvals.withdraw(ines, ticket, 1) is None
    assert hand.desk.advisor_stats.day(ines).today.handled == 0


def test_that_an_answer_that_was_stopped_and_came_back_was_none(hand: Hand, ines: Person) -> None:
    ticket = hand.ticket()
    approved_and_held(hand, ines, ticket)
    hand.desk.kill_switches.stop(SAM, "*", "A drill")
    hand.works.work.release()
    assert (hand.view(ticket).ticket.work, hand.desk.advisor_stats.day(ines).today.handled) == ("returned", 0)


def test_that_what_was_put_off_until_tonight_is_named(hand: Hand, clock: SetClock, ines: Person) -> None:
    soon, later, theirs = hand.ticket(), hand.ticket(COPY, MARIA), hand.ticket()
    assert hand.desk.ticket_lifecycle.snooze(ines, soon, clock.now + timedelta(hours=2)) is None
    assert hand.desk.ticket_lifecycle.snooze(ines, later, clock.now + timedelta(days=2)) is None
    assert hand.desk.ticket_lifecycle.snooze(SAM, theirs, clock.now + timedelta(hours=2)) is None
    assert [row.id for row in hand.desk.advisor_stats.day(ines).coming_back] == [soon]


def test_that_the_day_is_the_businesss_own(hand: Hand, clock: SetClock, ines: Person) -> None:
    clock.now = clock.now.replace(month=7, hour=23, minute=10)  # past midnight in London, in summer
    answer(hand, clock, ines)
    day = hand.desk.advisor_stats.day(ines)
    assert day.today.day == (clock.now + timedelta(days=1)).date()
    assert (day.today.handled, day.hours[0]) == (1, 1)


def test_that_simulated_figures_stand_apart(hand: Hand, clock: SetClock, ines: Person) -> None:
    works = hand.works
    people = works.accounts.people()
    Historian(works.knowledge, works.store, people, customers(works.fernline), FernlinePast(), works.clock).write(
        months=1, tickets=120, seed=3
    )
    answer(hand, clock, ines)
    day = hand.desk.advisor_stats.day(ines)
    assert sum(one.handled for one in day.simulated) > 3
    assert [one.handled for one in day.week] == [0] * 7
    assert (day.today.handled, sum(day.hours)) == (1, 1)


def test_that_only_a_lead_sees_somebody_elses_day(hand: Hand, ines: Person, callum: Person) -> None:
    assert hand.desk.advisor_stats.day(SAM, ines.id).name == "Ines Duarte"
    for who, whose in ((callum, ines.id), (ines, SAM.id), (SAM, PersonId("nobody")), (person(Role.EDITOR), None)):
        with pytest.raises(NotAllowed):
            hand.desk.advisor_stats.day(who, whose)


def test_that_an_answer_that_a_lead_took_back_was_none(hand: Hand, ines: Person) -> None:
    hand.desk.approvals._undo_seconds = 5
    ticket = hand.ticket()
    approved_and_held(hand, ines, ticket)
    assert hand.desk.approvals.withdraw(SAM, ticket, 1) is None
    assert hand.desk.advisor_stats.day(ines).today.handled == 0
