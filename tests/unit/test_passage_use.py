"""What is taken for a passage's words in a reply, and what is not any more."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cx_core.knowledge_base.articles import PassageUse, UseKind
from cx_core.knowledge_base.passage_usage import of_answer, of_proposal, of_quote, of_solving
from cx_core.records import (
    ArticleId,
    Citation,
    Evidence,
    Part,
    Passage,
    Proposal,
    Reply,
    TicketId,
    Triage,
    Versions,
)

RETURNS = (
    "You can return most things within 30 days of delivery. Pack the item in its box with all that came with it. "
    "The refund goes to the card you paid with."
)
ROAMING = "Roaming in the European Union costs nothing extra."
MODEL = "Thank you for asking. There are four weeks to bring it back, boxed and complete, and your card is credited."
VERSIONS = Versions(rung="", encoder="", classifier="", knowledge="", policy="")


def passage(article: str, text: str, number: int = 1) -> Passage:
    return Passage(
        article=ArticleId(article), title=article, heading="How", text=text, version="v", score=0.7, number=number
    )


def proposal(drafted: str = RETURNS, quoted: str = RETURNS) -> Proposal:
    citation = Citation(ref="article/returns", title="Returns", quote=quoted[:300])
    part = Part(goal=0, case="answered", text=drafted, citations=(citation,))
    return Proposal(
        ticket=TicketId("T-1"),
        version=1,
        messages=1,
        triage=Triage(),
        summary="",
        route="advisor",
        why="",
        evidence=Evidence(passages=(passage("roaming", ROAMING), passage("returns", RETURNS, 3))),
        parts=(part,),
        reply=Reply(text=drafted, citations=part.citations),
        versions=VERSIONS,
        made_at=datetime(2026, 11, 23, tzinfo=UTC),
    )


def became(made: Proposal, sent: str) -> list[tuple[str, str, int]]:
    return [(use.article, use.kind, use.number) for use in of_answer(made, sent)]


def test_that_all_passages_are_retrieved_and_those_of_the_draft_cited() -> None:
    told = [(use.article, use.kind) for use in of_proposal(proposal())]
    assert told == [("roaming", "retrieved"), ("returns", "retrieved"), ("returns", "cited")]


def test_that_a_draft_sent_as_it_was_keeps_what_it_cites_and_says_nothing_of_the_rest() -> None:
    assert became(proposal(), f"Hello Maria,\n\n{RETURNS}\n\nKind regards") == [("returns", "kept", 3)]


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ("Hello. I have looked into this and will ring you tomorrow.", "edited_out"),
        (RETURNS.split(". ", maxsplit=1)[0] + ". Please do.", "edited_out"),  # one sentence of three
        (RETURNS.rpartition(" The refund")[0], "kept"),  # two of three
        (RETURNS.replace("most things", "nearly everything"), "kept"),
        (RETURNS.replace("card you paid with", "account, and pack it well"), "kept"),
        (RETURNS.replace(". ", " and "), "kept"),  # three sentences made one
        ("", "nothing"),
    ],
)
def test_that_sentences_are_found_again_by_most_of_their_words(sent: str, kind: str) -> None:
    assert became(proposal(), sent) == ([("returns", kind, 3)] if kind != "nothing" else [])


def test_that_a_sentence_with_another_figure_is_another_sentence() -> None:
    short = "You can return most things within 30 days of delivery."
    assert became(proposal(short, RETURNS), short) == [("returns", "kept", 3)]
    assert became(proposal(short, RETURNS), short.replace("30", "14")) == [("returns", "edited_out", 3)]


def test_that_a_draft_in_other_words_than_the_passage_is_held_against_what_was_drafted() -> None:
    assert became(proposal(MODEL), MODEL) == [("returns", "kept", 3)]
    assert became(proposal(MODEL), "Thank you for asking. No.") == [("returns", "edited_out", 3)]


def test_that_only_the_drafts_own_words_of_the_passage_count() -> None:
    """A paragraph with more in it than the article: what the advisor keeps of the rest is not the article's."""
    around = "I am sorry to hear that your parcel was late. We have looked at it with the carrier this morning. "
    assert became(proposal(around + RETURNS), around) == [("returns", "edited_out", 3)]


def test_that_a_draft_without_a_reply_or_with_records_only_cites_no_article() -> None:
    made = proposal()
    record = made.parts[0].replace(citations=(Citation(ref="order/O-1", title="Order O-1"),))
    assert became(made.replace(parts=(record,)), RETURNS) == []
    assert [use.kind for use in of_proposal(made.replace(reply=None))] == ["retrieved", "retrieved"]


def test_that_what_somebody_put_in_counts_if_a_sentence_of_it_went_out() -> None:
    use = PassageUse(article=ArticleId("roaming"), number=2, kind="quoted")
    kept = of_quote(use, ROAMING, f"Hello. {ROAMING} Bye.")
    assert kept == use.replace(kind="kept")
    assert of_quote(use, ROAMING, "Hello.") is None


def test_that_a_ticket_is_solved_with_what_was_kept_and_not_with_what_it_came_back_after() -> None:
    def use(kind: UseKind, article: str = "returns") -> PassageUse:
        return PassageUse(article=ArticleId(article), number=1, kind=kind)

    first = ((1, use("kept")), (1, use("edited_out", "roaming")))
    assert of_solving(first) == ((1, use("solved")),)
    again = (*first, (1, use("reopened")), (2, use("kept", "roaming")))
    assert of_solving(again) == ((2, use("solved", "roaming")),)
