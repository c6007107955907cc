"""How `bench tickets` holds a result against what was expected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench.tickets import Expected, Ticket, figures, judge, measure
from cx_core.errors import BadInput

MOVED = {"action": "reschedule_appointment", "arguments": {"appointment": "A-2", "slot": "S-13"}}
REFUND = {"action": "refund_payment", "arguments": {"payment": "P-8", "amount": {"minor": 5400, "currency": "GBP"}}}
WANTS_MOVE: dict[str, Any] = {
    "goals": ["reschedule_installation"],
    "kind": "act",
    "records": ["A-2"],
    "steps": [{"action": "reschedule_appointment", "args": {"appointment": "A-2", "slot": "S-13|S-14"}}],
    "forbid_steps": ["cancel_appointment"],
}


def result(
    *steps: dict[str, Any], goals: tuple[str, ...] = ("reschedule_installation",), **more: str
) -> dict[str, Any]:
    made = [{"task_type": name, "sure": True, "probability": 0.9, "quote": ""} for name in goals]
    plain = {"summary": "About A-2.", "reply": "It has moved.", "route": "advisor", "priority": "normal"}
    return {"goals": made, "steps": list(steps), **plain, **more}


def test_that_what_is_as_expected_is_handled() -> None:
    assert judge(Expected(**WANTS_MOVE), "T", result(MOVED)).handled


@pytest.mark.parametrize(
    "made",
    [
        result({**MOVED, "arguments": {"appointment": "A-2", "slot": "S-10"}}),
        result(MOVED, REFUND),
        result(),
        result(MOVED, goals=("cancel_installation",)),
        result({"action": "cancel_appointment", "arguments": {"appointment": "A-2"}}),
    ],
    ids=["another slot", "one more", "nothing", "another goal", "forbidden"],
)
def test_that_anything_else_is_not(made: dict[str, Any]) -> None:
    assert not judge(Expected(**WANTS_MOVE), "T", made).handled


def test_that_money_items_and_texts_are_compared_as_they_are_written_down() -> None:
    expect = Expected(steps=[{"action": "refund_payment", "args": {"amount": 5400}}])  # type: ignore[list-item]
    assert judge(expect, "T", result(REFUND)).steps_right
    sent = {"action": "send_replacement", "arguments": {"items": ["Lamp", "Phone case"]}}
    both = Expected(steps=[{"action": "send_replacement", "args": {"items": ["phone case", "lamp"]}}])  # type: ignore[list-item]
    one = Expected(steps=[{"action": "send_replacement", "args": {"items": ["lamp"]}}])  # type: ignore[list-item]
    assert judge(both, "T", result(sent)).steps_right
    assert not judge(one, "T", result(sent)).steps_right


def test_that_a_text_may_be_expected_in_part_and_a_number_or_day_only_whole() -> None:
    given = {"order": "O-41", "address": "Unit 6, 3 Station Parade, Fernbridge FN1 6HA", "date": "2026-12-11"}

    def right(**arguments: str) -> bool:
        expected = Expected(steps=[{"action": "change_delivery_address", "args": arguments}])  # type: ignore[list-item]
        return judge(expected, "T", result({"action": "change_delivery_address", "arguments": given})).steps_right

    assert right(order="O-41", address="station parade", date="2026-12-11")
    assert not right(order="O-4")
    assert not right(date="2026-12-1")


def test_that_of_the_writes_those_that_were_wanted_are_counted() -> None:
    tickets = [Ticket(id="T", expect=Expected(**WANTS_MOVE))] * 2
    results = [result(MOVED), result(MOVED, REFUND)]
    verdicts = [judge(ticket.expect, ticket.id, made) for ticket, made in zip(tickets, results, strict=True)]
    counted = figures(tickets, results, verdicts)
    assert (counted["writes_wanted"], counted["handled"], counted["steps_right"]) == (0.6667, 0.5, 1.0)


def test_that_gravity_is_an_urgent_ticket_of_a_persons() -> None:
    tickets = [Ticket(id="T", expect=Expected(grave=grave)) for grave in (True, True, False)]
    urgent = result(route="person", priority="urgent")
    results = [urgent, result(), urgent]
    verdicts = [judge(ticket.expect, "T", made) for ticket, made in zip(tickets, results, strict=True)]
    counted = figures(tickets, results, verdicts)
    assert (counted["gravity_recall"], counted["gravity_false"]) == (0.5, 1.0)


def test_that_a_folder_without_a_week_or_rows_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"write tickets\.jsonl there"):
        measure(tmp_path)
    (tmp_path / "tickets.jsonl").write_text('{"id": "T", "expect": {}}\n')
    with pytest.raises(BadInput, match=r"week\.txt is missing"):
        measure(tmp_path)
