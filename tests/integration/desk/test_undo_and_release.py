"""What is taken back was done from here; and money that was held for an act which never came is free again."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import sqlalchemy as sa

from cx_core.act import approval_seals, step_effect
from cx_core.adapters.sql import tables
from cx_core.errors import SystemUnreachable
from cx_core.records import EVERYTHING, ActionName, Outcome, Receipt, Role, StepId, TicketId, Value
from cx_core.views import Refusal
from tests.scripted import LENA, MARIA, SAM, Hand

S1 = StepId("s1")
TWICE = "I was charged twice."


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_effect, "PAUSE_SECONDS", 0.0)


def refunded(hand: Hand) -> TicketId:
    ticket = hand.ticket(TWICE, MARIA)
    hand.approve(ticket)
    assert hand.outcome(ticket).status == "done"
    return ticket


def forged_outcome(hand: Hand, ticket: TicketId, change: Mapping[str, object]) -> None:
    forged = hand.outcome(ticket).replace(**change)
    with hand.works.store.begin() as unit:
        unit.proposals.put_outcome(ticket, 1, forged)


def money(hand: Hand) -> list[str]:
    """In what state each payout is."""
    with hand.works.engine.connect() as connection:
        return list(connection.execute(sa.select(tables.spending.c.state)).scalars())


def test_that_what_was_done_here_is_taken_back(hand: Hand) -> None:
    ticket = refunded(hand)
    assert money(hand) == ["spent"]
    undone = hand.desk.approvals.undo(SAM, ticket, 1, S1)
    assert isinstance(undone, Outcome), undone
    assert (undone.status, money(hand)) == ("undone", ["released"])


def test_that_nothing_is_undone_while_everything_is_stopped(hand: Hand) -> None:
    ticket = refunded(hand)
    assert hand.desk.kill_switches.stop(SAM, EVERYTHING, "A price is wrong online") is None
    refused = hand.desk.approvals.undo(SAM, ticket, 1, S1)
    assert isinstance(refused, Refusal)
    assert refused.code == "stopped"
    assert "(“A price is wrong online”): nothing is undone until it is resumed." in refused.text
    assert (hand.outcome(ticket).status, "undo_begun" in hand.kinds(ticket), money(hand)) == ("done", False, ["spent"])
    assert hand.desk.kill_switches.resume(SAM, EVERYTHING) is None
    assert isinstance(hand.desk.approvals.undo(SAM, ticket, 1, S1), Outcome)


def test_that_another_tickets_act_is_never_taken_back(hand: Hand) -> None:
    """Somebody with access to the database lets one outcome stand for another."""
    ticket, other = refunded(hand), hand.ticket("Please send me a copy of my invoice I-21.", LENA)
    hand.approve(other)
    forged_outcome(hand, other, {"key": hand.outcome(ticket).key, "receipt": hand.outcome(ticket).receipt})
    refused = hand.desk.approvals.undo(SAM, other, 1, S1)
    assert isinstance(refused, Refusal)
    assert refused.text == approval_seals.NOT_HERE
    forged_outcome(hand, other, {"action": "refund_payment"})
    assert isinstance(hand.desk.approvals.undo(SAM, other, 1, S1), Refusal)
    assert (hand.outcome(ticket).status, "undo_begun" in hand.kinds(other), money(hand)) == ("done", False, ["spent"])


@pytest.mark.parametrize("change", [{"seals": {}}, {"role": Role.ADMINISTRATOR}, {"person": "somebody"}])
def test_that_nothing_is_taken_back_on_an_approval_that_was_changed(hand: Hand, change: Mapping[str, object]) -> None:
    ticket = refunded(hand)
    with hand.works.store.look() as unit:
        approval = unit.proposals.approval(ticket, 1)
    assert approval is not None
    hand.forge(approval.replace(**change))
    refused = hand.desk.approvals.undo(SAM, ticket, 1, S1)
    assert isinstance(refused, Refusal)
    assert refused.text == approval_seals.NOT_HERE


# --- money that was held --------------------------------------------------------------------


def ended_before(hand: Hand, name: str) -> TicketId:
    """The program ends with the refund begun, in the middle of this call."""
    ticket, _ = hand.approved(TWICE, MARIA)

    def trouble(called: str) -> None:
        if called == name:
            raise KeyboardInterrupt

    hand.works.trouble = trouble
    with pytest.raises(KeyboardInterrupt):
        hand.works.work.release()
    hand.works.trouble = lambda _: None
    assert money(hand) == ["reserved"]
    return ticket


def test_that_a_switch_that_stops_what_was_begun_frees_its_money(hand: Hand) -> None:
    ticket = ended_before(hand, "refund_payment")
    hand.desk.kill_switches.stop(SAM, "action:refund_payment", "refunds went out twice")
    hand.desk.take_up()
    assert (hand.view(ticket).ticket.work, money(hand)) == ("returned", ["released"])


def test_that_what_is_begun_and_too_old_frees_its_money(hand: Hand) -> None:
    ticket = ended_before(hand, "refund_payment")
    hand.works.clock.forward(days=3)  # type: ignore[attr-defined]  # a clock that is set by hand
    hand.desk.take_up()
    assert (hand.view(ticket).ticket.work, money(hand)) == ("returned", ["released"])


def test_that_money_stays_held_while_the_system_does_not_say(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = ended_before(hand, "refund_payment")
    hand.desk.kill_switches.stop(SAM, "action:refund_payment", "refunds went out twice")

    def silent(_key: str) -> None:
        raise SystemUnreachable("no answer")

    monkeypatch.setattr(hand.works.back_office, "receipt", silent)
    hand.desk.take_up()
    assert (hand.view(ticket).ticket.work, money(hand)) == ("returned", ["reserved"])


def test_that_money_that_went_out_stays_counted(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, _ = hand.approved(TWICE, MARIA)
    write = hand.works.back_office.write

    def ends(name: ActionName, arguments: Mapping[str, Value], key: str) -> Receipt:
        write(name, arguments, key)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(hand.works.back_office, "write", ends)
        with pytest.raises(KeyboardInterrupt):
            hand.works.work.release()
    assert money(hand) == ["reserved"]
    hand.desk.kill_switches.stop(SAM, "action:refund_payment", "refunds went out twice")
    hand.desk.take_up()
    assert (hand.outcome(ticket).status, money(hand)) == ("done", ["spent"])
