"""A task type tried on a message before it is in force: the same stages, with the draft laid over what is in force.

Nothing becomes a ticket and nothing is carried out; business systems are only read. Whether the message would be taken
for this task type is learnt when it is in force, so a trial begins with the goal given, and takes for it what the
message wants or asks.
"""

from __future__ import annotations

from cx_core.act.reply.reply_slots import expect
from cx_core.act.step_cards import words
from cx_core.catalogue import Knowledge, action_of
from cx_core.catalogue.own_task_types import task_type, with_own_task_types
from cx_core.desk.service import Means, Service, allow
from cx_core.desk.task_types.own_task_types import GONE, OwnTaskTypeService
from cx_core.errors import KnowledgeError, SystemTrouble
from cx_core.ports import InForce
from cx_core.ports.policies import PolicyReading
from cx_core.records import (
    BusinessRecord,
    CustomerId,
    Direction,
    Message,
    MessageId,
    OwnTaskType,
    Person,
    Polarity,
    Proposal,
    Role,
    Ruling,
    Source,
    Step,
    TicketId,
)
from cx_core.text.wording import say
from cx_core.views import Refusal
from cx_core.views.own_task_type_views import TaskTypeTried, TriedArgument, TriedStep
from cx_core.workflows.proposal_inputs import ProposalInputs

LONGEST = 4_000
VOUCHED = 1
"""The identity of a trial's customer: as if the channel vouched for them."""
_TRIAL = TicketId("trial")
_NOT_READ = "Their systems could not be read: "


class _Rules:
    """Implements ports.PoliciesInForce with rules that are only tried."""

    def __init__(self, engine: PolicyReading) -> None:
        self._engine = engine

    def now(self) -> InForce:
        return InForce(self._engine, "")

    def refresh(self) -> None: ...


class OwnTaskTypeTrials(Service):
    """For administrators alone."""

    def __init__(self, means: Means, task_types: OwnTaskTypeService) -> None:
        super().__init__(means)
        self._overlay = means.own_task_types
        self._task_types = task_types

    def try_out(
        self, person: Person, id: str, address: str, text: str, polarity: Polarity = "wanted"
    ) -> TaskTypeTried | Refusal:
        """Put a message of a customer through all stages with the draft. Raises AuditUnavailable: then nobody looks."""
        allow(person, Role.ADMINISTRATOR)
        if not text.strip() or not address.strip():
            return Refusal(code="empty", text="Give a customer’s address, and write what they might write.")
        if len(text) > LONGEST:
            return Refusal(code="too_long", text=f"At most {LONGEST:,} characters.")
        with self._store.look() as unit:
            kept = unit.own_task_types.all()
        draft = next((one.draft for one in kept if one.draft.id == id), None)
        if draft is None:
            return GONE
        if faults := self._task_types.faults(draft, kept):
            return Refusal(code="denied", text=f"It cannot be tried: {faults[0].text}")
        try:
            return self._tried(person, draft, address.strip(), text.strip(), polarity)
        except (SystemTrouble, KnowledgeError) as trouble:
            return Refusal(code="denied", text=f"{_NOT_READ}{trouble}")

    def _tried(self, person: Person, draft: OwnTaskType, address: str, text: str, polarity: Polarity) -> TaskTypeTried:
        found = self._back_office().find_customers(address)
        customer = found[0] if len(found) == 1 else None
        self._on_record(person, draft, customer)
        others = tuple(one for one in self._overlay.laid_over if one.id != draft.id)
        folder = self._overlay.folder
        made = [task_type(one, folder) for one in (*others, draft) if not self._overlay.unusable(one)]
        knowledge = with_own_task_types(folder, made)
        rules = _Rules(self._policies().with_own((*others, draft)))
        now = self._clock()
        message = Message(id=MessageId("trial"), ticket=_TRIAL, sender="customer", text=text, at=now, identity=VOUCHED)
        said = Direction(
            goals=(draft.name,),
            polarity={draft.name: polarity},
            messages=1,
            person=person.id,
            name=person.name,
            at=now,
        )  # fmt: skip
        case = ProposalInputs(_TRIAL, "", (message,), address, VOUCHED, "email", direction=said, learnt=draft.name)
        journey = self._journey()
        proposal = journey.laid_over(knowledge, rules).propose(case)
        now_read = journey.read("", (message,)).goals
        known = self._knowledge.task_types
        titles = [known[goal.task_type].title for goal in now_read if goal.task_type in known]
        shown = _shown(proposal, knowledge, customer).replace(read_as=tuple(titles))
        self._counts(person, draft)
        return shown

    def _on_record(self, person: Person, draft: OwnTaskType, customer: BusinessRecord | None) -> None:
        """That it is tried, and whose records are looked at for it, before they are."""
        with self._store.begin() as unit:
            owner = CustomerId(customer.id) if customer is not None else None
            payload = {"task_type": draft.name, "title": draft.title}
            unit.record("own_task_type_tried", actor=person.id, payload=payload, customer=owner)

    def _counts(self, person: Person, draft: OwnTaskType) -> None:
        """A trial that came to its end counts for putting it in force, if it was not changed meanwhile."""
        with self._store.begin() as unit:
            kept = unit.own_task_types.get(draft.id)
            if kept is not None and kept.draft == draft and draft.state in ("draft", "tried", "withdrawn"):
                unit.own_task_types.put(draft.replace(state="tried", tried_by=person.id, tried_at=self._clock()))


def _shown(proposal: Proposal, knowledge: Knowledge, customer: BusinessRecord | None) -> TaskTypeTried:
    drafted = proposal.reply.text if proposal.reply else ""
    general = [finding.text for finding in proposal.findings if finding.step is None]
    return TaskTypeTried(
        customer=str(customer.fields.get("name") or customer.id) if customer is not None else "",
        summary=proposal.summary,
        lines=proposal.lines,
        steps=tuple(_step(step, proposal, knowledge) for step in proposal.steps),
        findings=tuple(dict.fromkeys((*general, *proposal.evidence.findings))),
        reply=expect(drafted, proposal.steps, {}, knowledge.actions, proposal.evidence),
        route=proposal.route,
        why=proposal.why,
    )


def _step(step: Step, proposal: Proposal, knowledge: Knowledge) -> TriedStep:
    action, ruling = action_of(knowledge.actions, step.action), proposal.rulings[step.id]
    arguments = (
        TriedArgument(
            title=action.arguments[one.name].title or one.name, value=say(one.value), source=_source(one.source)
        )
        for one in step.arguments
        if one.name in action.arguments
    )
    return TriedStep(
        words=words(step, action, None),
        arguments=tuple(arguments),
        ruling=ruling,
        who=_who(ruling),
        findings=tuple(finding.text for finding in proposal.findings if finding.step == step.id),
    )


def _who(ruling: Ruling) -> str:
    if ruling.answer == "deny":
        return "Nobody may do this"
    if ruling.ask is None:
        return "Somebody approves it"
    return f"{'Two people approve it, each at least' if ruling.people > 1 else 'Approved by'} {ruling.ask.value}"


def _source(source: Source) -> str:
    match source.kind:
        case "record":
            return f"{source.ref}, {source.field.replace('_', ' ')}"
        case "words":
            return f"the customer: “{source.quote}”"
        case "derived":
            return "fixed in the task type"
        case "none":
            return "nothing backs it"
        case _:
            return source.kind
