"""A person puts the copilot right: what the customer wants, what else is to be done, and the way back to it."""

from __future__ import annotations

from cx_core.catalogue import ActionForm
from cx_core.desk.desk import Desk
from cx_core.records import ActionName, Approval, Money, Role, TaskTypeName, TicketId, Value
from cx_core.views import Refusal, TicketView
from tests.scripted import MARIA, SAM, Hand, InlineWorks, letter, person

ADA = person()
TWICE = "I was charged twice."


def goals(view: TicketView) -> list[str]:
    assert view.proposal is not None
    return [goal.task_type for goal in view.proposal.triage.goals]


def correct(desk: Desk, ticket: TicketId, version: int, *names: str) -> Refusal | None:
    return desk.goal_correction.correct_goals(SAM, ticket, version, [TaskTypeName(name) for name in names])


def test_that_the_proposal_follows_a_corrected_goal(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(TWICE, sender=MARIA)
    before = hand.view(ticket)
    assert goals(before) == ["duplicate_charge"]
    assert correct(desk, ticket, before.ticket.version, "reschedule_installation") is None
    view = hand.view(ticket)
    assert goals(view) == ["reschedule_installation"]
    assert view.proposal is not None
    assert view.proposal.triage.goals[0].told_by == SAM.name
    assert [card.step.action for card in view.cards] == ["reschedule_appointment"]


def test_that_what_a_person_said_does_not_let_the_copilot_go_alone(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(TWICE, sender=MARIA)
    assert correct(desk, ticket, hand.view(ticket).ticket.version, "duplicate_charge") is None
    assert hand.view(ticket).ticket.route in ("advisor", "supervisor")


def test_that_new_words_add_to_a_corrected_goal_and_an_answer_ends_it(
    desk: Desk, hand: Hand, works: InlineWorks
) -> None:
    ticket = hand.ticket(TWICE, sender=MARIA, thread="t")
    assert correct(desk, ticket, hand.view(ticket).ticket.version, "reschedule_installation") is None
    hand.ticket("And a copy of my invoice, please.", sender=MARIA, thread="t")
    assert goals(hand.view(ticket)) == ["reschedule_installation", "invoice_copy"]
    view = hand.view(ticket)
    skipped = {card.step.id: "later" for card in view.cards}
    done = desk.approvals.approve(
        SAM, ticket, view.ticket.version, reply="Thank you, we look into it.", skipped=skipped
    )
    assert isinstance(done, Approval)
    hand.ticket(TWICE, sender=MARIA, thread="t")
    assert goals(hand.view(ticket)) == ["duplicate_charge"]


def test_that_no_goal_at_all_leaves_it_to_a_person(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(TWICE, sender=MARIA)
    assert correct(desk, ticket, hand.view(ticket).ticket.version) is None
    view = hand.view(ticket)
    assert goals(view) == []
    assert view.ticket.route == "person"


def test_that_an_unknown_task_type_and_an_old_version_are_refused(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(TWICE, sender=MARIA)
    version = hand.view(ticket).ticket.version
    unknown = correct(desk, ticket, version, "give_me_money")
    assert isinstance(unknown, Refusal)
    old = correct(desk, ticket, version - 1, "invoice_copy")
    assert isinstance(old, Refusal)
    assert goals(hand.view(ticket)) == ["duplicate_charge"]


def test_that_a_ticket_finds_its_way_back_to_the_copilot(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(f"PERSON please. {TWICE}", sender=MARIA)
    assert hand.view(ticket).ticket.route == "person"
    assert desk.goal_correction.give_to_copilot(SAM, ticket, hand.view(ticket).ticket.version) is None
    view = hand.view(ticket)
    assert view.ticket.route != "person"
    assert view.cards


def test_that_an_action_of_the_catalogue_can_be_added_and_is_carried_out(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(TWICE, sender=MARIA)
    view = hand.view(ticket)
    form = desk.added_actions.action_form(SAM, ticket, ActionName("resend_invoice"))
    assert isinstance(form, ActionForm)
    invoice = form.offered["invoice"][0].value
    values: dict[str, Value] = {"invoice": invoice, "email": MARIA}
    assert (
        desk.added_actions.add_step(SAM, ticket, view.ticket.version, ActionName("resend_invoice"), 0, values) is None
    )
    after = hand.view(ticket)
    assert [card.step.action for card in after.cards] == ["refund_payment", "resend_invoice"]
    assert after.proposal is not None
    assert view.proposal is not None
    assert view.proposal.reply is not None
    assert after.proposal.reply is not None
    assert after.proposal.reply.text != view.proposal.reply.text, "it tells of what was added"
    hand.approve(ticket)
    done = {card.step.action: card.outcome for card in hand.view(ticket).cards}
    outcome = done[ActionName("resend_invoice")]
    assert outcome is not None
    assert outcome.verified


def test_that_nobody_can_add_what_no_rule_lets_anyone_do(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(TWICE, sender=MARIA)
    version = hand.view(ticket).ticket.version
    form = desk.added_actions.action_form(SAM, ticket, ActionName("refund_payment"))
    assert isinstance(form, ActionForm)
    values: dict[str, Value] = {"payment": "P-999999", "amount": Money(minor=5400)}
    no = desk.added_actions.add_step(SAM, ticket, version, ActionName("refund_payment"), 0, values)
    assert isinstance(no, Refusal)
    more = desk.added_actions.add_step(
        SAM, ticket, version, ActionName("refund_payment"), 0, {"payment": form.offered["payment"][0].value}
    )
    assert isinstance(more, Refusal)
    assert "missing" in more.text
    assert hand.view(ticket).ticket.version == version


def test_that_what_needs_a_supervisor_waits_for_one(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(TWICE, sender=MARIA)
    version = hand.view(ticket).ticket.version
    values: dict[str, Value] = {"customer": "C-1", "amount": Money(minor=25_000), "reason": "a long outage"}
    assert desk.added_actions.add_step(ADA, ticket, version, ActionName("apply_credit"), 0, values) is None
    view = desk.inbox.ticket(ADA, ticket)
    assert isinstance(view, TicketView)
    card = next(card for card in view.cards if card.step.action == "apply_credit")
    assert card.ruling.ask in (Role.SUPERVISOR, Role.ADMINISTRATOR)
    assert not card.may_approve
    refused = desk.approvals.approve(ADA, ticket, view.ticket.version, reply="")
    assert isinstance(refused, Refusal)


def test_that_text_and_changes_are_kept_when_an_action_is_added(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(TWICE, sender=MARIA)
    version = hand.view(ticket).ticket.version
    assert desk.inbox.save_draft(SAM, ticket, version, "My own words.") is None
    values: dict[str, Value] = {"customer": "C-1", "amount": Money(minor=500), "reason": "our mistake"}
    assert desk.added_actions.add_step(SAM, ticket, version, ActionName("apply_credit"), 0, values) is None
    draft = hand.view(ticket).draft
    assert draft is not None
    assert (draft.text, draft.version) == ("My own words.", version + 1)


def test_that_steps_are_never_numbered_twice(desk: Desk, hand: Hand, works: InlineWorks) -> None:
    ticket = hand.ticket(TWICE, sender=MARIA, thread="t")
    hand.approve(ticket)
    desk.inbound_messages.receive(
        letter("Thank you. I can't be home.", works.clock, id="again", sender=MARIA, thread="t")
    )
    version = hand.view(ticket).ticket.version
    values: dict[str, Value] = {"customer": "C-1", "amount": Money(minor=500), "reason": "our mistake"}
    assert desk.added_actions.add_step(SAM, ticket, version, ActionName("apply_credit"), 0, values) is None
    ids = [card.step.id for card in hand.view(ticket).cards]
    assert len(set(ids)) == len(ids)


def test_that_an_answered_ticket_given_back_is_read_by_the_words_that_were_answered(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(TWICE, MARIA)
    hand.approve(ticket)
    assert desk.ticket_lifecycle.reopen(SAM, ticket) is None
    assert desk.goal_correction.give_to_copilot(SAM, ticket, 2) is None
    view = hand.view(ticket)
    assert view.proposal is not None
    assert [goal.task_type for goal in view.proposal.triage.goals] == ["duplicate_charge"]
    assert correct(desk, ticket, view.ticket.version, "invoice_copy") is None
    after = hand.view(ticket).proposal
    assert after is not None
    assert [goal.task_type for goal in after.triage.goals] == ["invoice_copy"]
