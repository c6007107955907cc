"""What a call is to be about, taken from the customer's own words."""

from __future__ import annotations

import pytest

from cx_core.decide.own_words.call_topic import LONGEST, call_topic
from cx_core.records import Goal, MessageId, Statement, TaskTypeName, TimeWish, Triage

CALLBACK = TaskTypeName("callback")
FIRST = MessageId("m")


def topic(*clauses: tuple[str, str], times: tuple[str, ...] = ()) -> str | None:
    """Of one message of clauses, each nearest to a task type or to none."""
    text = "\n".join(words for words, _ in clauses)
    said = tuple(
        Statement(message=FIRST, start=at, end=at + len(words), does="wants", probability=0.9, about=about)
        for words, about in clauses
        for at in [text.index(words)]
    )
    wishes = tuple(
        TimeWish(message=FIRST, start=text.index(one), end=text.index(one) + len(one), text=one, kind="days")
        for one in times
    )
    found = call_topic(Triage(said=said, times=wishes), CALLBACK, {FIRST: text})
    if found is None:
        return None
    assert found.words in text
    assert found.message == FIRST
    return found.words


@pytest.mark.parametrize("opening", ["Please ring me", "could someone call", "I'd like a word", "phone me tomorrow"])
@pytest.mark.parametrize("link", ["about", "regarding", "concerning", "to talk me through"])
@pytest.mark.parametrize("what", ["my last bill", "the mesh pods", "moving house next spring"])
@pytest.mark.parametrize("rest", ["", ", please", ", I'm in all day", ". Thanks"])
def test_that_it_is_what_they_name(opening: str, link: str, what: str, rest: str) -> None:
    assert topic((f"{opening} {link} {what}{rest}", CALLBACK)) == what


def test_that_a_clause_of_another_matter_says_it_where_nothing_is_named() -> None:
    said = ("ring me", CALLBACK), ("on Thursday", "late_fee"), ("My broadband keeps dropping", "fault")
    assert topic(*said, times=("Thursday",)) == "My broadband keeps dropping"


def test_that_their_request_stands_for_itself_where_it_says_more() -> None:
    assert topic(("Call me as the router has no light", CALLBACK)) == "Call me as the router has no light"


@pytest.mark.parametrize(
    "words",
    [
        "Call me about it",
        "Can you ring about what time suits you",
        "call me about something outside working hours",
        "what time will you be calling me",
        "Could somebody phone me back on Thursday",
    ],
)
def test_that_what_only_asks_for_a_call_or_says_when_is_no_topic(words: str) -> None:
    assert topic((words, CALLBACK), times=("Thursday",) if "Thursday" in words else ()) is None
    assert topic((words, CALLBACK), ("My bill has doubled", "invoice_explained")) == "My bill has doubled"


def test_that_a_long_one_ends_with_a_word() -> None:
    found = topic((f"call me about {'the weather in town ' * 20}", CALLBACK))
    assert found is not None
    assert len(found) <= LONGEST
    assert found.split()[-1] in ("the", "weather", "in", "town")


def test_that_there_is_none_where_not_a_word_is_known() -> None:
    assert call_topic(Triage(), CALLBACK, {}) is None


def test_that_what_happened_at_some_time_is_the_topic_where_it_is_a_goal_of_the_ticket() -> None:
    text = "My line went dead on Monday. Can someone call me on Friday"
    said = tuple(
        Statement(message=FIRST, start=start, end=end, does="wants", probability=0.9, about=about)
        for start, end, about in ((0, 28, "fault"), (28, len(text), CALLBACK))
    )
    times = tuple(
        TimeWish(message=FIRST, start=text.index(day), end=text.index(day) + 6, text=day, kind="days")
        for day in ("Monday", "Friday")
    )
    goal = Goal(task_type=TaskTypeName("fault"), probability=0.9, sure=True)
    known = Triage(said=said, times=times, goals=(goal,))
    found = call_topic(known, CALLBACK, {FIRST: text})
    assert found is not None
    assert found.words == "My line went dead on Monday"
    assert call_topic(known.replace(goals=()), CALLBACK, {FIRST: text}) is None
