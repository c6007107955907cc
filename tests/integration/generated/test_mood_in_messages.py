"""The same matter said calmly, in anger and in a hurry: sentiment and urgency come out in that order."""

from __future__ import annotations

from itertools import product

import pytest

from tests.integration.generated.conftest import Process, Result, Said, wrong_share

MARIA = "maria.keller@example.com"
MATTERS = (
    "you charged me twice for invoice I-3",
    "the router does not connect",
    "my invoice has a line that I do not know",
    "I have not heard back about my visit",
    "the engineer is booked for Thursday and I need another day",
    "I cannot sign in to my account",
)
CALM = ("Hello, {}. Could you have a look when you have time? Thank you.", "Hi, {}. No rush at all, thanks a lot.")
ANGRY = (
    "This is a disgrace. {}. I am absolutely furious with you!",
    "{}!! I am sick and tired of this, your service is appalling.",
    "What a joke of a company. {}, and nobody cares. I am disgusted.",
)
URGENT = (
    "{}. It is urgent, I need this sorted today.",
    "Please help straight away, I have a deadline in two hours: {}.",
    "{}. This cannot wait, I must have it fixed by tonight.",
)
RANK = {"low": 0, "normal": 1, "high": 2}


@pytest.fixture(scope="module")
def moods(process: Process) -> dict[str, list[tuple[str, Result]]]:
    made = {}
    for name, phrases in (("calm", CALM), ("angry", ANGRY), ("urgent", URGENT)):
        said = [Said(phrase.format(matter), MARIA) for phrase, matter in product(phrases, MATTERS)]
        made[name] = [(one.text, result) for one, result in zip(said, process(said), strict=True)]
    return made


def test_that_anger_is_told_from_calm(moods: dict[str, list[tuple[str, Result]]]) -> None:
    missed = [f"{one['sentiment']} {text!r}" for text, one in moods["angry"] if one["sentiment"] != "negative"]
    false = [f"{one['sentiment']} {text!r}" for text, one in moods["calm"] if one["sentiment"] == "negative"]
    assert len(missed) <= 0.1 * len(moods["angry"]), wrong_share(missed, len(moods["angry"]))
    assert len(false) <= 0.1 * len(moods["calm"]), wrong_share(false, len(moods["calm"]))


def test_that_haste_ranks_above_calm(moods: dict[str, list[tuple[str, Result]]]) -> None:
    """In order only: few of these reach "high"."""
    calm = [RANK[one["urgency"]] for _, one in moods["calm"]]
    urgent = [RANK[one["urgency"]] for _, one in moods["urgent"]]
    assert sum(urgent) / len(urgent) > sum(calm) / len(calm), (urgent, calm)
    assert min(urgent) >= RANK["normal"]
    assert max(calm) <= RANK["normal"]
