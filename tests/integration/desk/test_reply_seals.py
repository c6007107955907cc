"""What an approved reply is worth without its seal: nothing. These words, these files, this address, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from cx_core.act import approval_seals
from cx_core.act.approval_seals import REPLY
from cx_core.adapters.fernline import FernlineOutbox
from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.adapters.sql import tables
from cx_core.errors import SystemUnreachable
from cx_core.records import Approval, AttachmentId, Role, StepId, Ticket, TicketId
from cx_core.views import Refusal
from tests.conftest import SetClock
from tests.scripted import LENA, SAM, Hand

WORDS = "We look into it and write to you tomorrow."
LATER = datetime(2030, 1, 1, tzinfo=UTC)


def answered(hand: Hand) -> tuple[TicketId, Approval]:
    """A ticket whose only act is the reply, approved and not sent yet."""
    ticket = hand.ticket()
    hand.works.work.held = True
    approval = hand.desk.approvals.approve(SAM, ticket, 1, reply=WORDS, skipped={StepId("s1"): "later"})
    assert isinstance(approval, Approval), approval
    return ticket, approval


def uses(hand: Hand) -> list[tuple[str, str]]:
    with hand.works.engine.connect() as connection:
        rows = connection.execute(sa.select(tables.seal_use.c.seal, tables.seal_use.c.key)).all()
    return [(row[0], row[1]) for row in rows]


def changed_ticket(hand: Hand, id: TicketId, changes: Mapping[str, object]) -> None:
    """What somebody with access to the database could write there."""
    with hand.works.store.begin() as unit:
        ticket = unit.tickets.get(id)
        assert ticket is not None
        unit.tickets.put(Ticket.model_validate({**ticket.model_dump(), **changes}))


def assert_refused(hand: Hand, ticket: TicketId, why: str) -> None:
    """Nothing left for anybody, nothing is used up, and a person reads why."""
    hand.works.work.release()
    view = hand.view(ticket)
    assert view.ticket.work == "returned"
    assert view.proposal is not None
    assert why.rstrip(".") in view.proposal.why
    with hand.works.fernline.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM delivered")).scalar_one() == 0
    assert uses(hand) == []
    assert "reply_begun" not in hand.kinds(ticket)


def test_that_a_reply_is_sealed_and_its_seal_is_used_once(hand: Hand) -> None:
    ticket, approval = answered(hand)
    seal = approval.seals[REPLY]
    assert (seal.role, seal.person, seal.action) == (Role.SUPERVISOR, SAM.id, "send_reply")
    hand.works.work.release()
    assert hand.sent() == [WORDS]
    ((used, key),) = uses(hand)
    assert used == seal.id
    begun = [event.payload for event in hand.works.audit.events(ticket=ticket) if event.kind == "reply_begun"]
    assert [one and (one["seal"], one["key"]) for one in begun] == [(seal.id, key)]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"reply": "We owe you £900.00."}, approval_seals.OTHER),
        ({"reply": f"{WORDS} "}, approval_seals.OTHER),
        ({"seals": {}}, approval_seals.MISSING),
        ({"role": Role.ADMINISTRATOR}, approval_seals.OTHER),
        ({"role": None}, approval_seals.OTHER),
        ({"person": "advisor-other"}, approval_seals.OTHER),
        ({"id": "other"}, approval_seals.OTHER),
        ({"files": (AttachmentId("none"),)}, "a file that was approved is no longer there"),
    ],
)
def test_that_an_approval_that_was_changed_sends_nothing(hand: Hand, change: Mapping[str, object], why: str) -> None:
    ticket, approval = answered(hand)
    row = sa.update(tables.approval).where(tables.approval.c.id == approval.id)
    with hand.works.engine.begin() as connection:
        connection.execute(row.values(body=approval.replace(**change).model_dump(mode="json")))
    assert_refused(hand, ticket, why)


@pytest.mark.parametrize("change", [{"mark": "0" * 64}, {"expires_at": LATER}, {"role": Role.ADMINISTRATOR}])
def test_that_a_reply_whose_seal_was_changed_is_not_sent(hand: Hand, change: Mapping[str, object]) -> None:
    ticket, approval = answered(hand)
    hand.forge(approval.replace(seals={REPLY: approval.seals[REPLY].replace(**change)}))
    assert_refused(hand, ticket, approval_seals.FORGED)


def test_that_the_seal_of_another_reply_is_no_proof(hand: Hand) -> None:
    _, taken = answered(hand)
    hand.works.work.release()
    assert hand.sent(LENA) == [WORDS]
    with hand.works.fernline.begin() as connection:
        connection.execute(sa.text("DELETE FROM delivered"))
    with hand.works.engine.begin() as connection:
        connection.execute(sa.delete(tables.seal_use))
    ticket, approval = answered(hand)
    hand.forge(approval.replace(seals=taken.seals))
    assert_refused(hand, ticket, approval_seals.OTHER)


@pytest.mark.parametrize(
    "change", [{"address": "somebody@example.net"}, {"channel": "chat"}, {"subject": "You have won"}]
)
def test_that_a_reply_goes_nowhere_but_where_it_was_approved_to_go(hand: Hand, change: Mapping[str, object]) -> None:
    ticket, _ = answered(hand)
    changed_ticket(hand, ticket, change)
    assert_refused(hand, ticket, approval_seals.OTHER)


def test_that_an_approval_is_for_its_own_version(hand: Hand) -> None:
    """Somebody copies it to the version that counts by now."""
    ticket, approval = answered(hand)
    with hand.works.store.begin() as unit:
        proposal = unit.proposals.get(ticket, 1)
        assert proposal is not None
        unit.proposals.put(proposal.replace(version=2))
        unit.proposals.put_approval(approval.replace(id="copied", version=2))
    changed_ticket(hand, ticket, {"version": 2, "work": "carrying"})
    said = hand.works.journey().carry_out(ticket, 2, lambda _, work: work())
    assert (said, hand.sent(), uses(hand)) == ("given back", [], [])


def test_that_a_reply_that_waited_too_long_is_not_sent(hand: Hand, clock: SetClock) -> None:
    ticket, _ = answered(hand)
    clock.forward(hours=24)
    assert_refused(hand, ticket, approval_seals.EXPIRED)


def test_that_a_reply_approved_under_another_policy_is_not_sent(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, _ = answered(hand)
    monkeypatch.setattr(CedarEngine, "version", property(lambda _: "the next"))
    assert_refused(hand, ticket, approval_seals.CHANGED)


def test_that_the_policy_is_asked_again_before_a_reply_is_sent(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, _ = answered(hand)
    monkeypatch.setattr(CedarEngine, "decide", lambda *_, **__: (False, (), ()))
    assert_refused(hand, ticket, "send_reply is not allowed now: No rule lets a supervisor do this")


def test_that_nobody_approves_a_reply_that_the_policy_forbids(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = hand.ticket()
    monkeypatch.setattr(CedarEngine, "decide", lambda *_, **__: (False, (), ()))
    refused = hand.desk.approvals.approve(SAM, ticket, 1, reply=WORDS, skipped={StepId("s1"): "later"})
    assert isinstance(refused, Refusal)
    assert refused.text == "Send the reply: No rule lets a supervisor do this."
    closed = hand.desk.approvals.approve(SAM, ticket, 1, reply="", skipped={StepId("s1"): "they called"})
    assert isinstance(closed, Approval), closed


def test_that_a_seal_that_was_used_for_another_reply_is_not_good_for_this_one(hand: Hand) -> None:
    ticket, approval = answered(hand)
    with hand.works.store.begin() as unit:
        assert unit.proposals.use_seal(approval.seals[REPLY], "another key", hand.works.clock())
    hand.works.work.release()
    assert (hand.view(ticket).ticket.work, hand.sent()) == ("returned", [])


def test_that_customers_are_answered_while_a_business_system_is_away(hand: Hand) -> None:
    def away(_name: str) -> None:
        raise SystemUnreachable("no answer")

    answered(hand)
    hand.works.trouble = away
    hand.works.work.release()
    assert hand.sent() == [WORDS]


def test_that_a_reply_that_may_have_left_is_said_to_be_unknown_and_leaves_once(
    hand: Hand, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program ends with the reply on its way, and comes back when its seal is too old."""
    ticket, _ = answered(hand)
    deliver = FernlineOutbox.deliver

    def ends(outbox: FernlineOutbox, **reply: object) -> str:
        deliver(outbox, **reply)  # type: ignore[arg-type]  # handed on as it came
        raise KeyboardInterrupt

    monkeypatch.setattr(FernlineOutbox, "deliver", ends)
    with pytest.raises(KeyboardInterrupt):
        hand.works.work.release()
    monkeypatch.undo()
    clock.forward(days=2)
    hand.desk.take_up()
    view = hand.view(ticket)
    assert view.proposal is not None
    assert view.ticket.work == "returned"
    assert "not known whether the reply went out" in view.proposal.why
    assert view.draft is not None
    again = hand.desk.approvals.approve(SAM, ticket, 2, reply=WORDS, skipped=view.draft.choices.skipped)
    assert isinstance(again, Approval), again
    assert (hand.view(ticket).ticket.status, hand.sent(LENA)) == ("open", [WORDS])
