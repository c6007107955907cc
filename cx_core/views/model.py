"""The language model as administrators see it, and one ticket drafted twice."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from cx_core.records import Record, TicketId


class ModelStanding(Record):
    """Whether a language model is asked now: failures in a row, and until when it is left alone for them."""

    failures: int = 0
    left_alone_until: datetime | None = None


class ModelBounds(Record):
    """What a language model may take: seconds for one answer, tokens for a ticket and for 24 hours."""

    seconds: float
    ticket_tokens: int
    day_tokens: int


class ModelUse(Record):
    """What a language model was asked for one task on one day (UTC), and what it took."""

    day: date
    task: str
    model: str
    asked: int
    failed: int = Field(description="no answer, or none that could be used")
    input_tokens: int
    output_tokens: int
    seconds: float = Field(description="of one answer, on average")


class PromptVersion(Record):
    """Instructions to a language model: what for, the file under `cx_core/`, and the version in the audit log."""

    task: str
    file: str
    version: str


class ModelOverview(Record):
    """The language model as administrators see it; `name` is empty where there is none."""

    name: str
    standing: ModelStanding = ModelStanding()
    bounds: ModelBounds | None = None
    used_today: int = Field(default=0, description="tokens in the last 24 hours")
    uses: tuple[ModelUse, ...] = Field(default=(), description="of the last days, newest first")
    tickets: tuple[tuple[TicketId, int], ...] = Field(default=(), description="those that took most tokens")
    prompts: tuple[PromptVersion, ...] = ()


class Drafted(Record):
    """What one way of drafting makes of a ticket."""

    reply: str
    summary: str
    steps: tuple[str, ...] = Field(description="in words")
    findings: tuple[str, ...] = ()
    ms: float


class SideBySide(Record):
    """One ticket drafted twice. Nothing of it is kept or sent."""

    ticket: TicketId
    built_in: Drafted
    model: Drafted | None = Field(default=None, description="None: the model is not asked for such a ticket")
    why: str = Field(default="", description="why it is not asked")
