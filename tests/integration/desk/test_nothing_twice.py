"""Nothing is done twice for one ticket, and nothing that is so already: the step says so and nobody approves it."""

from __future__ import annotations

import pytest

from cx_core.act.recent_acts import RecentActs
from cx_core.decide.policy.act_context import ActContext
from cx_core.decide.policy.conversation_facts import Heard
from cx_core.records import (
    ActionName,
    Argument,
    BusinessRecord,
    Evidence,
    Goal,
    Lookup,
    Money,
    Source,
    Step,
    StepId,
    TaskTypeName,
    Triage,
    Value,
)
from tests.scripted import MARIA, Hand, InlineWorks


def step(action: str, **arguments: Value) -> Step:
    given = tuple(Argument(name=name, value=value, source=Source(kind="none")) for name, value in arguments.items())
    return Step(id=StepId("s1"), goal=0, action=ActionName(action), arguments=given)


def around(works: InlineWorks, *read: BusinessRecord) -> ActContext:
    """Maria's matter, with these records read for it."""
    customer = next(iter(works.back_office.read(ActionName("customer"), {"customer": "C-1"})))
    evidence = Evidence(customer=customer, lookups=(Lookup(goal=0, name="all", records=read),))
    triage = Triage(goals=(Goal(task_type=TaskTypeName("contact_details"), probability=1.0, sure=True),))
    return ActContext(triage=triage, evidence=evidence, identity=2, channel="email", heard=Heard([]))


ORDER = BusinessRecord(
    kind="order", id="O-1", customer=None, fields={"expected": "2026-11-27", "address": "4 Alder Road, FN1 2AB"}
)
VISIT = BusinessRecord(kind="appointment", id="A-2", fields={"slot": "S-9", "status": "booked"})
CONTRACT = BusinessRecord(kind="contract", id="K-1", fields={"plan": "Fibre 150"})
PLANS = tuple(BusinessRecord(kind="plan", id=f"PL-{n}", fields={"name": f"Fibre {n}"}) for n in (150, 500))


@pytest.mark.parametrize(
    ("action", "same", "other"),
    [
        ("change_contact", {"field": "email", "value": MARIA}, {"field": "email", "value": "m@example.com"}),
        ("change_contact", {"field": "phone", "value": "+447700900001"}, {"field": "phone", "value": "+447700900002"}),
        ("change_delivery_date", {"order": "O-1", "date": "2026-11-27"}, {"order": "O-1", "date": "2026-11-28"}),
        (
            "change_delivery_address",
            {"order": "O-1", "address": "4 Alder Road FN1 2AB"},
            {"order": "O-1", "address": "5 Alder Road"},
        ),
        ("reschedule_appointment", {"appointment": "A-2", "slot": "S-9"}, {"appointment": "A-2", "slot": "S-8"}),
        ("change_plan", {"contract": "K-1", "plan": "PL-150"}, {"contract": "K-1", "plan": "PL-500"}),
    ],
)
def test_that_what_is_so_already_is_not_done(
    works: InlineWorks, action: str, same: dict[str, Value], other: dict[str, Value]
) -> None:
    authority, context = works.journey().authority, around(works, ORDER, VISIT, CONTRACT, *PLANS)
    if action == "change_contact":
        same, other = ({"customer": "C-1", **one} for one in (same, other))
    if action == "change_plan":
        same, other = ({**one, "from": "2026-12-01"} for one in (same, other))
    (why,) = authority.left_undone(step(action, **same), context)
    assert why.startswith("Already so: ")
    assert authority.left_undone(step(action, **other), context) == ()


def test_that_what_was_done_on_the_ticket_is_not_done_again(works: InlineWorks) -> None:
    authority, context = works.journey().authority, around(works, ORDER)
    credit = step("apply_credit", customer="C-1", amount=Money(minor=500), reason="late")
    (why,) = authority.left_undone(credit, context, [credit])
    assert why.startswith("Already done for this request: ")
    more = step("apply_credit", customer="C-1", amount=Money(minor=700), reason="late")
    assert authority.left_undone(more, context, [credit]) == ()
    link = step("send_payment_link", invoice="I-3")
    assert authority.left_undone(link, context, [link]) == ()


def test_that_nothing_is_done_to_what_was_cancelled_on_the_ticket(works: InlineWorks) -> None:
    authority, context = works.journey().authority, around(works, ORDER, VISIT)
    cancelled = step("cancel_appointment", appointment="A-2")
    (why,) = authority.left_undone(step("notify_field_team", appointment="A-2", note="x"), context, [cancelled])
    assert "A-2" in why


def test_that_a_step_that_was_done_says_so_in_the_proposal_and_nobody_approves_it(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = hand.ticket("I was charged twice.", MARIA)
    first = hand.view(ticket).proposal
    assert first is not None
    monkeypatch.setattr(RecentActs, "steps_done", lambda *_: first.steps)
    again = hand.view(hand.ticket("I was charged twice.", MARIA)).proposal
    assert again is not None
    told = [finding.text for finding in again.findings if finding.step == again.steps[0].id]
    assert any(text.startswith("Already done for this request") for text in told)
    ruling = again.rulings[again.steps[0].id]
    assert ruling.answer == "ask"
    assert "2" in ruling.policies
