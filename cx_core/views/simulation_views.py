"""A simulation before going live: what is asked for, what became of each ticket, and what it comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records import Money, Perimeter, PersonId, Record, TaskTypeName, TicketId
from cx_core.text.wording import say

SimulationSource = Literal["past", "open", "file"]
"""Tickets of a period; tickets that are open now (in the demonstration, the live feed's); an uploaded file."""

SimulationState = Literal["waiting", "running", "done", "stopped", "failed"]
GOING: tuple[SimulationState, ...] = ("waiting", "running")

AloneQuestionName = Literal["available", "permitted", "earned"]
QUESTIONS: dict[AloneQuestionName, str] = {
    "available": "Not available at the moment",
    "permitted": "Not permitted",
    "earned": "Not earned by the ticket",
}
"""Why something is kept for a person, by the question that is answered with no."""


class SimulationSpec(Record):
    """What to simulate: one task type at one level on one set of tickets."""

    task_type: TaskTypeName
    level: Literal[1, 3]
    limits: Perimeter | None = Field(default=None, description="of level 3; level 1 has none")
    source: SimulationSource
    since: datetime | None = Field(default=None, description="of past tickets: when they were opened")
    until: datetime | None = None
    file: str = Field(default="", description="name of the uploaded file")
    file_digest: str = Field(default="", description="SHA-256 of its bytes, which are not kept")


class SimulationCase(Record):
    """What would have become of one ticket, without a customer's personal data."""

    place: int = Field(description="in the order in which they came, from 0")
    ticket: TicketId | None = Field(default=None, description="None: a line of a file")
    line: int = Field(default=0, description="of the file")
    at: datetime
    words: str = Field(default="", description="what the customer wrote, shortened and masked")
    alone: bool = False
    acts: tuple[str, ...] = Field(default=(), description="what would be done, in words")
    amount: int = Field(default=0, description="minor units that would go out")
    available: str = Field(default="", description="why it cannot run now; empty: it can")
    permitted: str = Field(default="", description="why policies, level or limits ask a person; empty: they do not")
    earned: str = Field(default="", description="why this ticket keeps a person at it; empty: it does not")
    unknown: str = Field(default="", description="why it cannot be said; then it counts as neither alone nor kept")
    compared: bool = Field(default=False, description="an advisor answered it")
    otherwise: tuple[str, ...] = Field(default=(), description="what the advisor did otherwise, or what came of it")

    @property
    def answers(self) -> tuple[tuple[AloneQuestionName, str], ...]:
        """Each question that is answered with no, and why."""
        given: tuple[tuple[AloneQuestionName, str], ...] = (
            ("available", self.available),
            ("permitted", self.permitted),
            ("earned", self.earned),
        )
        return tuple(one for one in given if one[1])


class SimulationReason(Record):
    """Why cases are kept for a person. A case counts with each question that is answered with no."""

    question: AloneQuestionName
    why: str
    cases: int


class SimulationFigures(Record):
    """What the cases come to."""

    tickets: int = Field(default=0, description="that were looked at")
    cases: int = Field(default=0, description="of those, about the task type")
    alone: int = 0
    kept: int = 0
    unknown: int = 0
    compared: int = Field(default=0, description="of those alone, that an advisor answered")
    differently: int = Field(default=0, description="of those, differently")
    caught: int = Field(default=0, description="of those kept for a person, where the advisor did otherwise")
    money: Money
    reasons: tuple[SimulationReason, ...] = Field(default=(), description="the commonest first")
    review_minutes: float = Field(default=0.0, description="to review all that is done alone")


class Simulation(Record):
    """One simulation as it is kept: what was asked for and by whom, how far it is, and what it comes to."""

    id: str
    spec: SimulationSpec
    person: PersonId
    at: datetime
    state: SimulationState = "waiting"
    done: int = Field(default=0, description="tickets looked at")
    total: int = 0
    trouble: str = Field(default="", description="why it failed")
    policy: str = Field(default="", description="version of the policies that were asked")
    classifier: str = Field(default="", description="version of what read the words, where words were read")
    holder: str = Field(default="", description="the process that runs it")
    held_until: datetime | None = None
    finished_at: datetime | None = None
    figures: SimulationFigures | None = None

    @property
    def going(self) -> bool:
        return self.state in GOING


class SimulationView(Record):
    """The same as a person sees it."""

    simulation: Simulation
    title: str = Field(description="of the task type")
    by: str
    cases: tuple[SimulationCase, ...] = Field(default=(), description="only where one is opened")


def reasons_of(cases: Iterable[SimulationCase]) -> tuple[SimulationReason, ...]:
    """Count why cases are kept, by question, the commonest first."""
    counted = Counter(answer for case in cases if not (case.alone or case.unknown) for answer in case.answers)
    return tuple(
        SimulationReason(question=question, why=why, cases=number) for (question, why), number in counted.most_common()
    )


def in_words(figures: SimulationFigures, spec: SimulationSpec) -> tuple[str, ...]:
    """What a simulation comes to, in sentences."""
    if not figures.cases:
        none = f"None of the {figures.tickets} tickets is about this task type."
        return (none, "Tickets of the simulated past are left out.") if spec.source == "past" else (none,)
    money = f", and {say(figures.money)} would go out" if figures.money.minor else ""
    alone = f"{figures.alone} would be done alone{money}. {figures.kept} would be kept for a person."
    lines = [f"Of {figures.tickets} tickets {figures.cases} are about this task type. {alone}"]
    if figures.unknown:
        lines.append(f"Of {figures.unknown} it cannot be said.")
    if figures.compared:
        what = "carried out something" if spec.level < 3 else "did otherwise, or something came of it,"
        lines.append(
            f"{figures.compared} of those done alone were answered by an advisor, who {what} in {figures.differently}."
        )
    if figures.caught:
        lines.append(f"Of those kept for a person, the advisor did otherwise in {figures.caught}.")
    return tuple(lines)


def costs(figures: SimulationFigures, spec: SimulationSpec) -> tuple[str, ...]:
    """What it would cost, as far as that is known, and what is not."""
    review = (
        f"Reviews: {figures.review_minutes:.0f} minutes, where all that is done alone is reviewed, as after a raise."
        if spec.level >= 3
        else "Reviews: not known. Answers at level 1 are listed on the Autonomy page and not drawn for review."
    )
    return (
        review,
        "Language model: no tokens for what is done alone, since none is asked there. What drafts for the tickets that "
        "are kept for a person take is not known.",
        "Advisors: the time they would save is not known.",
    )


def became(case: SimulationCase) -> str:
    """What would become of a ticket, in words."""
    if case.unknown:
        return f"It cannot be said: {case.unknown}"
    if case.alone:
        return f"Done alone: {', '.join(case.acts)}"
    return "Kept for a person. " + " ".join(f"{QUESTIONS[name]}: {why.rstrip('.')}." for name, why in case.answers)
