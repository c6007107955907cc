"""Looking things up from anywhere: what is found, who sees it, and that each look at a customer is on record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from cx_core.bootstrap import open_desk
from cx_core.catalogue import Article
from cx_core.errors import AuditUnavailable, NotAllowed, SystemUnreachable
from cx_core.knowledge_base.articles import ArticleEntry
from cx_core.ports import Encoder, Index
from cx_core.ports.language import Searcher
from cx_core.records import ArticleId, CustomerId, Passage, Retrieved, Role, TicketId
from cx_core.views import Fact, LookedUp, Refusal
from tests.scripted import COPY, LENA, Hand, InlineWorks, person

ADA, EDITOR = person(), person(Role.EDITOR, "Ed Word")
LENA_IS = "customer/C-7"


def refs(hand: Hand, text: str) -> list[str]:
    return [hit.ref for hit in hand.desk.lookup.find(ADA, text).hits]


def looked(hand: Hand, ref: str, ticket: TicketId | None = None) -> LookedUp:
    found = hand.desk.lookup.look_up(ADA, ref, ticket)
    assert isinstance(found, LookedUp), found
    return found


def facts(found: LookedUp) -> dict[str, Fact]:
    return {fact.name: fact for fact in found.facts}


def looks(hand: Hand) -> list[object]:
    """What was looked up, as the log says, in order."""
    events = hand.works.audit.events(most=1000)
    return [event.payload["what"] for event in events if event.kind == "looked_up" and event.payload]


class OneWay:
    """An encoder for which every text means the same."""

    version = "one way"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.ones((len(texts), 1), dtype=np.float32)

    def layers(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return self.encode(texts), np.empty((len(texts), 0), dtype=np.float32)


class Shelf:
    """An index that gives the same passages for everything."""

    state = ""

    def __init__(self, *found: Passage) -> None:
        self._found = found

    def hold(self, articles: Iterable[Article]) -> None: ...

    def beside(self, articles: Iterable[Article]) -> Searcher:
        return self

    def search(
        self, words: str, vector: NDArray[np.float32], *, most: int, internal: bool, language: str | None, today: date
    ) -> Retrieved:
        return Retrieved(passages=self._found)


def near(id: str, score: float) -> Passage:
    return Passage(article=ArticleId(id), title="", heading="How", text="…", version="1", score=score)


def test_that_customers_records_and_tickets_are_found_by_name_mail_and_number(hand: Hand) -> None:
    ticket = hand.ticket(COPY, LENA)
    found = hand.desk.lookup.find(ADA, "lena fischer")
    assert [hit.ref for hit in found.hits] == [LENA_IS, f"ticket/{ticket}"]
    assert (found.hits[0].title, found.hits[0].about) == ("Lena Fischer", "C-7 · plus · l•••@example.com")
    assert refs(hand, LENA) == [LENA_IS, f"ticket/{ticket}"]
    assert refs(hand, "I-22") == ["invoice/I-22"]
    assert f"ticket/{ticket}" in refs(hand, ticket)


@pytest.mark.parametrize("text", ["", " ", "x", "%", "_", "' OR 1=1 --"])
def test_that_nothing_leads_to_nothing(hand: Hand, text: str) -> None:
    hand.ticket(COPY, LENA)
    assert refs(hand, text) == []


def test_that_articles_are_found_by_their_words_until_the_encoder_is_there(hand: Hand) -> None:
    assert "article/refunds" in refs(hand, "refund")


def test_that_articles_are_found_by_meaning_and_only_those_near_enough(hand: Hand, works: InlineWorks) -> None:
    meaning: tuple[Encoder, Index] = (OneWay(), Shelf(near("refunds", 0.6), near("roaming", 0.1), near("gone", 0.9)))
    works.meaning = lambda: meaning  # type: ignore[method-assign]  # the encoder of this test
    desk = open_desk(works.settings, works.clock, works)
    assert [hit.ref for hit in desk.lookup.find(ADA, "my money back").hits] == ["article/refunds"]


def test_that_a_customer_is_shown_with_what_belongs_to_them_and_without_what_is_hidden(hand: Hand) -> None:
    found = looked(hand, LENA_IS)
    shown = facts(found)
    assert shown["name"].words == "Lena Fischer"
    assert shown["born"] == Fact(name="born", hidden=True)
    for name in ("phone", "address"):
        assert shown[name].words, "advisors need it, though a reply may not tell it to just anybody"
    kinds = {hit.kind for hit in found.linked}
    assert {"order", "invoice", "payment", "contract"} <= kinds
    assert not kinds & {"plan", "slot"}, "what is nobody's"


def test_that_a_record_leads_to_its_owner_and_to_what_it_names(hand: Hand) -> None:
    found = looked(hand, "payment/P-8")
    refs = {hit.ref for hit in found.linked}
    assert f"invoice/{facts(found)['invoice'].words}" in refs
    assert any(ref.startswith("customer/") for ref in refs)
    assert facts(found)["amount"].words == "£54.00"


def test_that_each_look_is_on_record_under_the_customer_it_is_about(hand: Hand) -> None:
    looked(hand, LENA_IS)
    looked(hand, "invoice/I-21")
    assert looks(hand) == [LENA_IS, "invoice/I-21"]
    assert {event.actor for event in hand.works.audit.events(most=1000) if event.kind == "looked_up"} == {ADA.id}
    hand.works.audit.forget(CustomerId("C-7"))
    assert looks(hand) == [], "what was looked at is as forgotten as the customer"


def test_that_the_records_of_the_open_tickets_customer_are_part_of_the_work_and_others_are_not(hand: Hand) -> None:
    ticket = hand.ticket(COPY, LENA)
    looked(hand, LENA_IS, ticket)
    looked(hand, f"ticket/{ticket}", ticket)
    assert looks(hand) == []
    looked(hand, "customer/C-1", ticket)
    assert looks(hand) == ["customer/C-1"]


def test_that_nobody_looks_when_it_cannot_be_recorded(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_more: object) -> int:
        raise AuditUnavailable("full")

    monkeypatch.setattr(hand.works.audit, "append", refuse)
    with pytest.raises(AuditUnavailable):
        hand.desk.lookup.look_up(ADA, LENA_IS)


def test_that_an_article_is_read_by_section_and_only_those_for_customers_may_be_quoted(hand: Hand) -> None:
    found = looked(hand, "article/refunds")
    assert found.quotable
    assert found.texts[-1].text
    assert all("##" not in part.text for part in found.texts)
    assert not looked(hand, "article/refunds-internal").quotable
    assert looks(hand) == []


def test_that_an_article_that_does_not_hold_today_is_found_by_nobody_and_put_into_no_reply(hand: Hand) -> None:
    entry = next(one for one in hand.desk.article_lifecycle.article_entries(EDITOR) if one.id == "refunds")
    content = entry.latest.content.replace(valid_until=date(2020, 1, 1))
    edited = hand.desk.article_lifecycle.edit_article(EDITOR, entry.id, entry.latest.number, content)
    assert not isinstance(edited, Refusal)
    assert hand.desk.article_usage.quoted_article(ADA, hand.ticket(COPY), entry.id) is None
    hand.desk.article_lifecycle.move_article(EDITOR, entry.id, edited.latest.number, "published")
    hand.works.shelf.refresh()
    assert "article/refunds" not in {hit.ref for hit in hand.desk.lookup.find(ADA, entry.latest.content.title).hits}
    found = looked(hand, "article/refunds")
    assert found.texts
    assert not found.quotable
    assert "does not hold" in found.hit.about
    assert isinstance(hand.desk.article_usage.quoted_article(ADA, hand.ticket(COPY), entry.id), Refusal)


def test_that_a_ticket_is_told_in_a_few_facts_with_card_numbers_masked(hand: Hand) -> None:
    ticket = hand.ticket("My card 4242 4242 4242 4242, order 0000111122223333. Please send me a copy of my invoice.")
    found = looked(hand, f"ticket/{ticket}")
    told = {part.heading: part.text for part in found.texts}
    assert "•••• 4242" in told["Customer’s last message"]
    assert "4242 4242" not in str(found)
    assert [hit.ref for hit in found.linked] == ["customer/C-7"]


def test_that_an_editor_finds_articles_and_nothing_of_anybody(hand: Hand) -> None:
    hand.ticket(COPY, LENA)
    assert hand.desk.lookup.find(EDITOR, "lena fischer").hits == ()
    assert all(hit.kind == "article" for hit in hand.desk.lookup.find(EDITOR, "refund").hits)
    assert isinstance(hand.desk.lookup.look_up(EDITOR, "article/refunds"), LookedUp)
    for ref in (LENA_IS, "ticket/T-1", "payment/P-8"):
        with pytest.raises(NotAllowed):
            hand.desk.lookup.look_up(EDITOR, ref)


@pytest.mark.parametrize(
    "ref", ["customer/C-999", "article/none", "ticket/none", "orders/C-7", "nonsense", "/", "a/b/c"]
)
def test_that_what_is_not_there_is_said_kindly(hand: Hand, ref: str) -> None:
    assert isinstance(hand.desk.lookup.look_up(ADA, ref), Refusal)
    assert looks(hand) == []


def test_that_a_system_in_trouble_takes_only_its_own_part_away(hand: Hand) -> None:
    def away(name: str) -> None:
        if name == "search":
            raise SystemUnreachable("away")

    ticket = hand.ticket(COPY, LENA)
    hand.works.trouble = away
    found = hand.desk.lookup.find(ADA, "lena")
    assert [hit.ref for hit in found.hits] == [f"ticket/{ticket}"]
    assert "away" in found.troubles[0]


def found_in(thing: LookedUp) -> dict[str, str]:
    """What is marked as found, by the heading it stands under."""
    return {part.heading: part.text[slice(*part.found)] for part in thing.texts if part.found}


def rewritten(hand: Hand, id: str, change: Callable[[str], str]) -> ArticleEntry:
    """The article published anew with other words."""
    entry = next(one for one in hand.desk.article_lifecycle.article_entries(EDITOR) if one.id == id)
    content = entry.latest.content.replace(text=change(entry.latest.content.text))
    edited = hand.desk.article_lifecycle.edit_article(EDITOR, entry.id, entry.latest.number, content)
    assert isinstance(edited, ArticleEntry)
    moved = hand.desk.article_lifecycle.move_article(EDITOR, edited.id, edited.latest.number, "published")
    assert isinstance(moved, ArticleEntry)
    return moved


def passage_of(hand: Hand, id: str, words: str) -> Passage:
    entry = next(one for one in hand.desk.article_lifecycle.article_entries(EDITOR) if one.id == id)
    article = entry.latest.seen()
    start = article.text.index(words)
    return Passage(
        article=entry.id,
        title=article.title,
        text=words,
        version=article.version,
        number=article.number,
        span=(start, start + len(words)),
        score=0.8,
    )


WHEN, SENTENCE = "When will I get my refund?", "We never pay a refund to another card or account."


def test_that_an_article_opens_where_the_passage_stands(hand: Hand) -> None:
    passage = passage_of(hand, "refunds", SENTENCE)
    assert found_in(looked(hand, passage.ref)) == {WHEN: SENTENCE}
    assert found_in(looked(hand, "article/refunds")) == {}


def test_that_a_passage_is_found_again_in_a_later_version_that_still_has_its_words(hand: Hand) -> None:
    passage = passage_of(hand, "refunds", SENTENCE)
    rewritten(hand, "refunds", lambda text: f"## First of all\nBe patient.\n\n{text}")
    thing = looked(hand, passage.ref)
    assert (found_in(thing), thing.changed) == ({WHEN: SENTENCE}, False)


def test_that_a_passage_that_was_changed_is_said_to_be_and_its_section_shown(hand: Hand) -> None:
    passage = passage_of(hand, "refunds", SENTENCE)
    rewritten(hand, "refunds", lambda text: text.replace(SENTENCE, "We pay wherever you like."))
    thing = looked(hand, passage.ref)
    assert thing.changed
    assert "We pay wherever you like." in found_in(thing)[WHEN]


def test_that_nothing_is_marked_where_the_section_of_a_changed_passage_has_gone(hand: Hand) -> None:
    passage = passage_of(hand, "refunds", SENTENCE)
    rewritten(hand, "refunds", lambda text: text.replace(SENTENCE, "").replace(f"## {WHEN}", "## How long it takes"))
    thing = looked(hand, passage.ref)
    assert (found_in(thing), thing.changed) == ({}, True)


@pytest.mark.parametrize("place", ["1:0-0", "1:99999-999999", "99:0-20", "x", "1:9-3", "1:-5-7"])
def test_that_a_place_that_is_none_leads_to_the_article(hand: Hand, place: str) -> None:
    thing = looked(hand, f"article/refunds#{place}")
    assert (found_in(thing), thing.changed) == ({}, False)
    assert thing.texts


def test_that_search_leads_to_the_passage_by_which_an_article_was_found(hand: Hand, works: InlineWorks) -> None:
    passage = passage_of(hand, "refunds", SENTENCE)
    meaning: tuple[Encoder, Index] = (OneWay(), Shelf(passage))
    works.meaning = lambda: meaning  # type: ignore[method-assign]  # the encoder of this test
    desk = open_desk(works.settings, works.clock, works)
    (hit,) = desk.lookup.find(EDITOR, "my money back").hits
    thing = desk.lookup.look_up(ADA, hit.ref)
    assert isinstance(thing, LookedUp)
    assert found_in(thing) == {WHEN: SENTENCE}


def test_that_a_passage_is_shown_where_it_stands_in_a_draft_too(hand: Hand) -> None:
    passage = passage_of(hand, "refunds", SENTENCE)
    entry = next(one for one in hand.desk.article_lifecycle.article_entries(EDITOR) if one.id == "refunds")
    content = entry.latest.content.replace(text=f"Hello.\n\n{entry.latest.content.text}")
    drafted = hand.desk.article_lifecycle.edit_article(EDITOR, entry.id, entry.latest.number, content)
    assert isinstance(drafted, ArticleEntry)
    span = hand.desk.lookup.where_it_stands(EDITOR, passage.ref, drafted.latest.seen())
    assert span is not None
    assert drafted.latest.content.text[slice(*span)] == SENTENCE
    roaming = next(
        one for one in hand.desk.article_lifecycle.article_entries(EDITOR) if one.id == "roaming"
    ).latest.seen()
    assert hand.desk.lookup.where_it_stands(EDITOR, passage.ref, roaming) is None
