"""What a reply tells, and what the customer's words bring up, decide who may send it: at approval, whoever wrote it."""

from __future__ import annotations

from cx_core.records import Approval, Identity, Person
from cx_core.views import Refusal
from tests.scripted import MARIA, SAM, Hand, letter, person

ADA = person()


def answered(hand: Hand, words: str, reply: str, by: Person = ADA, identity: Identity = 1) -> Approval | Refusal:
    """What comes of this reply to a new ticket of Maria's, without any step."""
    mail = letter(words, hand.works.clock, id=f"{by.id}-{identity}-{reply}")
    ticket = hand.desk.inbound_messages.receive(mail.replace(identity=identity))
    view = hand.view(ticket)
    skipped = {card.step.id: "not now" for card in view.cards}
    return hand.desk.approvals.approve(by, ticket, view.ticket.version, reply=reply, skipped=skipped)


def test_that_a_restricted_field_goes_to_an_unproven_customer_by_a_supervisor_only(hand: Hand) -> None:
    phone = str(hand.read("customer", customer="C-1")[0].fields["phone"])
    reply = f"We will call you on {phone}."
    refused = answered(hand, "I was charged twice.", reply, identity=0)
    assert isinstance(refused, Refusal)
    assert "only this customer may know" in refused.text
    assert isinstance(answered(hand, "I was charged twice.", "We will call you.", identity=0), Approval)
    assert isinstance(answered(hand, "I was charged twice.", reply, SAM, identity=0), Approval)
    assert isinstance(answered(hand, "I was charged twice.", reply), Approval)


def test_that_words_of_law_or_danger_reach_a_supervisor(hand: Hand) -> None:
    words = "I was charged twice. My solicitor will write to you."
    refused = answered(hand, words, "We are sorry.")
    assert isinstance(refused, Refusal)
    assert "legal action: a supervisor decides" in refused.text
    assert isinstance(answered(hand, words, "We are sorry.", SAM), Approval)


def test_that_the_copilots_plan_says_why_a_supervisor_is_asked(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice. I have told the ombudsman.", MARIA)
    (ruling, *_) = [card.ruling for card in hand.view(ticket).cards if card.ruling is not None]
    assert "The customer's words bring up legal action: a supervisor decides" in ruling.reasons
