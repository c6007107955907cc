"""What a text states in numbers, and which of it may both be true."""

from __future__ import annotations

import pytest

from cx_core.knowledge_base.health.quantities import agree, named_numbers, quantities


def only(text: str) -> tuple[str, float, float]:
    found = quantities(text)
    assert len(found) == 1, found
    return found[0].kind, round(found[0].low, 9), round(found[0].high, 9)


@pytest.mark.parametrize(
    ("text", "kind", "low", "high"),
    [
        ("within a fortnight", "period", 14, 14),
        ("within two weeks of it", "period", 14, 14),
        ("2 to 5 working days", "period", 2, 5),
        ("for 24 hours", "period", 1, 1),
        ("it costs £5 extra", "money", 5, 5),
        ("it costs 5 pounds extra", "money", 5, 5),
        ("it costs 5.00 GBP extra", "money", 5, 5),
        ("it costs 50 pence", "money", 0.5, 0.5),
        ("$1,250.00 at most", "money", 1250, 1250),
        ("it is free of charge", "money", 0, 0),
        ("at least 80 per cent of it", "share", 80, 80),
        ("20% off", "share", 20, 20),
        ("between 08:00 and 20:00", "clock", 480, 1200),
        ("from 9am to 5.30pm", "clock", 540, 1050),
        ("on the 1st of the month", "day", 1, 1),
        ("call 0808 157 0142 now", "phone", 8081570142, 8081570142),
        ("up to 10 GB there", "size", 10, 10),
        ("after twenty-four attempts", "count", 24, 24),
        ("for half an hour", "period", round(1 / 48, 9), round(1 / 48, 9)),
        ("for a quarter of an hour", "period", round(1 / 96, 9), round(1 / 96, 9)),
        ("it takes one and a half hours", "period", 1.5 / 24, 1.5 / 24),
        ("we try once, then stop", "count", 1, 1),
        ("you pay GBP 36.00 for it", "money", 36, 36),
        ("it is due on May 3", "day", 503, 503),
        ("we answer in under 2h", "period", round(2 / 24, 9), round(2 / 24, 9)),
        ("return it within 6 wks", "period", 42, 42),
        ("it takes 1h 30m", "period", 90 / 1440, 90 / 1440),
        ("it takes 2 hrs 15 mins", "period", 135 / 1440, 135 / 1440),
        ("it takes one hour and thirty minutes", "period", 90 / 1440, 90 / 1440),
        ("it takes an hour and 20 minutes", "period", round(80 / 1440, 9), round(80 / 1440, 9)),
    ],
)
def test_that_a_quantity_is_read_in_its_base_unit(text: str, kind: str, low: float, high: float) -> None:
    assert only(text) == (kind, low, high)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("We write at 80 and at 100 per cent.", [80, 100]),
        ("It brings 75, 150 and 500 megabits.", [75, 150, 500]),
        ("It takes between 2 and 5 days.", [2]),
        ("It takes 2 or 3 days.", [2]),
    ],
)
def test_that_each_number_of_a_list_has_the_unit_that_stands_at_its_end(text: str, values: list[float]) -> None:
    assert [found.low for found in quantities(text)] == values


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("We write after 3, 5 and 7 weeks.", [3, 5, 7]),
        ("We write after 2 weeks and 30 weeks.", [2, 30]),
        ("We write after 4 and 6 weeks.", [4, 6]),
        ("It takes 2 to 5 weeks.", [5]),
        ("It brings 75, 150 and 500 megabits.", [0, 0, 0]),
    ],
)
def test_that_a_period_keeps_its_own_number_as_it_is_written(text: str, written: list[float]) -> None:
    assert [found.written for found in quantities(text)] == written


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("£39.00/mth", "month"),
        ("£39.00 per mth", "month"),
        ("£5.00/wk", "week"),
        ("£5.00/hr", "hour"),
        ("£5.00/h", "hour"),
        ("£0.50/min", "minute"),
        ("£39.00 a month", "month"),
    ],
)
def test_that_what_a_sum_is_for_may_be_cut_short(text: str, rate: str) -> None:
    (one,) = quantities(text)
    assert (one.rate, one.end) == (rate, len(text))


@pytest.mark.parametrize(
    ("text", "as_in"),
    [
        ("WİTHİN FİVE DAYS", "within five days"),
        ("open until half past fıve", "open until half past five"),
        ("on Frıdays", "on Fridays"),
        ("it takes a mınute later", "it takes a minute later"),
        ("twıce at 5 gbp\u017f and 3 mıles", "twice at 5 gbps and 3 miles"),
        ("5 pound\u017f a wee\u212a", "5 pounds a week"),
    ],
)
def test_that_letters_that_a_pattern_takes_for_others_are_read_as_those(text: str, as_in: str) -> None:
    """Turkish capitals have a dot: a document with one must not end the reading of all of them."""
    assert quantities(text) == quantities(as_in) != ()


@pytest.mark.parametrize(
    "text",
    ["one of them", "choose a day that suits", "feel free to ask", "a second look", "5G", "it is there at once."],
)
def test_that_words_which_state_nothing_are_left_alone(text: str) -> None:
    assert quantities(text) == ()


def test_that_a_number_in_a_name_is_none() -> None:
    names = named_numbers(["We recommend the Hub 6 here.", "Call 121 for help."])
    assert names == {"Hub 6"}
    assert quantities("Hub 6 plans are new.", names) == ()


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("within 14 days", "within two weeks", True),
        ("within one month", "within 30 days", True),
        ("after 12 months", "after 1 year", True),
        ("for 24 hours", "for 1 day", True),
        ("within 5 days", "within 5 working days", True),
        ("within 7 days", "within 5 working days", True),
        ("within 14 days", "within 30 days", False),
        ("costs £29 a month", "costs £348 a year", True),
        ("costs £29 a month", "costs £29 a year", False),
        ("costs £29 pcm", "costs £360 per annum", False),
        ("costs £29/mth", "costs £29 a month", True),
        ("costs £29/mth", "costs £31 a month", False),
        ("costs £7 a week", "costs £1 a day", True),
        ("costs £7 a week", "costs £1.10 a day", False),
        ("costs £10 a week", "costs £520 a year", True),
        ("costs £10 a day", "costs £70 a week", True),
        ("costs £100 a year", "costs £8.33 a month", True),
        ("costs £99 a year", "costs £8.33 a month", False),
        ("costs £29 a month", "costs £349 a year", False),
        ("takes 1h 30m", "takes 90 minutes", True),
        ("takes 1 hour and 30 minutes", "takes one and a half hours", True),
        ("takes 1 hour and 30 minutes", "takes 30 minutes", False),
        ("2 to 5 days", "within 3 days", True),
        ("2 to 5 days", "2 to 7 days", False),
        ("costs £5.00", "costs 5 pounds", True),
        ("costs £5.00", "costs £5.50", False),
        ("costs £5.00", "costs $7.00", True),
        ("costs £5.00", "is free of charge", False),
        ("on Monday to Friday", "on weekdays", True),
        ("on Saturday", "on Sundays", False),
        ("at 17:00", "at 5 pm", True),
        ("at 80%", "at 80 per cent", True),
        ("open noon to midnight", "open from 12:00 to 24:00", True),
        ("open 8 am to midnight", "open 08:00 to 00:00", True),
        ("open 8 am to midnight", "open 8 am to 10 pm", False),
        ("open 9 pm to 6 am", "open 21:00 to 06:00", True),
        ("open 9 pm to 6 am", "open 21:00 to 05:00", False),
        ("open 9 pm to 6 am", "at 02:00", True),
        ("open 9 pm to 6 am", "at 23:00", True),
        ("open 9 pm to 6 am", "at 12:00", False),
        ("open 8 am to midnight", "at 00:00", True),
        ("lowered from £20 to £12", "from £20 to £12", True),
        ("lowered from £20 to £12", "from £20 to £10", False),
        ("cut from 30 to 14 days", "from 30 to 14 days", True),
    ],
)
def test_that_values_agree_whatever_unit_they_are_written_in(one: str, other: str, both: bool) -> None:
    (a,), (b,) = quantities(one), quantities(other)
    assert agree(a, b) is both
    assert agree(b, a) is both


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("go up from 2 in the afternoon", 840, 840),
        ("until 7 in the evening", 1140, 1140),
        ("served between 1 and 4 in the afternoon", 780, 960),
        ("open from 9 to 5 pm", 540, 1020),
        ("from 12.30 to 3 pm", 750, 900),
        ("from 6.30 to 10 on weekdays", 390, 600),
        ("until noon", 720, 720),
    ],
)
def test_that_a_time_of_day_is_read_as_people_write_it(text: str, low: float, high: float) -> None:
    found = [one for one in quantities(text) if one.kind == "clock"]
    assert [(one.low, one.high) for one in found] == [(low, high)]


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("until half past nine", "until 9:30 pm", True),
        ("until half past nine", "until 10 pm", False),
        ("at 8 o'clock", "at 20:00", True),
        ("a quarter to five", "at 4.45 pm", True),
    ],
)
def test_that_an_hour_of_a_clock_face_may_be_morning_or_evening(one: str, other: str, both: bool) -> None:
    assert agree(quantities(one)[0], quantities(other)[0]) is both


@pytest.mark.parametrize("text", ["from 1.50 to 3 metres", "version 7.10 to 8", "it costs from 6.50 upwards"])
def test_that_a_decimal_number_is_no_time_of_day(text: str) -> None:
    assert all(one.kind != "clock" for one in quantities(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [("Guests must be 16 or older.", 16), ("It is for anyone younger than ten.", 10), ("Until 18 it is theirs.", 18)],
)
def test_that_an_age_needs_no_noun(text: str, value: float) -> None:
    assert [(one.kind, one.low) for one in quantities(text)] == [("count", value)]
