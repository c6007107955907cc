"""Putting off, handing over, merging, closing, escalating: the life of a ticket outside of its proposal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import numpy as np
import pytest
import sqlalchemy as sa
from numpy.typing import NDArray

from cx_core.adapters.sql import tables
from cx_core.errors import NotAllowed
from cx_core.records import ActionName, Approval, Message, Person, PersonId, Role, StepId, Ticket, TicketId, Triage
from cx_core.understand.open_question import OpenTalk
from cx_core.views import CaseFile, Colleague, QueueFilter, Refusal
from tests.conftest import SetClock
from tests.scripted import COPY, LENA, MARIA, SAM, Hand, Scripted, person

ADA, EDITOR = person(), person(Role.EDITOR, "Ed Word")
OPEN = QueueFilter()


def queued(hand: Hand, filter: QueueFilter = OPEN) -> list[TicketId]:
    return [row.id for row in hand.desk.inbox.queue(SAM, filter).rows]


def ticket_of(hand: Hand, id: TicketId) -> Ticket:
    return hand.view(id).ticket


def colleague(hand: Hand, role: Role) -> Colleague:
    return next(found for found in hand.desk.ticket_lifecycle.colleagues(SAM) if found.role == role)


def notices(hand: Hand) -> list[tuple[str, str]]:
    query = sa.select(tables.notice.c.person, tables.notice.c.kind).order_by(tables.notice.c.id)
    with hand.works.engine.begin() as connection:
        return [(row[0], row[1]) for row in connection.execute(query)]


def measured(hand: Hand, kind: str) -> list[float | None]:
    query = sa.select(tables.measure.c.seconds).where(tables.measure.c.kind == kind)
    with hand.works.engine.begin() as connection:
        return list(connection.execute(query).scalars())


def code(answer: object) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


# --- put off --------------------------------------------------------------------------------


def test_that_a_ticket_put_off_leaves_the_queue_and_comes_back_at_its_time(hand: Hand, clock: SetClock) -> None:
    ticket = hand.ticket()
    assert hand.desk.ticket_lifecycle.snooze(ADA, ticket, clock() + timedelta(days=1), "the parcel is due") is None
    assert queued(hand) == []
    hand.desk.take_up()
    assert queued(hand) == []
    clock.now += timedelta(days=1)
    hand.desk.take_up()
    assert queued(hand) == [ticket]
    assert [kind for kind in hand.kinds(ticket) if kind in ("pending", "woken")] == ["pending", "woken"]
    assert notices(hand)[0] == (ADA.id, "woken")


def test_that_a_customer_who_writes_brings_it_back_at_once(hand: Hand, clock: SetClock) -> None:
    ticket = hand.ticket(thread="t1")
    hand.desk.ticket_lifecycle.snooze(ADA, ticket, clock() + timedelta(days=9))
    hand.ticket(thread="t1")
    assert queued(hand) == [ticket]
    assert ticket_of(hand, ticket).wake_at is None


def test_that_a_ticket_waiting_for_the_customer_never_wakes_by_itself(hand: Hand, clock: SetClock) -> None:
    ticket = hand.ticket()
    hand.approve(ticket)
    assert hand.desk.ticket_lifecycle.reopen(ADA, ticket) is None
    assert hand.desk.ticket_lifecycle.wait_for_customer(ADA, ticket) is None
    clock.now += timedelta(days=30)
    hand.desk.take_up()
    assert queued(hand) == []
    assert hand.desk.ticket_lifecycle.wake(ADA, ticket) is None
    assert queued(hand) == [ticket]
    assert code(hand.desk.ticket_lifecycle.wake(ADA, ticket)) == "already"


def test_that_nobody_waits_for_a_customer_who_waits_for_an_answer(hand: Hand) -> None:
    ticket = hand.ticket()
    before = ticket_of(hand, ticket)
    refused = hand.desk.ticket_lifecycle.wait_for_customer(ADA, ticket)
    assert isinstance(refused, Refusal)
    assert "Nobody has answered this customer yet" in refused.text
    assert ticket_of(hand, ticket) == before
    assert queued(hand) == [ticket]


def test_that_the_promised_time_of_a_snoozed_ticket_runs_on(hand: Hand, clock: SetClock) -> None:
    ticket = hand.ticket()
    due = ticket_of(hand, ticket).respond_by
    assert due is not None
    assert hand.desk.ticket_lifecycle.snooze(ADA, ticket, due + timedelta(days=3)) is None
    assert ticket_of(hand, ticket).respond_by == due
    clock.now = due - timedelta(minutes=20)
    hand.desk.take_up()
    hand.desk.take_up()
    assert (ADA.id, "escalated") in notices(hand)
    assert [kind for kind in hand.kinds(ticket) if kind == "escalated"] == ["escalated"]


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=-1), timedelta(days=91)])
def test_that_it_is_put_off_to_a_time_to_come_only(hand: Hand, clock: SetClock, ahead: timedelta) -> None:
    ticket = hand.ticket()
    assert code(hand.desk.ticket_lifecycle.snooze(ADA, ticket, clock() + ahead)) == "denied"


def test_that_nobody_puts_off_what_somebody_else_has(hand: Hand, clock: SetClock) -> None:
    ticket = hand.ticket()
    hand.desk.inbox.take(SAM, ticket)
    assert code(hand.desk.ticket_lifecycle.snooze(ADA, ticket, clock() + timedelta(hours=1))) == "taken"
    assert code(hand.desk.ticket_lifecycle.transfer(ADA, ticket, team="billing", note="yours")) == "taken"


# --- hand over ------------------------------------------------------------------------------


def test_that_a_colleague_gets_the_ticket_the_draft_and_a_notice(hand: Hand) -> None:
    ticket = hand.ticket()
    hand.desk.inbox.save_draft(ADA, ticket, 1, "half a sentence")
    other = colleague(hand, Role.SUPERVISOR)
    assert (
        hand.desk.ticket_lifecycle.transfer(ADA, ticket, to=other.id, note="She asks for more than I may give.") is None
    )
    view = hand.view(ticket)
    assert (view.ticket.assignee, view.ticket.assignee_name, view.holder) == (other.id, other.name, "")
    assert view.draft is not None
    assert view.draft.text == "half a sentence"
    assert notices(hand) == [(other.id, "transferred")]
    assert measured(hand, "transferred") == [None]


def test_that_a_team_gets_it_and_finds_it_by_its_name(hand: Hand) -> None:
    ticket, _ = hand.ticket(), hand.ticket(sender=MARIA)
    assert hand.desk.ticket_lifecycle.transfer(ADA, ticket, team="billing", note="an invoice question") is None
    assert queued(hand, QueueFilter(team="billing")) == [ticket]
    assert ticket_of(hand, ticket).assignee is None


@pytest.mark.parametrize(
    ("to", "team", "note", "code_"),
    [
        (None, "", "why", "denied"),
        (None, "space travel", "why", "denied"),
        (PersonId("nobody"), "", "why", "denied"),
        (None, "billing", "  ", "empty"),
    ],
)
def test_that_it_is_handed_to_somebody_there_is_with_a_reason(
    hand: Hand, to: PersonId | None, team: str, note: str, code_: str
) -> None:
    assert code(hand.desk.ticket_lifecycle.transfer(ADA, hand.ticket(), to=to, team=team, note=note)) == code_


# --- merge ----------------------------------------------------------------------------------


def test_that_two_tickets_of_one_customer_become_one_in_the_order_of_time(hand: Hand, clock: SetClock) -> None:
    first = hand.ticket("I was charged twice.", MARIA, thread="a")
    clock.now += timedelta(minutes=5)
    second = hand.ticket("And I can't be home.", MARIA, thread="b")
    assert hand.desk.ticket_lifecycle.merge(ADA, second, first) is None
    view = hand.view(first)
    assert [message.text for message in view.messages] == ["I was charged twice.", "And I can't be home."]
    assert view.proposal is not None
    assert [goal.task_type for goal in view.proposal.triage.goals] == ["duplicate_charge", "reschedule_installation"]
    gone = ticket_of(hand, second)
    assert (gone.status, gone.merged_into, hand.view(second).messages) == ("closed", first, ())
    assert queued(hand) == [first]


def test_that_what_is_written_to_a_merged_conversation_reaches_the_ticket_it_went_to(hand: Hand) -> None:
    first, second = hand.ticket(sender=MARIA, thread="a"), hand.ticket(sender=MARIA, thread="b")
    hand.desk.ticket_lifecycle.merge(ADA, second, first)
    assert hand.ticket("One more thing.", MARIA, thread="b") == first


def test_that_an_answer_in_one_ticket_is_none_to_what_was_written_in_the_other(hand: Hand, clock: SetClock) -> None:
    open_one = hand.ticket(COPY, MARIA, thread="a")
    clock.now += timedelta(minutes=5)
    answered = hand.ticket("I was charged twice.", MARIA, thread="b")
    hand.approve(answered)
    said = hand.sent(MARIA)
    assert said
    assert hand.desk.ticket_lifecycle.merge(ADA, answered, open_one) is None
    view = hand.view(open_one)
    assert [message.sender for message in view.messages] == ["customer", "advisor", "customer"]
    assert view.proposal is not None
    assert [goal.task_type for goal in view.proposal.triage.goals] == ["invoice_copy"]
    assert not view.waiting
    told = hand.desk.case_files.case_file(ADA, open_one)
    assert isinstance(told, CaseFile)
    assert list(told.told) == said
    (note,) = hand.desk.notes.of_ticket(ADA, open_one)
    assert note.text == f"Merged from {answered}. Refund a payment: done there."


def test_that_two_answered_tickets_are_one_answered_ticket(hand: Hand) -> None:
    first, second = hand.ticket(COPY, MARIA, thread="a"), hand.ticket(COPY, MARIA, thread="b")
    for ticket in (first, second):
        hand.approve(ticket)
    assert hand.desk.ticket_lifecycle.merge(ADA, second, first) is None
    view = hand.view(first)
    assert (view.ticket.status, view.ticket.work, len(view.messages), view.waiting) == ("pending", "done", 4, False)


def test_that_what_was_taken_back_is_said_where_a_ticket_is_merged_into(hand: Hand) -> None:
    first, second = hand.ticket(COPY, MARIA, thread="a"), hand.ticket("I was charged twice.", MARIA, thread="b")
    hand.approve(second)
    step = hand.view(second).cards[0]
    assert not isinstance(hand.desk.approvals.undo(SAM, second, step.version, step.step.id), Refusal)
    assert hand.desk.ticket_lifecycle.merge(ADA, second, first) is None
    (note,) = hand.desk.notes.of_ticket(ADA, first)
    assert "done there and undone again. The customer may have been told otherwise: write to them." in note.text
    third = hand.ticket(COPY, MARIA, thread="c")
    assert hand.desk.ticket_lifecycle.merge(ADA, first, third) is None
    assert [one.text for one in hand.desk.notes.of_ticket(ADA, third)] == [note.text]


def test_that_whoever_must_be_written_to_is_not_lost_in_an_answered_ticket(hand: Hand) -> None:
    first, second = hand.ticket(COPY, MARIA, thread="a"), hand.ticket("I was charged twice.", MARIA, thread="b")
    for ticket in (first, second):
        hand.approve(ticket)
    step = hand.view(second).cards[0]
    assert not isinstance(hand.desk.approvals.undo(SAM, second, step.version, step.step.id), Refusal)
    assert hand.desk.ticket_lifecycle.merge(ADA, second, first) is None
    view = hand.view(first)
    assert (view.ticket.status, view.ticket.work, view.ticket.route) == ("open", "returned", "person")
    assert view.proposal is not None
    assert "was undone" in view.proposal.why
    assert first in queued(hand)


def test_that_tickets_of_two_customers_stay_apart(hand: Hand) -> None:
    mine, other = hand.ticket(sender=MARIA), hand.ticket(sender=LENA)
    assert code(hand.desk.ticket_lifecycle.merge(ADA, mine, other)) == "denied"
    assert code(hand.desk.ticket_lifecycle.merge(ADA, mine, mine)) == "denied"
    assert code(hand.desk.ticket_lifecycle.merge(ADA, mine, TicketId("T-none"))) == "stale"


def test_that_of_two_merges_in_opposite_directions_one_wins(hand: Hand) -> None:
    first, second = hand.ticket(sender=MARIA, thread="a"), hand.ticket(sender=MARIA, thread="b")
    ways = [(first, second), (second, first)]
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda way: hand.desk.ticket_lifecycle.merge(ADA, *way), ways))
    assert sorted(answer is None for answer in answers) == [False, True]
    texts = [message.id for id in (first, second) for message in hand.view(id).messages]
    assert sorted(texts) == ["email:m1", "email:m2"]


# --- time -----------------------------------------------------------------------------------


def solved(hand: Hand, thread: str = "t") -> TicketId:
    ticket = hand.ticket(COPY, LENA, thread)
    hand.approve(ticket)
    assert ticket_of(hand, ticket).status == "solved"
    return ticket


def test_that_a_solved_ticket_is_closed_after_some_days_and_then_goes_on_as_a_linked_one(
    hand: Hand, clock: SetClock
) -> None:
    ticket = solved(hand)
    clock.now += timedelta(days=4)
    hand.desk.take_up()
    assert ticket_of(hand, ticket).status == "solved"
    clock.now += timedelta(days=2)
    hand.desk.take_up()
    assert ticket_of(hand, ticket).status == "closed"
    after = hand.ticket("It came again.", LENA, "t")
    assert after != ticket
    assert ticket_of(hand, after).linked_to == ticket


def test_that_a_message_on_a_solved_ticket_reopens_it_and_is_counted(hand: Hand, clock: SetClock) -> None:
    ticket = solved(hand)
    clock.now += timedelta(days=3)
    assert hand.ticket("It came again.", LENA, "t") == ticket
    now = ticket_of(hand, ticket)
    assert (now.status, now.reopened, now.solved_at) == ("open", 1, None)
    assert now.respond_by is not None
    assert now.respond_by > clock()
    assert measured(hand, "reopened") == [timedelta(days=3).total_seconds()]


def test_that_an_answered_ticket_has_no_time_to_miss(hand: Hand) -> None:
    assert ticket_of(hand, solved(hand)).respond_by is None


def test_that_a_ticket_about_to_miss_its_time_is_raised_once_and_people_are_told(hand: Hand, clock: SetClock) -> None:
    late = hand.ticket(COPY, LENA)
    due = ticket_of(hand, late).respond_by
    assert due is not None
    clock.now = due - timedelta(hours=1)
    fresh = hand.ticket(COPY, MARIA)
    hand.desk.take_up()
    assert notices(hand) == []
    clock.now = due - timedelta(minutes=20)
    hand.desk.take_up()
    hand.desk.take_up()
    assert queued(hand)[0] == late
    assert queued(hand, QueueFilter(at_risk=True)) == [late]
    assert fresh in queued(hand)
    assert [kind for _, kind in notices(hand)] == ["escalated"]
    hand.approve(late)
    assert ticket_of(hand, late).escalated_at is None


# --- withdraw -------------------------------------------------------------------------------


@pytest.fixture
def patient(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> Hand:
    """A desk whose approvals can be withdrawn, with work held back."""
    monkeypatch.setattr(hand.desk.approvals, "_undo_seconds", 5.0)
    return hand


def test_that_an_approval_taken_back_in_time_does_nothing_and_keeps_the_words(patient: Hand) -> None:
    ticket = patient.ticket()
    patient.works.work.held = True
    answer = patient.desk.approvals.approve(SAM, ticket, 1, reply="Here is your invoice, in my own words.")
    assert not isinstance(answer, Refusal), answer
    view = patient.view(ticket)
    assert (view.ticket.work, view.can_withdraw, view.can_act) == ("sending", True, False)
    assert patient.desk.approvals.withdraw(SAM, ticket, 1) is None
    patient.works.work.release()
    view = patient.view(ticket)
    assert (view.ticket.work, view.ticket.version) == ("ready", 2)
    assert view.draft is not None
    assert view.draft.text.startswith("Here is your invoice, in my own words.")
    assert (patient.mailed(), patient.sent()) == (0, [])
    patient.approve(ticket)
    assert (patient.mailed(), len(patient.sent())) == (1, 1)


def test_that_what_has_begun_is_not_taken_back(patient: Hand) -> None:
    ticket = patient.ticket()
    patient.approve(ticket)
    assert code(patient.desk.approvals.withdraw(SAM, ticket, 1)) == "already"
    assert patient.mailed() == 1


def test_that_only_who_approved_it_or_a_supervisor_takes_it_back(patient: Hand) -> None:
    ticket = patient.ticket()
    patient.works.work.held = True
    patient.approve(ticket)
    assert not desk_may(patient, ADA, ticket)
    assert code(patient.desk.approvals.withdraw(ADA, ticket, 1)) == "role"


def desk_may(hand: Hand, who: Person, ticket: TicketId) -> bool:
    view = hand.desk.inbox.ticket(who, ticket)
    assert not isinstance(view, Refusal)
    return view.can_withdraw


def test_that_words_that_came_while_it_waited_are_read_after_it_was_taken_back(patient: Hand) -> None:
    ticket = patient.ticket(thread="t")
    patient.works.work.held = True
    patient.approve(ticket)
    patient.ticket("Wait, it's I-22 that I need.", thread="t")
    assert patient.desk.approvals.withdraw(SAM, ticket, 1) is None
    patient.works.work.release()
    view = patient.view(ticket)
    assert view.ticket.work == "ready"
    assert view.proposal is not None
    assert view.proposal.messages == 2
    assert patient.mailed() == 0


# --- ratings --------------------------------------------------------------------------------


def link(hand: Hand) -> str:
    text = hand.asked()[0]
    start = text.index("https://rung.example/rate/") + len("https://rung.example/rate/")
    return text[start:].split()[0]


def test_that_a_solved_ticket_is_followed_by_one_question_whose_answer_is_kept_once(hand: Hand) -> None:
    ticket = solved(hand)
    token = link(hand)
    asked = hand.desk.customer_ratings.rating(token)
    assert asked is not None
    assert (asked.ticket, asked.score) == (ticket, None)
    assert hand.desk.customer_ratings.rate(token, 5, "quick") is None
    assert code(hand.desk.customer_ratings.rate(token, 1, "")) == "already"
    kept = hand.desk.customer_ratings.rating(token)
    assert kept is not None
    assert (kept.score, kept.comment) == (5, "quick")
    assert measured(hand, "rated") == [5.0]
    assert "rated" in hand.kinds(ticket)


def test_that_a_customer_is_not_asked_again_and_again(hand: Hand, clock: SetClock) -> None:
    solved(hand, "one")
    solved(hand, "two")
    assert len(hand.asked()) == 1
    clock.now += timedelta(days=15)
    solved(hand, "three")
    assert len(hand.asked()) == 2


@pytest.mark.parametrize(
    ("token", "score", "code_"), [("guess", 5, "stale"), ("guess", 0, "denied"), ("", 6, "denied")]
)
def test_that_a_link_that_is_not_ours_changes_nothing(hand: Hand, token: str, score: int, code_: str) -> None:
    assert code(hand.desk.customer_ratings.rate(token, score)) == code_


# --- roles ----------------------------------------------------------------------------------


def test_that_an_editor_moves_no_ticket(hand: Hand, clock: SetClock) -> None:
    ticket, later = hand.ticket(), clock() + timedelta(hours=1)
    desk = hand.desk
    asks: list[Callable[[], object]] = [
        lambda: desk.ticket_lifecycle.snooze(EDITOR, ticket, later),
        lambda: desk.ticket_lifecycle.wait_for_customer(EDITOR, ticket),
        lambda: desk.ticket_lifecycle.wake(EDITOR, ticket),
        lambda: desk.ticket_lifecycle.transfer(EDITOR, ticket, team="billing", note="x"),
        lambda: desk.ticket_lifecycle.merge(EDITOR, ticket, ticket),
        lambda: desk.approvals.withdraw(EDITOR, ticket, 1),
        lambda: desk.ticket_lifecycle.colleagues(EDITOR),
    ]
    for ask in asks:
        with pytest.raises(NotAllowed):
            ask()


# --- what the business no longer offers -----------------------------------------------------


def test_that_a_plan_with_an_action_that_is_gone_is_shown_and_can_be_left_out(hand: Hand) -> None:
    ticket = hand.ticket()
    del hand.works.knowledge.actions[ActionName("resend_invoice")]
    card = hand.view(ticket).cards[0]
    assert "no longer offered" in card.title
    answer = hand.desk.approvals.approve(SAM, ticket, 1, reply="We look into it.")
    assert code(answer) == "denied"
    answer = hand.desk.approvals.approve(SAM, ticket, 1, reply="We look into it.", skipped={StepId("s1"): "gone"})
    assert not isinstance(answer, Refusal), answer
    assert (hand.mailed(), len(hand.sent())) == (0, 1)


# --- taken up again -------------------------------------------------------------------------


def answerable(hand: Hand, ticket: TicketId, why: str) -> None:
    view = hand.view(ticket)
    assert view.proposal is not None
    assert (view.ticket.status, view.ticket.work, view.can_act, view.proposal.why) == ("open", "returned", True, why)
    assert isinstance(
        hand.desk.approvals.approve(SAM, ticket, view.ticket.version, reply="And one more thing."), Approval
    )
    assert hand.view(ticket).messages[-1].text == "And one more thing."


def asked(hand: Hand) -> TicketId:
    """A ticket whose answer has gone, and which waits for the customer."""
    ticket = hand.ticket()
    assert isinstance(
        hand.desk.approvals.approve(
            SAM, ticket, 1, reply="Here is your invoice. Is it the one you mean?", leaves="pending"
        ),
        Approval,
    )
    assert (hand.view(ticket).ticket.status, hand.view(ticket).ticket.work) == ("pending", "done")
    return ticket


def test_that_an_answered_ticket_that_is_taken_up_can_be_answered_again(hand: Hand) -> None:
    ticket = asked(hand)
    assert hand.desk.ticket_lifecycle.wake(SAM, ticket) is None
    answerable(hand, ticket, "It was snoozed, and Sam Lead moved it back to open.")


def test_that_an_answered_ticket_that_comes_back_at_its_time_can_be_answered_again(hand: Hand, clock: SetClock) -> None:
    ticket = asked(hand)
    assert hand.desk.ticket_lifecycle.snooze(SAM, ticket, clock() + timedelta(hours=2)) is None
    clock.now += timedelta(hours=2)
    hand.desk.take_up()
    answerable(hand, ticket, "Snooze ended.")


def test_that_an_answered_ticket_that_is_handed_over_can_be_answered_again(hand: Hand) -> None:
    ticket = asked(hand)
    assert (
        hand.desk.ticket_lifecycle.transfer(ADA, ticket, to=colleague(hand, Role.ADVISOR).id, note="Please chase it.")
        is None
    )
    answerable(hand, ticket, "Ada Quill handed it over.")


def test_that_a_solved_ticket_is_reopened_before_anything_else_is_done_with_it(hand: Hand, clock: SetClock) -> None:
    ticket = hand.ticket()
    hand.approve(ticket)
    assert ticket_of(hand, ticket).status == "solved"
    for refused in (
        hand.desk.ticket_lifecycle.snooze(SAM, ticket, clock() + timedelta(hours=2)),
        hand.desk.ticket_lifecycle.wait_for_customer(SAM, ticket),
        hand.desk.ticket_lifecycle.transfer(SAM, ticket, to=colleague(hand, Role.ADVISOR).id, note="Yours."),
    ):
        assert code(refused) == "already"
    assert hand.desk.ticket_lifecycle.reopen(SAM, ticket) is None
    assert (ticket_of(hand, ticket).assignee, ticket_of(hand, ticket).solved_at) == (SAM.id, None)
    assert code(hand.desk.ticket_lifecycle.reopen(SAM, ticket)) == "already"
    answerable(hand, ticket, "Sam Lead reopened it.")
    assert "reopened" in hand.kinds(ticket)


def test_that_what_never_happened_is_not_reopened(hand: Hand) -> None:
    ticket = hand.ticket()
    hand.approve(ticket)
    with hand.works.store.begin() as unit:
        unit.tickets.put(ticket_of(hand, ticket).replace(simulated=True))
    assert code(hand.desk.ticket_lifecycle.reopen(SAM, ticket)) == "denied"


def test_that_what_was_read_in_a_merged_ticket_stays_wanted(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    """The words of both, read together, may say less of the one than they said alone."""
    first, second = hand.ticket(COPY, LENA), hand.ticket("I was charged twice.", LENA)
    read = Scripted.read

    def deaf(
        self: Scripted,
        title: str,
        messages: Sequence[Message],
        talk: OpenTalk | None = None,
        letters: Sequence[str] = (),
    ) -> tuple[Triage, NDArray[np.float32]]:
        triage, vectors = read(self, title, messages, talk, letters)
        goals = tuple(goal for goal in triage.goals if goal.task_type != "duplicate_charge" or len(messages) == 1)
        return triage.replace(goals=goals), vectors[: max(1, len(goals))]

    monkeypatch.setattr(Scripted, "read", deaf)
    assert hand.desk.ticket_lifecycle.merge(SAM, second, first) is None
    view = hand.view(first)
    assert view.proposal is not None
    assert [goal.task_type for goal in view.proposal.triage.goals] == ["invoice_copy", "duplicate_charge"]
    assert view.proposal.reply is not None
    assert "can't see one that was taken twice" in view.proposal.reply.text
