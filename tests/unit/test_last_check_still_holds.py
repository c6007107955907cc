"""What the last check must not be silent about though a condition, a day or a question of another kind is none."""

from __future__ import annotations

import pytest

from cx_core.records import Step
from tests.unit.test_conditions_of_ability import CALLED_OFF, CANCELLED, MOVED, ON, RETURNED
from tests.unit.test_last_check import step_of
from tests.unit.test_last_check_beside_others import against

REFUNDED = step_of("refund_payment", {"payment": "P-7"})
CHANGED = step_of("change_plan", {"contract": "K-1", "plan": "PL-2", "from": "2026-11-23"})
MOVE = f"Please move my visit to {ON}."
BOUNDS = (
    "Not before the 1st of December.",
    "It has to be after 1 December.",
    "After the 30th only, please.",
    "Only from the 1st of December.",
    "It must be done by Thursday.",
    "By Wednesday at the latest!",
    "I'm away until the 1st of December.",
)
OTHER_CONDITIONS: dict[str, Step] = {
    "Please cancel order O-9, but only after Friday.": CALLED_OFF,
    "Please cancel order O-9, but only after 30 days.": CALLED_OFF,
    "Please refund payment P-7, but only after 30 November.": REFUNDED,
    "Cancel the engineer, but only after Thursday.": CANCELLED,
    "If I have not paid for it yet, cancel order O-9.": CALLED_OFF,
    "If it still hasn't been sent, cancel order O-9.": CALLED_OFF,
    "Move my visit to Friday if I can be the only appointment.": MOVED,
    "If you can do something else for me too, move my visit to Friday.": MOVED,
    "If they want, cancel order O-9.": CALLED_OFF,
    "Please move my visit to Friday if Thursday is gone.": MOVED,
}
WAYS: dict[str, Step] = {
    "Please cancel order O-9 or send it on Monday, Tuesday or Wednesday.": CALLED_OFF,
    "Can I cancel it or send it back?": CALLED_OFF,
    "Can you move or cancel my visit?": MOVED,
}
ONLY_ASKED: dict[str, Step] = {
    "Please refund payment P-7. I only want to understand what it is first.": REFUNDED,
    "I want to cancel order O-9, I am just wondering about the cost.": CALLED_OFF,
    "I would like to move my visit to Friday. I'm only comparing dates.": MOVED,
    "I want to change to Fibre 150. Just researching.": CHANGED,
}
REFUSED: dict[str, Step] = {
    "Better not get my visit moved to Friday.": MOVED,
    "I asked to cancel order O-9. I'd rather not get it cancelled now.": CALLED_OFF,
}


@pytest.mark.parametrize("bound", BOUNDS)
def test_that_a_bound_counts_though_the_day_is_named(bound: str) -> None:
    assert against(f"{MOVE} {bound}", MOVED)


@pytest.mark.parametrize("today", ["I'm writing today. ", "Today I saw the offer. "])
def test_that_today_names_no_day_that_a_step_begins_on(today: str) -> None:
    assert against(f"{today}Please change me to Fibre 150 from 1 January.", CHANGED)


@pytest.mark.parametrize("kind", [OTHER_CONDITIONS, WAYS, ONLY_ASKED, REFUSED], ids=["if", "or", "asks", "refuses"])
def test_that_what_speaks_against_a_step_is_told(kind: dict[str, Step]) -> None:
    assert [text for text, step in kind.items() if not against(text, step)] == []


def test_that_a_return_in_time_is_no_return_of_the_other_thing() -> None:
    assert against("If I'm still in time, please start the return of the mesh pod.", RETURNED)
