"""An act ruled as allowed and refused when it is to be done brings its level down, unless something has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.decide.policy import policy_facts
from cx_core.errors import SystemUnreachable
from cx_core.records import Approval, TicketId
from tests.integration.desk.test_limits_of_acting_alone import set_at
from tests.integration.desk.test_reviewing_what_was_done_alone import CALLBACK, NED, WIDE, granted, level
from tests.scripted import LENA, SAM, Hand, InlineWorks, letter

Change = Callable[[Hand, pytest.MonkeyPatch], None]


@pytest.fixture
def waits(hand: Hand, works: InlineWorks) -> TicketId:
    """A ticket that the copilot approved by itself, and that is not begun."""
    granted(hand)
    works.work.held = True
    given = letter("Please ring me about my plan.", works.clock, id="one", sender=LENA)
    ticket = hand.desk.inbound_messages.receive(given.replace(identity=2))
    works.journey().prepare(ticket, 1, lambda _, work: work())
    assert hand.view(ticket).ticket.work == "sending"
    return ticket


def carried_out(hand: Hand, ticket: TicketId) -> None:
    hand.works.journey().carry_out(ticket, 1, lambda _, work: work())
    assert hand.read("callbacks", customer="C-7") == ()
    assert hand.sent() == []
    hand.desk.coming_down.round()


def on_file(hand: Hand, ticket: TicketId) -> Approval:
    with hand.works.store.look() as unit:
        found = unit.proposals.approval(ticket, 1)
    assert found is not None
    return found


def other_arguments(hand: Hand, ticket: TicketId) -> None:
    approval = on_file(hand, ticket)
    (step,) = approval.steps
    changed = tuple(one.replace(value="a loan") if one.name == "topic" else one for one in step.arguments)
    hand.forge(approval.replace(steps=(step.replace(arguments=changed),)))


def no_seal(hand: Hand, ticket: TicketId) -> None:
    hand.forge(on_file(hand, ticket).replace(seals={}))


@pytest.mark.parametrize("forged", [other_arguments, no_seal])
def test_that_an_approval_which_proves_something_else_brings_the_level_down(
    hand: Hand, waits: TicketId, forged: Callable[[Hand, TicketId], None]
) -> None:
    forged(hand, waits)
    carried_out(hand, waits)
    assert level(hand) == (2, "came_down")
    (incident,) = hand.desk.coming_down.incidents(NED)
    assert incident.why == "An act that had been ruled as allowed was refused when it was to be done"
    assert incident.cases == (waits,)
    assert hand.view(waits).ticket.work == "returned"


def says_no(monkeypatch: pytest.MonkeyPatch, *, trouble: bool = False) -> None:
    """The same policies give another answer to the copilot, or none."""

    def decide(
        self: CedarEngine, *, principal: tuple[str, str, Mapping[str, object]], **asked: object
    ) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
        alone = principal[0] == "Copilot"
        return (not alone, (), ("no engine",) if alone and trouble else ())

    monkeypatch.setattr(CedarEngine, "decide", decide)


def test_that_another_answer_on_the_same_facts_brings_it_down(
    hand: Hand, waits: TicketId, monkeypatch: pytest.MonkeyPatch
) -> None:
    says_no(monkeypatch)
    carried_out(hand, waits)
    assert level(hand) == (2, "came_down")


def other_facts(monkeypatch: pytest.MonkeyPatch, **others: object) -> None:
    real = policy_facts.facts_of
    monkeypatch.setattr(
        "cx_core.decide.policy.authority.facts_of", lambda *given, **more: real(*given, **more).replace(**others)
    )


def test_that_a_fact_of_the_proposal_which_is_another_at_the_act_brings_it_down(
    hand: Hand, waits: TicketId, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_facts(monkeypatch, grounded=False)
    carried_out(hand, waits)
    assert level(hand) == (2, "came_down")


def customer_is_another(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    other_facts(monkeypatch, known=False, tier="", minor=True)


def stopped(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hand.desk.kill_switches.stop(SAM, str(CALLBACK), "A look") is None


def narrower(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    set_at(hand.works, 3, WIDE.replace(channels=("chat",)))


def limits_and_more(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    other_facts(monkeypatch, within=False, quiet=True)


def too_late(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    hand.works.clock.forward(hours=25)  # type: ignore[attr-defined]


def silent(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    def trouble(name: str) -> None:
        if name == "find_customers":
            raise SystemUnreachable("It does not answer.")

    hand.works.trouble = trouble


def engine_in_trouble(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    says_no(monkeypatch, trouble=True)


def policies_changed(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CedarEngine, "version", property(lambda _: "another"))


@pytest.mark.parametrize(
    "change",
    [
        customer_is_another,
        stopped,
        narrower,
        limits_and_more,
        too_late,
        silent,
        engine_in_trouble,
        policies_changed,
    ],
)
def test_that_what_changed_meanwhile_is_no_contradiction(
    hand: Hand, waits: TicketId, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    with monkeypatch.context() as meanwhile:
        change(hand, meanwhile)
        carried_out(hand, waits)
    assert hand.desk.coming_down.incidents(NED) == ()
    assert level(hand)[0] == 3
    assert hand.view(waits).ticket.work == "returned"


def test_that_a_level_which_people_lowered_is_no_contradiction(hand: Hand, waits: TicketId) -> None:
    assert hand.desk.autonomy_levels.set_level(NED, CALLBACK, 2, "Enough for now") is None
    carried_out(hand, waits)
    assert hand.desk.coming_down.incidents(NED) == ()


def test_that_new_words_before_the_act_are_no_contradiction(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    works.work.held = True
    first = letter("Please ring me about my plan.", works.clock, id="one", sender=LENA, thread="t")
    ticket = hand.desk.inbound_messages.receive(first.replace(identity=2))
    works.journey().prepare(ticket, 1, lambda _, work: work())
    more = letter("Don't, it is settled.", works.clock, id="two", sender=LENA, thread="t")
    assert hand.desk.inbound_messages.receive(more.replace(identity=2)) == ticket
    carried_out(hand, ticket)
    assert hand.desk.coming_down.incidents(NED) == ()
    assert level(hand) == (3, "granted")
