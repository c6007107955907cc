"""How a customer feels and how soon it matters, from the vectors triage has anyway and from plain signs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from cx_core.ports import Classifier
from cx_core.records import PRIORITIES, Priority
from cx_core.understand.goals import HeardGoal

Sentiment = Literal["negative", "neutral", "positive"]
Urgency = Literal["low", "normal", "high"]
Trend = Literal["worse", "same", "better"]

_SHIFT = 0.3
"""Change in the probability of anger that counts as a trend."""

_FADES = 0.8
"""What is left of an earlier message's anger beside the newest."""

_SIGNS = (
    re.compile(r"[!?]*(?:!!|\?\?)[!?]*"),
    re.compile(r"\b(?:second|third|fourth|fifth|sixth|2nd|3rd|\d{1,2}th) time\b|\bfor the last time\b", re.I),
    re.compile(r"\b(?:again and again|over and over|how many times|time and again)\b", re.I),
)
_SIGN_WEIGHT = 0.5
"""Share of the remaining doubt that one sign takes away: one alone does not make an angry message, two do."""

_HINTED = 0.1
"""Probability of anger that a sentence must have before one of its clauses is taken for angry."""

_PLEASED = 0.5
"""Probability of joy from which on signs are exuberance: "THANK YOU SO MUCH!!!"."""

_HASTE = 0.65
"""Probability of haste from which a message is urgent. The classifier's own upper bound is for any of its labels, and
those that are often mistaken for each other, ordinary and leisurely, lifted it out of reach of "it is urgent". Signs
of annoyance do not raise it: loud is not urgent."""

_SHOUTED = re.compile(r"\b[A-Z]{3,}\b")
_LETTERS = re.compile(r"[A-Za-z]")


class Mood(NamedTuple):
    """Probabilities for one message."""

    negative: float
    positive: float
    high: float
    low: float


def mood(heard: HeardGoal, text: str, sentiment: Classifier, urgency: Classifier) -> Mood:
    """The strongest words count: one angry or hasty line in a polite mail is meant, and in a line that also says what
    is wrong the clause that is."""
    if not heard.parts:
        return Mood(0.0, 0.0, 0.0, 0.0)
    feelings = dict(zip(sentiment.labels, sentiment.classify(heard.parts, heard.vectors).T, strict=True))
    haste = dict(zip(urgency.labels, urgency.classify(heard.parts, heard.vectors).T, strict=True))
    negative = float(feelings["negative"].max())
    if negative >= _HINTED:  # "take your time" is cross only out of its sentence
        negative = max(negative, _of_clauses(heard, text, sentiment, "negative"))
    positive = float(feelings["positive"].max())
    high = max(float(haste["high"].max()), _of_clauses(heard, text, urgency, "high"))
    doubt = 1.0 if positive >= _PLEASED and positive > negative else (1 - _SIGN_WEIGHT) ** signs(text)
    return Mood(
        negative=1 - (1 - negative) * doubt,
        positive=positive,
        high=high,
        low=float(haste["low"].max()),
    )


def _of_clauses(heard: HeardGoal, text: str, classifier: Classifier, label: str) -> float:
    rows = classifier.classify(tuple(one.span.of(text) for one in heard.clauses), heard.clause_vectors)
    return float(rows[:, classifier.labels.index(label)].max(initial=0.0))


def signs(text: str) -> int:
    """How many kinds of plain signs of annoyance there are: shouting, !!, "the third time"."""
    read = text[:4000]
    letters = _LETTERS.findall(read)
    upper = sum(letter.isupper() for letter in letters)
    shouting = len(_SHOUTED.findall(read)) >= 3 and upper > 0.6 * len(letters)
    return int(shouting) + sum(bool(sign.search(read)) for sign in _SIGNS)


def sentiment_of(moods: Sequence[Mood], bound: float) -> Sentiment:
    """Of all messages, the newest strongest."""
    if not moods:
        return "neutral"
    *earlier, newest = moods
    if max(newest.negative, *(one.negative * _FADES for one in earlier), 0.0) >= bound:
        return "negative"
    return "positive" if newest.positive >= bound and newest.negative < 1 - bound else "neutral"


def urgency_of(moods: Sequence[Mood], bounds: tuple[float, float]) -> Urgency:
    """High if any message is; low only if the newest is and none is near to high."""
    high = max((one.high for one in moods), default=0.0)
    if high >= min(_HASTE, bounds[1]):
        return "high"
    return "low" if moods and moods[-1].low >= bounds[1] and high < bounds[0] else "normal"


def trend_of(moods: Sequence[Mood]) -> Trend:
    """The newest message against the mean of those before."""
    if len(moods) < 2:
        return "same"
    earlier = sum(one.negative for one in moods[:-1]) / (len(moods) - 1)
    change = moods[-1].negative - earlier
    return "worse" if change >= _SHIFT else "better" if change <= -_SHIFT else "same"


def priority_of(given: Sequence[Priority], urgency: Urgency, sentiment: Sentiment, trend: Trend) -> Priority:
    """The highest of the goals' own, one up for haste, one up for anger that grows, one down for leisure.

    Anger alone lifts a ticket to high at most: loud is not urgent.
    """
    level = max((PRIORITIES.index(one) for one in given), default=PRIORITIES.index("normal"))
    high = PRIORITIES.index("high")
    level += urgency == "high"
    if sentiment == "negative" and level < high and (trend == "worse" or urgency == "high" or level == 0):
        level += 1
    if urgency == "low" and sentiment != "negative" and level == PRIORITIES.index("normal"):
        level -= 1
    return PRIORITIES[min(level, len(PRIORITIES) - 1)]
