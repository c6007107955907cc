"""Which set of policies counts at the act: the one on file by then, whatever this process knew of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import cycle

import pytest

from cx_core.act import approval_seals
from cx_core.adapters.policy import policy_in_force
from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.errors import NoProof
from cx_core.ports import InForce
from cx_core.ports.policies import PolicyReading
from cx_core.records import Role, TicketId
from cx_core.views.policy_views import PolicySet
from tests.scripted import Hand, InlineWorks, enrolled, person

OWEN, PIA = person(Role.ADMINISTRATOR, "Owen Price"), person(Role.ADMINISTRATOR, "Pia Sand")
MONEY, CASES = "4_money.cedar", "cases/4_money.yaml"


@pytest.fixture(autouse=True)
def administrators(works: InlineWorks) -> None:
    enrolled(works, OWEN, PIA)


@pytest.fixture
def elsewhere(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Another process on the same database; neither looks for other policies on its own any more."""
    hand.works.policies.now()
    works = InlineWorks(hand.works.settings, hand.works.clock)
    works.policies.now()
    monkeypatch.setattr(policy_in_force, "CHECK_SECONDS", float("inf"))
    yield open_desk(works.settings, works.clock, works)
    works.close()


def waiting(desk: Desk, name: str, *, lower: bool) -> PolicySet:
    """A set that waits for its second person: what is shipped, or with a lower limit."""
    made = desk.policy_sets.draft_policies(OWEN, name, "folder")
    assert isinstance(made, PolicySet)
    if lower:
        text = made.files[MONEY].replace("above £200.00", "above £50.00").replace("> 20000", "> 5000")
        cases = made.files[CASES].replace("amount: 20000", "amount: 5000").replace("charged: 20000", "charged: 5000")
        desk.policy_sets.write_policy(OWEN, made.id, MONEY, text)
        written = desk.policy_sets.write_policy(OWEN, made.id, CASES, cases)
        assert isinstance(written, PolicySet)
        made = written
    asked = desk.policy_sets.ask_policies(OWEN, made, "Too much goes out unseen")
    assert isinstance(asked, PolicySet), asked
    return asked


def activate(desk: Desk, made: PolicySet) -> None:
    assert isinstance(desk.policy_sets.activate_policies(PIA, made, desk.policies.in_force(PIA).version), PolicySet)


def refusal(hand: Hand, ticket: TicketId) -> str:
    with pytest.raises(NoProof) as refused:
        hand.run(ticket)
    return str(refused.value)


def test_that_a_set_put_in_force_in_another_process_stops_the_very_next_act(hand: Hand, elsewhere: Desk) -> None:
    ticket, _ = hand.approved()
    activate(elsewhere, waiting(elsewhere, "Lower", lower=True))
    here, there = hand.desk.policies.in_force(OWEN), elsewhere.policies.in_force(OWEN)
    assert here.version != there.version, "this process has not looked"
    assert refusal(hand, ticket) == approval_seals.CHANGED
    hand.works.work.release()
    view = hand.view(ticket)
    assert (view.ticket.work, hand.mailed(), hand.sent()) == ("returned", 0, [])
    hand.approve(ticket)
    assert hand.mailed() == 1


def test_that_a_set_put_in_force_while_the_act_is_looked_at_stops_it(hand: Hand, elsewhere: Desk) -> None:
    ticket, _ = hand.approved()
    made = waiting(elsewhere, "Lower", lower=True)

    def meanwhile(name: str) -> None:
        if name == "find_customers":
            hand.works.trouble = lambda _: None
            activate(elsewhere, made)

    hand.works.trouble = meanwhile
    assert refusal(hand, ticket) == approval_seals.CHANGED
    assert (hand.mailed(), "act_begun" in hand.kinds(ticket)) == (0, False)


def test_that_a_set_that_says_the_same_word_for_word_stops_nothing(hand: Hand, elsewhere: Desk) -> None:
    hand.approved()
    activate(elsewhere, waiting(elsewhere, "The same", lower=False))
    hand.works.work.release()
    assert hand.mailed() == 1


def test_that_what_was_put_in_force_and_brought_back_before_the_act_stops_nothing(hand: Hand, elsewhere: Desk) -> None:
    hand.approved()
    activate(elsewhere, waiting(elsewhere, "Lower", lower=True))
    activate(elsewhere, waiting(elsewhere, "As before", lower=False))
    hand.works.work.release()
    assert hand.mailed() == 1


class Says(PolicyReading):
    """Everything, or nothing, is allowed."""

    trouble = ""
    troubles = ()
    untrue = ()
    contents = ()
    version = ""

    def __init__(self, version: str) -> None:
        self.version = version

    def says(self, policy: str) -> str:
        return self.version

    def decide(
        self,
        *,
        principal: tuple[str, str, Mapping[str, object]],
        action: str,
        resource: tuple[str, str, Mapping[str, object]],
        context: Mapping[str, object],
    ) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
        return self.version == "allow", (self.version,), ()


def test_that_a_ruling_is_made_by_one_set_however_often_it_changes(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    view = hand.view(hand.ticket())
    assert view.proposal is not None
    turns = cycle([InForce(Says("allow"), "1"), InForce(Says("deny"), "2")])
    monkeypatch.setattr(hand.works.policies, "now", lambda: next(turns))
    step, journey = view.proposal.steps[0], hand.works.journey()
    ruled = [journey.permission.ruling(step, view.ticket, view.proposal) for _ in range(6)]
    assert {one.policy_version for one in ruled} == {"allow", "deny"}
    assert all(one.answer == one.policy_version and one.policies == (one.policy_version,) for one in ruled)
    may = [journey.permission.may(Role.ADVISOR, step, view.ticket, view.proposal) for _ in range(6)]
    assert set(may) == {(True, ()), (False, ("deny",))}
