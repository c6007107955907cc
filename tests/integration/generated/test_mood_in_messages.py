"""The same matter said calmly, in anger and in a hurry: each is told from the others."""

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
CALM = (
    "Hello, {}. Could you have a look when you have time? Thank you.",
    "Hi, {}. No rush at all, thanks a lot.",
)
UNHURRIED = (
    *CALM,
    "Hello, {}. Kind regards, Maria",
    "{}. Please let me know what I should do.",
    "Good morning, {}. Any day next week is fine. It is not urgent.",
    "I noticed that {}. What happens next?",
    "Hi there, {}. Can you explain? I'm at work today until five, so write rather than ring.",
    "{}. It has been like this since Thursday. Thanks for your help.",
    "{}. It isn't an emergency, but I would like to know by the end of the month.",
)
ANGRY = (
    "This is a disgrace. {}. I am absolutely furious with you!",
    "{}!! I am sick and tired of this, your service is appalling.",
    "What a joke of a company. {}, and nobody cares. I am disgusted.",
)
URGENT = (
    "{}. It is urgent, I need this sorted today.",
    "Please help straight away, I have a deadline in two hours: {}.",
    "{}. This cannot wait, I must have it fixed by tonight.",
    "{}, please get back to me as soon as possible.",
    "Quickly please, I leave for the airport in an hour and {}.",
    "{}. I need an answer this morning because my flight goes at noon.",
    "Hi, {}. Can somebody sort this out within the next hour? It really can't wait.",
    "{} and my mother relies on this to call the nurse, please act at once.",
)


@pytest.fixture(scope="module")
def moods(process: Process) -> dict[str, list[tuple[str, Result]]]:
    made = {}
    for name, phrases in (("calm", CALM), ("unhurried", UNHURRIED), ("angry", ANGRY), ("urgent", URGENT)):
        said = [Said(phrase.format(matter), MARIA) for phrase, matter in product(phrases, MATTERS)]
        made[name] = [(one.text, result) for one, result in zip(said, process(said), strict=True)]
    return made


def test_that_anger_is_told_from_calm(moods: dict[str, list[tuple[str, Result]]]) -> None:
    missed = [f"{one['sentiment']} {text!r}" for text, one in moods["angry"] if one["sentiment"] != "negative"]
    false = [f"{one['sentiment']} {text!r}" for text, one in moods["calm"] if one["sentiment"] == "negative"]
    assert len(missed) <= 0.1 * len(moods["angry"]), wrong_share(missed, len(moods["angry"]))
    assert len(false) <= 0.1 * len(moods["calm"]), wrong_share(false, len(moods["calm"]))


def test_that_haste_is_told_from_calm(moods: dict[str, list[tuple[str, Result]]]) -> None:
    missed = [f"{one['urgency']} {text!r}" for text, one in moods["urgent"] if one["urgency"] != "high"]
    false = [f"{one['urgency']} {text!r}" for text, one in moods["unhurried"] if one["urgency"] == "high"]
    assert len(missed) <= 0.1 * len(moods["urgent"]), wrong_share(missed, len(moods["urgent"]))
    assert len(false) <= 0.05 * len(moods["unhurried"]), wrong_share(false, len(moods["unhurried"]))


def test_that_anger_alone_is_no_haste(moods: dict[str, list[tuple[str, Result]]]) -> None:
    false = [f"{one['urgency']} {text!r}" for text, one in moods["angry"] if one["urgency"] == "high"]
    assert len(false) <= 0.1 * len(moods["angry"]), wrong_share(false, len(moods["angry"]))
