"""What other passages have against an answer, by the real encoder: in whichever words, and wherever they are found."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.adapters.search.published_answers import stems
from cx_core.catalogue import Article
from cx_core.records import ArticleId, Passage
from cx_core.search.published_answer_match import Answerer, Sought

ASKED = "How long is the notice period for a hired lamp?"
TOLD = "The notice period for a hired lamp is 30 days."


def passage(title: str, heading: str, text: str) -> Passage:
    return Passage(article=ArticleId(title), title=title, heading=heading, text=text, version="1", score=0.9)


def served(passages: Sequence[Passage]) -> dict[ArticleId, Article]:
    return {
        one.article: Article(id=one.article, title=one.title, text=f"## {one.heading}\n{one.text}", version="1")
        for one in passages
    }


def answered(encoder: MiniLM, passages: Sequence[Passage], seek: Callable[[str], Sequence[Passage]]) -> tuple[str, str]:
    """What is sent, and why nothing is."""
    answerer = Answerer(encoder.encode, stems, (), 0.0)
    found = answerer.answer([ASKED], lambda words: Sought(tuple(seek(words)), 1.0), served(passages))
    return " ".join(one.text for one in found.answers), found.why_not


MINE = passage("Ending a hire", "Notice", TOLD)


@pytest.mark.parametrize(("days", "told"), [(30, TOLD), (45, "")])
def test_that_a_sentence_counts_with_its_heading_and_beside_one_that_is_nearer(
    encoder: MiniLM, days: int, told: str
) -> None:
    """The nearest sentence of the other article states no period, and the one that does names the thing only above."""
    other = passage(
        "Lamps for hire",
        "The notice period for a hired lamp",
        f"Read about the notice period for a hired lamp. Either side may end it with {days} days' notice.",
    )
    sent, why = answered(encoder, [MINE, other], lambda _: [MINE, other])
    assert sent == told, why
    assert bool(told) or "say different things" in why


@pytest.mark.parametrize(("days", "told"), [(30, TOLD), (45, "")])
def test_that_what_is_found_by_the_words_of_the_answer_counts_too(encoder: MiniLM, days: int, told: str) -> None:
    other = passage("Lamps for hire", "Ending", f"The notice period of a lamp that was hired is {days} days.")
    sent, why = answered(encoder, [MINE, other], lambda words: [MINE, other] if "30" in words else [MINE])
    assert sent == told, why


@pytest.mark.parametrize(
    ("asked", "heading", "told", "beside"),
    [
        (
            "Is there a joining fee?",
            "Joining fee",
            "New members pay £20.00 once, students nothing.",
            "Who moves to another studio does not pay the joining fee again.",
        ),
        (
            "is there a waiting list",
            "Waiting list",
            "Where a class is full, you are told as soon as a mat is free.",
            "Booking for two does not move you up the waiting list.",
        ),
        (
            "What is the dress code?",
            "Dress code",
            "Please wear clean shoes with light soles in every hall.",
            "Guests who only watch are free of the dress code.",
        ),
    ],
)
def test_that_what_a_heading_asks_is_answered_from_below_it(
    encoder: MiniLM, asked: str, heading: str, told: str, beside: str
) -> None:
    """Another sentence names what is asked about, and says something else of it."""
    below, other = passage("Our studios", heading, told), passage("Our studios", "Changes", beside)
    article = Article(
        id=below.article, title="Our studios", text=f"## {heading}\n{told}\n\n## Changes\n{beside}", version="1"
    )
    assert _sent(encoder, asked, article, (below, other)) == [told]
    assert _sent(encoder, asked, article, (other, below)) == [told]


def _sent(encoder: MiniLM, asked: str, article: Article, found: tuple[Passage, ...]) -> list[str]:
    answerer = Answerer(encoder.encode, stems, (), 0.0)
    answers = answerer.answer([asked], lambda _: Sought(found, 1.0), {found[0].article: article})
    return [one.text for one in answers.answers]
