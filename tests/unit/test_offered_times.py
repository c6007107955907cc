"""Times that we offer in the many ways of writing them, and answers that take one, none, or leave open which."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx_core.records import Message, MessageId, OfferedTime, TicketId
from cx_core.understand.offered_times import TakenTimes, offered_times, taken_times, with_long_days
from cx_core.understand.time_wishes import time_wishes

TODAY = date(2027, 3, 1)
"""A Monday."""
WINDOWS = {("08:00", "12:00"): ("8-12", "8am to noon", "08:00-12:00", "8 to 12"),
           ("12:00", "16:00"): ("12-4", "noon till four", "12:00-16:00", "midday to 4pm"),
           ("16:00", "20:00"): ("4-8", "4 till 8", "16:00-20:00", "4pm to 8pm")}  # fmt: skip
DAYS = (lambda day: f"{day:%A} {day.day} {day:%B}", lambda day: f"{day:%a} {day.day} {day:%b}",
        lambda day: f"{day:%A} the {day.day}{_th(day.day)}")  # fmt: skip
LISTS = ("I can offer:\n1. {0}\n2. {1}\n3. {2}\nWhich would you like?", "We have {0}, {1} or {2}. Any of these?",
         "How about {0}, or {1}, or else {2}?", "- {0}\n- {1}\n- {2}\nWhich one shall I book?")  # fmt: skip


def _th(number: int) -> str:
    return "th" if 10 < number < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _taken(offered: tuple[OfferedTime, ...], answer: str) -> TakenTimes:
    at = datetime(TODAY.year, TODAY.month, TODAY.day, 10, tzinfo=UTC)
    text = with_long_days(answer, offered)
    message = Message(id=MessageId("m"), ticket=TicketId("T-1"), sender="customer", text=text, at=at)
    return taken_times(offered, time_wishes([message], "Europe/London"), answer)


@st.composite
def offers(draw: st.DrawFn) -> tuple[str, tuple[OfferedTime, ...]]:
    """A message of ours with three times on days of their own, and what they are."""
    ahead = sorted(draw(st.sets(st.integers(8, 13), min_size=3, max_size=3)))
    write = draw(st.sampled_from(DAYS))
    words, times = [], []
    for days in ahead:
        day = TODAY + timedelta(days=days)
        window = draw(st.sampled_from(sorted(WINDOWS)))
        words.append(f"{write(day)} {draw(st.sampled_from(WINDOWS[window]))}")
        times.append(OfferedTime(day=day, begins=window[0], ends=window[1]))
    return draw(st.sampled_from(LISTS)).format(*words), tuple(times)


@given(offers())
def test_that_what_we_offer_is_read_in_its_order(offer: tuple[str, tuple[OfferedTime, ...]]) -> None:
    text, times = offer
    assert offered_times(text, TODAY) == times


@given(offers(), st.integers(0, 2), st.sampled_from((
    "{n}", "number {n} please", "the {place}", "{day}", "{day} please, if it's still free", "{date}",
    "the {date} suits me", "well not the {other} and not the {third}", "{short} then",
    "I'd rather have the {day}, the rest is no good",
)))  # fmt: skip
def test_that_an_answer_takes_the_one_that_it_names(
    offer: tuple[str, tuple[OfferedTime, ...]], at: int, answer: str
) -> None:
    _, times = offer
    day, other, third = (times[(at + n) % 3].day or TODAY for n in range(3))
    said = answer.format(
        n=at + 1,
        place=("first", "second", "third")[at],
        day=f"{day:%A}",
        short=f"{day:%a}".lower(),
        date=f"{day.day}{_th(day.day)}",
        other=f"{other:%A}",
        third=f"{third:%A}",
    )
    assert _taken(times, said).taken == (times[at],)


@given(offers(), st.sampled_from(("neither of these", "none of those I'm afraid", "neither, I'm away all week")))
def test_that_none_is_taken_where_none_is_wanted(offer: tuple[str, tuple[OfferedTime, ...]], answer: str) -> None:
    _, times = offer
    assert _taken(times, answer) == TakenTimes(turned_down=times)


@given(offers(), st.sampled_from(("does he ring before he comes?", "what would that cost me?", "thanks for looking")))
def test_that_words_about_no_time_take_nothing(offer: tuple[str, tuple[OfferedTime, ...]], answer: str) -> None:
    _, times = offer
    assert _taken(times, answer) == TakenTimes()


def test_that_another_day_than_those_offered_takes_nothing() -> None:
    times = offered_times("Tuesday 9 March 8-12 or Wednesday 10 March 12-4?", TODAY)
    assert _taken(times, "could you do Friday 12 March?") == TakenTimes()


@pytest.mark.parametrize(
    ("put", "answer", "taken"),
    [
        ("Tuesday 9 March, either in the morning (8 to 12) or in the afternoon (12 to 4)?", "after twelve", "12:00"),
        ("I could do the same day, either from noon till four or from four till eight.", "four till eight", "16:00"),
        ("Tue 9 March 12-4 or Tue 9 March 4-8, which one?", "the late one", "16:00"),
        ("Tue 9 March 12-4 or Tue 9 March 4-8, which one?", "the earlyer, my new glasses come at five", "12:00"),
        ("Tue 9 March 12-4 or Tue 9 March 4-8, which one?", "4 to 8", "16:00"),
    ],
)  # fmt: skip
def test_that_hours_and_order_tell_two_of_one_day_apart(put: str, answer: str, taken: str) -> None:
    assert [one.begins for one in _taken(offered_times(put, TODAY), answer).taken] == [taken]


@pytest.mark.parametrize(
    "answer",
    [
        "Wednesday, the early one please, I can only do after lunch",
        "the Wednesday. The earlier slot, I'm only home after two",
    ],
)
def test_that_an_order_and_an_hour_that_disagree_leave_open_which(answer: str) -> None:
    times = offered_times("Tue 9 March 8-12, Wed 10 March 8-12 or Wed 10 March 12-4?", TODAY)
    assert set(_taken(times, answer).taken) == set(times[1:])


@pytest.mark.parametrize("does", ["he drives home after lunch", "she starts work at one", "they leave after two"])
def test_that_what_somebody_else_does_at_an_hour_says_nothing_of_ours(does: str) -> None:
    times = offered_times("Tue 9 March 8-12, Wed 10 March 8-12 or Wed 10 March 12-4?", TODAY)
    assert _taken(times, f"Wednesday, the early one please, {does}").taken == times[1:2]


def test_that_a_day_with_two_times_leaves_open_which() -> None:
    times = offered_times("Tue 9 March 8-12, Tue 9 March 12-4 or Wed 10 March 8-12?", TODAY)
    assert _taken(times, "the 9th is fine").taken == times[:2]


def test_that_what_is_booked_is_no_offer() -> None:
    put = "You are booked for Monday 8 March, 8-12. I could do Tuesday 9 March 12-4 or Thursday 11 March 8-12."
    assert [one.day for one in offered_times(put, TODAY)] == [date(2027, 3, 9), date(2027, 3, 11)]


PUT = "I could do Friday 5 March, 8-12, or Saturday 6 March, 8-12. Which would you prefer?"


@pytest.mark.parametrize(
    "answer",
    [
        "Not Friday. Friday is impossible. Saturday doesn't work either.",
        "Friday is no good, do you have anything in the evening?",
        "can you do the 6th in the evening?",
        "Saturday, if the engineer can come after 5",
        "I live on the 5th floor, does the engineer need the lift?",
        "after the 6th please",
        "Sorry for the late reply, I have not decided yet",
        "I sat at home all day",
    ],
)
def test_that_what_goes_against_an_offer_takes_nothing_of_it(answer: str) -> None:
    assert _taken(offered_times(PUT, TODAY), answer).taken == ()


@pytest.mark.parametrize("answer", ["the 5th is not possible", "not on the 5th", "not the friday"])
def test_that_of_two_the_one_that_is_not_refused_is_taken(answer: str) -> None:
    assert [one.day for one in _taken(offered_times(PUT, TODAY), answer).taken] == [date(2027, 3, 6)]


def test_that_a_number_is_of_the_question_that_was_put_last() -> None:
    times = offered_times(PUT, TODAY)
    at = datetime(TODAY.year, TODAY.month, TODAY.day, 10, tzinfo=UTC)
    for answer in ("number 2", "the latter", "It is No. 2 Mill Lane"):
        message = Message(id=MessageId("m"), ticket=TicketId("T-1"), sender="customer", text=answer, at=at)
        wishes = time_wishes([message], "Europe/London")
        assert taken_times(times, wishes, answer, put_now=False) == TakenTimes()


def test_that_what_is_not_free_and_how_long_it_takes_is_no_offer() -> None:
    put = "We are not free on Tuesday 9 March, but Thursday 11 March 8-12 would be possible; it takes 1 to 2 hours."
    assert offered_times(put, TODAY) == (OfferedTime(day=date(2027, 3, 11), begins="08:00", ends="12:00"),)


@pytest.mark.parametrize("answer", ["The middle one please.", "the middle slot", "Middle, I'm an early bird."])
@given(offer=offers())
def test_that_the_middle_one_of_three_is_taken(answer: str, offer: tuple[str, tuple[OfferedTime, ...]]) -> None:
    text, times = offer
    assert _taken(offered_times(text, TODAY), answer).taken == (times[1],)


@given(offer=offers())
def test_that_the_day_from_which_we_offer_is_none_of_the_offer(offer: tuple[str, tuple[OfferedTime, ...]]) -> None:
    text, times = offer
    first = TODAY + timedelta(days=7)
    assert offered_times(f"From {first:%A} {first.day} {first:%B} on this is what is free. {text}", TODAY) == times
