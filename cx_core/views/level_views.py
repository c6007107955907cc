"""Levels of autonomy as they are kept and shown: per task type, what may happen without a person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from cx_core.records import Money, Perimeter, PersonId, Record, TaskTypeName, TicketId

How = Literal["starting", "set", "granted", "earned", "came_down"]
"""How a task type came to its level: it began there, one person set it, two people granted it without the evidence or
on it, or it came down by itself."""


class LevelAsk(Record):
    """A level that one person asks for and another may grant."""

    level: int = Field(ge=0, le=4)
    reason: str
    person: PersonId
    at: datetime
    perimeter: Perimeter | None = Field(default=None, description="the limits, where acts would be done alone")


class LevelDeclined(Record):
    """What was asked for, and who refused it."""

    ask: LevelAsk
    person: PersonId
    at: datetime


class LevelSet(Record):
    """What people decided about the level of a task type. `mark` is over all the rest, and only the last one counts."""

    task_type: TaskTypeName
    level: int = Field(ge=0, le=4)
    how: How
    reason: str = ""
    person: PersonId | None = Field(default=None, description="who set or granted it")
    asked_by: PersonId | None = None
    at: datetime
    perimeter: Perimeter | None = Field(default=None, description="the limits, where acts are done alone")
    blind: int = Field(default=0, ge=0, le=100, description="percent of tickets that people answer first")
    blind_since: datetime | None = Field(default=None, description="proposals from before have perhaps been seen")
    waiting: LevelAsk | None = None
    declined: LevelDeclined | None = Field(default=None, description="the last request, if somebody else refused it")
    mark: str = ""


class CatchCount(Record):
    """How many planted errors of a task type were decided on, and how many of them were caught."""

    task_type: TaskTypeName
    caught: int
    decided: int
    since: datetime = Field(description="when the first of them was decided on")


class CatchRate(CatchCount):
    """The same, with the task type's title."""

    title: str


class Evidenced(Record):
    """What a task type has shown towards acting alone. Rates are shares of cases."""

    cases: int = Field(description="that count by now")
    wrong: int = Field(description="of those, in which a person did otherwise or something came of it")
    too_new: int = Field(description="that do not count yet")
    simulated: int = Field(default=0, description="of the cases, those of a demonstration's past")
    error_at_most: float = Field(description="the largest error rate that is not ruled out")
    earned: bool = Field(description="by cases that were not simulated")
    missing: int | None = Field(description="further right cases in which the person answers first; None: out of reach")


class EvidenceTally(Record):
    """So many cases that count, of one day and alike in all that is added up."""

    task_type: TaskTypeName
    simulated: bool
    day: date
    wrong: bool
    shown: bool
    cases: int


class EvidenceCount(Record):
    """The cases of all task types that count now, and how many do not yet."""

    tallies: tuple[EvidenceTally, ...] = Field(description="by day, oldest first")
    too_new: dict[TaskTypeName, int] = Field(default_factory=dict)

    def of(self, task_type: TaskTypeName) -> EvidenceCount:
        """The part of one task type."""
        mine = tuple(one for one in self.tallies if one.task_type == task_type)
        return EvidenceCount(tallies=mine, too_new={task_type: self.too_new.get(task_type, 0)})

    @property
    def anything(self) -> bool:
        return bool(self.tallies or any(self.too_new.values()))


class EvidenceWeek(Record):
    """The cases of one week that count."""

    monday: date
    right: int
    wrong: int
    error_at_most: float = Field(description="that all cases until its end do not rule out")


class LevelDecision(Record):
    """A level that a task type came to, for looking back."""

    at: datetime
    level: int
    how: How
    simulated: bool = False


class WrongCase(Record):
    """A case that counts against a level."""

    ticket: TicketId
    at: datetime
    why: tuple[str, ...] = Field(description="what a person did otherwise, or what came of it, in words")


class EvidencePicture(Record):
    """A task type's evidence over time. Rates are shares of cases."""

    stands: Evidenced
    bound: float = Field(description="the error rate that must be ruled out")
    weeks: tuple[EvidenceWeek, ...] = Field(description="from the first with a case to the last, oldest first")
    wrong: tuple[WrongCase, ...] = Field(description="newest first; of very many the newest only")
    decisions: tuple[LevelDecision, ...] = Field(default=(), description="oldest first")
    shown_first: int = Field(description="cases in which the person had seen the proposal; each counts as a tenth")
    a_day: float = Field(description="cases that counted a day, over the last four weeks that count")
    reached: date | None = Field(description="when it is earned if cases keep coming like that; None: not foreseen")


class KeptBack(Record):
    """Why some of the cases would have gone to a person."""

    why: str
    cases: int


class DryRun(Record):
    """What a task type would have done alone in the last days, with certain limits and the policies in force."""

    days: int
    cases: int = Field(description="answered proposals that were complete and sure")
    alone: int = Field(description="of those, that would have gone without a person")
    differently: tuple[WrongCase, ...] = Field(description="of those, in which a person did otherwise, newest first")
    money: Money = Field(description="what the ones alone would have let out")
    kept_back: tuple[KeptBack, ...] = Field(description="the commonest reason first")
    caught: int = Field(description="of those kept back, in which a person did otherwise")
    lost: int = Field(description="whose facts were not kept, or not all that today's policies ask for")
    tiers: tuple[str, ...] = Field(description="of all cases' customers")


class PutOff(Record):
    """A proposal that somebody set aside for some time."""

    person: PersonId
    name: str
    reason: str
    at: datetime
    cases: int = Field(description="that counted then")


class RaiseProposal(Record):
    """Level 3 as Rung proposes it, when the evidence of a task type suffices and nobody has asked."""

    task_type: TaskTypeName
    at: datetime
    cases: int = Field(description="of evidence that counted then")
    wrong: int
    error_at_most: float
    limits: Perimeter = Field(description="as wide as the cases and no wider, for a tenth of customers")
    dry_run: DryRun = Field(description="with these limits")
    simulated: bool = Field(default=False, description="of a demonstration's past: nobody can ask for it")
    put_off: PutOff | None = None
    withdrawn: bool = Field(
        default=False, description="not proposed now; kept since it was put off, so that it does not come back sooner"
    )


class PastLevel(Record):
    """A level that was decided in the simulated past. Nothing follows from it."""

    level: int
    how: How
    at: datetime
    reason: str
    asked_by: str = Field(default="", description="name of who asked")
    by: str = Field(default="", description="name of who granted it")
    perimeter: Perimeter | None = None


class LevelView(Record):
    """A task type with where it stands, as supervisors see it."""

    task_type: TaskTypeName
    title: str
    level: int
    ceiling: int
    people_only: bool
    how: How
    reason: str = ""
    by: str = Field(default="", description="names of who set it, or of the two who granted it")
    at: datetime | None = None
    perimeter: Perimeter | None = None
    blind: int = 0
    waiting: LevelAsk | None = None
    waiting_by: str = ""
    declined: LevelDeclined | None = None
    declined_words: str = Field(default="", description="who asked, and who refused, by name")
    trouble: str = Field(default="", description="why what is on file does not count")
    evidence: Evidenced | None = None
    past: tuple[PastLevel, ...] = Field(default=(), description="what was decided in the simulated past, oldest first")


class LeftAlone(Record):
    """An answer that left without a person."""

    ticket: TicketId
    at: datetime
    task_type: TaskTypeName
    question: str
    titles: tuple[str, ...] = Field(description="of the articles it was taken from")
    again: bool = Field(description="the customer wrote again, or it was taken up by a person since")


WANTED_DAYS = 28
"""How far back it is counted how often customers asked for a person."""


class PersonsWanted(Record):
    """In how many of the tickets that the copilot answered by itself the customer asked for a person afterwards."""

    task_type: TaskTypeName
    answers: int
    wanted: int

    @property
    def share(self) -> float:
        return self.wanted / self.answers
