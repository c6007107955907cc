"""What became of articles in tickets is kept with what it tells of: found, cited, kept, edited out, solved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cx_core.adapters.sql.article_use_rows import use_since
from cx_core.catalogue import Article
from cx_core.errors import NotAllowed
from cx_core.knowledge_base.articles import ArticleUse
from cx_core.records import Approval, ArticleId, Passage, Retrieved, Role, TicketId
from cx_core.views import Refusal
from tests import scripted
from tests.scripted import COPY, LENA, SAM, Hand, InlineWorks, person

RETURNS, REFUNDS, ROAMING = ArticleId("returns"), ArticleId("refunds"), ArticleId("roaming")
QUESTION = "Just wondering: how do returns work with you?"


class TwoArticles:
    """An index that finds the first section of the same two articles for whatever is asked."""

    state = ""

    def __init__(self, works: InlineWorks) -> None:
        self._found = tuple(
            _first(works.knowledge.articles[id], score) for id, score in ((RETURNS, 0.8), (REFUNDS, 0.6))
        )

    def hold(self, articles: object) -> None: ...

    def beside(self, articles: object) -> TwoArticles:
        return self

    def search(self, *_asked: object, **_how: object) -> Retrieved:
        return Retrieved(passages=self._found)


def _first(article: Article, score: float) -> Passage:
    text = article.text.partition("## ")[0].strip() or article.text.split("\n", 1)[1].partition("## ")[0].strip()
    return Passage(
        article=ArticleId(article.id),
        title=article.title,
        text=text,
        audience=article.audience,
        version=article.version,
        number=article.number,
        score=score,
    )


@pytest.fixture
def works(works: InlineWorks, monkeypatch: pytest.MonkeyPatch) -> InlineWorks:
    monkeypatch.setattr(scripted, "SAID", {**scripted.SAID, "how do returns work": "general_question"})
    works.articles = TwoArticles(works)
    return works


def kinds(hand: Hand, article: ArticleId) -> dict[str, int]:
    with hand.works.store.look() as unit:
        return {kind: count.tickets for kind, count in unit.article_use.use_since().get(article, {}).items()}


def say(hand: Hand, ticket: TicketId, reply: str) -> None:
    version = hand.view(ticket).ticket.version
    answer = hand.desk.approvals.approve(SAM, ticket, version, reply=reply)
    assert isinstance(answer, Approval), answer


def test_that_a_proposal_tells_what_it_found_and_what_it_cites(hand: Hand) -> None:
    hand.ticket(QUESTION)
    assert kinds(hand, RETURNS) == {"retrieved": 1, "cited": 1}
    assert kinds(hand, REFUNDS) == {"retrieved": 1}


def test_that_a_draft_sent_as_it_was_solved_its_ticket_with_the_article(hand: Hand) -> None:
    ticket = hand.ticket(QUESTION)
    hand.approve(ticket)
    assert hand.view(ticket).ticket.status == "solved"
    assert kinds(hand, RETURNS) == {"retrieved": 1, "cited": 1, "kept": 1, "solved": 1}
    assert kinds(hand, REFUNDS) == {"retrieved": 1}


def test_that_what_the_advisor_took_out_solved_nothing(hand: Hand) -> None:
    ticket = hand.ticket(QUESTION)
    say(hand, ticket, "Hello, I have looked at it myself.")
    assert kinds(hand, RETURNS) == {"retrieved": 1, "cited": 1, "edited_out": 1}


def test_that_nothing_is_told_before_it_is_sent(hand: Hand) -> None:
    ticket = hand.ticket(QUESTION)
    hand.works.work.held = True
    hand.approve(ticket)
    assert kinds(hand, RETURNS) == {"retrieved": 1, "cited": 1}
    hand.works.work.release()
    assert "kept" in kinds(hand, RETURNS)


@pytest.mark.parametrize(("days", "solved"), [(1, False), (8, True)])
def test_that_a_ticket_that_comes_back_within_seven_days_was_not_solved(hand: Hand, days: int, solved: bool) -> None:
    ticket = hand.ticket(QUESTION, thread="t-1")
    hand.approve(ticket)
    hand.works.clock.now += timedelta(days=days)  # type: ignore[attr-defined]
    hand.desk.inbound_messages.receive(
        scripted.letter("It is not right yet.", hand.works.clock, id="again", sender=LENA, thread="t-1")
    )
    found = kinds(hand, RETURNS)
    assert ("solved" in found, "reopened" in found) == (solved, not solved)
    assert found["kept"] == 1


def test_that_one_closed_meanwhile_was_not_solved_either_when_they_write_within_seven_days(hand: Hand) -> None:
    ticket = hand.ticket(QUESTION, thread="t-1")
    hand.approve(ticket)
    hand.works.clock.now += timedelta(days=6)  # type: ignore[attr-defined]
    hand.desk.maintenance.tidy()
    assert hand.view(ticket).ticket.status == "closed"
    hand.desk.inbound_messages.receive(
        scripted.letter("It is not right yet.", hand.works.clock, id="again", sender=LENA, thread="t-1")
    )
    assert kinds(hand, RETURNS).keys() >= {"kept", "reopened"}
    assert "solved" not in kinds(hand, RETURNS)


def test_that_counts_begin_where_they_are_asked_to(hand: Hand) -> None:
    hand.ticket(QUESTION)
    with hand.works.engine.connect() as connection:
        now = hand.works.clock()
        assert use_since(connection, now)[RETURNS]["retrieved"].tickets == 1
        assert use_since(connection, now + timedelta(seconds=1)) == {}


def test_that_a_ticket_counts_once_however_often_it_is_read(hand: Hand) -> None:
    ticket = hand.ticket(QUESTION)
    assert hand.desk.inbox.read_again(SAM, ticket) is None
    assert hand.view(ticket).ticket.version == 2
    assert kinds(hand, RETURNS) == {"retrieved": 1, "cited": 1}


def test_that_what_somebody_put_in_from_search_counts_once_it_is_sent(hand: Hand) -> None:
    ticket = hand.ticket(COPY)
    assert hand.desk.article_usage.quoted_article(SAM, ticket, ROAMING, "Where") is None
    assert kinds(hand, ROAMING) == {"quoted": 1}
    words = hand.works.knowledge.articles[ROAMING].text.rpartition("\n\n")[2]
    view = hand.view(ticket)
    assert view.proposal is not None
    assert view.proposal.reply is not None
    say(hand, ticket, f"{view.proposal.reply.text}\n\n{words}")
    assert kinds(hand, ROAMING) == {"quoted": 1, "kept": 1, "solved": 1}


def test_that_what_was_put_in_and_taken_out_again_is_held_against_nobody(hand: Hand) -> None:
    ticket = hand.ticket(COPY)
    assert hand.desk.article_usage.quoted_article(SAM, ticket, ROAMING) is None
    hand.approve(ticket)
    assert kinds(hand, ROAMING) == {"quoted": 1}


def test_that_internal_articles_are_not_put_into_replies(hand: Hand) -> None:
    internal = next(one for one in hand.works.knowledge.articles.values() if one.audience == "internal")
    ticket = hand.ticket(COPY)
    assert isinstance(hand.desk.article_usage.quoted_article(SAM, ticket, ArticleId(internal.id)), Refusal)
    assert kinds(hand, ArticleId(internal.id)) == {}


def test_that_editors_see_counts_and_no_tickets(hand: Hand) -> None:
    ticket = hand.ticket(QUESTION)
    hand.approve(ticket)
    seen = hand.desk.article_usage.article_use(person(Role.EDITOR, "Edith Pen"), RETURNS)
    assert isinstance(seen, ArticleUse)
    assert (seen.month.tickets("solved"), seen.quarter.tickets("cited"), seen.tickets) == (1, 1, ())
    assert [number for number, _ in seen.versions] == [1]
    theirs = hand.desk.article_usage.article_use(SAM, RETURNS)
    assert isinstance(theirs, ArticleUse)
    assert [(one.ticket, one.kinds[-1], one.simulated) for one in theirs.tickets] == [(ticket, "solved", False)]
    with pytest.raises(NotAllowed):
        hand.desk.article_usage.quoted_article(person(Role.EDITOR, "Edith Pen"), ticket, RETURNS)


def test_that_the_list_has_every_published_article_used_or_not(hand: Hand) -> None:
    hand.ticket(QUESTION)
    listed = {
        one.article: one.figures
        for one in hand.desk.article_usage.articles_use(person(Role.EDITOR, "Edith Pen"), days=30)
    }
    assert listed.keys() == hand.works.knowledge.articles.keys()
    assert listed[RETURNS].tickets("cited") == 1
    assert listed[ROAMING].counts == {}


def test_that_an_older_time_is_not_in_the_last_month(hand: Hand) -> None:
    hand.ticket(QUESTION)
    hand.works.clock.now += timedelta(days=40)  # type: ignore[attr-defined]
    seen = hand.desk.article_usage.article_use(SAM, RETURNS)
    assert isinstance(seen, ArticleUse)
    assert (seen.month.tickets("retrieved"), seen.quarter.tickets("retrieved")) == (0, 1)
