"""What became of articles in tickets, as it is kept and counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from cx_core.knowledge_base.articles import PassageUse, UseCount, UseKind
from cx_core.records import ArticleId, Ticket, TicketId

UseCounts = Mapping[UseKind, UseCount]


class ArticleUseRepository(Protocol):
    """The part of a transaction that is about the use of articles."""

    def add_uses(self, ticket: Ticket, version: int, uses: Sequence[PassageUse], at: datetime) -> None:
        """Those that are there already stay as they were."""
        ...

    def uses(self, ticket: TicketId) -> tuple[tuple[int, PassageUse], ...]:
        """All of a ticket, with the version of the proposal, oldest version first."""
        ...

    def unsolve(self, ticket: TicketId, at: datetime) -> None:
        """It came back: what it was thought solved with has "reopened" in place of "solved"."""
        ...

    def use_since(self, since: datetime | None = None) -> Mapping[ArticleId, UseCounts]:
        """Tickets by article and kind; of kinds that are not there, none. None: since the beginning."""
        ...

    def tickets_found(self, since: datetime) -> UseCount:
        """Tickets for which any article was found."""
        ...

    def use_of_versions(self, article: ArticleId, numbers: Sequence[int], since: datetime) -> UseCounts:
        """Tickets by kind in which it was one of these versions."""
        ...

    def use_by_version(self, article: ArticleId) -> Mapping[int, UseCounts]:
        """The same of one article, by the number of its version."""
        ...

    def tickets_using(self, article: ArticleId, most: int) -> tuple[tuple[Ticket, tuple[UseKind, ...], datetime], ...]:
        """Tickets that cite it or have its words, newest first, with what became of it there and when it was last."""
        ...
