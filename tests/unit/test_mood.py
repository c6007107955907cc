"""Signs, trend and priority."""

from __future__ import annotations

import pytest

from cx_core.records import Priority
from cx_core.understand.mood import (
    Mood,
    Sentiment,
    Trend,
    Urgency,
    priority_of,
    sentiment_of,
    signs,
    trend_of,
    urgency_of,
)

CALM, ANGRY, GLAD = Mood(0.1, 0.1, 0.1, 0.1), Mood(0.9, 0.0, 0.1, 0.1), Mood(0.05, 0.9, 0.1, 0.1)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Where is it?", 0),
        ("Where is it??", 1),
        ("WHERE IS THE PARCEL", 1),
        ("the THIRD time I ask!!", 2),
        ("PDF of UK VAT please thanks", 0),
    ],
)
def test_that_plain_signs_of_annoyance_are_counted(text: str, count: int) -> None:
    assert signs(text) == count


def test_that_the_newest_message_weighs_most_and_anger_fades_slowly() -> None:
    assert sentiment_of([CALM, ANGRY], 0.6) == "negative"
    assert sentiment_of([ANGRY, CALM], 0.6) == "negative"
    assert sentiment_of([Mood(0.7, 0.0, 0.0, 0.0), CALM], 0.6) == "neutral"
    assert sentiment_of([CALM, GLAD], 0.6) == "positive"
    assert sentiment_of([], 0.6) == "neutral"


def test_that_a_trend_compares_the_newest_with_those_before() -> None:
    assert (trend_of([CALM, ANGRY]), trend_of([ANGRY, CALM]), trend_of([ANGRY])) == ("worse", "better", "same")


def test_that_one_urgent_message_makes_a_ticket_urgent() -> None:
    hasty, idle = Mood(0, 0, 0.9, 0), Mood(0, 0, 0.1, 0.9)
    assert urgency_of([hasty, idle], (0.35, 0.8)) == "high"
    assert urgency_of([idle], (0.35, 0.8)) == "low"
    assert urgency_of([Mood(0, 0, 0.5, 0.9)], (0.35, 0.8)) == "normal"


@pytest.mark.parametrize(
    ("given", "urgency", "sentiment", "trend", "priority"),
    [
        ((), "normal", "neutral", "same", "normal"),
        (("high", "normal"), "normal", "neutral", "same", "high"),
        (("normal",), "high", "neutral", "same", "high"),
        (("high",), "high", "negative", "worse", "urgent"),
        (("normal",), "normal", "negative", "worse", "high"),
        (("high",), "normal", "negative", "worse", "high"),
        (("normal",), "low", "neutral", "same", "low"),
        (("normal",), "low", "negative", "same", "normal"),
    ],
)
def test_that_priority_rises_with_haste_and_growing_anger(
    given: tuple[Priority, ...], urgency: Urgency, sentiment: Sentiment, trend: Trend, priority: Priority
) -> None:
    assert priority_of(given, urgency, sentiment, trend) == priority
