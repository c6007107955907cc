"""What a step's own values in their words make of other times beside them: a finding, and no question."""

from __future__ import annotations

from itertools import product

import pytest

from cx_core.decide.last_check.check import Objection, objection
from cx_core.records import Message, MessageId
from tests.unit.test_last_check import DAYS, EVIDENCE, KNOWLEDGE, TODAY, WINDOWS, message, move, step_of

FRIDAY = DAYS[1]


def found(text: str, window: str, offer: str = "", earlier: str = "") -> Objection | None:
    """What speaks against a move to the Friday; `earlier` is what they wrote before our offer."""
    step = step_of("reschedule_appointment", move(FRIDAY, window))
    said: list[Message] = [message(text)]
    before = [message(offer, "copilot")] if offer else []
    if earlier:
        first = message(earlier).replace(id=MessageId("m0"))
        said, before = [first, *said], [first, *before]
    return objection(step, said, EVIDENCE, KNOWLEDGE, TODAY, before)


@pytest.mark.parametrize(
    ("beside", "window"),
    list(product(["I'm away until Saturday.", "From Saturday on I work.", "Not after Sunday."], WINDOWS)),
)
def test_that_other_days_beside_the_steps_own_are_no_question(beside: str, window: str) -> None:
    said = found(f"Please move my visit to Friday 27 November. {beside}", window)
    assert said is None or not said.another


@pytest.mark.parametrize(
    "text",
    [
        "Please move my visit to Monday 30 November.",
        "Please move my visit, but Friday 27 November is no good.",
        "Please move my visit to Friday 27 November. No, not on the 27th: Monday 30 November.",
    ],
)
def test_that_another_day_than_the_steps_own_is_a_question(text: str) -> None:
    said = found(text, WINDOWS[0])
    assert said is not None
    assert said.another


@pytest.mark.parametrize(
    ("text", "window", "another"),
    [
        ("Please move my visit to Friday, 12 to 4. I don't surface before noon.", WINDOWS[1], False),
        ("Please move my visit to Friday, 4-8pm, before noon I sleep", WINDOWS[2], False),
        ("Please move my visit to Friday in the morning.", WINDOWS[2], True),
        ("Friday please, 8 to 10pm", WINDOWS[0], True),
        ("You have me down for 8 to 12. I can't do mornings, so move my visit to Friday.", WINDOWS[0], True),
        ("Friday, afternoon.", WINDOWS[0], True),
    ],
)
def test_that_the_hours_of_a_step_count_where_they_are_named_and_not_ruled_out(
    text: str, window: str, another: bool
) -> None:
    said = found(text, window)
    assert (said is not None and said.another) == another


@pytest.mark.parametrize("greeting", ["Morning all", "afternoon team", "Evening folks"])
def test_that_a_greeting_names_no_hours(greeting: str) -> None:
    assert found(f"{greeting}\nplease move my visit to Friday", WINDOWS[0 if greeting[0] != "M" else 2]) is None


@pytest.mark.parametrize(("text", "fits"), [("the Friday one", True), ("Friday 4 December", False), ("Monday", False)])
def test_that_a_weekday_behind_our_offer_is_that_of_the_offer(text: str, fits: bool) -> None:
    offer = "We could do Friday 27 November between 08:00 and 12:00. Would that suit you?"
    said = found(text, WINDOWS[0], offer, earlier="Please move my visit.")
    assert (said is None) == fits


def test_that_what_they_chose_of_an_offer_counts_over_what_they_wished_before() -> None:
    offer = "We could do Friday 27 November or Monday 30 November, both 08:00 to 12:00. Which one?"
    said = found("The 30th please.", WINDOWS[0], offer, earlier="Please move my visit to Friday 27 November.")
    assert said is not None
    assert said.another


def test_that_another_value_is_told_before_what_only_stands_beside_the_own_one() -> None:
    said = found("Please move my visit A-9 to Friday 27 November, I'm away until Saturday.", WINDOWS[0])
    assert said is not None
    assert "A-9" in said.words
    assert said.another
