"""What the copilot puts to a person: summary, plan and reply for one version of a ticket."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records.evidence import Evidence, Passage
from cx_core.records.goal_details import GoalDetail
from cx_core.records.ids import ArticleId, StepId, TicketId
from cx_core.records.people import Role
from cx_core.records.plan import Finding, Ruling, Step
from cx_core.records.tickets import Route
from cx_core.records.triage import Triage
from cx_core.records.values import Record


class Citation(Record):
    """An article passage or record that a reply rests on."""

    ref: str
    title: str
    quote: str = ""

    def of(self, passage: Passage) -> bool:
        """Whether it quotes this passage, of several that were found in one article."""
        same = self.ref == f"article/{passage.article}"
        return same and (self.quote in passage.text or passage.text in self.quote)


class Part(Record):
    """What planning says about one goal: a paragraph with slots, and a note for the summary."""

    goal: int
    case: str
    text: str
    note: str = ""
    citations: tuple[Citation, ...] = ()
    asks: bool = Field(default=False, description="the paragraph asks the customer something")
    hands_on: bool = Field(default=False, description="the paragraph says that somebody will look into it")

    whole: bool = Field(default=False, description="the text is all of the message, in the customer's language")
    nameless: bool = Field(default=False, description="the message greets nobody by name")

    @property
    def settles(self) -> bool:
        """Whether nothing is left to do, by the customer or by a person, once it is sent."""
        return not (self.asks or self.hands_on)


GoalState = Literal[
    "planned", "asks", "answered", "unchanged", "joined", "with_a_person", "not_planned", "not_understood"
]


class GoalLine(Record):
    """What a proposal makes of one thing that the customer wants, for whoever looks at it: no goal goes unsaid."""

    goal: int | None = Field(
        default=None, description="its number in the triage; none: words that no goal was found in"
    )
    about: str = Field(description="the task type's title, or the customer's words that were not understood")
    state: GoalState = Field(
        description="joined: another's steps or words do for it; not_planned: it is not sure, or cannot go with another"
    )


class Frame(Record):
    """What stands around the paragraphs of a reply. Closing and disclosure are said once on a ticket.

    A `letter` has a greeting and a signature; in a chat only the first message greets, and none is signed.
    """

    closing: bool = True
    disclosure: bool = True
    letter: bool = True
    greeting: bool = True


class PublicAnswer(Record):
    """A question of the customer's, and the words of a published article that answer it."""

    question: str
    article: ArticleId
    number: int = Field(description="of the article's version")
    version: str = Field(description="digest of that version")
    title: str
    heading: str = ""
    span: tuple[int, int] = Field(description="of characters in the article's text")
    text: str = Field(description="as it stands there")
    probability: float = Field(default=0.0, description="that this answers the question")


class Reply(Record):
    """A drafted answer. Slots such as {s1.amount} stand for what a step's receipt will say."""

    text: str
    citations: tuple[Citation, ...] = ()


class Versions(Record):
    """What made a proposal, for explaining and replaying it."""

    rung: str
    encoder: str
    classifier: str
    knowledge: str
    policy: str
    model: str = "embedded"
    prompts: str = Field(default="", description="digest of the instructions to the model, if one was asked")


class Proposal(Record):
    """Summary, plan and reply for one version of a ticket. `messages` is how many it has read."""

    ticket: TicketId
    version: int
    messages: int
    triage: Triage
    evidence: Evidence
    summary: str
    details: tuple[GoalDetail, ...] = Field(default=(), description="what was said about the goals beyond themselves")
    steps: tuple[Step, ...] = ()
    rulings: dict[StepId, Ruling] = Field(default_factory=dict)
    reply_ruling: Ruling | None = Field(
        default=None, description="of sending the reply, where one is drafted or the words are grave"
    )
    findings: tuple[Finding, ...] = ()
    parts: tuple[Part, ...] = ()
    lines: tuple[GoalLine, ...] = Field(default=(), description="what becomes of each thing that is wanted, in order")
    frame: Frame = Frame()
    taken_up: bool = Field(default=False, description="a person had written to the customer in the ticket before")
    paused: str = Field(default="", description="which system did not answer, so that it did not go alone")
    answers: tuple[PublicAnswer, ...] = Field(default=(), description="where published words answer all of it")
    reply: Reply | None = None
    route: Route
    why: str
    since: tuple[str, ...] = Field(
        default=(), description="what changed in the records since the version before, in sentences"
    )
    done: tuple[Step, ...] = Field(
        default=(), description="steps of versions before that were done, and of which the customer has not been told"
    )
    first_step: int = Field(default=1, description="number of its first step; they count on over versions")
    planted_error: bool = Field(
        default=False, description="one argument is wrong on purpose: shown to people, and never carried out"
    )
    versions: Versions
    made_at: datetime
    ms: dict[str, float] = Field(default_factory=dict, description="milliseconds by stage")

    def step(self, id: StepId) -> Step | None:
        return next((step for step in self.steps if step.id == id), None)

    @property
    def needs(self) -> Role | None:
        """The role above an advisor's that a step or the reply asks for; None: an advisor may go on with it.

        Where a person answers in words of their own, only grave words ask for more.
        """
        reply = self.reply_ruling if self.route != "person" or self.triage.grave else None
        asked = [one.ask for one in (*self.rulings.values(), reply) if one is not None and one.answer == "ask"]
        return next((role for role in (Role.ADMINISTRATOR, Role.SUPERVISOR) if role in asked), None)

    def all_told(self) -> Proposal:
        """The proposal once the customer was told of everything that was done."""
        return self.replace(done=())

    def with_done(self, steps: Iterable[Step]) -> Proposal:
        """The proposal once these were done and the customer was told of none of it."""
        return self.replace(done=(*self.done, *steps))

    @property
    def next_step(self) -> int:
        """The number after its last step: they are numbered on, so that a slot means one step for ever."""
        return max((step.number + 1 for step in (*self.steps, *self.done)), default=self.first_step)

    @property
    def drafted_without(self) -> tuple[Step, ...]:
        """Steps of which its paragraphs cannot speak: done before they were drafted, or added by a person."""
        return tuple(step for step in self.done if step.number < self.first_step or step.added_by)
