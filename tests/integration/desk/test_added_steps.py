"""What a person added to the plan outlives the customer's next words: kept and asked for, or named as gone."""

from __future__ import annotations

from cx_core.records import ActionName, Money, Role, TicketId, Value
from cx_core.views import StepCard
from tests.scripted import MARIA, SAM, Hand, person

CREDIT = ActionName("apply_credit")
SMALL = Money(minor=500)


def _with_credit(hand: Hand, words: str = "I was charged twice.", amount: Money = SMALL) -> TicketId:
    ticket = hand.ticket(words, sender=MARIA, thread="t")
    values: dict[str, Value] = {"customer": "C-1", "amount": amount, "reason": "our mistake"}
    assert hand.desk.added_actions.add_step(SAM, ticket, hand.view(ticket).ticket.version, CREDIT, 0, values) is None
    return ticket


def _credits(hand: Hand, ticket: TicketId) -> list[StepCard]:
    return [card for card in hand.view(ticket).cards if card.step.action == CREDIT]


def _told(hand: Hand, ticket: TicketId) -> str:
    proposal = hand.view(ticket).proposal
    assert proposal is not None
    return " ".join(finding.text for finding in proposal.findings if finding.step is None)


def test_that_it_stays_under_its_name_and_is_carried_out_once(hand: Hand) -> None:
    ticket = _with_credit(hand)
    [before] = _credits(hand, ticket)
    hand.ticket("And a copy of my invoice I-3, please.", sender=MARIA, thread="t")
    view = hand.view(ticket)
    assert view.ticket.version == 3
    assert view.ticket.route in ("advisor", "supervisor")
    [card] = _credits(hand, ticket)
    assert card.step == before.step
    assert card.step.added_by == SAM.name
    assert len({one.step.id for one in view.cards}) == len(view.cards) > 2
    skipped = {one.step.id: "later" for one in view.cards if one.step.action != CREDIT}
    hand.desk.approvals.approve(SAM, ticket, 3, reply="Thank you. The credit is on its way.", skipped=skipped)
    [done] = _credits(hand, ticket)
    assert done.outcome is not None
    assert done.outcome.verified
    hand.ticket("And now I can't be home.", sender=MARIA, thread="t")
    assert [one.outcome is not None for one in _credits(hand, ticket)] == [True]


def test_that_it_needs_the_same_person_as_before(hand: Hand) -> None:
    ticket = _with_credit(hand, amount=Money(minor=25_000))
    hand.ticket("And a copy of my invoice I-3, please.", sender=MARIA, thread="t")
    [card] = _credits(hand, ticket)
    assert card.ruling.ask in (Role.SUPERVISOR, Role.ADMINISTRATOR)
    assert hand.view(ticket).ticket.route == "supervisor"


def test_that_what_was_left_out_when_the_rest_was_approved_does_not_come_back(hand: Hand) -> None:
    ticket = _with_credit(hand)
    view = hand.view(ticket)
    skipped = {card.step.id: "not now" for card in view.cards}
    hand.desk.approvals.approve(SAM, ticket, view.ticket.version, reply="We look into it.", skipped=skipped)
    hand.ticket("And a copy of my invoice I-3, please.", sender=MARIA, thread="t")
    assert _credits(hand, ticket) == []
    assert "apply" not in _told(hand, ticket).lower()


def test_that_it_is_named_where_it_cannot_stay(hand: Hand) -> None:
    ticket = _with_credit(hand)
    hand.ticket("PERSON please.", sender=MARIA, thread="t")
    assert hand.view(ticket).ticket.route == "person"
    assert _credits(hand, ticket) == []
    title = hand.works.knowledge.actions[CREDIT].title
    assert f"“{title}”, which {SAM.name} had added, is no longer in the plan" in _told(hand, ticket)


def test_that_a_reading_again_keeps_it_too(hand: Hand) -> None:
    ticket = _with_credit(hand)
    assert hand.desk.inbox.read_again(person(), ticket) is None
    assert len(_credits(hand, ticket)) == 1
