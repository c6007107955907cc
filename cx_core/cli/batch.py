"""The journey over a file of JSON lines, without the app: `python -m cx_core process`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from cx_core.act.outcomes import latest
from cx_core.act.reply import reply_slots as replies
from cx_core.catalogue import ActionSpec
from cx_core.errors import BadInput, RungError
from cx_core.ports import Clock, Store
from cx_core.records import (
    ActionName,
    CustomerId,
    Identity,
    Inbound,
    MessageId,
    Outcome,
    Proposal,
    StepId,
    Ticket,
    TicketId,
    subject,
)
from cx_core.understand import intake
from cx_core.views.goal_details import detail_lines
from cx_core.workflows.journey import Journey
from cx_core.workflows.proposal_inputs import ProposalInputs
from cx_core.workflows.proposal_versions import COPILOT


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")
    sender: Literal["customer", "advisor"] = Field(alias="from")
    text: str


OLDEST = timedelta(days=10_000)
"""A file may hold what was written long ago; dates in it are meant as of then."""


def _moment(value: object) -> datetime:
    """Of ISO 8601 text alone: a bare number might be seconds, milliseconds or a day."""
    moment, usable = None, False
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        usable = moment is not None and moment.tzinfo is not None and moment.astimezone(UTC) is not None
    except (ValueError, OverflowError):
        pass
    if moment is None or not usable:
        raise ValueError('write ISO 8601 text with a time zone, such as "2026-11-21T09:00:00Z"')
    return moment


class BatchLine(BaseModel):
    """One line of the input."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(min_length=1, max_length=180)
    channel: Literal["email", "chat", "web"] = "email"
    customer: Annotated[str, AfterValidator(intake.one_address)] = Field(
        min_length=1, max_length=320, description="e-mail address, alone or as `Name <address>`, or id"
    )
    identity: Identity = 0
    subject: str = ""
    text: str | None = None
    messages: list[_Said] | None = None
    received_at: Annotated[datetime, BeforeValidator(_moment)] | None = None
    headers: dict[str, str] = Field(default_factory=dict, description="of a mail, as they came")

    @model_validator(mode="after")
    def _one_of(self) -> BatchLine:
        if (self.text is None) == (self.messages is None):
            raise ValueError("give either text or messages")
        return self


class Batch:
    """Reads lines, proposes, and with `execute` carries out what may go alone."""

    def __init__(
        self,
        journey: Callable[[], Journey],
        store: Store,
        clock: Clock,
        actions: Mapping[ActionName, ActionSpec],
        *,
        execute: bool,
        ours: Sequence[str] = (),
    ) -> None:
        """`ours`: our own domains, from which no customer writes."""
        self._ours = ours
        self._actions = actions
        self._journey = journey
        self._store = store
        self._clock = clock
        self._execute = execute
        self._seen: dict[str, int] = {}

    def run(self, lines: Iterable[bytes]) -> Iterator[dict[str, object]]:
        """One result a line, in order; a line that cannot be used gets an `error`, and the rest go on."""
        for number, raw in enumerate(lines, start=1):
            if raw.strip():
                yield self._line(number, raw)

    def _line(self, number: int, raw: bytes) -> dict[str, object]:
        id: object = None
        try:
            given = json.loads(raw)
            id = given.get("id") if isinstance(given, dict) else None
            line = BatchLine.model_validate(given)
            if line.id in self._seen:
                raise BadInput(f"The id {line.id} was on line {self._seen[line.id]} already: it is the same message.")
            self._seen[line.id] = number
            return self._result(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            return {"id": id, "line": number, "error": f"{where + ': ' if where else ''}{first['msg']}"}
        except (ValueError, RecursionError) as error:
            return {"id": id, "line": number, "error": f"not a JSON object in UTF-8: {error}"}
        except RungError as error:
            return {"id": id, "line": number, "error": str(error)}
        except Exception as error:  # noqa: BLE001  # the journey's edge: what ends one line must not end the rest
            return {"id": id, "line": number, "error": f"it could not be read: {type(error).__name__}"}

    def _result(self, line: BatchLine) -> dict[str, object]:
        began = time.perf_counter()
        case = self._case(line)
        proposal = self._before(case) or self._journey().propose(case)
        outcomes: Mapping[StepId, Outcome] = {}
        sent = ""
        if self._execute and proposal.route == "act":
            outcomes, sent = self._carry_out(case, proposal)
        return {
            "id": line.id,
            **result(proposal, outcomes, sent, self._actions),
            "ms": {**proposal.ms, "all": round((time.perf_counter() - began) * 1000, 3)},
        }

    def _case(self, line: BatchLine) -> ProposalInputs:
        at = line.received_at or self._clock()
        said = (
            line.messages
            if line.messages is not None
            else [_Said.model_validate({"from": "customer", "text": line.text})]
        )
        inbound = [
            intake.accept(
                Inbound(
                    id=MessageId(f"{line.id}/{n}"[:180]),
                    channel=line.channel,
                    address=line.customer,
                    identity=line.identity,
                    subject=line.subject,
                    text=each.text,
                    received_at=at,
                    headers=tuple(line.headers.items()),
                ),
                self._clock(),
                OLDEST,
            )
            for n, each in enumerate(said)
        ]
        ticket = _same_again(line) if self._execute else TicketId(line.id[:40])
        messages = tuple(
            intake.message(one, ticket, self._ours).replace(id=MessageId(f"{ticket}/{n}"), sender=each.sender, at=at)
            for n, (each, one) in enumerate(zip(said, inbound, strict=True))
        )
        subject = intake.short_subject(line.subject)
        return ProposalInputs(ticket, subject, messages, line.customer, line.identity, line.channel)

    def _before(self, case: ProposalInputs) -> Proposal | None:
        """What was carried out for this very line before: it is finished where it was left, and not done again."""
        if not self._execute:
            return None
        with self._store.look() as unit:
            ticket = unit.tickets.get(case.ticket)
            return unit.proposals.get(ticket.id, ticket.version) if ticket else None

    def _carry_out(self, case: ProposalInputs, proposal: Proposal) -> tuple[Mapping[StepId, Outcome], str]:
        """Alone, on rulings of allow: on record first, then the same way as any approval."""
        now = self._clock()
        customer = proposal.evidence.customer
        ticket = Ticket(
            id=case.ticket,
            subject=case.subject,
            channel=case.channel,
            address=case.address,
            identity=case.identity,
            customer=CustomerId(customer.id) if customer else None,
            work="carrying",
            status="open",
            route="act",
            version=proposal.version,
            opened_at=now,
            updated_at=now,
        )
        approval = self._journey().alone(proposal, ticket)
        with self._store.begin() as unit:
            if unit.tickets.get(ticket.id) is None:
                unit.tickets.put(ticket)
                for message in case.messages:
                    unit.tickets.add_message(message)
                unit.proposals.put(proposal)
                unit.proposals.put_approval(approval)
                unit.record(
                    "acts_alone",
                    actor=COPILOT,
                    payload=approval.model_dump(mode="json"),
                    ticket=ticket.id,
                    customer=subject(ticket),
                )
        self._journey().carry_out(case.ticket, proposal.version, lambda _, work: work())
        with self._store.look() as unit:
            outcomes = latest(unit.proposals.outcomes(case.ticket))
            sent = [message.text for message in unit.tickets.messages(case.ticket) if message.sender == "copilot"]
        return outcomes, sent[-1] if sent else ""


def _same_again(line: BatchLine) -> TicketId:
    """One ticket for one line, however often its file is given: what it asks for is done once."""
    exact = json.dumps(line.model_dump(include={"id", "channel", "customer", "subject", "text", "messages"}))
    return TicketId(f"B-{sha256(exact.encode()).hexdigest()[:16]}")


def result(
    proposal: Proposal, outcomes: Mapping[StepId, Outcome], sent: str, actions: Mapping[ActionName, ActionSpec]
) -> dict[str, object]:
    """A proposal as the batch command writes it."""
    triage = proposal.triage
    draft = proposal.reply.text if proposal.reply else ""
    return {
        "goals": [
            {
                "task_type": g.task_type,
                "probability": round(g.probability, 4),
                "sure": g.sure,
                "quote": g.quote,
                "polarity": g.polarity,
                "details": [line.text for line in detail_lines(proposal.details, number)],
            }
            for number, g in enumerate(triage.goals)
        ],
        "details": [line.text for line in detail_lines(proposal.details, None)],
        "entities": [e.model_dump(include={"kind", "text", "value"}) for e in triage.entities],
        "language": triage.language,
        "urgency": triage.urgency,
        "sentiment": triage.sentiment,
        "priority": triage.priority,
        "summary": proposal.summary,
        "reply": sent or draft,
        "preview": sent or replies.expect(draft, proposal.steps, outcomes, actions, proposal.evidence),
        "citations": [c.model_dump() for c in proposal.reply.citations] if proposal.reply else [],
        "findings": [*proposal.evidence.findings, *(finding.text for finding in proposal.findings)],
        "steps": [
            {
                "action": step.action,
                "arguments": {a.name: a.model_dump(mode="json")["value"] for a in step.arguments},
                "sources": {a.name: a.source.model_dump(exclude_defaults=True) for a in step.arguments},
                "ruling": proposal.rulings[step.id].model_dump(
                    mode="json", include={"answer", "ask", "policies", "reasons"}
                ),
                "outcome": outcomes[step.id].model_dump(mode="json") if step.id in outcomes else None,
            }
            for step in proposal.steps
        ],
        "route": proposal.route,
        "why": proposal.why,
    }
