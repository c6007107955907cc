"""Two goals about one trouble: the reply says it once."""

from __future__ import annotations

import pytest

from tests.scripted import LENA, MARIA, Hand


@pytest.mark.parametrize("sender", [MARIA, LENA])
def test_that_an_outage_and_a_fault_have_one_paragraph(hand: Hand, sender: str) -> None:
    one = hand.view(hand.ticket("My line is dead.", sender=sender)).proposal
    both = hand.view(hand.ticket("My line is dead, and the whole street too.", sender=sender)).proposal
    assert one is not None
    assert both is not None
    assert [goal.task_type for goal in both.triage.goals] == ["outage", "fault"]
    assert len(both.parts) == 1
    assert both.steps == one.steps
