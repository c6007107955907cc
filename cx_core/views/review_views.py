"""What reviewers and supervisors are shown of what was done without a person."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from cx_core.records import Money, Record, TaskTypeName, TicketId


class CaseSpan(Record):
    """Cases of exactly these task types, done since a moment and before another one."""

    task_types: tuple[TaskTypeName, ...]
    since: datetime
    until: datetime | None = None


class PlainCases(Record):
    """So many cases of a span and stratum that nothing speaks of: see `ReviewRepository.plain`."""

    span: int = Field(description="place of the span among those asked for")
    stratum: str
    cases: int
    recent: int


class ReviewItem(Record):
    """A case that waits for this reviewer."""

    ticket: TicketId
    version: int
    at: datetime
    title: str = Field(description="of its task types")
    amount: Money | None = Field(default=None, description="that went out; None: none")
    why: str = Field(description="why it is reviewed, in words")
    exception: bool = Field(default=False, description="something speaks against it already")
    simulated: bool = False
    by_person: bool = Field(default=False, description="a person answered it; the reviewer is not told who")


class ReviewedAct(Record):
    """One thing that was done, in words, and how that is known."""

    words: str
    verified: bool
    sources: tuple[str, ...] = Field(default=(), description="of each argument, where it comes from")


class ReviewStory(Record):
    """A case as a reviewer reads it."""

    item: ReviewItem
    subject: str
    asked: tuple[str, ...] = Field(description="the customer's words that were answered, oldest first")
    understood: tuple[str, ...]
    acts: tuple[ReviewedAct, ...] = ()
    told: str = Field(description="the reply as it was sent; empty: none was")
    why_alone: str
    against: str = Field(default="", description="what speaks against it, in words")


class RightShare(Record):
    """How often what was reviewed was right, with an interval of 95 %. Shares in 0..1."""

    reviewed: int
    right: float
    low: float
    high: float


class SameMeasure(Record):
    """The copilot's work beside people's, by the same scorecard."""

    title: str = Field(description="of the task type; empty: all of them")
    copilot: RightShare | None = Field(default=None, description="None: nothing was reviewed")
    people: RightShare | None = None


class ReviewFigures(Record):
    """How often what was done alone was wrong, of one task type since its level began. Rates are shares of cases."""

    task_type: TaskTypeName
    title: str
    cases: int
    reviewed: int
    wrong: int
    waiting: int
    share: float = Field(description="of coming cases without money and doubt that will be drawn")
    error: float | None = Field(default=None, description="estimated over all cases; None: nothing is known yet")
    error_at_most: float = Field(
        default=1.0, description="bound of 95 % for all cases; those that wait for a review count as wrong in it"
    )
    more: int | None = Field(default=None, description="clean reviews that bring the bound to the tolerated rate")
    simulated: bool = False


class AloneNow(Record):
    """What the copilot does without a person at this moment, and how it went today."""

    titles: tuple[str, ...] = Field(description="of the task types that act alone now")
    task_types: int = Field(description="how many there are")
    held: tuple[str, ...] = Field(
        default=(), description="titles of those at a level that acts alone, which are stopped or paused"
    )
    stopped: bool = Field(default=False, description="everything is")
    done: int = Field(description="tickets done alone today, where the business is")
    reviewed: int = Field(description="of those")
    wrong: int = Field(description="of those, in a review or because something came of it")


class ReviewDesk(Record):
    """What the Review page opens with."""

    waiting: tuple[ReviewItem, ...] = Field(description="for this reviewer: exceptions first, then the oldest")
    figures: tuple[ReviewFigures, ...]
    minutes: float = Field(description="that the reviews of a day take, at the present shares")
    missing_minutes: float = Field(description="of those, that reviewers do not have")
    agreement: float | None = Field(default=None, description="Krippendorff's alpha where two reviewed one case")
    twice: int = 0
    past_agreement: float | None = Field(default=None, description="the same, of the simulated past")
    past_twice: int = 0
