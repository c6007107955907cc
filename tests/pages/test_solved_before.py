"""Like tickets beside the articles in the Inbox: a line for each, and the way to it through Search."""

from __future__ import annotations

import pytest

from cx_core.knowledge_base.solved_cases import SolvedCase
from cx_core.records import Person, TaskTypeName, TicketId
from cx_core.views import Hit, LookedUp
from tests.pages.demo_desk import DemoDesk, now
from tests.pages.test_inbox import COMPOUND, has_button, inbox

CASE = SolvedCase(
    ticket=TicketId("T-870"),
    task_types=(TaskTypeName("duplicate_charge"),),
    asked="I paid ⟪amount⟫ twice",
    done=("Refund a payment",),
    answered="It is on its way back.",
    at=now(),
    simulated=True,
)


@pytest.fixture
def beside(desk: DemoDesk) -> DemoDesk:
    desk.views[COMPOUND] = desk.views[COMPOUND].replace(earlier=(CASE,))
    return desk


def test_that_only_what_was_found_is_drawn(desk: DemoDesk) -> None:
    assert not has_button(inbox(COMPOUND), "look-T-870")


def test_that_each_can_be_looked_at_in_search(beside: DemoDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, TicketId | None]] = []

    def look_up(person: Person, ref: str, ticket: TicketId | None = None) -> LookedUp:
        asked.append((ref, ticket))
        return LookedUp(hit=Hit(ref=ref, title="I paid twice"), quotable=False)

    monkeypatch.setattr(beside, "look_up", look_up, raising=False)
    at = inbox(COMPOUND)
    at.button(key="look-T-870").click().run()
    assert not at.exception
    assert asked == [("case/T-870", COMPOUND)]
    assert at.session_state["lookup"].thing.hit.ref == "case/T-870"
