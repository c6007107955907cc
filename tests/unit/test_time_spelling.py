"""Times as people type them: short and misspelt words, over every one slip in every word. "Now" is 25 November 2026."""

from __future__ import annotations

import string
from datetime import UTC, date, datetime

import pytest

from cx_core.decide.last_check.days import said_days
from cx_core.records import Message, MessageId, TicketId, TimeWish
from cx_core.text.dates import dates
from cx_core.text.time_spelling import respelled
from cx_core.understand.time_wishes import time_wishes

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
TODAY = NOW.date()
WORDS = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("tomorrow", "tonight", "afternoon", "evening", "morning", "weekend", "december", "january", "february"),
)
SHORT = {
    "tues": "tuesday",
    "tue": "tuesday",
    "weds": "wednesday",
    "thurs": "thursday",
    "thur": "thursday",
    "thu": "thursday",
    "fri": "friday",
}
SENTENCES = ("could it be {} please", "{} would suit", "Not {}, I'm away", "by {} if you can", "after {}", "next {}")
RIGHT = (
    "I remember this mourning, the sun was out and I sat on the sundae with Frida",
    "I wed on a payday; my birthday is someday, midday or any weekday",
    "mon@thurs.example holiday workday remember member number opening leaving sundry",
)


def wishes(text: str) -> list[TimeWish]:
    message = Message(id=MessageId("m"), ticket=TicketId("T-1"), sender="customer", text=text, at=NOW)
    return list(time_wishes([message], "Europe/London"))


def said(text: str) -> list[dict[str, object]]:
    """What was said of time, without its words and places."""
    return [one.model_dump(exclude={"text", "start", "end"}) for one in wishes(text)]


def slips(word: str) -> set[str]:
    """Each letter behind the first left out, doubled, or swapped with the next."""
    places = range(1, len(word))
    left_out = {word[:n] + word[n + 1 :] for n in places}
    doubled = {word[:n] + word[n] + word[n:] for n in places}
    swapped = {word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in places[:-1]}
    return {one for one in left_out | doubled | swapped if one not in (word, "frida") and not one.endswith("ss")}


@pytest.mark.parametrize("word", WORDS)
def test_that_a_word_with_one_slip_is_read_as_what_it_is(word: str) -> None:
    for wrong in slips(word):
        assert respelled(f"by {wrong}.").text == f"by {word}.", wrong
        assert respelled(wrong.upper()).text.lower() == word


@pytest.mark.parametrize("wrong", ["wensday", "wendesday", "tommorow", "tomorow", "saterday", "Febuary", "thrusday"])
def test_that_common_slips_are_read(wrong: str) -> None:
    assert respelled(wrong).text.lower() in WORDS


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("short", SHORT)
def test_that_a_short_day_says_what_the_whole_does(short: str, sentence: str) -> None:
    assert said(sentence.format(short)) == said(sentence.format(SHORT[short])) != []
    values = [[one.value for one in dates(sentence.format(day), TODAY)] for day in (short, SHORT[short])]
    assert values[0] == values[1] != []
    checked = [[one[1:] for one in said_days(sentence.format(day), TODAY)] for day in (short, SHORT[short])]
    assert checked[0] == checked[1] != []


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("words", [("wensday", "tues"), ("saterday", "fri"), ("thurs", "tuseday"), ("sat", "sun")])
def test_that_places_are_those_of_what_was_written(sentence: str, words: tuple[str, str]) -> None:
    text = f"Hello, {sentence.format(words[0])} or {words[1]} then. Tomorow it rains."
    found = wishes(text)
    assert found
    assert all(text[one.start : one.end] == one.text for one in found)
    assert {"tomorow"} <= {one.text.lower() for one in found}
    for one in dates(text, TODAY):
        assert text[one.start : one.end].strip(string.punctuation + " ") == text[one.start : one.end]
    assert all(one.words in text for one in said_days(text, TODAY))


@pytest.mark.parametrize("text", RIGHT)
def test_that_words_that_are_right_stay(text: str) -> None:
    assert respelled(text).text == text


@pytest.mark.parametrize("short", ["mon", "wed", "sat", "sun"])
@pytest.mark.parametrize("said", ["{} any good", "not in today, {} fine for me", "I'm out. {} ok?", "{} please"])
def test_that_a_short_day_is_one_before_what_is_said_of_days(short: str, said: str) -> None:
    whole = {"mon": "monday", "wed": "wednesday", "sat": "saturday", "sun": "sunday"}[short]
    assert respelled(said.format(short)).text == said.format(whole)


@pytest.mark.parametrize(
    "words",
    [
        "sat at home all day",
        "it arrived, sat fine on the shelf",
        "keep it inside, sun would ruin it",
        "I sat. sun is shining",
    ],
)
def test_that_words_like_short_days_are_left(words: str) -> None:
    assert respelled(words).text == words


@pytest.mark.parametrize("way", ["fri, sat or sun", "sat/sun", "sat and sun mornings", "fri or sun"])
def test_that_short_days_beside_each_other_are_days(way: str) -> None:
    assert respelled(way).text.count("day") == sum(way.count(one) for one in ("fri", "sat", "sun"))


@pytest.mark.parametrize("mark", [", so", " please,", ",", " so", " and", " -"])
@pytest.mark.parametrize("which", ["this one", "this week"])
@pytest.mark.parametrize("before", ["", "Can you come ", "I'd like a day ", "move it to "])
def test_that_next_week_and_not_this_one_is_next_week(before: str, mark: str, which: str) -> None:
    found = [one for one in wishes(f"{before}next week{mark} not {which}") if one.wanted]
    assert [(one.first, one.last) for one in found] == [(date(2026, 11, 30), date(2026, 12, 6))]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("only from the four of the afternoon", "only from four in the afternoon"),
        ("On Wednesday, but after 14 hours only", "On Wednesday, but after 14:00 only"),
        ("at 15 Uhr please", "at 15:00 please"),
        ("It was still not back after 14 hours.", "It was still not back after 14 hours."),
        ("the first of the morning", "the first of the morning"),
        ("after 14 hours of waiting", "after 14 hours of waiting"),
        ("on hold after 20 hours. I give up", "on hold after 20 hours. I give up"),
        ("I'm angry after 20 hours and want a refund", "I'm angry after 20 hours and want a refund"),
        ("The two of the evening crew", "The two of the evening crew"),
    ],
)
def test_that_hours_as_other_languages_put_them_are_put_as_english_does(written: str, meant: str) -> None:
    assert respelled(written).text == meant


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("the bill of 1. October", {"2026-10-01"}),
        ("on 3. December please", {"2026-12-03"}),
        ("Send back number 2. May I have a refund?", set()),
        ("I paid 12. June bill is wrong", set()),
    ],
)
def test_that_a_full_stop_behind_a_day_is_no_end_where_a_word_leads_to_it(text: str, days: set[str]) -> None:
    assert {one.value for one in dates(text, TODAY) if len(one.value) > len("2026-10")} == days


def test_that_a_span_may_end_on_a_weekday_with_its_number() -> None:
    assert {one.value for one in dates("from monday 7 until friday 11", TODAY)} >= {"2026-12-07", "2026-12-11"}
