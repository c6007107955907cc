"""What people may ask of the Desk, and what it answers: on real policies, real stores and the real sandbox."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from cx_core.adapters.sql import tables
from cx_core.adapters.sql.unit import ERASED
from cx_core.desk.service import LEASE
from cx_core.desk.tickets import approvals
from cx_core.errors import AuditUnavailable, BadInput, NotAllowed, SystemUnreachable
from cx_core.records import Approval, CustomerId, Outcome, Person, Role, StepId, TicketId, Value
from cx_core.understand.intake import ticket_id
from cx_core.views import QueueFilter, Refusal, TicketView
from cx_core.views.erasure import ErasureScope
from tests.conftest import SetClock
from tests.scripted import COPY, LENA, MARIA, SAM, Hand, InlineWorks, erased, letter, person

TWICE = "I was charged twice."
S1 = StepId("s1")
ADA, BOB = person(), person(Role.ADVISOR, "Bob Ink")
EDITOR, ROOT_ADMIN = person(Role.EDITOR, "Ed Word"), person(Role.ADMINISTRATOR, "Root Admin")


def code(answer: object) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


# --- who may ask ----------------------------------------------------------------------------


def test_that_a_knowledge_editor_sees_no_customer_and_approves_nothing(hand: Hand) -> None:
    desk, ticket = hand.desk, hand.ticket()
    refused: list[Callable[[], object]] = [
        lambda: desk.inbox.queue(EDITOR, QueueFilter()),
        lambda: desk.inbox.ticket(EDITOR, ticket),
        lambda: desk.inbox.take(EDITOR, ticket),
        lambda: desk.inbox.read_again(EDITOR, ticket),
        lambda: desk.inbox.save_draft(EDITOR, ticket, 1, "x"),
        lambda: desk.inbox.added_when_sent(EDITOR, ticket, "x"),
        lambda: desk.approvals.approve(EDITOR, ticket, 1, reply="x"),
        lambda: desk.approvals.reject(EDITOR, ticket, 1, "x"),
        lambda: desk.approvals.undo(EDITOR, ticket, 1, S1),
    ]
    for ask in refused:
        with pytest.raises(NotAllowed):
            ask()
    assert desk.article_lifecycle.articles(EDITOR)
    assert (hand.mailed(), hand.view(ticket).ticket.work) == (0, "ready")


@pytest.mark.parametrize("who", [ADA, SAM, EDITOR])
def test_that_only_an_administrator_reads_the_audit_log_and_erases(hand: Hand, who: Person) -> None:
    hand.ticket()
    for ask in (
        lambda: hand.desk.audit_access.audit(who),
        lambda: hand.desk.audit_access.verify_audit(who),
        lambda: hand.desk.customer_erasure.find_to_erase(who, "C-7"),
        lambda: hand.desk.customer_erasure.ask_erasure(who, CustomerId("C-7"), "why not"),
        lambda: hand.desk.customer_erasure.erasures(who),
        lambda: hand.desk.customer_erasure.withdraw_erasure(who, "1"),
        lambda: hand.desk.customer_erasure.grant_erasure(who, "1", ErasureScope(customer=CustomerId("C-7"))),
    ):
        with pytest.raises(NotAllowed):
            ask()
    assert hand.desk.audit_access.verify_audit(ROOT_ADMIN).ok
    assert "received" in [event.kind for event in hand.desk.audit_access.audit(ROOT_ADMIN)]


@pytest.mark.parametrize("who", [ADA, EDITOR])
def test_that_only_a_lead_stops_the_copilot(hand: Hand, who: Person) -> None:
    for ask in (
        lambda: hand.desk.kill_switches.stop(who, "*", "why not"),
        lambda: hand.desk.kill_switches.resume(who, "*"),
        lambda: hand.desk.kill_switches.switches(who),
        lambda: hand.desk.kill_switches.may_be_stopped(who),
    ):
        with pytest.raises(NotAllowed):
            ask()
    assert code(hand.desk.kill_switches.stop(SAM, "*", " ")) == "empty"
    with pytest.raises(BadInput):
        hand.desk.kill_switches.stop(SAM, "invoice_copies", "misspelt")
    with pytest.raises(BadInput):
        hand.desk.kill_switches.stop(SAM, "action:invoices", "nothing is done by reading")
    assert hand.desk.kill_switches.stop(SAM, "*", "a flood") is None
    assert [switch.name for switch in hand.desk.kill_switches.switches(SAM)] == ["*"]


# --- one answer to one version --------------------------------------------------------------


def test_that_an_approval_of_an_older_version_is_stale_and_does_nothing(hand: Hand) -> None:
    ticket = hand.ticket()
    assert isinstance(hand.desk.approvals.reject(SAM, ticket, 1, "not this"), Approval)
    assert code(hand.desk.approvals.approve(SAM, ticket, 1, reply="Hello")) == "already"
    assert code(hand.desk.approvals.approve(SAM, ticket, 3, reply="Hello")) == "stale"
    with hand.works.store.begin() as unit:
        proposal = unit.proposals.get(ticket, 2)
        found = unit.tickets.get(ticket)
        assert proposal is not None
        assert found is not None
        unit.proposals.put(proposal.replace(version=3))
        unit.tickets.put(found.replace(version=3))
    assert code(hand.desk.approvals.approve(SAM, ticket, 2, reply="Hello")) == "stale"
    assert (hand.mailed(), hand.sent()) == (0, [])


def test_that_a_double_click_does_it_once(hand: Hand) -> None:
    ticket = hand.ticket()
    hand.approve(ticket)
    assert code(hand.desk.approvals.approve(SAM, ticket, 1, reply="Hello")) == "already"
    assert code(hand.desk.approvals.reject(SAM, ticket, 1, "too late")) == "already"
    assert (hand.mailed(), len(hand.sent())) == (1, 1)


def test_that_of_answers_given_at_one_moment_exactly_one_counts(hand: Hand) -> None:
    ticket = hand.ticket()
    hand.works.journey()
    together = Barrier(4, timeout=10)
    people = [SAM, ADA, BOB, ROOT_ADMIN]

    def answer(number: int) -> Approval | Refusal:
        together.wait()
        if number % 2:
            return hand.desk.approvals.reject(people[number], ticket, 1, "not like this")
        return hand.desk.approvals.approve(people[number], ticket, 1, reply="Here is your invoice.")

    with ThreadPoolExecutor(4) as pool:
        approvals = list(pool.map(answer, range(4)))
    (counted,) = [one for one in approvals if isinstance(one, Approval)]
    assert {one.code for one in approvals if isinstance(one, Refusal)} <= {"already", "stale"}
    approved = counted.decision != "reject"
    assert (hand.mailed(), len(hand.sent())) == ((1, 1) if approved else (0, 0))
    assert hand.kinds(ticket).count("answered") == 1


def test_that_what_was_edited_is_what_is_done(hand: Hand) -> None:
    ticket = hand.ticket()
    answer = hand.desk.approvals.approve(SAM, ticket, 1, reply="We sent {s1.invoice}.", edits={S1: {"invoice": "I-22"}})
    assert isinstance(answer, Approval)
    assert answer.decision == "edit"
    assert (hand.mailed("I-21"), hand.mailed("I-22"), hand.sent()) == (0, 1, ["We sent I-22."])


@pytest.mark.parametrize(
    ("edits", "wanted"),
    [({"invoice": "I-3"}, "not this customer's"), ({"invoice": ""}, "cannot be used"), ({"colour": "red"}, "colour")],
)
def test_that_an_edit_the_policy_or_the_action_does_not_take_is_refused(
    hand: Hand, edits: dict[str, Value], wanted: str
) -> None:
    """I-3 is Maria's; the ticket is Lena's."""
    ticket = hand.ticket()
    answer = hand.desk.approvals.approve(SAM, ticket, 1, reply="We sent {s1.invoice}.", edits={S1: edits})
    assert code(answer) == "denied"
    assert isinstance(answer, Refusal)
    assert wanted in answer.text
    assert (hand.mailed("I-3"), hand.view(ticket).ticket.work) == (0, "ready")


def test_that_a_reply_may_not_promise_what_nothing_will_do(hand: Hand) -> None:
    ticket = hand.ticket()
    reply = "We have sent {s1.invoice} to {s1.email}."
    answer = hand.desk.approvals.approve(SAM, ticket, 1, reply=reply, skipped={S1: "not needed"})
    assert code(answer) == "slots"
    assert isinstance(answer, Refusal)
    assert re.search(r"mentions ⟨I-\d+⟩, ⟨[^⟨⟩{}]+⟩, which", answer.text)
    assert code(hand.desk.approvals.approve(SAM, ticket, 1, reply="See {s1.colour} and {s9.invoice}.")) == "slots"
    assert (hand.mailed(), hand.sent(), hand.view(ticket).ticket.work) == (0, [], "ready")


def test_that_an_empty_reply_closes_without_one(hand: Hand) -> None:
    ticket = hand.ticket()
    assert isinstance(hand.desk.approvals.approve(SAM, ticket, 1, reply=" "), Approval)
    assert (hand.mailed(), hand.sent(), hand.view(ticket).ticket.status) == (1, [], "solved")
    hand.works.journey().carry_out(ticket, 1, lambda _, work: work())
    assert hand.kinds(ticket).count("closed_without_reply") == 1


def test_that_a_ticket_with_a_step_left_out_stays_open_and_says_why(hand: Hand) -> None:
    """Nothing was asked of the customer, so nobody waits for them."""
    ticket = hand.ticket()
    answer = hand.desk.approvals.approve(
        SAM, ticket, 1, reply="We are looking.", skipped={S1: "asked the customer first"}
    )
    assert isinstance(answer, Approval)
    assert answer.skipped == {S1: "asked the customer first"}
    after = hand.view(ticket)
    assert (after.ticket.status, hand.mailed(), hand.sent()) == ("open", 0, ["We are looking."])
    assert after.proposal is not None
    assert "An action was left out: asked the customer first." in after.proposal.why


# --- lease and draft ------------------------------------------------------------------------


def test_that_a_ticket_somebody_has_is_theirs_until_they_let_go_or_leave(hand: Hand, clock: SetClock) -> None:
    ticket = hand.ticket()
    assert hand.desk.inbox.take(ADA, ticket) is None
    refusal = hand.desk.inbox.take(BOB, ticket)
    assert code(refusal) == "taken"
    assert refusal is not None
    assert "Ada" in refusal.text
    seen = [view for who in (ADA, BOB) if isinstance(view := hand.desk.inbox.ticket(who, ticket), TicketView)]
    assert [(view.mine, view.holder) for view in seen] == [(True, ""), (False, ADA.name)]
    assert code(hand.desk.approvals.approve(BOB, ticket, 1, reply="Hello")) == "taken"
    assert code(hand.desk.approvals.reject(BOB, ticket, 1, "no")) == "taken"
    assert code(hand.desk.inbox.save_draft(BOB, ticket, 1, "mine")) == "taken"
    hand.desk.inbox.release(BOB, ticket)
    assert code(hand.desk.inbox.take(BOB, ticket)) == "taken"

    clock.forward(seconds=LEASE.total_seconds() - 1)
    assert hand.desk.inbox.take(ADA, ticket) is None
    clock.forward(seconds=LEASE.total_seconds() - 1)
    assert code(hand.desk.inbox.take(BOB, ticket)) == "taken"
    clock.forward(seconds=2)
    assert hand.desk.inbox.take(BOB, ticket) is None
    hand.desk.inbox.release(BOB, ticket)
    assert hand.desk.inbox.take(ADA, ticket) is None


def test_that_a_draft_outlives_new_words_and_goes_once_it_is_sent(hand: Hand) -> None:
    ticket = hand.ticket(thread="t")
    assert hand.desk.inbox.save_draft(ADA, ticket, 1, "Dear Lena, {s1.invoice} is on") is None
    hand.ticket("And " + TWICE, thread="t")
    view = hand.view(ticket)
    assert (view.ticket.version, view.draft and view.draft.text) == (2, "Dear Lena, {s1.invoice} is on")
    assert (view.draft and view.draft.version, view.ticket.assignee, view.ticket.status) == (1, ADA.id, "open")
    assert isinstance(
        hand.desk.approvals.approve(ADA, ticket, 2, reply="Here is your invoice. We look into the rest."), Approval
    )
    assert hand.view(ticket).draft is None


# --- reject, undo ---------------------------------------------------------------------------


def test_that_a_rejected_proposal_leaves_the_ticket_to_a_person_who_answers_by_hand(hand: Hand) -> None:
    ticket = hand.ticket()
    assert code(hand.desk.approvals.reject(SAM, ticket, 1, "  ")) == "empty"
    assert isinstance(hand.desk.approvals.reject(SAM, ticket, 1, "She wants another invoice"), Approval)
    view = hand.view(ticket)
    assert (view.ticket.work, view.ticket.version, view.cards, view.can_act) == ("returned", 2, (), True)
    assert view.proposal is not None
    assert (view.proposal.reply, view.proposal.route) == (None, "person")
    assert "She wants another invoice" in view.proposal.why
    assert isinstance(hand.desk.approvals.approve(SAM, ticket, 2, reply="Which one do you mean?"), Approval)
    assert (hand.mailed(), hand.sent()) == (0, ["Which one do you mean?"])


def refunded(hand: Hand) -> TicketId:
    ticket = hand.ticket(TWICE, MARIA)
    hand.approve(ticket)
    assert hand.view(ticket).ticket.status == "solved"
    return ticket


def refunds(hand: Hand) -> list[Value]:
    return [refund.fields["status"] for refund in hand.read("refunds", payment="P-8")]


def test_that_a_step_taken_back_returns_the_ticket_since_the_customer_was_told_otherwise(hand: Hand) -> None:
    ticket = refunded(hand)
    assert [card.may_undo for card in hand.view(ticket).cards] == [True]
    undone = hand.desk.approvals.undo(ADA, ticket, 1, S1)
    assert isinstance(undone, Outcome)
    assert (undone.status, refunds(hand)) == ("undone", ["cancelled"])
    view = hand.view(ticket)
    assert (view.ticket.status, view.ticket.work, view.ticket.version) == ("open", "returned", 2)
    assert view.proposal is not None
    assert "was undone by Ada Quill" in view.proposal.why
    assert code(hand.desk.approvals.undo(ADA, ticket, 1, S1)) == "already"
    assert hand.kinds(ticket).count("undone") == 1


def test_that_a_step_is_taken_back_after_the_customer_wrote_again_and_cannot_then_be_ticked(hand: Hand) -> None:
    ticket = hand.ticket(TWICE, MARIA, thread="again")
    hand.approve(ticket)
    hand.ticket("And where is my order?", MARIA, thread="again")
    (card,) = [one for one in hand.view(ticket).cards if one.step.action == "refund_payment"]
    assert (card.version, card.may_undo) == (1, True)
    assert hand.view(ticket).ticket.version > 1
    assert isinstance(hand.desk.approvals.undo(ADA, ticket, card.version, card.step.id), Outcome)
    assert refunds(hand) == ["cancelled"]
    undone = [one for one in hand.view(ticket).cards if one.step.action == "refund_payment"]
    assert [(one.outcome.status, one.may_approve, one.may_undo) for one in undone if one.outcome] == [
        ("undone", False, False)
    ]


def test_that_what_has_settled_can_no_longer_be_taken_back(hand: Hand, clock: SetClock) -> None:
    ticket = refunded(hand)
    clock.forward(minutes=31)
    assert [card.may_undo for card in hand.view(ticket).cards] == [False]
    assert code(hand.desk.approvals.undo(ADA, ticket, 1, S1)) == "expired"
    assert (refunds(hand), hand.view(ticket).ticket.status) == (["issued"], "solved")


def test_that_there_is_nothing_to_take_back_of_what_was_not_done(hand: Hand) -> None:
    ticket = hand.ticket(TWICE, MARIA)
    assert code(hand.desk.approvals.undo(ADA, ticket, 1, S1)) == "already"
    assert code(hand.desk.approvals.undo(ADA, TicketId("T-000"), 1, S1)) == "already"


def test_that_an_undo_the_system_does_not_answer_changes_nothing_here(hand: Hand) -> None:
    ticket = refunded(hand)

    def trouble(name: str) -> None:
        if name == "undo":
            raise SystemUnreachable("Billing does not answer.")

    hand.works.trouble = trouble
    assert code(hand.desk.approvals.undo(ADA, ticket, 1, S1)) == "denied"
    assert (refunds(hand), hand.view(ticket).ticket.status) == (["issued"], "solved")


def test_that_an_undo_nobody_lived_to_write_down_is_finished_even_after_its_time(hand: Hand, clock: SetClock) -> None:
    """The money is back with us, the customer was told otherwise: that must not be lost because time has passed."""
    ticket = refunded(hand)

    def trouble(name: str) -> None:
        if name == "undo:committed":
            raise KeyboardInterrupt

    hand.works.trouble = trouble
    with pytest.raises(KeyboardInterrupt):
        hand.desk.approvals.undo(ADA, ticket, 1, S1)
    assert (refunds(hand), hand.view(ticket).ticket.status) == (["cancelled"], "solved")
    hand.works.trouble = lambda _name: None
    clock.forward(minutes=31)
    assert isinstance(hand.desk.approvals.undo(ADA, ticket, 1, S1), Outcome)
    assert (refunds(hand), hand.view(ticket).ticket.work) == (["cancelled"], "returned")


def test_that_an_undo_and_the_tickets_return_are_one(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = refunded(hand)

    def no_room(*_: object) -> None:
        raise AuditUnavailable("disk full")

    monkeypatch.setattr(approvals, "leave_to_person", no_room)
    with pytest.raises(AuditUnavailable):
        hand.desk.approvals.undo(ADA, ticket, 1, S1)
    assert hand.outcome(ticket).status == "done"
    monkeypatch.undo()
    assert isinstance(hand.desk.approvals.undo(ADA, ticket, 1, S1), Outcome)
    assert hand.view(ticket).ticket.work == "returned"


# --- new words ------------------------------------------------------------------------------


def test_that_nothing_is_approved_while_words_are_unread(hand: Hand) -> None:
    ticket = hand.ticket(thread="t")
    hand.works.work.held = True
    hand.ticket("Oh, and " + TWICE, thread="t")
    view = hand.view(ticket)
    assert (view.ticket.work, view.waiting, view.can_act) == ("reading", True, False)
    assert code(hand.desk.approvals.approve(SAM, ticket, 1, reply="Hello")) == "reading"
    assert code(hand.desk.approvals.reject(SAM, ticket, 1, "no")) == "reading"
    assert code(hand.desk.inbox.read_again(SAM, ticket)) == "reading"
    hand.works.work.release()
    assert code(hand.desk.approvals.approve(SAM, ticket, 1, reply="Hello")) == "stale"
    assert (hand.view(ticket).ticket.version, hand.mailed()) == (2, 0)


def test_that_thanks_does_not_void_a_proposal(hand: Hand) -> None:
    ticket = hand.ticket(thread="t")
    hand.ticket("Thank you!", thread="t")
    view = hand.view(ticket)
    assert (view.ticket.version, view.ticket.work, view.waiting) == (1, "ready", False)
    hand.approve(ticket)
    assert (hand.mailed(), hand.view(ticket).ticket.status) == (1, "solved")


def test_that_words_that_come_while_it_is_carried_out_are_read_afterwards(hand: Hand) -> None:
    ticket = hand.ticket(thread="t")

    def writes(name: str) -> None:
        if name == "mailings":
            hand.works.trouble = lambda _name: None
            hand.ticket(TWICE, thread="t")

    hand.works.trouble = writes
    hand.approve(ticket)
    view = hand.view(ticket)
    assert [message.sender for message in view.messages] == ["customer", "advisor", "customer"]
    assert (view.ticket.work, view.ticket.version, view.ticket.status) == ("ready", 2, "open")
    assert view.proposal is not None
    assert [goal.task_type for goal in view.proposal.triage.goals] == ["duplicate_charge"]
    assert (hand.mailed(), len(hand.sent())) == (1, 1)

    hand.ticket("Do you hear me?", thread="t")
    later = hand.view(ticket).proposal
    assert later is not None
    assert [goal.task_type for goal in later.triage.goals] == ["duplicate_charge"]


def test_that_a_ticket_says_itself_that_it_is_unread_whoever_dies_in_between(hand: Hand) -> None:
    """The words came while it was carried out, and nobody lived to have them read: the next round finds them."""
    ticket, _ = hand.approved()
    with hand.works.engine.begin() as connection:
        connection.execute(sa.update(tables.ticket).values(thread="email:t"))
    hand.ticket(TWICE, thread="t")
    hand.works.journey().carry_out(ticket, 1, lambda _, work: work())
    assert hand.view(ticket).ticket.work == "reading"
    hand.works.work.held = False
    hand.desk.take_up()
    assert (hand.view(ticket).ticket.work, hand.view(ticket).ticket.version) == ("ready", 2)


def test_that_a_ticket_that_cannot_be_read_is_answered_by_hand_or_read_again(hand: Hand) -> None:
    ticket = hand.ticket("BREAK and my secret", thread="t")
    view = hand.view(ticket)
    assert (view.ticket.work, view.ticket.route, view.can_act) == ("failed", "person", True)
    assert view.proposal is not None
    assert "ZeroDivisionError" in view.proposal.why
    assert "secret" not in view.proposal.why
    assert hand.desk.inbox.read_again(SAM, ticket) is None
    assert (hand.view(ticket).ticket.work, hand.view(ticket).ticket.version) == ("failed", 2)
    assert isinstance(hand.desk.approvals.approve(SAM, ticket, 2, reply="A person writes."), Approval)
    assert (hand.sent(), hand.view(ticket).ticket.status) == (["A person writes."], "solved")


def test_that_a_follow_up_that_cannot_be_read_does_not_keep_people_from_answering(hand: Hand) -> None:
    ticket = hand.ticket(thread="t")
    hand.ticket("BREAK", thread="t")
    view = hand.view(ticket)
    assert (view.ticket.work, view.waiting, view.can_act) == ("failed", False, True)
    assert isinstance(hand.desk.approvals.approve(SAM, ticket, 2, reply="A person writes."), Approval)
    assert hand.sent() == ["A person writes."]


def test_that_a_reading_asked_for_again_and_lost_is_taken_up(hand: Hand) -> None:
    ticket = hand.ticket()
    hand.works.work.held = True
    assert hand.desk.inbox.read_again(SAM, ticket) is None
    hand.works.work.held = False
    hand.desk.take_up()
    assert (hand.view(ticket).ticket.work, hand.view(ticket).ticket.version) == ("ready", 2)


# --- messages and tickets -------------------------------------------------------------------


def test_that_a_message_delivered_again_changes_nothing(hand: Hand) -> None:
    message = letter(COPY, hand.works.clock, id="same", sender=LENA)
    ticket = hand.desk.inbound_messages.receive(message)
    hand.approve(ticket)
    before = hand.kinds(ticket)
    assert hand.desk.inbound_messages.receive(message) == ticket
    assert hand.desk.inbound_messages.receive(message.replace(text="something else")) == ticket
    assert hand.kinds(ticket) == before
    assert hand.view(ticket).messages[0].text == COPY
    other = hand.desk.inbound_messages.receive(message.replace(channel="chat"))
    assert other != ticket


def test_that_a_message_delivered_at_one_moment_by_two_opens_one_ticket(hand: Hand) -> None:
    hand.works.journey()
    together = Barrier(4, timeout=10)

    def deliver(_: int) -> TicketId:
        together.wait()
        return hand.desk.inbound_messages.receive(letter(COPY, hand.works.clock, id="same", sender=LENA))

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(deliver, range(4)))) == 1
    assert hand.desk.inbox.queue(SAM, QueueFilter(statuses=())).total == 1


def test_that_somebody_else_cannot_write_into_a_conversation_by_naming_it(hand: Hand) -> None:
    ticket = hand.ticket(thread="t")
    intruder = hand.ticket(COPY, MARIA, thread="t")
    assert intruder != ticket
    assert [message.text for message in hand.view(ticket).messages] == [COPY]
    assert hand.view(intruder).ticket.customer == "C-1"


def test_that_two_messages_whose_ids_come_to_one_number_open_two_tickets(hand: Hand) -> None:
    seen: dict[TicketId, str] = {}
    for number in range(400_000):
        id = f"n{number}"
        ticket = ticket_id(letter(COPY, hand.works.clock, id=id))
        if ticket in seen:
            break
        seen[ticket] = id
    else:
        pytest.fail("no two ids came to one number; look for them further")
    first = hand.desk.inbound_messages.receive(letter(COPY, hand.works.clock, id=seen[ticket], sender=LENA))
    second = hand.desk.inbound_messages.receive(letter(TWICE, hand.works.clock, id=id, sender=MARIA))
    assert first != second
    assert [message.text for message in hand.view(first).messages] == [COPY]
    assert (hand.view(first).ticket.customer, hand.view(second).ticket.customer) == ("C-7", "C-1")


def closed(hand: Hand) -> TicketId:
    ticket = hand.ticket(thread="t")
    hand.approve(ticket)
    with hand.works.store.begin() as unit:
        found = unit.tickets.get(ticket)
        assert found is not None
        unit.tickets.put(found.replace(status="closed"))
    return ticket


def test_that_a_solved_ticket_opens_again_and_a_closed_one_is_followed_by_a_linked_one(hand: Hand) -> None:
    solved = hand.ticket(TWICE, MARIA, thread="m")
    hand.approve(solved)
    assert hand.ticket(COPY, MARIA, thread="m") == solved
    assert hand.view(solved).ticket.status == "open"

    ticket = closed(hand)
    after = hand.ticket(thread="t")
    assert after != ticket
    assert hand.view(after).ticket.linked_to == ticket
    assert (hand.view(ticket).ticket.status, len(hand.view(ticket).messages)) == ("closed", 2)
    assert hand.ticket("Thanks", thread="t") == after


def test_that_a_closed_ticket_is_not_read_again(hand: Hand) -> None:
    ticket = closed(hand)
    assert code(hand.desk.inbox.read_again(SAM, ticket)) == "stale"
    hand.works.work.prepare(ticket, 2)
    assert (hand.view(ticket).ticket.status, hand.view(ticket).ticket.version) == ("closed", 1)


# --- erasure --------------------------------------------------------------------------------


def words_left(works: InlineWorks) -> str:
    """Every value of every table."""
    everything = sa.MetaData()
    everything.reflect(works.engine)
    with works.engine.connect() as connection:
        rows = [row for table in everything.tables.values() for row in connection.execute(sa.select(table))]
    return "\n".join(str(value) for row in rows for value in row)


def test_that_after_erasure_nothing_a_customer_wrote_or_is_called_is_left(hand: Hand) -> None:
    first, waiting = hand.ticket(f"Marmalade! {COPY}", thread="t"), hand.ticket("Marmalade once more. PERSON")
    hand.desk.inbox.save_draft(SAM, waiting, 1, "Dear Lena")
    hand.approve(first)
    kept = hand.ticket(TWICE, MARIA)
    assert "Marmalade" in words_left(hand.works)
    assert code(hand.desk.customer_erasure.ask_erasure(ROOT_ADMIN, CustomerId("C-7"), " ")) == "empty"
    assert erased(hand.desk, CustomerId("C-7")) == 2

    left = words_left(hand.works)
    assert [word for word in ("Marmalade", LENA, "Lena", "Fischer", "I-21") if word in left] == []
    assert [message.text for message in hand.view(first).messages] == [ERASED, ERASED]
    assert hand.desk.audit_access.verify_audit(ROOT_ADMIN).ok
    payloads = [event.payload for event in hand.desk.audit_access.audit(ROOT_ADMIN, ticket=first)]
    assert payloads
    assert set(map(type, payloads)) == {type(None)}
    assert hand.view(kept).messages[0].text == TWICE
    assert erased(hand.desk, CustomerId("C-7")) == 0
    assert hand.ticket(COPY, thread="t") != first


def test_that_a_sender_nobody_knows_can_be_erased_as_well(hand: Hand) -> None:
    hand.ticket("Marmalade! PERSON", "nobody@example.net")
    assert erased(hand.desk, CustomerId("address:nobody@example.net")) == 1
    left = words_left(hand.works)
    assert "Marmalade" not in left
    assert "nobody@" not in left


def test_that_a_ticket_erased_while_it_is_read_stays_erased(hand: Hand) -> None:
    hand.works.work.held = True
    ticket = hand.ticket(f"Marmalade! {COPY}")

    def erase(name: str) -> None:
        if name == "triage":
            hand.works.watch = lambda _name: None
            assert erased(hand.desk, CustomerId(f"address:{LENA}")) == 1

    hand.works.watch = erase
    hand.works.work.release()
    hand.works.work.prepare(ticket, 1)
    hand.desk.take_up()
    assert hand.view(ticket).ticket.status == "closed"
    left = words_left(hand.works)
    assert [word for word in ("Marmalade", LENA, "Fischer") if word in left] == []
    assert hand.desk.audit_access.verify_audit(ROOT_ADMIN).ok


def test_that_an_erasure_that_fails_half_way_is_whole_the_second_time(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first words were kept under the sender's address, before it was known who wrote; that key goes as well."""
    ticket = hand.ticket(f"Marmalade! {COPY}")
    forget = hand.works.audit.forget
    done: list[CustomerId] = []

    def once(name: CustomerId) -> bool:
        if done:
            raise AuditUnavailable("disk full")
        done.append(name)
        return forget(name)

    monkeypatch.setattr(hand.works.audit, "forget", once)
    with pytest.raises(AssertionError, match="Their words are blanked"):
        erased(hand.desk, CustomerId("C-7"))
    assert "Marmalade" not in words_left(hand.works)
    monkeypatch.undo()
    assert erased(hand.desk, CustomerId("C-7")) == 1
    payloads = [event.payload for event in hand.desk.audit_access.audit(ROOT_ADMIN, ticket=ticket)]
    assert payloads
    assert set(map(type, payloads)) == {type(None)}
