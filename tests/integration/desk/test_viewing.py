"""Looking at a ticket claims nothing; the first change does. Who looks is shown to the others."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from cx_core.adapters.sql import tables
from cx_core.desk.service import LEASE
from cx_core.records import Approval, Choices, Person, Role, StepId, TicketId
from cx_core.views import AccountChanged, Refusal, TicketView
from tests.conftest import SetClock
from tests.scripted import COPY, MARIA, Hand, person
from tests.signed_in import someone

ADA, BOB = person(), person(Role.ADVISOR, "Bob Ink")


def seen(hand: Hand, who: Person, ticket: TicketId) -> TicketView:
    view = hand.desk.inbox.ticket(who, ticket)
    assert isinstance(view, TicketView)
    return view


def drafted(hand: Hand, ticket: TicketId) -> str:
    proposal = hand.view(ticket).proposal
    assert proposal is not None
    assert proposal.reply is not None
    return proposal.reply.text


def test_that_a_look_claims_nothing_and_is_shown_to_others(hand: Hand, clock: SetClock) -> None:
    ticket = hand.ticket()
    assert hand.desk.inbox.begin_viewing(ADA, ticket) is None
    assert hand.desk.inbox.begin_viewing(BOB, ticket) is None
    for who, other in ((ADA, BOB), (BOB, ADA)):
        view = seen(hand, who, ticket)
        assert (view.viewers, view.holder, view.mine, view.can_act) == ((other.name,), "", False, True)
    assert (view.ticket.assignee, view.ticket.status, view.draft) == (None, "new", None)
    clock.forward(seconds=LEASE.total_seconds() - 1)
    assert hand.desk.inbox.begin_viewing(BOB, ticket) is None
    clock.forward(seconds=2)
    assert (seen(hand, ADA, ticket).viewers, seen(hand, BOB, ticket).viewers) == ((BOB.name,), ())
    hand.desk.inbox.release(BOB, ticket)
    assert seen(hand, ADA, ticket).viewers == ()


def test_that_words_nobody_typed_are_no_draft_and_no_claim(hand: Hand) -> None:
    ticket = hand.ticket()
    hand.desk.inbox.begin_viewing(ADA, ticket)
    assert hand.desk.inbox.save_draft(ADA, ticket, 1, drafted(hand, ticket)) is None
    assert hand.desk.inbox.save_draft(ADA, ticket, 1, drafted(hand, ticket), Choices()) is None
    assert hand.desk.inbox.save_draft(ADA, ticket, 0, "") is None
    view = seen(hand, BOB, ticket)
    assert (view.draft, view.holder, view.ticket.assignee, view.ticket.status) == (None, "", None, "new")


def test_that_the_first_change_claims_it_for_one_of_two_who_look(hand: Hand) -> None:
    ticket = hand.ticket()
    for who in (ADA, BOB):
        hand.desk.inbox.begin_viewing(who, ticket)
    assert hand.desk.inbox.save_draft(ADA, ticket, 1, "Here is your invoice, in my own words") is None
    refusal = hand.desk.inbox.save_draft(BOB, ticket, 1, "And mine")
    assert isinstance(refusal, Refusal)
    assert refusal.code == "taken"
    assert isinstance(hand.desk.approvals.approve(BOB, ticket, 1, reply="And mine"), Refusal)
    view = seen(hand, BOB, ticket)
    assert (view.holder, view.ticket.assignee, view.draft and view.draft.text) == (
        ADA.name,
        ADA.id,
        "Here is your invoice, in my own words",
    )
    assert isinstance(
        hand.desk.approvals.approve(ADA, ticket, 1, reply="Here is your invoice, in my own words"), Approval
    )


def test_that_a_step_left_out_is_a_change(hand: Hand) -> None:
    ticket = hand.ticket()
    choices = Choices(skipped={StepId("s1"): "they asked for something else"})
    assert hand.desk.inbox.save_draft(ADA, ticket, 1, drafted(hand, ticket), choices) is None
    view = seen(hand, BOB, ticket)
    assert (view.holder, view.draft and view.draft.choices.skipped) == (ADA.name, choices.skipped)


def test_that_two_who_only_look_answer_once(hand: Hand) -> None:
    ticket = hand.ticket()
    for who in (ADA, BOB):
        hand.desk.inbox.begin_viewing(who, ticket)
    assert isinstance(hand.desk.approvals.approve(ADA, ticket, 1, reply="Hello, here is your invoice."), Approval)
    refusal = hand.desk.approvals.approve(BOB, ticket, 1, reply="Hello too, here is your invoice")
    assert isinstance(refusal, Refusal)
    assert len(hand.sent()) == 1


def test_that_what_somebody_has_stays_theirs_while_their_page_is_in_use(hand: Hand, clock: SetClock) -> None:
    ticket = hand.ticket()
    hand.desk.inbox.save_draft(ADA, ticket, 1, "Begun")
    for _ in range(3):
        clock.forward(seconds=LEASE.total_seconds() - 1)
        assert hand.desk.inbox.begin_viewing(ADA, ticket) is None
    assert seen(hand, BOB, ticket).holder == ADA.name
    clock.now += LEASE + timedelta(seconds=1)
    assert seen(hand, BOB, ticket).holder == ""


def test_that_the_time_an_answer_took_counts_from_the_look(hand: Hand, clock: SetClock) -> None:
    ticket = hand.ticket(COPY, MARIA)
    hand.desk.inbox.begin_viewing(ADA, ticket)
    clock.forward(seconds=40)
    assert isinstance(hand.desk.approvals.approve(ADA, ticket, 1, reply="Here is your invoice."), Approval)
    with hand.works.engine.connect() as connection:
        took = connection.execute(sa.select(tables.measure.c.seconds).where(tables.measure.c.person == ADA.id))
        assert took.scalars().all() == [40.0]


def test_that_nobody_writes_over_an_answer_that_a_colleague_has_approved(hand: Hand) -> None:
    ticket = hand.ticket()
    hand.works.work.held = True
    assert isinstance(
        hand.desk.approvals.approve(ADA, ticket, 1, reply="Hello from Ada, here is your invoice"), Approval
    )
    refusal = hand.desk.inbox.save_draft(BOB, ticket, 1, "Hello from Bob")
    assert isinstance(refusal, Refusal)
    assert refusal.code == "already"
    hand.works.work.release()
    assert hand.sent() == ["Hello from Ada, here is your invoice"]
    assert hand.view(ticket).ticket.assignee == ADA.id


def test_that_whose_account_is_closed_is_seen_on_no_ticket(hand: Hand) -> None:
    ines, owen, ticket = someone(hand.desk, "Ines"), someone(hand.desk, "Owen"), hand.ticket()
    assert hand.desk.inbox.begin_viewing(ines, ticket) is None
    assert hand.desk.inbox.take(ines, ticket) is None
    assert (seen(hand, ADA, ticket).viewers, seen(hand, ADA, ticket).holder) == ((ines.name,), ines.name)
    assert isinstance(hand.desk.account_admin.change_account(owen, ines.id, "disable"), AccountChanged)
    assert (seen(hand, ADA, ticket).viewers, seen(hand, ADA, ticket).holder) == ((), "")
