"""What one simulated ticket gathers on its way: messages, versions, answers, effects, and the figures of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from cx_core.act.reply.reply_slots import fill
from cx_core.catalogue import Company
from cx_core.demo.scenery import Scenery
from cx_core.demo.simulated_records import Deed, SimulatedFigure
from cx_core.demo.story_dice import Story
from cx_core.records import (
    Approval,
    Identity,
    Message,
    MessageId,
    Outcome,
    PersonId,
    Proposal,
    Sender,
    Step,
    StepId,
    TaskTypeName,
    digest,
)
from cx_core.views import Colleague

Decision = Literal["approve", "edit", "reject"]
COPILOT, RUNG = "copilot", "rung"
_EMPTY: dict[str, object] = {"steps": (), "rulings": {}, "findings": (), "parts": (), "reply": None}


class Ledger:
    """Every entry carries the time it has in the story. `colleague` is the one who answers."""

    def __init__(self, story: Story, scenery: Scenery, colleague: Colleague, company: Company) -> None:
        self.story = story
        self.scenery = scenery
        self.colleague = colleague
        self._company = company
        self.messages: list[Message] = []
        self.proposals: list[Proposal] = []
        self.approvals: list[Approval] = []
        self.outcomes: dict[tuple[int, StepId], Outcome] = {}
        self.figures: list[SimulatedFigure] = []
        self.deeds: list[Deed] = []
        self.responded: datetime | None = None
        self.identity: Identity = 2 if story.alone else 1
        """Alone it was done only for those who were known by a code."""

    def figure(
        self, kind: str, at: datetime, *, seconds: float | None = None, by: str = "", person: PersonId | None = None
    ) -> None:
        self.figures.append(SimulatedFigure(kind=kind, at=at, seconds=seconds, solved_by=by, person=person))

    def deed(self, kind: str, at: datetime, actor: str, payload: dict[str, object]) -> None:
        self.deeds.append(Deed(kind=kind, at=at, actor=actor, payload=payload))

    def said(self, at: datetime, text: str, author: str = "", sender: Sender = "advisor") -> Message:
        """A message: the customer's, or ours with the name of who signs it."""
        message = Message(
            id=MessageId(f"{self.story.id}/{len(self.messages) + 1}"),
            ticket=self.story.id,
            text=text,
            at=at,
            sender=sender if author else "customer",
            identity=0 if author else self.identity,
            author=author,
        )
        self.messages.append(message)
        if not author:
            payload: dict[str, object] = {
                "message": message.id,
                "text": text,
                "identity": self.identity,
                "channel": self.story.channel,
            }
            self.deed("received", at, self.story.channel, payload)
        return message

    def proposed(self, at: datetime, goals: Sequence[TaskTypeName], *, asks: bool) -> Proposal:
        first = _next_step(self.proposals[-1]) if self.proposals else 1
        proposal = self.scenery.proposal(
            len(self.proposals) + 1, at, len(self.messages), goals, asks=asks, first_step=first
        )
        self.proposals.append(proposal)
        self.figure("proposed", at, seconds=sum(proposal.ms.values()) / 1000)
        self.deed("proposed", at, COPILOT, proposal.model_dump(mode="json"))
        return proposal

    def left_to_person(self, proposal: Proposal, at: datetime, why: str) -> Proposal:
        """The version after `proposal`, without steps or draft."""
        state = {"version": proposal.version + 1, "route": "person", "why": why, "made_at": at}
        state |= {"messages": len(self.messages), "first_step": _next_step(proposal)}
        made = proposal.replace(**(_EMPTY | state))
        self.proposals.append(made)
        return made

    def rejected(self, proposal: Proposal, at: datetime, reason: str) -> Proposal:
        self._approval(proposal, at, "reject", reason=reason)
        return self.left_to_person(proposal, at, f"Rejected by {self.colleague.name}: {reason}")

    def failed(self, proposal: Proposal, at: datetime, why: str) -> Proposal:
        """Approved, but the first step was refused by its system: it comes back."""
        text = proposal.reply.text if proposal.reply else ""
        self._approval(proposal, at, "approve", steps=proposal.steps, reply=text)
        step = proposal.steps[0]
        outcome = Outcome(
            step=step.id,
            action=step.action,
            status="failed",
            key=f"{self.story.id}:{step.id}",
            message=why,
            at=at + timedelta(seconds=6),
        )
        self._effect(proposal.version, outcome, "act_failed")
        self.figure("given_back", outcome.at)
        self.figure("act_failed", outcome.at)
        self.deed("given_back", outcome.at, RUNG, {"version": proposal.version, "why": why})
        return self.left_to_person(proposal, outcome.at, why)

    def answered(
        self, proposal: Proposal, at: datetime, *, steps: tuple[Step, ...], reply: str, skipped: Mapping[StepId, str]
    ) -> datetime:
        """Approved, as it was or changed; done, read back and sent. When it was sent."""
        drafted = proposal.reply.text if proposal.reply else ""
        decision: Decision = "approve" if (steps, reply) == (proposal.steps, drafted) else "edit"
        self._approval(proposal, at, decision, steps=steps, reply=reply, skipped=skipped)
        return self._sent(proposal, at, steps, reply, alone=False)

    def alone(self, proposal: Proposal, at: datetime) -> datetime:
        """Carried out, read back and answered without a person. When it was sent."""
        words = (
            proposal.reply.text.replace(self._company.disclosure, self._company.told_alone) if proposal.reply else ""
        )
        approval = Approval(
            id=f"{self.story.id}:a{proposal.version}",
            ticket=self.story.id,
            version=proposal.version,
            decision="approve",
            person=PersonId(COPILOT),
            role=None,
            steps=proposal.steps,
            reply=words,
            at=at,
            digests={step.id: digest(self.story.id, proposal.version, step) for step in proposal.steps},
        )
        self.approvals.append(approval)
        self.deed("answered", at, COPILOT, approval.model_dump(mode="json"))
        sent = self._sent(proposal, at, proposal.steps, words, alone=True)
        self.figure("left_alone", sent, by=COPILOT)
        return sent

    def _sent(self, proposal: Proposal, at: datetime, steps: tuple[Step, ...], reply: str, *, alone: bool) -> datetime:
        """Each step done and read back, and the reply sent. When it was."""
        at += timedelta(seconds=6)
        for step in steps:
            at += timedelta(seconds=1)
            key = f"{self.story.id}:{proposal.version}:{step.id}"
            self._effect(proposal.version, self.scenery.outcome(step, proposal, at, key), "act_done")
        at += timedelta(seconds=1)
        text, _ = fill(reply, {step: outcome for (_, step), outcome in self.outcomes.items()})
        if alone:
            self.said(at, text, author=self._company.name, sender="copilot")
        else:
            self.said(at, text, author=self.colleague.name)
        actor = COPILOT if alone else self.colleague.id
        key = f"{self.story.id}:{proposal.version}:reply"
        self.deed("reply_begun", at, actor, {"version": proposal.version, "key": key, "text": text})
        self.deed("replied", at, actor, {"version": proposal.version, "status": "solved"})
        if self.responded is None:
            self.responded = at
            age = (at - self.story.opened_at).total_seconds()
            self.figure("first_response", at, seconds=age, by=COPILOT if alone else "person")
        return at

    def by_hand(self, proposal: Proposal, at: datetime, words: str) -> datetime:
        """A person's own answer, without steps."""
        name = self.scenery.name.split(" ")[0]
        parts = (self._company.greeting.replace("{name}", name), words, self._company.closing, self._company.signature)
        return self.answered(proposal, at, steps=(), reply="\n\n".join(parts), skipped={})

    def undone(self, at: datetime) -> bool:
        """The newest done step taken back; whether there was one."""
        done = [(place, one) for place, one in self.outcomes.items() if one.status == "done"]
        if not done:
            return False
        (version, step), before = done[-1]
        self.outcomes[version, step] = before.replace(status="undone", verified=False, at=at, message="Taken back.")
        self.figure("undone", at, person=self.colleague.id)
        payload = {"version": version, **self.outcomes[version, step].model_dump(mode="json")}
        self.deed("undone", at, self.colleague.id, payload)
        return True

    def _effect(self, version: int, outcome: Outcome, kind: str) -> None:
        self.outcomes[version, outcome.step] = outcome
        self.deed(kind, outcome.at, RUNG, {"version": version, **outcome.model_dump(mode="json")})

    def _approval(
        self,
        proposal: Proposal,
        at: datetime,
        decision: Decision,
        *,
        steps: tuple[Step, ...] = (),
        reply: str = "",
        skipped: Mapping[StepId, str] | None = None,
        reason: str = "",
    ) -> None:
        person = self.colleague
        approval = Approval(
            id=f"{self.story.id}:a{proposal.version}",
            ticket=self.story.id,
            version=proposal.version,
            decision=decision,
            person=person.id,
            name=person.name,
            role=person.role,
            steps=steps,
            reply=reply,
            skipped=dict(skipped or {}),
            reason=reason,
            at=at,
            digests={step.id: digest(self.story.id, proposal.version, step) for step in steps},
        )
        self.approvals.append(approval)
        worked = None if decision == "reject" else self.story.worked
        self.figure(decision, at, seconds=worked, person=person.id)
        self.deed("answered", at, person.id, approval.model_dump(mode="json"))


def _next_step(proposal: Proposal) -> int:
    """Steps are numbered on over the versions of a ticket."""
    return max((int(step.id[1:]) + 1 for step in proposal.steps), default=proposal.first_step)
