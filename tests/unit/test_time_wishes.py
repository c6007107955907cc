"""What is said about time, over days and phrasings that are made here: each slot fits exactly where it should."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from cx_core.records import BusinessRecord, Message, MessageId, TicketId, TimeWish
from cx_core.search.fitting_times import Booked, booked_on, fitting
from cx_core.understand.time_wishes import time_wishes

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
TODAY, BOOKED = NOW.date(), date(2026, 11, 26)
ON = Booked(BOOKED, ("08:00", "12:00"))
WINDOWS = ("08:00-12:00", "12:00-16:00", "16:00-20:00")
DATES = [TODAY + timedelta(days=n) for n in range(1, 42)]
SLOTS = tuple(
    BusinessRecord(kind="slot", id=f"{day} {window}", fields={"date": day.isoformat(), "window": window})
    for day in DATES
    for window in WINDOWS
)
Fits = Callable[[date, str], bool]
ANY: Fits = lambda day, window: True  # noqa: E731


def reading(*said: str) -> tuple[TimeWish, ...]:
    messages = [
        Message(id=MessageId(f"m{n}"), ticket=TicketId("T-1"), sender="customer", text=text, at=NOW)
        for n, text in enumerate(said)
    ]
    return time_wishes(messages, "Europe/London")


def heard(*said: str) -> set[str]:
    return {one.id for one in fitting(SLOTS, reading(*said), ON)}


def expected(fits: Fits) -> set[str]:
    return {f"{day} {window}" for day in DATES for window in WINDOWS if fits(day, window)}


def spelled(day: date) -> list[str]:
    return [f"{day.day} {day:%B}", f"the {day.day}{suffix(day.day)} of {day:%B}", f"{day:%A} {day.day} {day:%B}"]


def suffix(number: int) -> str:
    return "th" if 10 <= number <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


SOME = [date(2026, 12, 1), date(2026, 12, 4), date(2026, 12, 8), date(2026, 12, 19), date(2026, 12, 22)]


@pytest.mark.parametrize("day", SOME, ids=str)
@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("not before {day} please", lambda day, at: at >= day),
        ("{day} or later", lambda day, at: at >= day),
        ("from {day} onwards is good for us", lambda day, at: at >= day),
        ("Any time after {day} would suit me", lambda day, at: at > day),
        ("I am away until {day}", lambda day, at: at > day),
        ("it has to be before {day}", lambda day, at: at < day),
        ("by {day} at the latest", lambda day, at: at <= day),
        ("could it be on {day}?", lambda day, at: at == day),
        ("{day} would be perfect", lambda day, at: at == day),
        ("any day except {day}", lambda day, at: at != day),
        ("I can't do {day}", lambda day, at: at != day),
        ("{day} is no good", lambda day, at: at != day),
        ("{day} won't work for us, any other day will", lambda day, at: at != day),
        ("anything but {day}", lambda day, at: at != day),
    ],
)
def test_that_a_day_bounds_is_wanted_or_is_turned_down(
    day: date, words: str, fits: Callable[[date, date], bool]
) -> None:
    for spelling in spelled(day):
        assert heard(words.format(day=spelling)) == expected(lambda at, _: fits(day, at)), spelling


@pytest.mark.parametrize("name", ["Monday", "Tuesday", "Wednesday", "Friday", "Saturday", "Sunday"])
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("any {day} will do", True),
        ("{day}s only, please", True),
        ("no {day}s please", False),
        ("{day}s are out", False),
        ("I can't do {day}", False),
        ("not a {day}", False),
        ("we both work on {day}s, so they're impossible", False),
    ],
)
def test_that_a_weekday_is_each_of_them(name: str, words: str, wanted: bool) -> None:
    fits: Fits = lambda day, _: (f"{day:%A}" == name) == wanted  # noqa: E731
    assert heard(words.format(day=name)) == expected(fits)


MORNING, AFTERNOON, EVENING = WINDOWS


@pytest.mark.parametrize(
    ("words", "windows"),
    [
        ("mornings only", (MORNING,)),
        ("It would have to be in the afternoon", (AFTERNOON,)),
        ("only evenings suit us", (EVENING,)),
        ("after work please", (EVENING,)),
        ("after 5pm", (EVENING,)),
        ("before noon", (MORNING,)),
        ("mornings are out altogether", (AFTERNOON, EVENING)),
        ("no evenings, please", (MORNING, AFTERNOON)),
        ("I can't do mornings", (AFTERNOON, EVENING)),
        ("morning or afternoon, both fine", (MORNING, AFTERNOON)),
        ("I'm at work till 4", (EVENING,)),
        ("Good morning, whenever you like", WINDOWS),
    ],
)
@pytest.mark.parametrize("before", ["", "from 1 December onwards, ", "not on Tuesdays. "])
def test_that_a_part_of_the_day_holds_beside_any_days(before: str, words: str, windows: tuple[str, ...]) -> None:
    days: dict[str, Callable[[date], bool]] = {
        "": lambda _: True,
        "from 1 December onwards, ": lambda day: day >= date(2026, 12, 1),
        "not on Tuesdays. ": lambda day: day.weekday() != 1,
    }
    assert heard(before + words) == expected(lambda day, window: days[before](day) and window in windows)


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("next week", lambda day, _: date(2026, 11, 30) <= day <= date(2026, 12, 6)),
        ("the week after next", lambda day, _: date(2026, 12, 7) <= day <= date(2026, 12, 13)),
        ("next week but not Monday", lambda day, _: date(2026, 12, 1) <= day <= date(2026, 12, 6)),
        ("weekends only", lambda day, _: day.weekday() > 4),
        ("before the weekend", lambda day, _: day <= date(2026, 11, 27)),
        ("can you do it by the weekend", lambda day, _: day <= date(2026, 11, 27)),
        ("before next weekend", lambda day, _: day <= date(2026, 12, 4)),
        ("after the weekend", lambda day, _: day >= date(2026, 11, 30)),
        ("on a weekday", lambda day, _: day.weekday() < 5),
        ("between 10 and 12 December", lambda day, _: date(2026, 12, 10) <= day <= date(2026, 12, 12)),
        ("we are away from 1 December to 5 December", lambda day, _: not date(2026, 12, 1) <= day <= date(2026, 12, 5)),
        ("early December", lambda day, _: date(2026, 12, 1) <= day <= date(2026, 12, 10)),
        ("before Christmas", lambda day, _: day < date(2026, 12, 24)),
        ("in the new year", lambda day, _: day >= date(2027, 1, 2)),
        ("Tuesday or Wednesday", lambda day, _: day.weekday() in (1, 2)),
        ("Monday to Wednesday", lambda day, _: day.weekday() < 3),
        ("next week, Tuesday or Wednesday", lambda day, _: day in (date(2026, 12, 1), date(2026, 12, 2))),
        ("keep it in that week, only not on Monday", lambda day, _: BOOKED.isocalendar()[1] == day.isocalendar()[1]),
        ("My visit is this Thursday morning, can I have the Friday", lambda day, _: day.weekday() == 4),
        ("earlier, but in the week of the 14th", lambda *_: False),
        (
            "the week of the 14th, Tuesdays are excluded",
            lambda day, _: day.isocalendar()[1] == 51 and day.weekday() != 1,
        ),
        ("nobody before four, please", lambda _, window: window == EVENING),
        ("Friday I'm in court, otherwise whenever", lambda day, _: day.weekday() != 4),
        ("we only land again late on 2 December", lambda day, _: day >= date(2026, 12, 3)),
        ("not Monday, Tuesday or Wednesday", lambda day, _: day.weekday() > 2),
        ("the same day, in the evening", lambda day, window: day == BOOKED and window == EVENING),
        ("can it be pushed back a week", lambda day, _: day >= BOOKED + timedelta(days=7)),
        ("earlier if you can", lambda day, _: day < BOOKED),
        ("please move it from Thursday to Friday 4 December", lambda day, _: day == date(2026, 12, 4)),
    ],
)
def test_that_spans_lists_and_the_day_that_is_booked_are_understood(words: str, fits: Fits) -> None:
    assert heard(words) == expected(fits)


def test_that_quoted_words_and_ours_say_nothing_about_when_they_can() -> None:
    assert heard("Fine, thank you.\n\n> Could you do Friday 4 December?") == expected(ANY)


def test_that_a_later_choice_takes_the_place_of_an_earlier_one() -> None:
    assert heard("Friday 4 December please", "sorry, Saturday 5 December is better") == expected(
        lambda day, _: day == date(2026, 12, 5)
    )


@pytest.mark.parametrize("day", SOME, ids=str)
@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("On {day} the plumber has booked me. Any day but that one", lambda day, at: at != day),
        ("please leave {day} alone", lambda day, at: at != day),
        ("{day} is the school play", lambda day, at: at != day),
        ("{day} is my sister's wedding, else I'm free", lambda day, at: at != day),
        ("we are with family right up to and including {day}. After that is fine", lambda day, at: at > day),
        ("I'm offshore till {day} late, the first one after that please", lambda day, at: at > day),
        ("my son is here until {day}, so do it straight after that", lambda day, at: at > day),
        ("I land on {day} at 21:00. Soonest after it", lambda day, at: at > day),
        ("not {day}. The day after, please", lambda day, at: at == day + timedelta(days=1)),
        ("I can't do {day}, would the day before be possible?", lambda day, at: at == day - timedelta(days=1)),
        (
            "I'm away on {day}. Could it be the week after?",
            lambda day, at: at.isocalendar()[:2] == (day + timedelta(days=7)).isocalendar()[:2] and at != day,
        ),
        ("starting {day} and not a day sooner", lambda day, at: at >= day),
    ],
)
def test_that_days_spoken_of_for_something_else_and_what_points_back_at_them_count(
    day: date, words: str, fits: Callable[[date, date], bool]
) -> None:
    for spelling in spelled(day):
        assert heard(words.format(day=spelling)) == expected(lambda at, _: fits(day, at)), spelling


@pytest.mark.parametrize("first", ["Monday", "Tuesday", "Wednesday"])
@pytest.mark.parametrize("last", ["Thursday", "Friday"])
@pytest.mark.parametrize("words", ["between {first} and {last} please", "any day from {first} to {last}"])
def test_that_weekdays_between_two_are_of_any_week(first: str, last: str, words: str) -> None:
    among = [n for n, name in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"))]
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    wanted = among[names.index(first) : names.index(last) + 1]
    assert heard(words.format(first=first, last=last)) == expected(lambda at, _: at.weekday() in wanted)


@pytest.mark.parametrize(
    ("words", "windows"),
    [
        ("I don't get in till half three", ("16:00-20:00",)),
        ("I'm teaching until half past eleven", ("12:00-16:00", "16:00-20:00")),
        ("3ish onwards", ("16:00-20:00",)),
        ("gone by four o'clock please", ("08:00-12:00", "12:00-16:00")),
    ],
)
def test_that_half_hours_and_clock_words_bound_the_slots(words: str, windows: tuple[str, ...]) -> None:
    assert heard(words) == expected(lambda _, window: window in windows)


@pytest.mark.parametrize("label", ["november bill", "October's invoice", "bill of 1 November", "december payment"])
def test_that_the_time_of_a_bill_is_no_wish(label: str) -> None:
    assert heard(f"Could the engineer come in the evening? And where is my {label}?") == expected(
        lambda day, window: window == WINDOWS[2]
    )


def test_that_the_month_of_a_day_that_is_past_is_none_to_come() -> None:
    text = "Can it be Saturday 5 December? I bought the thing about the 9th of November."
    assert heard(text) == expected(lambda day, window: day == date(2026, 12, 5))


def test_that_telling_when_it_is_booked_is_no_bound() -> None:
    text = f"My visit is not until {BOOKED.day} {BOOKED:%B}. Any evening would do."
    assert heard(text) == expected(lambda day, window: window == WINDOWS[2])


@pytest.mark.parametrize("day", DATES[7:14])
def test_that_a_day_may_be_named_without_its_ending(day: date) -> None:
    for text in (f"Could it be {day:%A} {day.day} please", f"{day:%A} {day.day} in the morning or at noon"):
        assert {one.split()[0] for one in heard(text)} == {day.isoformat()}, text


@pytest.mark.parametrize("no", ["no", "nope", "no good", "is out"])
def test_that_a_day_and_a_no_turn_it_down(no: str) -> None:
    assert heard(f"Monday or Thursday would do. On second thoughts, Thursday {no}") == expected(
        lambda day, window: day.weekday() == 0
    )


@pytest.mark.parametrize("soon", ["as soon as possible", "asap", "the first free slot please", "any day is fine"])
def test_that_any_time_is_said_of_time_and_fits_all(soon: str) -> None:
    message = Message(id=MessageId("m"), ticket=TicketId("T-1"), sender="customer", text=f"Move it, {soon}", at=NOW)
    assert [one.kind for one in time_wishes([message], "Europe/London")] == ["bound"]
    assert heard(f"Move it, {soon}") == expected(ANY)


@pytest.mark.parametrize("made", range(1, 12, 3))
@pytest.mark.parametrize("named", ["tomorrow", "Tuesday", "the first"])
def test_that_a_parcel_is_booked_on_the_day_it_is_to_come_and_not_on_that_it_was_ordered(made: int, named: str) -> None:
    due = date(2026, 12, 1)
    order = BusinessRecord(
        kind="order",
        id="O-1",
        fields={"date": (due - timedelta(days=made)).isoformat(), "expected": due.isoformat(), "status": "shipped"},
    )
    assert booked_on(order) == Booked(due, ("", ""))
    days = tuple(
        BusinessRecord(kind="delivery_day", id=day, fields={"date": day})
        for day in ("2026-12-02", "2026-12-03", "2026-12-04")
    )
    wishes = reading(f"Thursday instead of {named} please, nobody is in on {named}.")
    assert [one.id for one in fitting(days, wishes, booked_on(order))] == ["2026-12-03"]


@pytest.mark.parametrize(
    "words", ["nothing before the weekend", "it can't be before the weekend", "the day before the weekend"]
)
def test_that_before_the_weekend_is_no_bound_where_it_is_turned_down_or_counted_from(words: str) -> None:
    message = Message(id=MessageId("m"), ticket=TicketId("t"), sender="customer", text=words, at=NOW)
    assert not any(one.kind == "bound" and one.last for one in time_wishes([message], "Europe/London"))


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("I have rehearsal from five.", "", "17:00"),
        ("I'm at work after two.", "", "14:00"),
        ("I'm free from two.", "14:00", ""),
        ("I am back from five.", "16:00", ""),
    ],
)
def test_that_hours_from_which_somebody_is_engaged_end_what_is_free(text: str, begins: str, ends: str) -> None:
    (wish,) = reading(text)
    assert (wish.begins, wish.ends) == (begins, ends)


@pytest.mark.parametrize(
    "case", ["If there's nothing on the Wednesday", "If you have none then", "if there is no slot"]
)
def test_that_what_is_wanted_where_nothing_else_is_left_is_a_fallback(case: str) -> None:
    text = f"Best would be Wednesday 9 December. {case}, then Thursday 10 December."
    assert [one.fallback for one in reading(text) if one.first == date(2026, 12, 10)] == [True]
