"""Limits in money at the act itself: whatever was approved, no customer gets more than the rules let out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from cx_core.adapters.fernline import Trouble
from cx_core.adapters.sql import tables as t
from cx_core.errors import NoProof, SystemRefused, SystemUnreachable
from cx_core.records import ActionName, Approval, CustomerId, Money, Outcome, Person, Role, StepId, TicketId, Value
from cx_core.views import Refusal
from tests.scripted import MARIA, SAM, Hand, erased, person

ADA = person()
CREDIT = ActionName("apply_credit")


def breaking(name: str, error: BaseException) -> Trouble:
    def trouble(called: str) -> None:
        if called == name:
            raise error

    return trouble


def well(_name: str) -> None:
    """No trouble."""


def with_credit(hand: Hand, minor: int = 2000) -> tuple[TicketId, StepId]:
    """A ticket of Maria's whose plan is a credit and nothing else."""
    ticket = hand.ticket("I was charged twice.", MARIA)
    values: dict[str, Value] = {"customer": "C-1", "amount": Money(minor=minor), "reason": "our mistake"}
    assert hand.desk.added_actions.add_step(SAM, ticket, hand.view(ticket).ticket.version, CREDIT, 0, values) is None
    (step,) = [card.step.id for card in hand.view(ticket).cards if card.step.action == CREDIT]
    return ticket, step


def approve(hand: Hand, ticket: TicketId, by: Person = ADA) -> Approval | Refusal:
    view = hand.view(ticket)
    skipped = {card.step.id: "later" for card in view.cards if card.step.action != CREDIT and card.outcome is None}
    return hand.desk.approvals.approve(
        by, ticket, view.ticket.version, reply="We have set off a credit.", skipped=skipped
    )


def held(hand: Hand, count: int) -> list[tuple[TicketId, StepId]]:
    """So many credits approved by an advisor while nothing is carried out yet."""
    made = [with_credit(hand) for _ in range(count)]
    hand.works.work.held = True
    for ticket, _ in made:
        assert isinstance(approve(hand, ticket), Approval)
    return made


def credits(hand: Hand) -> int:
    return len(hand.read("credits", customer="C-1"))


def credited(hand: Hand) -> Callable[[tuple[TicketId, StepId]], Outcome | str]:
    def carry_out(one: tuple[TicketId, StepId]) -> Outcome | str:
        ticket, step = one
        try:
            return hand.run(ticket, hand.view(ticket).ticket.version, step)
        except NoProof as refusal:
            return str(refusal)

    return carry_out


def test_that_of_many_credits_approved_at_once_an_advisors_day_lets_two_out(hand: Hand) -> None:
    """Each was within the limits when it was approved; together they are many small ones."""
    before = credits(hand)
    made = held(hand, 5)
    together = Barrier(5, timeout=20)

    def at_once(one: tuple[TicketId, StepId]) -> Outcome | str:
        together.wait()
        return credited(hand)(one)

    hand.works.journey()
    with ThreadPoolExecutor(5) as pool:
        came = list(pool.map(at_once, made))
    refused = [one for one in came if isinstance(one, str)]
    assert credits(hand) - before == 2
    assert [one.status for one in came if isinstance(one, Outcome)] == ["done", "done"]
    assert len(refused) == 3
    assert all("2 payouts to this customer in 24 hours: a supervisor approves any more" in why for why in refused)


def test_that_what_is_refused_at_the_act_goes_back_to_somebody_who_may(hand: Hand) -> None:
    made = held(hand, 3)
    hand.works.work.release()
    last = made[-1][0]
    assert hand.view(last).ticket.work == "returned"
    again = approve(hand, last)
    assert isinstance(again, Refusal)
    assert "a supervisor approves any more" in again.text
    assert isinstance(approve(hand, last, SAM), Approval)
    assert credits(hand) == 3


def test_that_a_credit_refused_for_certain_or_taken_back_frees_its_place(hand: Hand) -> None:
    first, second = with_credit(hand), with_credit(hand)
    hand.works.trouble = breaking("apply_credit", SystemRefused("Not today."))
    approve(hand, first[0])
    hand.works.trouble = well
    approve(hand, second[0])
    done = hand.view(second[0])
    (card,) = [card for card in done.cards if card.step.action == CREDIT and card.outcome]
    assert card.outcome is not None
    taken = hand.desk.approvals.undo(ADA, second[0], 2, card.step.id)
    assert isinstance(taken, Outcome)
    for ticket, _ in held(hand, 2):
        assert ticket
    hand.works.work.release()
    assert [one.fields["status"] for one in hand.read("credits", customer="C-1")].count("issued") == 2


def test_that_a_credit_that_may_have_gone_out_keeps_its_place(hand: Hand) -> None:
    first = with_credit(hand)
    hand.works.trouble = breaking("apply_credit:committed", SystemUnreachable("Billing does not answer."))
    lost = hand.works.trouble

    def trouble(name: str) -> None:
        lost(name)
        if name == "receipt" and hand.read("credits", customer="C-1"):
            raise SystemUnreachable("Billing does not answer.")

    hand.works.trouble = trouble
    approve(hand, first[0])
    hand.works.trouble = well
    assert hand.outcome(first[0], 2, first[1]).unknown
    made = held(hand, 2)
    came = [credited(hand)(one) for one in made]
    assert [isinstance(one, Outcome) for one in came] == [True, False]
    assert credits(hand) == 2


def test_that_an_act_cut_off_after_its_money_was_reserved_is_not_refused_for_it(hand: Hand) -> None:
    made = held(hand, 2)
    assert isinstance(credited(hand)(made[0]), Outcome)
    hand.works.trouble = breaking("apply_credit", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        credited(hand)(made[1])
    hand.works.trouble = well
    came = credited(hand)(made[1])
    assert isinstance(came, Outcome)
    assert came.status == "done"


def test_that_a_forgotten_customers_money_is_counted_in_nobodys_name(hand: Hand) -> None:
    ticket, _ = with_credit(hand)
    assert isinstance(approve(hand, ticket), Approval)
    erased(hand.desk, CustomerId("C-1"))
    with hand.works.engine.begin() as connection:
        rows = connection.execute(sa.select(t.spending.c.customer, t.spending.c.minor, t.spending.c.state)).all()
    assert [tuple(row) for row in rows] == [("", 2000, "spent")]


def test_that_an_advisor_is_told_before_they_approve(hand: Hand) -> None:
    for _ in range(2):
        ticket, _ = with_credit(hand)
        assert isinstance(approve(hand, ticket), Approval)
    ticket, step = with_credit(hand)
    (card,) = [card for card in hand.view(ticket).cards if card.step.id == step]
    assert card.ruling.ask is Role.SUPERVISOR
    assert "2 payouts to this customer in 24 hours: a supervisor approves any more" in card.ruling.reasons
