"""What a step's own values in their words make of other times beside them: a finding, and no question."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from cx_core.decide.last_check.check import Objection, objection
from cx_core.records import Lookup, Message, MessageId, Step
from tests.unit.test_last_check import (
    ASKED,
    DAYS,
    EVIDENCE,
    KNOWLEDGE,
    THINGS,
    TODAY,
    WINDOWS,
    message,
    move,
    record,
    step_of,
)

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


POD, OTHERS = THINGS[2:], THINGS[:2]


def about_things(text: str, action: str = "send_replacement", *others: Step) -> Objection | None:
    """What speaks against this for the last thing of the order."""
    return objection(step_of(action, ASKED[action][1]), [message(text)], EVIDENCE, KNOWLEDGE, TODAY, others=others)


@pytest.mark.parametrize(
    "text",
    [
        "The box came with the {other} in it, but no {thing}.",
        "There's the {other} in the parcel but not the {thing}. Please send the {thing}.",
        "I have the {other}. The {thing} isn't there.",
    ],
)
def test_that_what_was_in_the_parcel_beside_what_is_missing_is_no_question(text: str) -> None:
    said = about_things(text.format(other=OTHERS[0], thing=POD[0]))
    assert said is None or not said.another


@pytest.mark.parametrize("text", ["Please take the {other} back.", "Not the {thing}! Take something else back."])
def test_that_another_thing_than_the_steps_own_is_a_question(text: str) -> None:
    said = about_things(text.format(other=OTHERS[0], thing=POD[0]), "start_return")
    assert said is not None
    assert said.another


def test_that_the_only_thing_of_an_order_may_be_ruled_out() -> None:
    step = step_of("start_return", {"order": "O-9", "items": ("Fern tablet 10",), "reason": "no longer wanted"})
    for text, another in (("Take it back please.", False), ("Take it back, but not the tablet!", True)):
        said = objection(step, [message(text)], EVIDENCE, KNOWLEDGE, TODAY)
        assert (said is not None and said.another) == another, text


def test_that_a_thing_of_an_order_that_another_step_is_for_is_no_question() -> None:
    text = "The tablet can come on Monday. And take the other thing back."
    other = step_of("change_delivery_date", {"order": "O-9", "date": "2026-11-30"}, 2)
    assert about_things(text, "start_return") is not None
    assert about_things(text, "start_return", other) is None


@pytest.mark.parametrize(("weeks", "another"), [(0, False), (1, False), (3, True)])
def test_that_a_bare_weekday_may_be_the_one_after_next_and_none_later(weeks: int, another: bool) -> None:
    day = FRIDAY + timedelta(weeks=weeks)
    call = step_of("schedule_callback", {"customer": "C-1", "at": day.isoformat(), "topic": "it"})
    said = objection(call, [message("Please call me on Friday.")], EVIDENCE, KNOWLEDGE, TODAY)
    assert (said is not None and said.another) == another
    said = objection(call, [message("Please call me on Monday.")], EVIDENCE, KNOWLEDGE, TODAY)
    assert said is not None
    assert said.another


def test_that_a_day_beside_what_only_has_a_latest_day_is_no_question() -> None:
    said = about_things(f"On Saturday I looked for the {POD[0]}. Please replace the {POD[0]}.")
    assert said is None or not said.another


@pytest.mark.parametrize(("same", "another"), [("that same Thursday", False), ("the same day", False), ("", True)])
def test_that_another_hour_of_the_same_weekday_is_no_other_day(same: str, another: bool) -> None:
    late = record("slot", "S-11262", owned=False, date="2026-11-26", window=WINDOWS[2])
    evidence = EVIDENCE.replace(lookups=(*EVIDENCE.lookups, Lookup(goal=0, name="late", records=(late,))))
    text = f"I can't do Thursday 26 November in the morning. Please move my visit, if you can later on {same}."
    step = step_of("reschedule_appointment", {"appointment": "A-2", "slot": late.id})
    said = objection(step, [message(text)], evidence, KNOWLEDGE, TODAY)
    assert (said is not None and said.another) == another


@pytest.mark.parametrize(
    ("text", "another"),
    [
        ("Please refund the payment of 19 November.", False),
        ("Please refund the payment of 19 October, not the one of 19 November.", True),
        ("Please refund the payment of 19 October, and keep the one of 19 November.", True),
    ],
)
def test_that_a_day_that_is_not_meant_names_no_record(text: str, another: bool) -> None:
    said = objection(step_of("refund_payment", ASKED["refund_payment"][1]), [message(text)], EVIDENCE, KNOWLEDGE, TODAY)
    assert (said is not None and said.another) == another


def test_that_what_is_only_spoken_of_beside_the_thing_to_be_taken_back_is_another() -> None:
    said = about_things(f"The {POD[0]} came broken. Please take the {OTHERS[0]} back.", "start_return")
    assert said is not None
    assert said.another


@pytest.mark.parametrize(
    ("told", "week"),
    list(
        product(
            ["{week} please, in the morning. Move my visit.", "Please move my visit to {week}, a morning."],
            ["the week of 23 November", "the week beginning Monday the 23rd of November", "the week commencing 24 Nov"],
        )
    ),
)
def test_that_the_week_of_a_day_is_any_day_of_it(told: str, week: str) -> None:
    assert found(told.format(week=week), WINDOWS[0]) is None


@pytest.mark.parametrize("booked", ["Thursday evening", "Wednesday afternoon", "Monday evening"])
def test_that_the_hours_of_another_day_are_no_question(booked: str) -> None:
    said = found(f"You have somebody coming on {booked}. Please move my visit to Friday 27 November.", WINDOWS[0])
    assert said is None or not said.another


@pytest.mark.parametrize(
    "text",
    [
        "On Friday I am busy until two, so please move my visit to this Friday at half past two.",
        "Friday is no good, I thought. No, please move my visit to Friday after all.",
    ],
)
def test_that_the_last_word_about_the_steps_own_day_counts(text: str) -> None:
    said = found(text, WINDOWS[1])
    assert said is None or not said.another


@pytest.mark.parametrize("text", ["I want this sorted today.", "Until today nobody came!"])
def test_that_today_is_no_other_day_to_ask_about(text: str) -> None:
    said = found(f"{text} Please move my visit to the next free slot.", WINDOWS[0])
    assert said is None or not said.another


@pytest.mark.parametrize(("text", "another"), [("I don't want an evening.", False), ("I don't want a morning.", True)])
def test_that_hours_that_are_not_wanted_are_ruled_out(text: str, another: bool) -> None:
    said = found(f"Please move my visit. {text}", WINDOWS[0])
    assert (said is not None and said.another) == another


@pytest.mark.parametrize(
    "text",
    [
        "Please move my visit to Friday at nine in the morning.",
        "Please move my visit to Friday. I can't do five in the afternoon.",
        "Move my visit to Friday, anytime but evenings.",
        "Move my visit to Friday, all day is good but evenings.",
        "I'm away for the whole of November. Move my visit.",
        "November is no good, move my visit.",
        "I can't do Wednesday morning. Wednesday afternoon please. Move my visit.",
        "Move my visit, any time next week from Wednesday.",
    ],
)
def test_that_what_is_plainly_of_another_time_is_a_question(text: str) -> None:
    said = found(text, WINDOWS[2])
    assert said is not None
    assert said.another


@pytest.mark.parametrize(
    ("text", "another"),
    [
        ("There is something wrong with the {other}, I want to send it back.", True),
        ("I have a problem with my {other} and want to return it.", True),
        ("The {thing} came with the {other}. I want to return the {thing}.", False),
        ("I want to return everything but the {other}.", True),
        ("I want to return everything except the {other} and the {third}.", False),
    ],
)
def test_that_a_thing_that_something_came_with_is_no_other_and_one_that_is_wrong_is(text: str, another: bool) -> None:
    said = about_things(text.format(thing=POD[0], other=OTHERS[0], third=OTHERS[1]), "start_return")
    assert (said is not None and said.another) == another


@pytest.mark.parametrize("week", ["same week", "the following week", "that week"])
def test_that_a_weekday_of_a_week_named_elsewhere_is_any_such_day(week: str) -> None:
    late = move(DAYS[4], WINDOWS[0])
    text = f"Please move my visit. It is to be {DAYS[4]:%A} or Saturday, {week}."
    said = objection(step_of("reschedule_appointment", late), [message(text)], EVIDENCE, KNOWLEDGE, TODAY)
    assert said is None or not said.another
