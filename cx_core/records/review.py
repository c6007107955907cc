"""What the copilot did without a person, what a reviewer says of it, and what happens when it is wrong too often."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records.ids import ArticleId, PersonId, StepId, TaskTypeName, TicketId
from cx_core.records.proposal import Versions
from cx_core.records.values import Record

SPEAKS = frozenset({"undone", "act_failed", "flagged"})
"""What is measured of a ticket that shows without a review that its answer was wrong."""

Severity = Literal["fine", "minor", "critical"]
"""What an error of a case came to. Critical: it harmed the customer or the business, or would have."""


class AutonomousCase(Record):
    """One ticket's version that was carried out or answered without a person."""

    ticket: TicketId
    version: int
    task_types: tuple[TaskTypeName, ...]
    at: datetime
    amount: int = Field(default=0, description="minor units that went out")
    acts: int = Field(default=0, description="steps that were done; 0: an answer only")
    versions: Versions
    stratum: str = Field(description="task types and a band of amount: cases of one are reviewed alike")
    trouble: str = Field(default="", description="why it was not finished, if so: then a person got it")
    unverified: bool = Field(default=False, description="of a step it is not known whether it was done")
    failed: bool = Field(default=False, description="a system did not do a step, or it was not as it was asked for")
    outage: bool = Field(default=False, description="a system did not answer: what came of it is no error")
    contradicted: bool = Field(
        default=False, description="an act was ruled as allowed and refused when it was to be done"
    )
    probability: float | None = Field(default=None, description="of being drawn for review; None: not decided yet")
    drawn: bool = False
    came: str = Field(default="", description="what came of it since that speaks against it; see EvidenceCase.spoiled")
    came_at: datetime | None = None
    simulated: bool = Field(default=False, description="of a demonstration's past: shown, and no level depends on it")

    @property
    def heard_at(self) -> datetime:
        """When what speaks for itself was known; where nothing came that does, when it was done."""
        return self.came_at if self.came in SPEAKS and self.came_at else self.at

    @property
    def plain(self) -> bool:
        """Whether it was done, was not drawn for review, and nothing is to be said of it but what comes of it later."""
        spoken_of = self.drawn or self.failed or self.unverified or bool(self.trouble)
        return self.probability is not None and not spoken_of

    @property
    def exception(self) -> bool:
        """Whether it is reviewed whatever was drawn."""
        return bool(self.trouble or self.came)


class Scorecard(Record):
    """What a reviewer answers about a case, of the copilot's or of a person's."""

    understood: bool = True
    right_act: bool = True
    right_amount: bool = True
    right_words: bool = True
    same: bool = Field(default=True, description="the reviewer would have done the same")
    severity: Severity = "fine"
    note: str = ""

    @property
    def faulted(self) -> bool:
        """Whether any of the answers is no."""
        return not (self.understood and self.right_act and self.right_amount and self.right_words and self.same)

    @property
    def wrong(self) -> bool:
        """Whether it counts as an error. Words alone that did no harm do not."""
        return self.severity == "critical" or not (self.understood and self.right_act and self.right_amount)


class CaseReview(Record):
    """One reviewer's scorecard of one case."""

    ticket: TicketId
    version: int
    person: PersonId
    at: datetime
    card: Scorecard


class AdvisorCase(Record):
    """An answer that a person gave or approved, for review by the same scorecard. No level depends on it."""

    ticket: TicketId
    version: int
    person: PersonId = Field(description="who answered; a reviewer is not told")
    task_types: tuple[TaskTypeName, ...]
    at: datetime
    probability: float | None = Field(default=None, description="of being drawn for review; None: not decided yet")
    reviewer: PersonId | None = None
    reviewed_at: datetime | None = None
    card: Scorecard | None = None


class Incident(Record):
    """A level that came down by itself, with what was known then."""

    id: str
    task_type: TaskTypeName
    at: datetime
    before: int
    level: int
    why: str
    reviewed: int = Field(description="cases that were reviewed since the level began")
    wrong: int = Field(description="of those, with an error")
    cases: tuple[TicketId, ...] = Field(description="carried out without a person in the window, newest first")
    closed_by: PersonId | None = None
    closed_at: datetime | None = None
    closing: str = Field(default="", description="what was found and done, by whoever closed it")
    simulated: bool = Field(default=False, description="of a demonstration's past")


class UndoScope(Record):
    """Which acts that were done without a person are taken back. What is empty does not narrow it."""

    task_type: TaskTypeName | None = None
    since: datetime
    until: datetime | None = None
    policy: str = Field(default="", description="version of the policies that allowed the act")
    classifier: str = ""
    knowledge: str = ""
    model: str = ""
    article: ArticleId | None = Field(default=None, description="that the answer or an argument rested on")
    article_number: int = Field(default=0, description="of the article's version; 0: of any")

    @property
    def by_version(self) -> bool:
        """Whether it is narrowed to what some version made, or to an article."""
        return bool(self.policy or self.classifier or self.knowledge or self.model or self.article)

    @property
    def widened(self) -> UndoScope:
        """The same acts whatever made them."""
        return UndoScope(task_type=self.task_type, since=self.since, until=self.until)

    def covers(self, case: AutonomousCase) -> bool:
        made = case.versions
        return (
            case.acts > 0
            and (self.task_type is None or self.task_type in case.task_types)
            and self.since <= case.at
            and (self.until is None or case.at <= self.until)
            and self.classifier in ("", made.classifier)
            and self.knowledge in ("", made.knowledge)
            and self.model in ("", made.model)
        )

    def rests(self, policy: str, articles: Collection[tuple[ArticleId, int]]) -> bool:
        """Whether an act is meant that was ruled on under this policy and rested on these versions of articles."""
        known = any(id == self.article and self.article_number in (0, number) for id, number in articles)
        return self.policy in ("", policy) and (self.article is None or known)


class UndoItem(Record):
    """One act that is to be taken back."""

    ticket: TicketId
    version: int
    step: StepId


class UndoBatch(Record):
    """Many acts taken back together, one after the other. What became of each is told by its outcome."""

    id: str
    scope: UndoScope
    reason: str
    person: PersonId
    at: datetime
    items: tuple[UndoItem, ...]
    failed: dict[str, str] = Field(default_factory=dict, description="why not, by ticket:version:step")
    finished_at: datetime | None = None
    undone: int = Field(default=0, description="acts taken back, once it is finished")
    affected: tuple[TicketId, ...] = Field(default=(), description="of these, once it is finished")
    told: tuple[TicketId, ...] = Field(default=(), description="whose customers are written to about it")


def item_key(item: UndoItem) -> str:
    """The name of an item within its batch."""
    return f"{item.ticket}:{item.version}:{item.step}"
