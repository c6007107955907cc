"""What a customer is told of an act rests on the seal of what was done; a row that somebody changed tells nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
import sqlalchemy as sa

from cx_core.act import step_effect
from cx_core.act.outcomes import IN_DOUBT, NOT_DONE
from cx_core.adapters.sql import tables
from cx_core.records import Approval, Money, Outcome, Receipt, StepId, TicketId
from cx_core.views import Refusal
from cx_core.views.slot_chips import with_chips, without_marks
from tests.scripted import LENA, MARIA, SAM, Hand

S1 = StepId("s1")
TWICE = "I was charged twice."
TELLS = "We have given {s1.amount} back to you."
TRUE = "We have given £54.00 back to you."
NINE_HUNDRED = Money(minor=90000, currency="GBP")

Change = Callable[[Outcome], Mapping[str, object]]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_effect, "PAUSE_SECONDS", 0.0)


def approved(hand: Hand) -> TicketId:
    """A refund and a reply that tells its sum, approved and held."""
    ticket = hand.ticket(TWICE, MARIA)
    hand.works.work.held = True
    assert isinstance(hand.desk.approvals.approve(SAM, ticket, 1, reply=TELLS), Approval)
    return ticket


def write(hand: Hand, ticket: TicketId, version: int, outcome: Outcome) -> None:
    """What somebody with access to the database, and without its keys, could write there."""
    row = (tables.outcome.c.ticket == ticket) & (tables.outcome.c.version == version)
    with hand.works.engine.begin() as connection:
        body = outcome.model_dump(mode="json")
        connection.execute(sa.delete(tables.outcome).where(row & (tables.outcome.c.step == outcome.step)))
        made = {"ticket": ticket, "version": version, "step": outcome.step, "body": body}
        connection.execute(sa.insert(tables.outcome).values(made))


def carry_out(hand: Hand, ticket: TicketId, before: str = "", then: Callable[[], None] = lambda: None) -> None:
    """What was approved is carried out; just before one piece of it, something happens."""

    def run(name: str, work: Callable[[], str]) -> str:
        if name == before:
            then()
        return work()

    hand.works.journey().carry_out(ticket, 1, run)


def refunds(hand: Hand) -> list[object]:
    return [record.fields["amount"] for record in hand.read("refunds", payment="P-8")]


def dearer(outcome: Outcome) -> Mapping[str, object]:
    assert outcome.receipt is not None
    fields = {**outcome.receipt.fields, "amount": NINE_HUNDRED}
    return {"receipt": outcome.receipt.replace(fields=fields)}


def reference(outcome: Outcome) -> Mapping[str, object]:
    assert outcome.receipt is not None
    return {"receipt": Receipt.model_validate({**outcome.receipt.model_dump(), "reference": "RF-other"})}


CHANGES: Mapping[str, Change] = {
    "a higher sum": dearer,
    "another reference": reference,
    "a mark that is a guess": lambda _: {"mark": "0" * 64},
    "no mark, as before outcomes had any": lambda _: {"mark": ""},
    "never verified": lambda _: {"verified": False},
    "failed, so that it is done again": lambda _: {"status": "failed", "receipt": None},
    "under another key": lambda outcome: {"key": f"other:{outcome.key.rpartition(':')[2]}"},
    "another act": lambda _: {"action": "apply_credit"},
}


def test_that_a_reply_tells_what_was_proven(hand: Hand) -> None:
    ticket = approved(hand)
    carry_out(hand, ticket)
    assert (len(refunds(hand)), hand.view(ticket).ticket.work) == (1, "done")
    assert [text.split("\n")[0] for text in hand.sent(MARIA)] == [TRUE]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_that_a_changed_outcome_stops_the_reply_and_loses_nothing(hand: Hand, change: Change) -> None:
    ticket = approved(hand)

    def forge() -> None:
        outcome = hand.outcome(ticket)
        write(hand, ticket, 1, outcome.replace(**change(outcome)))

    carry_out(hand, ticket, "reply", forge)
    view = hand.view(ticket)
    assert (hand.sent(MARIA), view.ticket.work) == ([], "returned")
    assert view.proposal is not None
    assert IN_DOUBT.rstrip(".") in view.proposal.why
    (event,) = (one for one in hand.works.audit.events(ticket=ticket) if one.kind == "outcome_unproven")
    assert event.payload is not None
    assert (event.payload["step"], event.payload["action"]) == ("s1", "refund_payment")
    assert view.draft is not None
    shown = without_marks(with_chips(view.draft.text, view.labels))
    assert (view.proposal.steps, shown.split("\n")[0]) == ((), TRUE)  # as the system shows it

    hand.works.work.release()
    hand.approve(ticket)  # what the person had written is still there
    hand.works.work.release()
    assert (len(refunds(hand)), hand.outcome(ticket).status) == (1, "done")
    assert [text.split("\n")[0] for text in hand.sent(MARIA)] == [TRUE]


def test_that_an_act_is_not_taken_for_done_because_a_row_says_so(hand: Hand) -> None:
    ticket = approved(hand)
    approval = hand.view(ticket).proposal
    assert approval is not None
    made_up = Outcome(
        step=S1,
        action=approval.steps[0].action,
        status="done",
        verified=True,
        key="made up",
        at=hand.works.clock(),
    )
    write(hand, ticket, 1, made_up)
    carry_out(hand, ticket)
    assert (len(refunds(hand)), hand.outcome(ticket).key != "made up") == (1, True)
    assert [text.split("\n")[0] for text in hand.sent(MARIA)] == [TRUE]


def test_that_a_reply_tells_of_nothing_that_was_only_noted_as_done(hand: Hand) -> None:
    """Somebody changes what the runner noted, so that it goes on with the reply where the act was never begun."""
    ticket = hand.ticket(TWICE, MARIA)
    hand.works.work.held = True
    assert isinstance(hand.desk.approvals.approve(SAM, ticket, 1, reply="We have refunded it."), Approval)
    hand.works.journey().carry_out(ticket, 1, lambda name, work: "done" if name == "do s1" else work())
    view = hand.view(ticket)
    assert (refunds(hand), hand.sent(MARIA), view.ticket.work) == ([], [], "returned")
    assert view.proposal is not None
    assert NOT_DONE.rstrip(".") in view.proposal.why
    assert [step.id for step in view.proposal.steps] == [S1]
    hand.works.work.release()
    hand.approve(ticket)
    assert (len(refunds(hand)), len(hand.sent(MARIA))) == (1, 1)


def test_that_an_outcome_of_another_ticket_tells_nothing(hand: Hand) -> None:
    """It is genuine, where it was made."""
    first = approved(hand)
    carry_out(hand, first)
    hand.works.work.release()
    genuine = hand.outcome(first)
    second = hand.ticket("Please send me a copy of my invoice I-21.", LENA)
    hand.works.work.held = True
    assert isinstance(hand.desk.approvals.approve(SAM, second, 1, reply="Your copy is on its way."), Approval)
    carry_out(hand, second, "reply", lambda: write(hand, second, 1, genuine))
    assert (hand.sent(LENA), hand.view(second).ticket.work) == ([], "returned")


def test_that_what_was_taken_back_is_not_told_as_done(hand: Hand) -> None:
    """The row from before it was taken back is genuine too: the business system is asked."""
    ticket = approved(hand)
    carry_out(hand, ticket)
    hand.works.work.release()
    before = hand.outcome(ticket)
    assert isinstance(hand.desk.approvals.undo(SAM, ticket, 1, S1), Outcome)
    write(hand, ticket, 1, before)
    version = hand.view(ticket).ticket.version
    assert isinstance(hand.desk.approvals.approve(SAM, ticket, version, reply=TELLS), Approval)
    hand.works.work.release()
    view = hand.view(ticket)
    assert (len(hand.sent(MARIA)), view.ticket.work) == (1, "returned")
    assert view.proposal is not None
    assert "It was taken back" in view.proposal.why
    assert "outcome_unproven" in hand.kinds(ticket)


def test_that_nobody_approves_a_reply_on_an_outcome_without_a_seal(hand: Hand) -> None:
    """One from before outcomes were sealed, of a step that is not planned again: a person writes it themselves."""
    ticket = approved(hand)
    carry_out(hand, ticket)
    hand.works.work.release()
    assert isinstance(hand.desk.approvals.undo(SAM, ticket, 1, S1), Outcome)
    write(hand, ticket, 1, hand.outcome(ticket).replace(status="done", verified=True, mark=""))
    version = hand.view(ticket).ticket.version
    refused = hand.desk.approvals.approve(SAM, ticket, version, reply=TELLS)
    assert isinstance(refused, Refusal)
    assert "mentions ⟨amount⟩, which" in refused.text
    assert isinstance(
        hand.desk.approvals.approve(SAM, ticket, version, reply="We have not given it back after all."), Approval
    )
