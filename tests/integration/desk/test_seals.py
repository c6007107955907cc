"""What an approval on file is worth without its seal: nothing. Real policies, real stores, the real sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from cx_core.act import approval_seals, step_effect
from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.adapters.sql import tables
from cx_core.errors import NoProof, Stopped
from cx_core.records import Approval, CustomerId, Role, Seal, StepId, TicketId
from cx_core.views import Refusal
from tests.conftest import SetClock
from tests.scripted import SAM, Hand, erased

S1 = StepId("s1")
LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to wait for a system that is only asked again."""
    monkeypatch.setattr(step_effect, "PAUSE_SECONDS", 0.0)


def changed(approval: Approval, change: Mapping[str, object]) -> dict[StepId, Seal]:
    return {S1: approval.seals[S1].replace(**change)}


def uses(hand: Hand) -> list[tuple[str, str]]:
    """Of seals of steps: those of replies have tests of their own."""
    with hand.works.engine.connect() as connection:
        rows = connection.execute(sa.select(tables.seal_use.c.seal, tables.seal_use.c.key)).all()
    return [(row[0], row[1]) for row in rows if ":reply:" not in row[1]]


def assert_refused(hand: Hand, ticket: TicketId, why: str) -> None:
    """Nothing is done or sent, nothing is used up, and a person reads why."""
    with pytest.raises(NoProof) as refusal:
        hand.run(ticket)
    assert str(refusal.value) == why
    hand.works.work.release()
    view = hand.view(ticket)
    assert (view.ticket.work, view.ticket.version) == ("returned", 2)
    assert view.proposal is not None
    assert why.rstrip(".") in view.proposal.why
    assert (hand.mailed(), hand.sent(), uses(hand)) == (0, [], [])
    assert "act_begun" not in hand.kinds(ticket)


def test_that_an_approval_is_sealed_and_its_seal_is_used_once(hand: Hand) -> None:
    ticket, approval = hand.approved()
    seal = approval.seals[S1]
    assert (seal.role, seal.person, seal.policy) == (Role.SUPERVISOR, SAM.id, hand.works.policies.active.version)
    assert (seal.digest, seal.expires_at - seal.issued_at) == (approval.digests[S1], timedelta(hours=24))
    assert hand.works.sealer.check(seal)
    hand.works.work.release()
    assert uses(hand) == [(seal.id, hand.outcome(ticket).key)]
    begun = [event.payload for event in hand.works.audit.events(ticket=ticket) if event.kind == "act_begun"]
    assert [one and one["seal"] for one in begun] == [seal.id]


def test_that_an_approval_without_a_seal_is_refused(hand: Hand) -> None:
    """So are those on file from before there were any."""
    ticket, approval = hand.approved()
    hand.forge(approval.replace(seals={}))
    assert_refused(hand, ticket, approval_seals.MISSING)


@pytest.mark.parametrize(
    "change",
    [
        {"mark": ""},
        {"mark": "é"},
        {"mark": "0" * 64},
        {"expires_at": LATER},
        {"policy": "other"},
        {"id": "other"},
        {"role": Role.ADMINISTRATOR},
        {"approval": "other"},
        {"digest": "0" * 64},
    ],
)
def test_that_a_seal_that_was_changed_is_refused(hand: Hand, change: Mapping[str, object]) -> None:
    ticket, approval = hand.approved()
    hand.forge(approval.replace(seals=changed(approval, change)))
    assert_refused(hand, ticket, approval_seals.FORGED)


@pytest.mark.parametrize(
    "change",
    [
        {"ticket": "T-other"},
        {"version": 2},
        {"step": "s2"},
        {"action": "refund_payment"},
        {"digest": "0" * 64},
        {"approval": "other"},
        {"role": Role.ADVISOR},
        {"role": None},
        {"person": "advisor-other"},
    ],
)
def test_that_a_genuine_seal_of_something_else_is_refused(hand: Hand, change: Mapping[str, object]) -> None:
    ticket, approval = hand.approved()
    other = hand.works.sealer.seal(approval.seals[S1].replace(**change))
    hand.forge(approval.replace(seals={S1: other}))
    assert_refused(hand, ticket, approval_seals.OTHER)


def test_that_an_approval_moved_to_a_higher_role_is_refused(hand: Hand) -> None:
    ticket, approval = hand.approved()
    hand.forge(approval.replace(role=Role.ADMINISTRATOR))
    assert_refused(hand, ticket, approval_seals.OTHER)


def test_that_a_seal_made_with_another_houses_key_is_refused(hand: Hand) -> None:
    ticket, _ = hand.approved()
    hand.works.keys.drop_secret("proof")
    assert_refused(hand, ticket, approval_seals.FORGED)


def test_that_an_approval_that_waited_too_long_is_refused(hand: Hand, clock: SetClock) -> None:
    ticket, _ = hand.approved()
    clock.forward(hours=24)
    assert_refused(hand, ticket, approval_seals.EXPIRED)


def test_that_an_approval_is_good_until_the_last_moment(hand: Hand, clock: SetClock) -> None:
    hand.approved()
    clock.forward(hours=24, microseconds=-1)
    hand.works.work.release()
    assert hand.mailed() == 1


def test_that_an_approval_from_the_future_is_refused(hand: Hand, clock: SetClock) -> None:
    ticket, _ = hand.approved()
    clock.forward(hours=-1)
    assert_refused(hand, ticket, approval_seals.EARLY)


def test_that_clocks_of_two_machines_may_be_a_little_apart(hand: Hand, clock: SetClock) -> None:
    hand.approved()
    clock.forward(minutes=-5)
    hand.works.work.release()
    assert hand.mailed() == 1


def test_that_an_approval_under_a_policy_that_has_changed_is_given_again(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket, _ = hand.approved()
    monkeypatch.setattr(CedarEngine, "version", property(lambda _: "the next"))
    assert_refused(hand, ticket, "The policy was changed since this was approved: approve it again.")
    hand.approve(ticket)
    assert (hand.outcome(ticket, 2).status, hand.mailed()) == ("done", 1)


def test_that_a_seal_used_under_one_key_is_not_good_for_another(hand: Hand) -> None:
    ticket, approval = hand.approved()
    with hand.works.store.begin() as unit:
        assert unit.proposals.use_seal(approval.seals[S1], "another key", hand.works.clock())
        assert unit.proposals.use_seal(approval.seals[S1], "another key", hand.works.clock())
    with pytest.raises(NoProof, match=approval_seals.USED):
        hand.run(ticket)
    assert (hand.mailed(), "act_begun" in hand.kinds(ticket)) == (0, False)


def test_that_what_is_on_file_may_not_change_while_it_is_looked_at(hand: Hand) -> None:
    """Between the look and the act somebody moves another customer's invoice into the row."""
    ticket, approval = hand.approved()
    forged = approval.replace(reply="Somebody else's words")

    def meanwhile(name: str) -> None:
        if name == "find_customers":
            hand.works.trouble = lambda _: None
            hand.forge(forged)

    hand.works.trouble = meanwhile
    with pytest.raises(NoProof, match="just been changed"):
        hand.run(ticket)
    assert (hand.mailed(), uses(hand)) == (0, [])


# --- crashes --------------------------------------------------------------------------------


def crash(hand: Hand, at: str) -> None:
    def trouble(name: str) -> None:
        if name == at:
            raise KeyboardInterrupt

    hand.works.trouble = trouble
    with pytest.raises(KeyboardInterrupt):
        hand.works.work.release()
    hand.works.trouble = lambda _: None


def test_that_a_restart_finishes_what_was_begun_under_the_same_key(hand: Hand) -> None:
    ticket, approval = hand.approved()
    crash(hand, "resend_invoice")
    assert (hand.mailed(), len(uses(hand))) == (0, 1)
    hand.desk.take_up()
    assert (hand.outcome(ticket).status, hand.mailed()) == ("done", 1)
    assert uses(hand) == [(approval.seals[S1].id, hand.outcome(ticket).key)]


def test_that_what_was_done_is_written_down_however_late(hand: Hand, clock: SetClock) -> None:
    """The reply that was approved with it is too old by then to be sent without a person."""
    ticket, _ = hand.approved()
    crash(hand, "mailings")
    clock.forward(days=3)
    hand.desk.take_up()
    assert (hand.outcome(ticket).status, hand.mailed(), hand.sent()) == ("done", 1, [])
    hand.approve(ticket)
    assert (hand.view(ticket).ticket.work, hand.mailed(), len(hand.sent())) == ("done", 1, 1)


def test_that_what_was_begun_and_not_done_in_time_goes_back_to_a_person(hand: Hand, clock: SetClock) -> None:
    ticket, _ = hand.approved()
    crash(hand, "resend_invoice")
    clock.forward(days=3)
    hand.desk.take_up()
    assert (hand.view(ticket).ticket.work, hand.mailed()) == ("returned", 0)


def test_that_erasing_a_customer_forgets_how_their_seals_were_used(hand: Hand) -> None:
    hand.approve(hand.ticket())
    assert len(uses(hand)) == 1
    erased(hand.desk, CustomerId("C-7"))
    assert uses(hand) == []


# --- an action's own switch -----------------------------------------------------------------


def test_that_one_action_can_be_stopped_before_its_next_act(hand: Hand) -> None:
    ticket, _ = hand.approved()
    assert hand.desk.kill_switches.stop(SAM, "action:resend_invoice", "the printer eats paper") is None
    with pytest.raises(Stopped, match="the printer eats paper"):
        hand.run(ticket)
    hand.works.work.release()
    assert (hand.view(ticket).ticket.work, hand.mailed(), uses(hand)) == ("returned", 0, [])
    refusal = hand.desk.approvals.approve(SAM, ticket, 2, reply="Hello")
    assert isinstance(refusal, Refusal)
    assert refusal.code == "stopped"
    hand.desk.kill_switches.resume(SAM, "action:resend_invoice")
    hand.approve(ticket)
    assert hand.mailed() == 1


def test_that_another_actions_switch_is_no_bar(hand: Hand) -> None:
    hand.desk.kill_switches.stop(SAM, "action:refund_payment", "refunds went out twice")
    hand.approve(hand.ticket())
    assert hand.mailed() == 1


@pytest.mark.parametrize("name", ["*", "invoice_copy", "action:resend_invoice"])
def test_that_the_policy_counts_each_switch_against_the_copilot(hand: Hand, name: str) -> None:
    hand.desk.kill_switches.stop(SAM, name, "the printer eats paper")
    view = hand.view(hand.ticket())
    assert view.proposal is not None
    ruling = view.proposal.rulings[S1]
    assert (ruling.answer, any("stopped" in reason for reason in ruling.reasons)) == ("ask", True)
