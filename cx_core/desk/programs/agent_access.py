"""What other agents may ask of the desk through the MCP server, each call by the scopes of its token. All of it reads.

Personal data is masked, as for a language model of somebody else's, unless the token may see it; then it is on record.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from urllib.parse import urlsplit

from cx_core.catalogue import Article
from cx_core.desk.programs.program_access import need
from cx_core.desk.service import Means, Service
from cx_core.errors import BadInput, NotAllowed
from cx_core.privacy.masking import Masker
from cx_core.records import ApiToken, ArticleId, Message, Status, Ticket, TicketId, subject
from cx_core.views.channels.agents import (
    AgentArticle,
    AgentConversation,
    AgentMessage,
    AgentPassage,
    AgentTicket,
    FoundPassages,
    FoundTickets,
)

MOST_PASSAGES, MOST_TICKETS, MOST_MESSAGES = 10, 50, 200
LONGEST_QUESTION = 500
LONGEST_ANSWER = 100_000
"""Characters of an article or a message that are given out."""
NEAR = 0.3
"""Cosine similarity from which a passage is about what was asked."""
_BY_WORDS = "The meaning of texts cannot be searched yet; these were found by their words."
_WORD = re.compile(r"[^\W_]{3,}")


class AgentAccess(Service):
    """For programs of others that act for people. Raises NotAllowed naming the scope that a token lacks."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        company = means.knowledge.company
        self._own = urlsplit(means.public_url)
        self._masker = Masker(keep=(company.name, company.signature), broad=True)

    def comes_from_us(self, origin: str) -> bool:
        """Whether a browser's `Origin` is Rung's own public address; another site must not use a visitor's browser."""
        return origin == f"{self._own.scheme}://{self._own.netloc}"

    def search_knowledge(self, token: ApiToken, question: str, most: int) -> FoundPassages:
        """Passages of published articles that hold today, best first."""
        need(token, "articles:read")
        wanted = " ".join(question.split())[:LONGEST_QUESTION]
        most = min(most, MOST_PASSAGES)
        meaning = self._meaning()
        if meaning is None:
            return FoundPassages(passages=self._by_words(token, wanted)[:most], note=_BY_WORDS)
        encoder, index = meaning
        found = index.search(
            wanted,
            encoder.encode([wanted])[0],
            most=most,
            internal=_internal(token),
            language=None,
            today=self._today(),
        )
        seen = self._seen_articles(token)
        passages = tuple(
            AgentPassage(
                article=one.article,
                title=one.title,
                heading=one.heading,
                text=one.text[:LONGEST_ANSWER],
                audience=seen[one.article].audience,
            )
            for one in found.passages
            if one.article in seen and (found.trouble or one.score >= NEAR)
        )
        return FoundPassages(passages=passages, note=found.trouble)

    def article(self, token: ApiToken, id: ArticleId) -> AgentArticle | None:
        """A published article that holds today; None where there is none that this token may see."""
        need(token, "articles:read")
        article = self._seen_articles(token).get(id)
        if article is None:
            return None
        return AgentArticle(
            id=id,
            title=article.title,
            language=article.language,
            audience=article.audience,
            version=article.number,
            text=article.text[:LONGEST_ANSWER],
        )

    def tickets(self, token: ApiToken, status: Status | None, customer: str, after: str, most: int) -> FoundTickets:
        """By when they last changed, oldest first. Raises BadInput for an `after` that no page gave as its `next`."""
        need(token, "tickets:read")
        if customer and not _personal(token):
            raise NotAllowed("To find a customer’s tickets, this token needs the scope personal:read.")
        most = min(most, MOST_TICKETS)
        with self._store.look() as unit:
            found = unit.tickets.changed(_cursor(after), most, status=status, customer=customer)
        if _personal(token) and found:
            what = {"what": "tickets", "tickets": [one.id for one in found], "token": token.id}
            self._audit.append("looked_up_by_agent", actor="rung", payload=what)
        last = f"{found[-1].updated_at.isoformat()} {found[-1].id}" if len(found) == most else None
        return FoundTickets(tickets=tuple(self._shown(token, one) for one in found), next=last)

    def ticket(self, token: ApiToken, id: TicketId) -> AgentConversation | None:
        """A ticket with what was said between the customer and us; None where there is none."""
        need(token, "tickets:read")
        with self._store.look() as unit:
            ticket = unit.tickets.get(id)
            if ticket is None or ticket.simulated:
                return None
            messages = unit.tickets.messages(id)[-MOST_MESSAGES:]
        if _personal(token):
            what = {"what": f"ticket/{id}", "token": token.id}
            self._audit.append("looked_up_by_agent", actor="rung", payload=what, customer=subject(ticket))
        said = tuple(self._said(token, ticket, one) for one in messages)
        return AgentConversation(ticket=self._shown(token, ticket), messages=said)

    # --- inside -----------------------------------------------------------------------------

    def _seen_articles(self, token: ApiToken) -> dict[ArticleId, Article]:
        today, audiences = self._today(), ("customer", "internal") if _internal(token) else ("customer",)
        return {
            ArticleId(one.id): one
            for one in self._shelf.articles().values()
            if one.audience in audiences and one.valid(today)
        }

    def _by_words(self, token: ApiToken, wanted: str) -> tuple[AgentPassage, ...]:
        words = {word.casefold() for word in _WORD.findall(wanted)}
        counted = [
            (sum(word in f"{one.title} {one.text}".casefold() for word in words), id, one)
            for id, one in self._seen_articles(token).items()
        ]
        best = sorted((row for row in counted if 2 * row[0] > len(words)), key=lambda row: (-row[0], row[1]))
        return tuple(
            AgentPassage(article=id, title=one.title, text=one.text[:LONGEST_ANSWER], audience=one.audience)
            for _, id, one in best
        )

    def _shown(self, token: ApiToken, ticket: Ticket) -> AgentTicket:
        personal = _personal(token)
        return AgentTicket(
            id=ticket.id,
            subject=ticket.subject if personal else self._hidden(ticket, ticket.subject),
            status=ticket.status,
            channel=ticket.channel,
            priority=ticket.priority,
            customer=ticket.customer if personal else None,
            address=ticket.address if personal else None,
            assigned=ticket.assignee is not None,
            opened_at=ticket.opened_at,
            updated_at=ticket.updated_at,
            solved_at=ticket.solved_at,
        )

    def _said(self, token: ApiToken, ticket: Ticket, message: Message) -> AgentMessage:
        text = message.text[:LONGEST_ANSWER]
        return AgentMessage(
            sender="customer" if message.sender == "customer" else "us",
            automatic=message.sender == "copilot",
            text=text if _personal(token) else self._hidden(ticket, text),
            at=message.at,
        )

    def _hidden(self, ticket: Ticket, text: str) -> str:
        known = {"name": ticket.customer_name, "email": ticket.address}
        return self._masker.hide(text, {name: value for name, value in known.items() if value})

    def _today(self) -> date:
        return self._knowledge.company.today(self._clock())


def _internal(token: ApiToken) -> bool:
    return "articles:internal" in token.scopes


def _personal(token: ApiToken) -> bool:
    return "personal:read" in token.scopes


def _cursor(after: str) -> tuple[datetime, TicketId] | None:
    if not after:
        return None
    at, _, id = after.partition(" ")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise BadInput("`after` is the `next` of a page before, or is left out.") from error
    if moment.tzinfo is None or not id or not id.isprintable():
        raise BadInput("`after` is the `next` of a page before, or is left out.")
    return moment, TicketId(id)
