"""Conditions that only say "if you can" hold by the plan; what is wanted in the other case has fallen away with it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from cx_core.decide.last_check.clauses import Clause
from cx_core.decide.last_check.days import said_days
from cx_core.decide.last_check.stance import Stances
from cx_core.records import Step
from tests.unit.test_last_check import ASKED, DAYS, THINGS, TODAY, WINDOWS, move, step_of
from tests.unit.test_last_check_beside_others import against

DAY = DAYS[1]
ON = f"{DAY:%A %-d %B}"
MOVED = step_of("reschedule_appointment", move(DAY, WINDOWS[0]))
CANCELLED = step_of("cancel_appointment", {"appointment": "A-1"})

CAN = (
    "If you can",
    "If it's possible",
    "If there's anything on that day",
    f"If you have something on {ON}",
    f"If {ON} is still free",
    "If you can still do that",
)
CANNOT = (
    "If you can't",
    "If that can't be done",
    "If there's nothing",
    "If you haven't",
    "If it's neither",
    f"If {ON} is gone",
    "Otherwise",
)
LEFT = ("leave it as it is", "just leave it", "forget it", "then leave the visit where it is")
OTHER_CONDITIONS = (
    "if you can make it the first appointment of the day",
    "if you can bring a new router",
    "if you can do it after 2",
    "if not for more than now, or else leave it",
    "if it costs nothing",
    "if you can do it for nothing",
    "if it's the same engineer",
    "if my landlord agrees",
    "if I can't be there on Monday",
    "if you haven't sent anybody yet",
    "provided my discount stays",
)


@pytest.mark.parametrize("condition", CAN)
def test_that_a_condition_that_the_plan_meets_holds_nothing(condition: str) -> None:
    assert not against(f"About my visit. {condition}, please move it to {ON}.", MOVED)


@pytest.mark.parametrize(("condition", "left"), list(product(CANNOT, LEFT)))
def test_that_what_is_wanted_otherwise_has_fallen_away(condition: str, left: str) -> None:
    assert not against(f"If you can, please move my visit to {ON}. {condition}, {left}.", MOVED)


@pytest.mark.parametrize("condition", CANNOT)
def test_that_what_is_wanted_otherwise_is_no_other_hour(condition: str) -> None:
    wish = f"If you can, please move my visit to {ON}, {WINDOWS[0]}."
    assert not against(f"{wish} {condition}, the 17th of December in the evening will have to do.", MOVED)
    assert against(f"{wish} The 17th of December in the evening is what I want.", MOVED)


@pytest.mark.parametrize("condition", CANNOT[:-1])
def test_that_a_step_that_is_only_wanted_otherwise_is_held(condition: str) -> None:
    assert against(f"Please move my visit to {ON}. {condition}, please cancel it.", CANCELLED)
    assert against(f"Please cancel my visit {condition[0].lower()}{condition[1:]}.", CANCELLED)


@pytest.mark.parametrize("condition", OTHER_CONDITIONS)
def test_that_any_other_condition_is_still_one(condition: str) -> None:
    assert against(f"Please move my visit to {ON} {condition}.", MOVED)


@pytest.mark.parametrize("left", LEFT)
def test_that_a_refusal_without_such_a_condition_stands(left: str) -> None:
    assert against(f"Please move my visit to {ON}. No, {left}.", MOVED)
    assert against(f"Please move my visit to {ON}. If it costs extra, {left}.", MOVED)


OTHER_THINGS = ("the parcel", "the invoice", "my plan", "the order")


@pytest.mark.parametrize("thing", OTHER_THINGS)
def test_that_something_else_stays_refuses_nothing(thing: str) -> None:
    assert not against(f"Please move my visit to {ON}. Of course {thing} stays where it is.", MOVED)


@pytest.mark.parametrize(
    "words",
    ["The visit stays where it is", "It stays as it is", "That one stays", "All stays as is", "The old date stays"],
)
def test_that_what_is_to_be_done_to_it_may_not_stay(words: str) -> None:
    assert against(f"Please move my visit to {ON}. No. {words}.", MOVED)


@pytest.mark.parametrize(("field", "other"), [("phone", "email"), ("phone", "address"), ("address", "phone")])
def test_that_another_detail_stays(field: str, other: str) -> None:
    value = {"phone": "+447700900111", "address": "7 Elm Way, Leeds LS1 4AB"}[field]
    changed: Step = step_of("change_contact", {"customer": "C-1", "field": field, "value": value})
    assert not against(f"My new {field} is {value}. My {other} stays the same.", changed)
    assert against(f"My new {field} was {value}. My {field} stays the same.", changed)


@pytest.mark.parametrize("words", ["drop it", "scrap it", "withdraw it"])
def test_that_what_is_to_be_dropped_is_dropped_by_asking_for_it(words: str) -> None:
    order = step_of("cancel_order", ASKED["cancel_order"][1])
    assert not against(f"About order O-9: would you be so good as to {words}?", order)
    assert against(f"Please move my visit to {ON}. Could you {words}, please?", MOVED)
    assert against(f"Please cancel order O-9. Could you {words}, please?", order)


@pytest.mark.parametrize("words", ["could you not drop it cancel", "could you scrap it do not cancel"])
def test_that_each_of_many_clauses_is_read_a_few_times_at_most(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read = 0

    def counted(stances: Stances, one: Clause) -> bool:
        nonlocal read
        read += 1
        return refuses(stances, one)

    refuses = Stances._refuses
    monkeypatch.setattr(Stances, "_refuses", counted)
    many = 14
    against("; ".join(f"{words} {n}" for n in range(many)), step_of("cancel_order", ASKED["cancel_order"][1]))
    assert 0 < read < 20 * many


def test_that_a_day_by_which_something_comes_is_not_the_one_on_which_it_was_ordered() -> None:
    ordered = TODAY - timedelta(days=TODAY.weekday() + 3)
    (by,) = said_days(f"I need a new one by {ordered:%A}.", TODAY, frozenset((ordered,)))
    assert by.sense == "by"
    assert by.last > TODAY


RETURNED = step_of("start_return", {"order": "O-5", "items": THINGS[:1], "reason": "no longer wanted"})
SENT_ON = step_of("change_delivery_date", {"order": "O-9", "date": DAYS[1].isoformat()})
CALLED_OFF = step_of("cancel_order", {"order": "O-9"})
STILL = (
    "If it hasn't left yet",
    "if my order from this morning hasn't gone out yet",
    "If it can still be stopped",
    "Provided it is still with you",
    "if it's not too late",
)
GONE = ("If it has", "If it's too late for that", "If it's already on its way", "if it has gone already")
LET_BE = ("leave it", "never mind", "don't worry, I'll keep it", "just tell me", "then forget it and I'll sort it out")


@pytest.mark.parametrize(("still", "gone", "left"), list(product(STILL, GONE, LET_BE)))
def test_that_what_is_to_be_if_it_is_too_late_refuses_nothing(still: str, gone: str, left: str) -> None:
    assert not against(f"{still}, please cancel order O-9. {gone}, {left}.", CALLED_OFF)


@pytest.mark.parametrize("gone", GONE[1:])
def test_that_the_second_of_two_acts_waits_for_a_person(gone: str) -> None:
    """Nothing of the plan says that the first one could not be done."""
    asked = f"If order O-9 can still be stopped, cancel it. {gone}, bring it on {ON}."
    assert "condition" in against(asked, SENT_ON)


@pytest.mark.parametrize(
    "in_time", ["If I'm still in time", "Provided I'm still inside the thirty days", "If it is still possible"]
)
def test_that_a_return_answers_whether_there_is_time_for_it(in_time: str) -> None:
    assert not against(f"{in_time}, please start the return of the desk lamp. If I'm too late, no worries.", RETURNED)
    assert against(f"{in_time} and it costs nothing, please start the return of the desk lamp.", RETURNED)


def test_that_a_yes_to_what_they_asked_before_is_of_it() -> None:
    asked = "Can I still send the desk lamp back? If yes, please start the return."
    assert not against(asked, RETURNED)
    assert against("Did you get my letter? If yes, please start the return of the desk lamp.", RETURNED)


@pytest.mark.parametrize(
    "none", ["If there's nothing on {day}", "If {day} isn't there", "If you have nothing on {day}"]
)
def test_that_a_first_choice_that_is_not_offered_leaves_the_second(none: str) -> None:
    """What is offered is on record, so that the check sees by itself whether the first choice could be had."""
    free, gone = f"{DAYS[2]:%A %-d %B}", f"{TODAY + timedelta(days=6):%A %-d %B}"
    wish = "Please move my visit, best to {day}. {none}, then {on}."
    assert not against(wish.format(day=gone, none=none.format(day=gone), on=ON), MOVED)
    assert against(wish.format(day=free, none=none.format(day=free), on=ON), MOVED)


@pytest.mark.parametrize("beside", ["I'm away till {before}", "my birthday is on {other}", "{other} would not do"])
@pytest.mark.parametrize("day", DAYS[1:])
def test_that_other_days_beside_the_one_that_is_wanted_are_of_something_else(beside: str, day: date) -> None:
    told = beside.format(other=f"{day + timedelta(days=2):%-d %B}", before=f"{day - timedelta(days=1):%-d %B}")
    moved = step_of("reschedule_appointment", move(day, WINDOWS[0]))
    assert not against(f"Please move my visit to {day:%A %-d %B}, {told}.", moved)
    late = f"{day + timedelta(days=2):%-d %B}"
    assert against(f"Please move my visit to {day:%A %-d %B}. Not before {late}.", moved)
    assert against(f"Please move my visit to {day:%A %-d %B}, I'm away till {late}.", moved)
    assert against(f"Please move my visit to {day:%A %-d %B}. Actually, make it {DAYS[0]:%A %-d %B}.", moved)


@pytest.mark.parametrize("hours", ["only after lunch", "only in the morning", "only from 8", "but only before noon"])
def test_that_a_bound_on_the_hours_is_checked_as_hours(hours: str) -> None:
    found = against(f"Please move my visit to {ON}, {hours}.", MOVED)
    assert bool(found) == ("lunch" in hours), found
    assert "condition" not in found


@pytest.mark.parametrize("told", ["I'd just like to know what that line is", "just tell me how long that takes"])
def test_that_what_else_they_want_to_know_leaves_the_act_open_to_nobody(told: str) -> None:
    assert not against(f"Please start the return of the desk lamp. And {told}.", RETURNED)
    assert against(f"The desk lamp: {told}.", RETURNED)
