"""The story of one ticket, told from its audit events alone: what was said, read, ruled, approved, done and answered.

An event that no rule here knows is told with its plain fields, so that nothing is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Literal

from pydantic import ValidationError

from cx_core.audit.simulated_events import as_told
from cx_core.catalogue import Knowledge, action_of
from cx_core.records import (
    IDENTITIES,
    Approval,
    AuditEvent,
    Outcome,
    Passage,
    PersonId,
    Proposal,
    Record,
    Ruling,
    Source,
    Step,
    Ticket,
    TicketId,
)
from cx_core.text.wording import say
from cx_core.views import CaseEntry, CaseFact, CaseFile
from cx_core.views.goal_details import NOT_TO_DO, DetailLine, detail_lines
from cx_core.views.slot_chips import labelled, with_chips

Tone = Literal["", "good", "bad", "care"]
Payload = Mapping[str, object]
ERASED = "Erased on the customer's request; that it happened is all that is left."
LONGEST = 4000


class StoryPart(Record):
    """An entry in the making, before it knows whose event it is."""

    title: str
    words: str = ""
    said: str = ""
    facts: tuple[CaseFact, ...] = ()
    tone: Tone = ""


class EventTeller:
    """Knows how each kind of event reads."""

    def __init__(self, knowledge: Knowledge, names: Mapping[PersonId, str]) -> None:
        self._knowledge = knowledge
        self._names = names
        self._kinds: Mapping[str, Callable[[Payload], StoryPart]] = {
            "received": _received,
            "proposed": self._proposed,
            "answered": self._answered,
            "act_begun": self._begun,
            "act_done": self._outcome,
            "act_failed": self._outcome,
            "act_refused": self._outcome,
            "undone": self._outcome,
            "reply_begun": _sending,
            "step_added": self._added,
            "goals_corrected": self._corrected,
            "error_planted": _code("It was shown with one detail wrong on purpose", ""),
            "planted_error_decided": _checked,
            "planted_error_revealed": _revealed,
            "flagged": _flagged,
            "noted": _noted,
            "rated": _rated,
            "approved_first": self._answered,
            "first_approval_void": self._void,
            "second_wanted": self._wanted,
            "transferred": self._transferred,
            "given_back": _returned,
            "not_prepared": _unread,
            "code_sent": _code("A one-time code was sent", ""),
            "code_confirmed": _code("The code was entered: the customer is confirmed", "good"),
            "code_denied": _code("The customer says that they did not ask for the code", "bad"),
            "code_wrong": _code("A wrong code was entered", "care"),
            "consent_asked": _code("What cannot be undone was put to the customer", ""),
            "consent_lapsed": _code("The customer did not answer what was put to them in time", "care"),
            "consented": _code("The customer said yes to it", "good"),
            "code_failed": _code("The one-time code could not be sent", "bad"),
        }

    def case_file(self, ticket: Ticket, events: Iterable[AuditEvent], now: datetime) -> CaseFile:
        """All of it, oldest first."""
        told = [(event, self._entry(event)) for event in map(as_told, events)]
        proposed = [event.payload for event, _ in told if event.kind == "proposed" and event.payload]
        versions = proposed[-1].get("versions") if proposed else None
        sent = [event for event, _ in told if event.kind in ("replied", "reply_begun")]
        return CaseFile(
            ticket=ticket.id,
            subject=ticket.subject,
            status=ticket.status,
            made_at=now,
            customer=ticket.customer_name or ticket.address,
            entries=tuple(entry for _, entry in told),
            told=_told(sent),
            versions=_pairs(versions),
            simulated=ticket.simulated,
            imported=ticket.imported.words if ticket.imported else "",
        )

    def _entry(self, event: AuditEvent) -> CaseEntry:
        if event.payload is None:
            made = StoryPart(
                title=event.kind.replace("_", " ").capitalize(), facts=(CaseFact(label="Content", text=ERASED),)
            )
        else:
            try:
                made = self._kinds.get(event.kind, _plain(event.kind))(event.payload)
            except (ValidationError, KeyError, TypeError, ValueError):  # written by another version of the records
                made = _plain(event.kind)(event.payload)
        return CaseEntry(**made.model_dump() | {"seq": event.seq, "at": event.at, "who": self._who(event.actor)})

    def _who(self, actor: str) -> str:
        known = {"copilot": "The copilot", "rung": "Rung", "customer": "The customer"}
        channels = {"email": "By e-mail", "chat": "By chat", "web": "On the web", "messenger": "By messenger"}
        return known.get(actor) or channels.get(actor) or self._names.get(PersonId(actor), actor)

    def _title(self, task_type: object) -> str:
        found = self._knowledge.task_types.get(task_type)  # type: ignore[call-overload]  # any text may stand in a log
        return str(found.title if found else task_type).replace("_", " ")

    def _proposed(self, payload: Payload) -> StoryPart:
        proposal = Proposal.model_validate(payload)
        facts = [fact for number in range(len(proposal.triage.goals)) for fact in self._goal(proposal, number)]
        facts += [_said(line) for line in detail_lines(proposal.details, None)]
        facts += [
            CaseFact(label="Read", text=_looked(lookup.name, [r.ref for r in lookup.records], lookup.trouble))
            for lookup in proposal.evidence.lookups
        ]
        facts += [_passage(passage, proposal) for passage in proposal.evidence.passages]
        facts += [CaseFact(label="Note", text=text) for text in proposal.evidence.findings]
        for step in proposal.steps:
            facts += self._step(step, proposal.rulings.get(step.id))
        facts += [CaseFact(label="Finding", text=finding.text) for finding in proposal.findings]
        facts.append(CaseFact(label="Goes to", text=f"{_ROUTES[proposal.route]}: {proposal.why}"))
        drafted = with_chips(proposal.reply.text, _labels(proposal.steps)) if proposal.reply else ""
        title = f"Read and planned, version {proposal.version}"
        return StoryPart(title=title, words=proposal.summary, said=drafted, facts=tuple(facts))

    def _goal(self, proposal: Proposal, number: int) -> list[CaseFact]:
        goal = proposal.triage.goals[number]
        how = f"said by {goal.told_by}" if goal.told_by else f"{goal.probability:.0%} sure"
        quote = f"“{goal.quote}”" if goal.quote else ""
        wants = CaseFact(label="Wants", text=f"{self._title(goal.task_type)}, {how}", source=quote)
        return [wants, *(_said(line) for line in detail_lines(proposal.details, number))]

    def _step(self, step: Step, ruling: Ruling | None) -> list[CaseFact]:
        action = action_of(self._knowledge.actions, step.action)
        given = ", ".join(f"{one.name} {say(one.value)}" for one in step.arguments)
        sources = "; ".join(f"{one.name}: {_source(one.source)}" for one in step.arguments)
        facts = [CaseFact(label=f"Step {step.id}", text=f"{action.title}: {given}", source=sources)]
        if ruling is not None:
            asks = f" {ruling.ask.value}" if ruling.ask else ""
            why = "; ".join(ruling.reasons)
            policies = f"policy {', '.join(ruling.policies)}" if ruling.policies else ""
            two = ", two people" if ruling.people > 1 else ""
            text = f"{ruling.answer}{asks}{two}" + (f": {why}" if why else "")
            facts.append(CaseFact(label=f"Ruling {step.id}", text=text, source=policies))
        return facts

    def _answered(self, payload: Payload) -> StoryPart:
        approval = Approval.model_validate(payload)
        facts = [fact for step in approval.steps for fact in self._step(step, None)]
        facts += [CaseFact(label=f"Left out {step}", text=why) for step, why in approval.skipped.items()]
        facts += [CaseFact(label="Confirmed all the same", text=why) for why in approval.confirmed]
        if approval.reason:
            facts.append(CaseFact(label="Reason", text=approval.reason))
        title = {"approve": "Approved as proposed", "edit": "Approved with changes", "reject": "Rejected"}
        tone: Tone = "bad" if approval.decision == "reject" else "care" if approval.waits else "good"
        joined = any(seal.first for seal in approval.seals.values())
        place = ", the first of two" if approval.waits else ", the second of two" if joined else ""
        said = with_chips(approval.reply, _labels(approval.steps))
        return StoryPart(
            title=f"{title[approval.decision]}{place} (version {approval.version})",
            said=said,
            facts=tuple(facts),
            tone=tone,
        )

    def _void(self, payload: Payload) -> StoryPart:
        giver = str(payload["of"])
        why = CaseFact(label="Why", text=str(payload["why"]))
        return StoryPart(
            title=f"{self._names.get(PersonId(giver), giver)}’s first approval is void", facts=(why,), tone="care"
        )

    def _wanted(self, payload: Payload) -> StoryPart:
        able = payload["able"]
        names = [self._names.get(PersonId(str(one)), str(one)) for one in able] if isinstance(able, list) else []
        who = CaseFact(label="Who may", text=", ".join(names) or "Nobody else whose account is open")
        return StoryPart(title="A second person was asked for", facts=(who,))

    def _begun(self, payload: Payload) -> StoryPart:
        step = Step.model_validate(payload["step"])
        action = action_of(self._knowledge.actions, step.action)
        proof = CaseFact(label="Proof", text=f"approval {payload['approval']}", source=f"digest {payload['digest']}")
        return StoryPart(title=f"{action.title} begun", facts=(*self._step(step, None), proof))

    def _outcome(self, payload: Payload) -> StoryPart:
        outcome = Outcome.model_validate({name: value for name, value in payload.items() if name != "version"})
        action = action_of(self._knowledge.actions, outcome.action)
        state = {
            "done": "done" + (" and read back" if outcome.verified else ""),
            "failed": "not done",
            "undone": "taken back",
        }[outcome.status]
        facts = [CaseFact(label="Said", text=outcome.message)] if outcome.message else []
        if outcome.receipt is not None:
            fields = ", ".join(f"{name} {say(value)}" for name, value in outcome.receipt.fields.items())
            facts.append(CaseFact(label="Receipt", text=fields, source=outcome.receipt.reference))
        tones: Mapping[str, Tone] = {"done": "good", "failed": "bad", "undone": "care"}
        return StoryPart(title=f"{action.title}: {state}", facts=tuple(facts), tone=tones[outcome.status])

    def _added(self, payload: Payload) -> StoryPart:
        facts = self._step(Step.model_validate(payload["step"]), Ruling.model_validate(payload["ruling"]))
        return StoryPart(title="Added an action", facts=tuple(facts))

    def _corrected(self, payload: Payload) -> StoryPart:
        before, after = (
            [self._meant(name, payload.get(f"polarity_{key}")) for name in _list(payload[key])]
            for key in ("before", "after")
        )
        facts = [
            CaseFact(label="Understood", text=", ".join(before) or "nothing"),
            CaseFact(label="Put right", text=", ".join(after) or "nothing we handle"),
        ]
        if aside := [f"“{text}”" for text in _list(payload.get("set_aside"))]:
            facts.append(CaseFact(label="Ignored", text=f"said about time: {', '.join(aside)}"))
        return StoryPart(title="Put right what they want", facts=tuple(facts), tone="care")

    def _meant(self, name: object, polarity: object) -> str:
        """A goal, and what is to be done about it if that is not to do it."""
        meant = polarity.get(name) if isinstance(polarity, dict) else None
        return self._title(name) + next((note for known, note in NOT_TO_DO.items() if known == meant), "")

    def _transferred(self, payload: Payload) -> StoryPart:
        to = str(payload.get("to") or "")
        role = payload.get("role")
        whom = self._names.get(PersonId(to), to) if to else f"a {role}" if role else f"team {payload.get('team')}"
        return StoryPart(title=f"Handed over to {whom}", said=str(payload.get("note") or ""))


_ROUTES = {
    "act": "nobody, it may go alone",
    "advisor": "an advisor",
    "supervisor": "a supervisor",
    "person": "a person",
}


def _received(payload: Payload) -> StoryPart:
    identity = IDENTITIES[int(str(payload.get("identity") or 0))]
    facts = [CaseFact(label="Identity", text=identity), *_files(payload)]
    title = "Wrote again; the ticket was reopened" if payload.get("reopened") else "The customer wrote"
    return StoryPart(title=title, said=str(payload["text"])[:LONGEST], facts=tuple(facts))


def _passage(passage: Passage, proposal: Proposal) -> CaseFact:
    cited = proposal.reply.citations if proposal.reply else ()
    return CaseFact(
        label="Rests on" if any(one.of(passage) for one in cited) else "Article",
        ref=passage.ref,
        text=" · ".join(part for part in (passage.title, passage.heading) if part),
        source=f"{passage.article}, version {passage.version}",
    )


def _sending(payload: Payload) -> StoryPart:
    return StoryPart(title="The answer goes out", said=str(payload["text"]), facts=tuple(_files(payload)))


def _said(line: DetailLine) -> CaseFact:
    """What was said about a goal, beside the customer's own words."""
    quotes = dict.fromkeys(part.quote for part in line.parts if part.quote)
    return CaseFact(label="Said", text=line.text, source=" ".join(f"“{quote}”" for quote in quotes))


def _files(payload: Payload) -> list[CaseFact]:
    """Each by its name, and by the digest that tells it from any other; or why it was not kept."""
    return [
        CaseFact(
            label="File",
            text=str(one.get("name")),
            source=f"not kept: {one['trouble']}" if one.get("trouble") else f"SHA-256 {one.get('sha256')}",
        )
        for one in _list(payload.get("files"))
        if isinstance(one, dict)
    ]


def _code(title: str, tone: Tone) -> Callable[[Payload], StoryPart]:
    """What became of a one-time code or of a question for consent; the code itself is on no record."""
    shown = {"to": "To", "act": "To", "amount": "Sum", "until": "Counts until", "tries": "Wrong tries", "why": "Why"}

    def told(payload: Payload) -> StoryPart:
        facts = [CaseFact(label=label, text=str(payload[name])) for name, label in shown.items() if payload.get(name)]
        return StoryPart(title=title, facts=tuple(facts), tone=tone)

    return told


def _flagged(payload: Payload) -> StoryPart:
    return StoryPart(
        title=f"Said that the copilot was wrong: {payload['what']}", said=str(payload["note"]), tone="care"
    )


def _checked(payload: Payload) -> StoryPart:
    done = {"caught": "The error was caught", "missed": "The error was missed"}
    return StoryPart(title=done.get(str(payload["decision"]), "The check was set aside"), said=str(payload["how"]))


def _revealed(payload: Payload) -> StoryPart:
    return StoryPart(
        title="The genuine proposal took its place",
        said=f"{payload['argument']} said {payload['wrong']}; right is {payload['right']}.",
    )


def _noted(payload: Payload) -> StoryPart:
    return StoryPart(title="Note for colleagues", said=str(payload["text"]))


def _rated(payload: Payload) -> StoryPart:
    return StoryPart(title=f"The customer's rating: {payload['score']} of 5", said=str(payload.get("comment") or ""))


def _returned(payload: Payload) -> StoryPart:
    return StoryPart(
        title="Came back to a person", facts=(CaseFact(label="Why", text=str(payload["why"])),), tone="bad"
    )


def _unread(payload: Payload) -> StoryPart:
    return StoryPart(title="Could not be read", facts=(CaseFact(label="Why", text=str(payload["why"])),), tone="bad")


def _plain(kind: str) -> Callable[[Payload], StoryPart]:
    """For kinds that say little more than their name."""
    return lambda payload: StoryPart(
        title=_readable(kind),
        facts=tuple(
            CaseFact(label=_readable(name), text=str(value)[:LONGEST])
            for name, value in payload.items()
            if value not in (None, "", [], {})
        ),
    )


def _labels(steps: Iterable[Step]) -> dict[str, str]:
    """What the slots of a reply were to say, from the values of the steps."""
    values = [(f"{{{step.id}.{one.name}}}", say(one.value)) for step in steps for one in step.arguments]
    return labelled(values)


def _readable(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _told(sent: Iterable[AuditEvent]) -> tuple[str, ...]:
    """Texts that were on their way and of which it is known that they went out."""
    found: list[str] = []
    pending: dict[TicketId | None, str] = {}
    for event in sent:
        payload = event.payload or {}
        if event.kind == "reply_begun":
            pending[event.ticket] = str(payload.get("text") or "")
        elif text := pending.pop(event.ticket, ""):
            found.append(text)
    return tuple(found)


def _looked(name: str, refs: list[str], trouble: str) -> str:
    said = trouble or ", ".join(refs) or "nothing"
    return f"{name.replace('_', ' ')}: {said}"


def _source(source: Source) -> str:
    quote = f"“{source.quote}”" if source.quote else ""
    terms = f"of {'; '.join(_source(term) for term in source.operands)}" if source.operands else ""
    about = " ".join(part for part in (source.ref, source.field, quote, terms) if part)
    return f"{source.kind} {about}".strip()


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _pairs(value: object) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(text)) for name, text in value.items() if text) if isinstance(value, dict) else ()
