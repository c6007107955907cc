"""Several payouts of one plan are asked in turn: whoever approves learns then what the act would stop."""

from __future__ import annotations

from collections.abc import Sequence
from unittest.mock import Mock

import pytest

from cx_core.records import ActionName, Approval, Money, Person, Role, StepId, TicketId, Value
from cx_core.views import Refusal
from tests.integration.desk.test_two_people import given, refused, someone
from tests.scripted import MARIA, Hand, person

CREDIT = ActionName("apply_credit")
REPLY = "Thank you. The credits are on their way."


def with_credits(hand: Hand, amounts: Sequence[int]) -> tuple[TicketId, tuple[StepId, ...]]:
    """A ticket of Maria's whose plan has these credits, in pence, and other steps that are left out."""
    ticket = hand.ticket("I was charged twice.", MARIA)
    adder = person(Role.ADMINISTRATOR, "Root Admin")
    for number, minor in enumerate(amounts):
        values: dict[str, Value] = {"customer": "C-1", "amount": Money(minor=minor), "reason": f"mistake {number}"}
        assert (
            hand.desk.added_actions.add_step(adder, ticket, hand.view(ticket).ticket.version, CREDIT, 0, values) is None
        )
    return ticket, tuple(card.step.id for card in hand.view(ticket).cards if card.step.action == CREDIT)


def approve(hand: Hand, by: Person, ticket: TicketId, but: Sequence[StepId] = ()) -> Approval | Refusal:
    view = hand.view(ticket)
    skipped = {card.step.id: "later" for card in view.cards if card.step.action != CREDIT or card.step.id in but}
    return hand.desk.approvals.approve(by, ticket, view.ticket.version, reply=REPLY, skipped=skipped)


def paid(hand: Hand) -> int:
    return len(hand.read("credits", customer="C-1"))


@pytest.mark.parametrize(
    ("name", "amounts", "why"),
    [
        ("Ines", (20_000, 20_000, 10_001), "£100.01 after £400.00 in 30 days: above £500.00"),
        ("Ines", (1_000, 1_000, 1_000), "2 payouts to this customer in 24 hours"),
        ("Ines", (60_000, 60_000), "£600.00: above £200.00 a supervisor approves"),
    ],
)
def test_that_a_plan_is_refused_as_a_whole_for_the_step_that_goes_too_far(
    hand: Hand, name: str, amounts: Sequence[int], why: str
) -> None:
    ticket, steps = with_credits(hand, amounts)
    by = someone(hand, name)
    assert why in refused(approve(hand, by, ticket))
    assert paid(hand) == 0
    if len(steps) > 2:
        assert not given(approve(hand, by, ticket, steps[-1:])).waits
        assert paid(hand) == len(steps) - 1


def test_that_a_plan_that_is_large_only_together_waits_for_a_second_person(hand: Hand) -> None:
    """One word for all of it would have paid the first half and stopped."""
    ticket, _ = with_credits(hand, (60_000, 60_000))
    nadia, owen = someone(hand, "Nadia"), someone(hand, "Owen")
    assert given(approve(hand, nadia, ticket)).waits
    assert paid(hand) == 0
    assert not given(approve(hand, owen, ticket)).waits
    assert (paid(hand), len(hand.sent(MARIA))) == (2, 1)


def test_that_what_goes_through_together_is_asked_once_for_each_step(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket, _ = with_credits(hand, (2_000, 3_000))
    journey = hand.works.journey()
    question = Mock(wraps=journey.permission.question)
    monkeypatch.setattr(journey.permission, "question", question)
    hand.works.work.held = True
    assert not given(approve(hand, someone(hand, "Ines"), ticket)).waits
    asked = [call.args[2].action for call in question.call_args_list]
    assert sorted(asked) == ["apply_credit", "apply_credit", "send_reply"]
