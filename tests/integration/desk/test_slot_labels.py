"""What the slots of a reply are shown as, and what becomes of a chip that was changed or that came through."""

from __future__ import annotations

from cx_core.records import Choices, StepId
from cx_core.views import Refusal
from cx_core.views.slot_chips import with_chips, with_slots
from tests.scripted import MARIA, SAM, Hand


def test_that_a_draft_is_shown_without_braces_and_a_changed_value_in_its_chip(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    view = hand.view(ticket)
    assert view.proposal is not None
    assert view.proposal.reply is not None
    text = view.proposal.reply.text
    shown = with_chips(text, view.labels)
    assert "⟨£54.00⟩" in shown
    assert "{" not in shown
    assert with_slots(shown, {label: slot for slot, label in view.labels.items()}) == text
    step = view.proposal.steps[0].id
    edits = {StepId(step): {"amount": view.proposal.steps[0].values()["amount"]}}
    hand.desk.inbox.save_draft(SAM, ticket, 1, "{s1.amount}", Choices(edits=edits))
    assert hand.view(ticket).labels["{s1.amount}"] == "£54.00"


def test_that_a_value_of_two_fields_of_a_receipt_is_not_numbered_where_the_reply_holds_one(hand: Hand) -> None:
    ticket = hand.ticket("I can't be home on Thursday.", sender=MARIA)
    view = hand.view(ticket)
    assert view.proposal is not None
    assert view.proposal.reply is not None
    assert any(label.endswith(" (2)") for label in view.labels.values())
    shown = with_chips(view.proposal.reply.text, view.labels)
    assert "⟨" in shown
    assert "(2)" not in shown


def test_that_the_marks_of_a_chip_are_not_sent(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    refused = hand.desk.approvals.approve(SAM, ticket, 1, reply="You get ⟨£54.00⟩ back.")
    assert isinstance(refused, Refusal)
    assert "must not see" in refused.text
    assert hand.sent() == []


def test_that_a_sum_typed_into_a_chip_is_held_until_it_is_confirmed(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    slots = {label: slot for slot, label in hand.view(ticket).labels.items()}
    reply = with_slots("Dear Maria, we have refunded ⟨£540.00⟩ to your card.", slots)
    refused = hand.desk.approvals.approve(SAM, ticket, 1, reply=reply)
    assert isinstance(refused, Refusal)
    assert refused.code == "unconfirmed"
    assert hand.sent() == []


def test_that_the_case_file_and_a_refusal_name_a_slot_by_what_is_expected(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    refused = hand.desk.approvals.approve(
        SAM, ticket, 1, reply="You get {s1.amount} back.", skipped={StepId("s1"): "the bank does it"}
    )
    assert isinstance(refused, Refusal)
    assert "⟨£54.00⟩" in refused.text
    assert "{" not in refused.text
    case = hand.desk.case_files.case_file(SAM, ticket)
    assert not isinstance(case, Refusal)
    assert not any("{s" in entry.said for entry in case.entries)
    assert any("⟨£54.00⟩" in entry.said for entry in case.entries)
