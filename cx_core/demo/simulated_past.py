"""A story told in full: from the first words to the closed ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from textwrap import shorten

from cx_core.catalogue import Knowledge
from cx_core.decide.supposed_evidence import Invention
from cx_core.demo.scenery import Scenery
from cx_core.demo.simulated_records import Flagged, Past
from cx_core.demo.simulated_ticket import COPILOT, RUNG, Ledger
from cx_core.demo.story_dice import Story
from cx_core.records import (
    Argument,
    BusinessRecord,
    CustomerId,
    FlagTarget,
    MessageId,
    Note,
    Proposal,
    Rating,
    Source,
    Step,
    StepId,
    TaskTypeName,
    Ticket,
)
from cx_core.service_rules.service_levels import after, respond_by, solve_by
from cx_core.views import Colleague

REOPENS_WITHIN_HOURS = 160.0
LONGEST_SUBJECT = 70
_HAND = (
    "I have read everything you wrote about {topic} and taken care of it myself. You need not do anything more.",
    "I have gone through {topic} with the team in charge, and it is settled now.",
    "I have checked {topic} on your account by hand, and it is in order again.",
)
_PERSONAL = (
    "I have read what you wrote about {topic}, and I am looking after it personally. Nothing will be lost.",
    "Your message about {topic} is with me. I have done what you asked for, and put it in writing here.",
)
_WARMER = (
    "Thank you for letting us know.",
    "I am sorry for the trouble this has caused.",
    "Thank you for your patience.",
)
_DETAILS = ("Here is what you asked for.", "Yes, that one please.", "It is the newest one.")
_NOTES = ("Checked the account, nothing else is open.", "Rang them, they are fine with this.", "Second time this year.")
_FLAGS: dict[str, tuple[FlagTarget, str]] = {
    "wrong_goal": ("goal", "Not what they wrote about"),
    "missed_goal": ("goal", "There was a second matter"),
    "wrong_value": ("plan", "It chose the wrong one"),
}
_REFUSED = "The system refused it: the record had changed in the meantime."
_LEFT_OUT = "Not wanted: they told us on the phone"


def tell(
    story: Story,
    knowledge: Knowledge,
    customer: BusinessRecord,
    colleague: Colleague,
    invention: Invention,
    end: datetime,
) -> Past:
    """All of it, as records. `end` is when the past ends: what would come later is left out."""
    return _Telling(story, knowledge, customer, colleague, invention, end).past()


class _Telling:
    def __init__(
        self,
        story: Story,
        knowledge: Knowledge,
        customer: BusinessRecord,
        colleague: Colleague,
        invention: Invention,
        end: datetime,
    ) -> None:
        self._story = story
        self._knowledge = knowledge
        self._end = end
        self._scenery = Scenery(story, knowledge, customer, invention)
        self._ledger = Ledger(story, self._scenery, colleague, knowledge.company)
        self._dice = self._scenery.dice
        self._notes: list[Note] = []
        self._flags: list[Flagged] = []
        self._reopened = 0

    def past(self) -> Past:
        story, ledger, opened = self._story, self._ledger, self._story.opened_at
        first = ledger.said(opened, self._scenery.first_words(MessageId(f"{story.id}/1")))
        ledger.figure("received", opened)
        proposal = ledger.proposed(opened + timedelta(seconds=self._dice.uniform(2, 7)), story.guessed, asks=True)
        if story.alone:
            return self._alone(first.text, proposal)
        answered = self._in_time(opened, story.answered_after)
        answered = max(answered, proposal.made_at + timedelta(minutes=1))
        self._asides(proposal, opened, answered)
        sent, asks = self._first_answer(proposal, answered)
        if asks:
            sent = self._second_answer(sent)
        self._solved(sent)
        solved = self._again(sent)
        return self._whole(first.text, solved, self._rated(solved))

    def _alone(self, words: str, proposal: Proposal) -> Past:
        """Nobody was needed; the customer may come back all the same."""
        sent = self._ledger.alone(proposal, proposal.made_at + timedelta(seconds=1))
        self._solved(sent, by=COPILOT)
        solved = self._again(sent)
        return self._whole(words, solved, self._rated(solved))

    # --- what happens -----------------------------------------------------------------------

    def _in_time(self, since: datetime, minutes: int) -> datetime:
        """So many minutes of opening hours later, or sooner where the past would be over by then."""
        last, company = self._end - timedelta(minutes=30), self._knowledge.company
        at = after(company, since, minutes)
        return at if at <= last else min(after(company, since, minutes % 60 + 1), last)

    def _asides(self, proposal: Proposal, opened: datetime, answered: datetime) -> None:
        """Handing over, a note, a flag: before the answer."""
        story, ledger, person, wait = self._story, self._ledger, self._ledger.colleague, answered - opened
        if story.transferred:
            at = opened + wait * 0.5
            ledger.figure("transferred", at, person=person.id)
            ledger.deed("transferred", at, person.id, {"from": None, "to": person.id, "note": "This is one for me."})
        if story.noted:
            at, text, id = opened + wait * 0.8, self._dice.choice(_NOTES), f"{story.id}/note"
            self._notes.append(Note(id=id, ticket=story.id, person=person.id, name=person.name, text=text, at=at))
            ledger.deed("noted", at, person.id, {"note": id, "text": text, "mentions": []})
        if story.flagged:
            at, (what, note) = opened + wait * 0.95, _FLAGS[story.slip]
            self._flags.append(Flagged(version=proposal.version, what=what, note=note, person=person.id, at=at))
            ledger.figure("flagged", at, person=person.id)
            ledger.deed("flagged", at, person.id, {"version": proposal.version, "what": what, "note": note})

    def _first_answer(self, proposal: Proposal, at: datetime) -> tuple[datetime, bool]:
        """When it was answered, and whether that asked the customer something."""
        slip, ledger = self._story.slip, self._ledger
        if slip == "wrong_goal":
            empty = ledger.rejected(proposal, at, f"It is about something else: {self._topic()}.")
            return ledger.by_hand(empty, at + timedelta(minutes=3), self._by_hand()), False
        if proposal.route == "person" or proposal.reply is None:
            return ledger.by_hand(proposal, at, self._by_hand()), False
        if slip == "failed_step" and proposal.steps:
            empty = ledger.failed(proposal, at, _REFUSED)
            return ledger.by_hand(empty, at + timedelta(minutes=4), self._by_hand()), False
        steps, skipped = _corrected(proposal.steps) if slip == "wrong_value" else (proposal.steps, {})
        reply = self._reworded(proposal, skipped, worded=slip != "" and steps == proposal.steps)
        sent = ledger.answered(proposal, at, steps=steps, reply=reply, skipped=skipped)
        return sent, any(not part.settles and part.text in reply for part in proposal.parts)

    def _reworded(self, proposal: Proposal, skipped: dict[StepId, str], *, worded: bool) -> str:
        """The draft as the advisor left it."""
        reply, closing = proposal.reply.text if proposal.reply else "", self._knowledge.company.closing
        for part in proposal.parts:
            if any(f"{{{id}." in part.text for id in skipped):
                reply = reply.replace(part.text, self._by_hand())
        if self._story.slip == "missed_goal":
            more = self._by_hand(self._story.labels[-1])
            return reply.replace(f"\n\n{closing}", f"\n\n{more}\n\n{closing}", 1)
        return reply.replace("\n\n", f"\n\n{self._dice.choice(_WARMER)} ", 1) if worded else reply

    def _second_answer(self, asked: datetime) -> datetime:
        """The customer said what was missing, and the copilot's next proposal went as it was."""
        ledger = self._ledger
        ledger.figure("pending", asked, person=ledger.colleague.id)
        at = asked + timedelta(hours=self._dice.lognormvariate(1.2, 0.9))
        answered = after(self._knowledge.company, at, 1 + round(self._story.answered_after * 0.6))
        if answered > self._end - timedelta(hours=1):
            return asked
        ledger.said(at, self._dice.choice(_DETAILS))
        proposal = ledger.proposed(at + timedelta(seconds=4), self._story.labels, asks=False)
        if proposal.reply is None:
            return ledger.by_hand(proposal, answered, self._by_hand())
        text = proposal.reply.text
        return ledger.answered(proposal, answered, steps=proposal.steps, reply=text, skipped={})

    def _solved(self, at: datetime, by: str = "person") -> None:
        self._ledger.figure("solved", at, seconds=(at - self._story.opened_at).total_seconds(), by=by)

    def _again(self, solved: datetime) -> datetime:
        """The customer came back within days; when it was solved in the end."""
        hours, ledger = self._story.reopened_after, self._ledger
        if hours is None or hours > REOPENS_WITHIN_HOURS:
            return solved
        at = solved + timedelta(hours=hours)
        answered = after(self._knowledge.company, at, self._story.answered_after)
        if answered > self._end - timedelta(hours=1):
            return solved
        ledger.said(at, f"{self._scenery.mood('negative')}. This is still not right.")
        ledger.figure("reopened", at, seconds=hours * 3600)
        self._reopened = 1
        undone = self._story.undone and ledger.undone(answered - timedelta(minutes=5))
        why = "A step was taken back: write to the customer." if undone else "They came back: look at it again."
        empty = ledger.left_to_person(ledger.proposals[-1], answered - timedelta(minutes=5), why)
        sent = ledger.by_hand(empty, answered, self._by_hand())
        self._solved(sent)
        return sent

    def _rated(self, solved: datetime) -> Rating | None:
        if not self._story.asked:
            return None
        score, answered = self._story.score, solved + timedelta(hours=self._dice.lognormvariate(1, 1))
        if score is None or answered > self._end:
            return Rating(ticket=self._story.id, asked_at=solved)
        feeling = "negative" if score <= 2 else "positive" if score == 5 else ""
        comment = self._scenery.mood(feeling) if feeling and self._dice.random() < 0.4 else ""
        self._ledger.figure("rated", answered, seconds=float(score))
        self._ledger.deed("rated", answered, "customer", {"score": score, "comment": comment})
        return Rating(ticket=self._story.id, asked_at=solved, score=score, comment=comment, answered_at=answered)

    # --- the whole --------------------------------------------------------------------------

    def _whole(self, words: str, solved: datetime, rating: Rating | None) -> Past:
        """The ticket as it lies in the archive: closed some days after, or at the end of the past."""
        story, ledger, company = self._story, self._ledger, self._knowledge.company
        closed = min(solved + timedelta(days=company.close_after_days), self._end)
        ledger.figure("closed", closed)
        ledger.deed("closed", closed, RUNG, {})
        last, customer = ledger.proposals[-1], self._scenery.customer
        alone = story.alone and not self._reopened
        tier, person = str(customer.fields.get("tier") or ""), ledger.colleague
        shown = self._scenery.quotes[story.labels[0]]
        ticket = Ticket(
            id=story.id,
            subject=shorten(shown, LONGEST_SUBJECT, placeholder="…"),
            channel=story.channel,
            simulated=True,
            identity=ledger.identity,
            address=str(customer.fields.get("email") or ""),
            customer=CustomerId(customer.id),
            tier=tier,
            customer_name=self._scenery.name,
            status="closed",
            work="done",
            priority=last.triage.priority,
            sentiment=last.triage.sentiment,
            task_types=story.labels,
            route=last.route,
            version=last.version,
            preview=" ".join(words.split())[:200],
            assignee=None if alone else person.id,
            assignee_name="" if alone else person.name,
            opened_at=story.opened_at,
            updated_at=closed,
            first_response_at=ledger.responded,
            solved_at=solved,
            solve_by=solve_by(company, story.opened_at, tier, last.triage.priority),
            reopened=self._reopened,
            respond_by=respond_by(company, story.opened_at, tier, last.triage.priority),
        )
        return Past(
            labels=story.labels,
            slip=story.slip,
            ticket=ticket,
            messages=tuple(ledger.messages),
            proposals=tuple(ledger.proposals),
            approvals=tuple(ledger.approvals),
            notes=tuple(self._notes),
            outcomes=tuple((version, one) for (version, _), one in ledger.outcomes.items()),
            flags=tuple(self._flags),
            rating=rating,
            figures=tuple(sorted(ledger.figures, key=lambda one: one.at)),
            deeds=tuple(sorted(ledger.deeds, key=lambda one: one.at)),
        )

    def _topic(self, label: TaskTypeName | None = None) -> str:
        return self._knowledge.task_types[label or self._story.labels[0]].topic

    def _by_hand(self, label: TaskTypeName | None = None) -> str:
        people_only = self._knowledge.task_types[label or self._story.labels[0]].people_only
        return self._dice.choice(_PERSONAL if people_only else _HAND).format(topic=self._topic(label))


def _corrected(steps: Sequence[Step]) -> tuple[tuple[Step, ...], dict[StepId, str]]:
    """What an advisor made of a plan with a wrong value: another choice where there is one, else the step left out."""
    for place, step in enumerate(steps):
        for number, argument in enumerate(step.arguments):
            other = next((option for option in argument.options if option.value != argument.value), None)
            if other is not None:
                given = Argument(
                    name=argument.name, value=other.value, source=Source(kind="advisor"), options=argument.options
                )
                arguments = (*step.arguments[:number], given, *step.arguments[number + 1 :])
                return (*steps[:place], step.replace(arguments=arguments), *steps[place + 1 :]), {}
    return tuple(steps[:-1]), {step.id: _LEFT_OUT for step in steps[-1:]}
