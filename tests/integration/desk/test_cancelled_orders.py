"""Cancelling an order gives its payment back, so it counts as money out like a refund."""

from __future__ import annotations

import sqlalchemy as sa

from cx_core.adapters.sql import tables
from cx_core.records import ActionName, Approval, Money, Person, TicketId, Value
from cx_core.views import Refusal
from tests.scripted import SAM, Hand, person

ADA = person()
CANCEL, REFUND, CREDIT = ActionName("cancel_order"), ActionName("refund_payment"), ActionName("apply_credit")
GRACE, OMAR = "grace.lin@example.com", "omar.said@example.net"


def planned(hand: Hand, sender: str, action: ActionName, by: Person = SAM, **values: Value) -> TicketId | Refusal:
    """A ticket of theirs whose plan holds this action besides what is planned for it anyway."""
    ticket = hand.ticket("I was charged twice.", sender)
    refusal = hand.desk.added_actions.add_step(by, ticket, hand.view(ticket).ticket.version, action, 0, values)
    return refusal or ticket


TOLD = {
    CANCEL: "We have cancelled your order.",
    CREDIT: "We have set off a credit.",
    REFUND: "We have refunded you.",
}


def approve(hand: Hand, ticket: TicketId | Refusal, action: ActionName, by: Person = ADA) -> Approval | Refusal:
    assert not isinstance(ticket, Refusal), ticket
    view = hand.view(ticket)
    skipped = {card.step.id: "not asked for" for card in view.cards if card.step.action != action}
    return hand.desk.approvals.approve(by, ticket, view.ticket.version, reply=TOLD[action], skipped=skipped)


def payouts(hand: Hand) -> list[tuple[str, int, str]]:
    s = tables.spending.c
    with hand.works.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.select(s.action, s.minor, s.state)).all()]


def test_that_a_cancelled_order_is_counted_as_the_money_it_gives_back(hand: Hand) -> None:
    done = approve(hand, planned(hand, GRACE, CANCEL, order="O-31"), CANCEL)
    assert isinstance(done, Approval), done
    assert hand.read("order", order="O-31")[0].fields["status"] == "cancelled"
    assert payouts(hand) == [("cancel_order", 2500, "spent")]


def test_that_credits_before_it_count_together_with_it(hand: Hand) -> None:
    """Two payouts went to her within a day, so an advisor may not let a third out, in whatever form."""
    for reason in ("one", "two"):
        amount = Money(minor=2000)
        ticket = planned(hand, GRACE, CREDIT, customer="C-10", amount=amount, reason=reason)
        assert isinstance(approve(hand, ticket, CREDIT), Approval)
    ticket = planned(hand, GRACE, CANCEL, order="O-31")
    refused = approve(hand, ticket, CANCEL)
    assert isinstance(refused, Refusal)
    assert "2 payouts to this customer in 24 hours" in refused.text
    assert isinstance(approve(hand, ticket, CANCEL, SAM), Approval)
    assert [state for _, _, state in payouts(hand)] == ["spent"] * 3


def test_that_a_dear_order_is_cancelled_by_a_supervisor(hand: Hand) -> None:
    ticket = planned(hand, OMAR, CANCEL, order="O-40")
    refused = approve(hand, ticket, CANCEL)
    assert isinstance(refused, Refusal)
    assert "£429.00: above £200.00 a supervisor approves" in refused.text
    assert isinstance(approve(hand, ticket, CANCEL, SAM), Approval)


def test_that_an_order_whose_payment_went_back_before_is_cancelled_and_counts_nothing_more(hand: Hand) -> None:
    amount = Money(minor=2500)
    refund = planned(hand, GRACE, REFUND, payment="P-51", amount=amount)
    assert isinstance(approve(hand, refund, REFUND), Approval)
    done = approve(hand, planned(hand, GRACE, CANCEL, order="O-31"), CANCEL)
    assert isinstance(done, Approval), done
    assert hand.read("order", order="O-31")[0].fields["status"] == "cancelled"
    assert payouts(hand) == [("refund_payment", 2500, "spent")]
