"""How `bench alone` tells acts that were wanted from acts that were not."""

from __future__ import annotations

from typing import Any

import pytest

from bench.alone import figures, outcome
from bench.tickets import Ticket

MOVED = {"action": "reschedule_appointment", "arguments": {"appointment": "A-2", "slot": "S-13"}}
WANTED = [{"action": "reschedule_appointment", "args": {"slot": "S-13"}}]


def ticket(**expect: object) -> Ticket:
    return Ticket.model_validate({"id": "T", "expect": expect})


def result(*steps: dict[str, Any], route: str = "act") -> dict[str, Any]:
    goals = [{"task_type": "reschedule_installation", "sure": True}]
    return {
        "goals": goals,
        "steps": list(steps),
        "summary": "",
        "reply": "Done.",
        "route": route,
        "priority": "normal",
    }


@pytest.mark.parametrize(
    ("expect", "made", "wrong"),
    [
        ({"steps": WANTED}, result(MOVED), ""),
        ({"steps": WANTED}, result({**MOVED, "arguments": {"slot": "S-14"}}), "an act that is not wanted"),
        ({"steps": WANTED}, result(), "a wanted act is missing"),
        ({"kind": "ask"}, result(MOVED), "an act that is not wanted"),
        ({"steps": WANTED, "person": True}, result(MOVED), "a person was to get it"),
        ({"steps": WANTED}, result({**MOVED, "arguments": {"slot": "S-14"}}, route="advisor"), ""),
    ],
)
def test_that_an_act_alone_is_held_against_what_was_expected(
    expect: dict[str, Any], made: dict[str, Any], wrong: str
) -> None:
    assert outcome(ticket(**expect), made).wrong == wrong


def test_that_acts_and_answers_are_counted_apart_and_by_task_type() -> None:
    right, wrong = outcome(ticket(steps=WANTED), result(MOVED)), outcome(ticket(), result(MOVED))
    said = outcome(ticket(steps=WANTED), result())
    kept = outcome(ticket(steps=WANTED), result(MOVED, route="advisor"))
    found = figures([right, wrong, said, kept])
    assert (found["acted"], found["acted_wrong"], found["wrong_share"]) == (2, 1, 0.5)
    assert (found["expect_act"], found["acted_of_expecting"]) == (3, 0.3333)
    assert (found["answered"], found["answered_wrong"]) == (1, 1)
    assert found["reschedule_installation.acted"] == 2
