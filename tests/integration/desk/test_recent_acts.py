"""What was done for a customer lately is known to every later draft of theirs, and no draft says otherwise."""

from __future__ import annotations

from datetime import timedelta

from cx_core.records import ActionName, Approval, Money, StepId, TicketId, Value
from tests.conftest import SetClock
from tests.scripted import COPY, LENA, MARIA, SAM, Hand

TWICE = "I was charged twice."
S1, LINK = StepId("s1"), ActionName("send_payment_link")


def drafted(hand: Hand, ticket: TicketId) -> str:
    proposal = hand.view(ticket).proposal
    assert proposal is not None
    assert proposal.reply is not None
    return proposal.reply.text


def found(hand: Hand, ticket: TicketId) -> list[str]:
    proposal = hand.view(ticket).proposal
    assert proposal is not None
    return [finding.text for finding in proposal.findings]


def shown(hand: Hand, ticket: TicketId) -> str:
    """The reply that the composer holds."""
    draft = hand.view(ticket).draft
    return draft.text if draft else drafted(hand, ticket)


def held(hand: Hand, ticket: TicketId, reply: str) -> tuple[str, ...]:
    why = hand.desk.dual_approval.to_confirm(SAM, ticket, reply=reply, edits={}, skipped={})
    return why.reasons if why else ()


def refund_in_part(hand: Hand, ticket: TicketId, minor: int = 5000) -> None:
    edits = {S1: {"amount": Money(minor=minor)}}
    reply = "We have sent {s1.amount} (payment {s1.payment}) back the way you paid."
    approvals, version = hand.desk.approvals, hand.view(ticket).ticket.version
    why = hand.desk.dual_approval.to_confirm(SAM, ticket, reply=reply, edits=edits, skipped={})
    confirmed = why.token if why else ""
    done = approvals.approve(SAM, ticket, version, reply=reply, edits=edits, confirmed=confirmed)
    assert isinstance(done, Approval)


def test_that_a_refund_in_part_on_one_ticket_is_told_in_the_draft_of_another(hand: Hand) -> None:
    first, second = hand.ticket(TWICE, MARIA), hand.ticket(TWICE, MARIA)
    refund_in_part(hand, first)
    draft = drafted(hand, second)
    assert "We've sent £50.00 (payment P-8) back the way you paid" in draft
    assert "n't sent anything" not in draft
    assert any(text.startswith("Refunded £50.00 of payment P-8 on ") and first in text for text in found(hand, second))
    assert held(hand, second, draft) == ()


def test_that_words_which_deny_what_was_done_on_another_ticket_are_held(hand: Hand) -> None:
    first, second = hand.ticket(TWICE, MARIA), hand.ticket(TWICE, MARIA)
    assert held(hand, second, "We have refunded £50.00.") != ()
    refund_in_part(hand, first)
    [why] = held(hand, second, "I have not refunded anything.")
    assert "Refunded £50.00 of payment P-8 on " in why
    assert first in why


def test_that_words_which_tell_of_it_need_no_tick(hand: Hand) -> None:
    first, second = hand.ticket(TWICE, MARIA), hand.ticket(TWICE, MARIA)
    refund_in_part(hand, first)
    assert held(hand, second, "We have refunded £50.00 of it.") == ()
    assert held(hand, second, "We have refunded £54.00 of it.") != ()


def test_that_a_draft_does_not_outlive_the_taking_back(hand: Hand) -> None:
    first, second = hand.ticket(TWICE, MARIA), hand.ticket(TWICE, MARIA)
    refund_in_part(hand, first)
    draft = drafted(hand, second)
    hand.desk.approvals.undo(SAM, first, 1, S1)
    assert "We have sent £50.00" not in drafted(hand, second)
    assert any("taken back" in why or "no receipt" in why for why in held(hand, second, draft))


def test_that_it_is_known_for_two_weeks_and_to_nobody_else(hand: Hand, clock: SetClock) -> None:
    first = hand.ticket(TWICE, MARIA)
    refund_in_part(hand, first)
    lenas = hand.ticket(TWICE, LENA)
    assert "£50.00" not in drafted(hand, lenas)
    clock.now += timedelta(days=15)
    assert "We have sent £50.00" not in drafted(hand, hand.ticket(TWICE, MARIA))


def test_that_writing_again_after_it_was_done_is_answered_with_it(hand: Hand) -> None:
    ticket = hand.ticket(TWICE, MARIA, thread="t")
    refund_in_part(hand, ticket)
    assert hand.ticket("I was charged twice, where is it?", MARIA, thread="t") == ticket
    draft = drafted(hand, ticket)
    assert "We've sent £50.00 (payment P-8) back the way you paid" in draft
    assert "n't sent anything" not in draft


def test_that_what_the_last_answer_left_out_is_named_when_they_write_again(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice. And please call the visit off.", MARIA, thread="t")
    proposal = hand.view(ticket).proposal
    assert proposal is not None
    out = next(step.id for step in proposal.steps if step.action == "refund_payment")
    reply, skipped = "Your visit is off.", {out: "asking billing first"}
    why = hand.desk.dual_approval.to_confirm(SAM, ticket, reply=reply, edits={}, skipped=skipped)
    confirmed = why.token if why else ""
    approved = hand.desk.approvals.approve(SAM, ticket, 1, reply=reply, skipped=skipped, confirmed=confirmed)
    assert isinstance(approved, Approval)
    hand.ticket("Thank you. Send me a copy of my bill.", MARIA, thread="t")
    told = [text for text in found(hand, ticket) if "was left out of the last answer: asking billing first." in text]
    assert len(told) == 1


def test_that_every_open_ticket_of_the_customer_shows_it_at_once(hand: Hand) -> None:
    first, second = hand.ticket(TWICE, MARIA), hand.ticket("Please call the visit off.", MARIA)
    assert hand.view(second).recent == ()
    refund_in_part(hand, first)
    assert [(act.ticket, act.words) for act in hand.view(second).recent] == [
        (first, "Refunded £50.00 of payment P-8"),
    ]
    assert hand.view(second).ticket.version == 1  # its own plan has nothing to do with it


def test_that_a_draft_that_tells_what_was_done_here_is_looked_at(hand: Hand) -> None:
    ticket = hand.ticket(TWICE, MARIA, thread="t")
    refund_in_part(hand, ticket)
    hand.ticket("I was charged twice, where is it?", MARIA, thread="t")
    [why] = held(hand, ticket, drafted(hand, ticket))
    assert "before they wrote again: check that the reply answers what they ask." in why


def test_that_taking_it_back_prepares_this_very_ticket_again(hand: Hand) -> None:
    ticket = hand.ticket(TWICE, MARIA, thread="t")
    refund_in_part(hand, ticket)
    hand.ticket("I was charged twice, where is it?", MARIA, thread="t")
    before = hand.view(ticket).ticket.version
    hand.desk.approvals.undo(SAM, ticket, 1, S1)
    view = hand.view(ticket)
    assert view.ticket.version == before + 1
    assert view.recent == ()
    assert "We have sent £50.00" not in drafted(hand, ticket)


def test_that_true_words_of_the_taking_back_need_no_tick_for_it(hand: Hand) -> None:
    ticket = hand.ticket(TWICE, MARIA, thread="t")
    refund_in_part(hand, ticket)
    hand.desk.approvals.undo(SAM, ticket, 1, S1)
    told = held(hand, ticket, "We have taken the refund of payment P-8 back.")
    assert not any("no receipt" in why for why in told)


def test_that_an_action_added_to_words_about_the_same_record_is_looked_at(hand: Hand) -> None:
    ticket = hand.ticket(COPY, LENA)
    assert held(hand, ticket, shown(hand, ticket)) == ()
    values: dict[str, Value] = {"customer": "C-7", "amount": Money(minor=500), "reason": "our mistake"}
    assert hand.desk.added_actions.add_step(SAM, ticket, 1, ActionName("apply_credit"), 0, values) is None
    assert held(hand, ticket, shown(hand, ticket)) == ()
    version = hand.view(ticket).ticket.version
    assert hand.desk.added_actions.add_step(SAM, ticket, version, LINK, 0, {"invoice": "I-21"}) is None
    [why] = held(hand, ticket, shown(hand, ticket))
    assert why.endswith("was added to words that were drafted without it: check that they go together.")
