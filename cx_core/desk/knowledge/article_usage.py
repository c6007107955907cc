"""What became of articles in tickets, for whoever keeps them and whoever answers with them.

Everybody sees how often; which tickets it was, only those who may open them.
"""

from __future__ import annotations

from datetime import timedelta

from cx_core.desk.service import EDITORS, EVERYBODY, Service, allow
from cx_core.knowledge_base.articles import (
    LONGEST_HEADING,
    ArticleUse,
    PassageUse,
    UsedArticle,
    UseFigures,
    UsingTicket,
)
from cx_core.records import APPROVERS, ArticleId, Person, TicketId, subject
from cx_core.views import Refusal

MONTH, QUARTER = timedelta(days=30), timedelta(days=90)
TICKETS = 20
"""How many tickets are named, newest first."""
_GONE = Refusal(code="stale", text="There is no such article any more. Look again.")


class ArticleUsageService(Service):
    """Counts are of tickets: one that was read five times counts once."""

    def article_use(self, person: Person, article: ArticleId) -> ArticleUse | Refusal:
        """One article: of late, by version, and in which tickets. What nobody published only editors may see."""
        allow(person, *EVERYBODY)
        now = self._clock()
        with self._store.look() as unit:
            entry = unit.articles.get(article)
            if entry is None or (entry.live is None and person.role not in EDITORS):
                return _GONE
            month, quarter = (unit.article_use.use_since(now - span).get(article, {}) for span in (MONTH, QUARTER))
            versions = unit.article_use.use_by_version(article)
            using = unit.article_use.tickets_using(article, TICKETS) if person.role in APPROVERS else ()
        return ArticleUse(
            article=article,
            title=entry.latest.content.title,
            month=UseFigures(counts=dict(month)),
            quarter=UseFigures(counts=dict(quarter)),
            versions=tuple((n, UseFigures(counts=dict(versions[n]))) for n in sorted(versions, reverse=True)),
            tickets=tuple(
                UsingTicket(ticket=one.id, subject=one.subject, kinds=kinds, at=at, simulated=one.simulated)
                for one, kinds, at in using
            ),
        )

    def articles_use(self, person: Person, days: int | None = None) -> tuple[UsedArticle, ...]:
        """Every published article, those that nothing ever became of too, by title. None: since the beginning."""
        allow(person, *EVERYBODY)
        since = self._clock() - timedelta(days=days) if days is not None else None
        with self._store.look() as unit:
            counts = unit.article_use.use_since(since)
        return tuple(
            UsedArticle(
                article=ArticleId(one.id),
                title=one.title,
                audience=one.audience,
                figures=UseFigures(counts=dict(counts.get(ArticleId(one.id), {}))),
            )
            for one in sorted(self._shelf.articles().values(), key=lambda one: one.title.casefold())
        )

    def quoted_article(
        self, person: Person, ticket_id: TicketId, article: ArticleId, heading: str = ""
    ) -> Refusal | None:
        """An advisor put a section of an article into the reply. That it is sent with it is seen when it is sent."""
        allow(person, *APPROVERS)
        found = self._shelf.articles().get(article)
        with self._store.begin() as unit:
            ticket = unit.tickets.get(ticket_id)
            holds = found is not None and found.valid(self._knowledge.company.today(self._clock()))
            if found is None or ticket is None or found.audience != "customer" or not holds:
                return Refusal(code="stale", text="There is no such article for customers any more. Look again.")
            use = PassageUse(article=article, heading=heading[:LONGEST_HEADING], number=found.number, kind="quoted")
            unit.article_use.add_uses(ticket, ticket.version, (use,), self._clock())
            payload = use.model_dump(mode="json", exclude={"kind"})
            unit.record("article_quoted", actor=person.id, payload=payload, ticket=ticket_id, customer=subject(ticket))
        return None
