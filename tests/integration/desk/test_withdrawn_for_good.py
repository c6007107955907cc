"""What was taken back before it was begun is used up: whoever brings the rows back has no proof to bring with them."""

from __future__ import annotations

import pytest

from cx_core.act import approval_seals
from cx_core.errors import NoProof
from cx_core.records import Approval, StepId, TicketId
from tests.scripted import LENA, SAM, Hand


@pytest.fixture
def withdrawn(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> TicketId:
    """Approved, taken back, and then made to look as if it had not been."""
    monkeypatch.setattr(hand.desk.approvals, "_undo_seconds", 5.0)
    ticket, _ = hand.approved()
    assert hand.desk.approvals.withdraw(SAM, ticket, 1) is None
    bring_back(hand, ticket)
    return ticket


def bring_back(hand: Hand, ticket: TicketId) -> None:
    """What somebody with access to the database could write there."""
    hand.works.work.held = False
    with hand.works.store.begin() as unit:
        kept = unit.tickets.get(ticket)
        assert kept is not None
        unit.tickets.put(kept.replace(version=1, work="carrying"))


def test_that_what_was_taken_back_is_not_done(hand: Hand, withdrawn: TicketId) -> None:
    with pytest.raises(NoProof, match=approval_seals.USED):
        hand.run(withdrawn)
    assert hand.mailed() == 0


def test_that_its_reply_is_not_sent(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand.desk.approvals, "_undo_seconds", 5.0)
    ticket = hand.ticket()
    hand.works.work.held = True
    answer = hand.desk.approvals.approve(SAM, ticket, 1, reply="We write tomorrow.", skipped={StepId("s1"): "later"})
    assert isinstance(answer, Approval)
    assert hand.desk.approvals.withdraw(SAM, ticket, 1) is None
    bring_back(hand, ticket)
    said = hand.works.journey().carry_out(ticket, 1, lambda _, work: work())
    assert (said, hand.sent(LENA)) == ("given back", [])


def test_that_it_can_be_approved_anew(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand.desk.approvals, "_undo_seconds", 5.0)
    ticket, _ = hand.approved()
    assert hand.desk.approvals.withdraw(SAM, ticket, 1) is None
    hand.approve(ticket)
    hand.works.work.release()
    assert (hand.mailed(), len(hand.sent(LENA)), hand.view(ticket).ticket.work) == (1, 1, "done")
