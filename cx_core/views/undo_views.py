"""What supervisors are shown of acts that are taken back together."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records import ArticleId, Money, Record, TicketId, UndoScope

MadeByKind = Literal["policy", "classifier", "model", "article"]


class MadeBy(Record):
    """A version that acts were made by or rested on, with how many of them there are."""

    kind: MadeByKind
    value: str = Field(description="of an article: its id")
    number: int = Field(default=0, description="of the article's version")
    title: str = Field(default="", description="of the article, or the name of the policy set; empty: it has none")
    acts: int
    can: int = Field(description="of those, that can still be taken back")
    first: datetime
    last: datetime

    def narrows(self, scope: UndoScope) -> UndoScope:
        """The acts of a scope that this version made or that rested on it."""
        if self.kind == "article":
            return scope.replace(article=ArticleId(self.value), article_number=self.number)
        return scope.replace(**{self.kind: self.value})


class UndoAct(Record):
    """One act, and whether it can still be taken back."""

    ticket: TicketId
    at: datetime
    words: str
    why_not: str = Field(default="", description="why it cannot be; empty: it can")


class UndoReach(Record):
    """What taking back would reach now."""

    acts: tuple[UndoAct, ...]
    can: int
    tickets: int = Field(description="whose customers it concerns")
    money: Money = Field(description="that went out with those that can be taken back")
    made_by: tuple[MadeBy, ...] = Field(default=(), description="versions behind these acts, whatever made them")


class UndoProgress(Record):
    """How far a batch is."""

    id: str
    reason: str
    by: str
    at: datetime
    acts: int
    undone: int
    failed: tuple[tuple[TicketId, str], ...] = Field(description="with why")
    finished: bool
    untold: int = Field(description="customers who were not written to about it yet")
    message: str = Field(description="what is suggested to write to them")
