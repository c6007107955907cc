"""An advisor's work on a ticket that is not approved yet."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from cx_core.records.ids import PersonId, StepId, TicketId
from cx_core.records.values import Record, Value


class Choices(Record):
    """What a person changed in a plan and has not approved yet: arguments by step, and steps left out with why."""

    edits: dict[StepId, dict[str, Value]] = Field(default_factory=dict)
    skipped: dict[StepId, str] = Field(default_factory=dict)
    written_for: str = Field(
        default="", description="digest of the plan that the draft's words are for; empty: unknown"
    )
    earlier_for: dict[str, str] = Field(
        default_factory=dict, description="the same for each of the draft's earlier texts of which it is known"
    )


class Draft(Record):
    """An advisor's work on a ticket, kept in the database. `version` is the proposal it began from."""

    ticket: TicketId
    version: int
    text: str
    person: PersonId
    at: datetime
    choices: Choices = Choices()
    earlier: tuple[str, ...] = Field(
        default=(), description="texts that others took the place of, to be gone back to, oldest first"
    )
    revision: int = Field(default=0, description="how often it was kept; a page names the one it shows")


class Rewording(Record):
    """Words that a language model offered in place of a person's, for a ticket's reply.

    `disclosure` is how a translation says that an AI helped; empty: it is said as the company does.
    """

    ticket: TicketId
    before: str
    after: str
    disclosure: str = ""
    at: datetime
