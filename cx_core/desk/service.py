"""What every part of the desk stands on, and what several of them ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from cx_core.act.approval import not_now
from cx_core.act.outcomes import OutcomeFile
from cx_core.act.reply.ai_disclosure import by_a_person, disclosed
from cx_core.catalogue import Knowledge
from cx_core.decide.policy.alone_again import could_go_alone
from cx_core.errors import NotAllowed
from cx_core.knowledge_base.health.knowledge_gaps import Cluster
from cx_core.ports import (
    Accounts,
    AuditLog,
    BackOffice,
    Clock,
    Detector,
    Dispatcher,
    Durable,
    Encoder,
    Files,
    Index,
    LanguageModel,
    Sealer,
    SolvedCases,
    Store,
    Unit,
    WaitingFiles,
)
from cx_core.ports.articles import Shelf
from cx_core.ports.channels import Channel
from cx_core.ports.conversion import Converter
from cx_core.ports.outside.chat import HostTokens
from cx_core.ports.outside.connectors import ConnectedSystems
from cx_core.ports.outside.imports import ExportReader, ImportFiles
from cx_core.ports.outside.mailboxes import MailFormat, MailServers, Vault
from cx_core.ports.outside.messengers import MessengerCalls
from cx_core.ports.own_task_types import OwnTaskTypeOverlay
from cx_core.ports.policies import PolicyShelf
from cx_core.records import EvidenceCase, Message, Person, PersonId, Proposal, Role, Ticket, TicketId
from cx_core.service_rules.levels_in_force import Levels
from cx_core.service_rules.system_pauses import SystemPauses
from cx_core.service_rules.trial_cases import asked_first, would_act
from cx_core.service_rules.unread_messages import unread
from cx_core.understand.attachments import Look
from cx_core.views import Refusal
from cx_core.workflows.stale_plans import StalePlans
from cx_core.workflows.withdrawn_plans import planned_no_more

if TYPE_CHECKING:
    from cx_core.prompt_injection.document_screening import DocumentScreen
    from cx_core.workflows.journey import Journey

LEASE = timedelta(minutes=5)
EVERYBODY = tuple(Role)
LEADS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
FIRST = Refusal(code="first", text="Say first what you would do; then the proposal is shown.")
EDITORS = (Role.EDITOR, Role.ADMINISTRATOR)
"""Who may change knowledge."""


@dataclass(frozen=True)
class Means:
    """What the desk works with. `journey` is a function since the first use of it loads the encoder.

    `meaning` finds articles by meaning, and is None until the encoder is loaded: nobody waits for it to look one up.
    """

    knowledge: Knowledge
    shelf: Shelf
    store: Store
    audit: AuditLog
    accounts: Accounts
    journey: Callable[[], Journey]
    back_office: Callable[[], BackOffice]
    meaning: Callable[[], tuple[Encoder, Index] | None]
    durable: Durable
    clock: Clock
    gather_seconds: float
    undo_seconds: float
    dispatcher: Dispatcher
    public_url: str
    files: Files
    look: Look
    most_bytes: int
    policies: Callable[[], PolicyShelf]
    outcomes: OutcomeFile
    converter: Converter
    screen: Callable[[], DocumentScreen]
    screen_ready: Callable[[], bool]
    detector: Detector
    most_upload: int
    waiting_files: WaitingFiles
    levels: Levels
    systems: SystemPauses
    sealer: Sealer
    cluster: Cluster
    encoder: Callable[[], Encoder | None]
    vault: Vault
    mail_servers: MailServers
    mail_format: MailFormat
    most_mail: int
    channels: Sequence[Channel]
    connected_systems: ConnectedSystems
    host_tokens: HostTokens
    messenger_calls: MessengerCalls
    export_reader: ExportReader
    import_files: ImportFiles
    own_task_types: OwnTaskTypeOverlay
    model: Callable[[], LanguageModel | None] = lambda: None
    cases: Callable[[], SolvedCases | None] = lambda: None
    """Finds earlier tickets; None, as `meaning` is, until the encoder is loaded."""


class Service:
    """One part of the desk. Every call names the person and checks the role."""

    def __init__(self, means: Means) -> None:
        self._knowledge = means.knowledge
        self._shelf = means.shelf
        self._cluster = means.cluster
        self._ready_encoder = means.encoder
        self._store = means.store
        self._audit = means.audit
        self._accounts = means.accounts
        self._journey, self._own_task_types = means.journey, means.own_task_types
        self._back_office = means.back_office
        self._meaning = means.meaning
        self._durable = means.durable
        self._clock = means.clock
        self._gather = means.gather_seconds
        self._undo_seconds = means.undo_seconds
        self._model = means.model
        self._cases = means.cases
        self._policies = means.policies
        self._outcomes = means.outcomes
        self._at_level = means.levels
        self._systems = means.systems
        self._sealer = means.sealer
        self._files = means.files
        self._look = means.look
        self._most_bytes = means.most_bytes

    def _stale_plans(self) -> StalePlans:
        ask = self._own_task_types.overtaken
        no_more = partial(planned_no_more, task_types=self._knowledge.task_types, ask=ask)
        return StalePlans(
            self._store, self._back_office(), self._knowledge.records, self._outcomes, self._clock, no_more
        )

    def _hold(self, unit: Unit, person: Person, ticket_id: TicketId) -> Refusal | None:
        holder = unit.colleagues.lease(ticket_id, self._clock())
        if holder and holder[0] != person.id:
            return Refusal(code="taken", text=f"{holder[1]} has this ticket. It is yours once they let it go.")
        now = self._clock()
        unit.colleagues.put_lease(ticket_id, person, now, now + LEASE)
        return None

    def _not_now(self, unit: Unit, person: Person, ticket_id: TicketId, version: int) -> Refusal | None:
        ticket, proposal = unit.tickets.get(ticket_id), unit.proposals.get(ticket_id, version)
        if ticket is not None and proposal is not None and self._answered_first(unit, ticket, proposal):
            return FIRST
        holder = unit.colleagues.lease(ticket_id, self._clock())
        return not_now(
            ticket,
            proposal,
            version,
            waiting=waiting(unit.tickets.messages(ticket_id), proposal),
            holder=holder[1] if holder and holder[0] != person.id else "",
            answered=unit.proposals.approval(ticket_id, version) is not None,
        )

    def _answered_first(self, unit: Unit, ticket: Ticket, proposal: Proposal) -> bool:
        """Whether a person still has to say what they would do before they see this proposal.

        Tickets are chosen by their ids, always the same ones: only where the proposal might have gone alone, is the
        first one, and cannot have been seen.
        """
        made_elsewhere = ticket.simulated or ticket.test or ticket.imported is not None
        if ticket.work != "ready" or made_elsewhere or proposal.version > 1 or not would_act(proposal):
            return False
        if proposal.planted_error:
            return False
        task_type = proposal.triage.goals[0].task_type
        share, since = self._at_level.blind(unit, task_type)
        if since is None or proposal.made_at < since or not asked_first(ticket.id, task_type, share):
            return False
        return unit.trials.first(ticket.id, proposal.version) is None

    def _veiled(self, unit: Unit, ticket: Ticket) -> Refusal | None:
        """A no to whoever would read the proposal elsewhere before they have answered first."""
        proposal = unit.proposals.get(ticket.id, ticket.version)
        return FIRST if proposal is not None and self._answered_first(unit, ticket, proposal) else None

    def _keep_case(self, unit: Unit, proposal: Proposal, case: EvidenceCase | None) -> None:
        """A case of evidence for a level; what no policy would let go alone is kept and does not count.

        None is made in a ticket with a planted error: whoever answers it may have been told what is right. Nor in one
        that was imported or written as a test: how it came is not how customers come.
        """
        ticket = unit.tickets.get(proposal.ticket)
        if ticket is None or ticket.test or ticket.imported is not None:
            return
        if case is not None and unit.planted_errors.of(proposal.ticket) is None:
            permitted = could_go_alone(proposal, self._policies().active, self._knowledge.actions)
            unit.trials.put(case.replace(permitted=permitted))

    def _disclosed(self, unit: Unit, ticket: Ticket, text: str) -> str:
        """What is sent of this text. A draft of any version counts: words are kept when a newer one comes."""
        proposals = (unit.proposals.get(ticket.id, version) for version in range(1, ticket.version + 1))
        parts = [part for proposal in proposals if proposal is not None for part in proposal.parts]
        sent = unit.tickets.messages(ticket.id)
        text = by_a_person(text, self._knowledge.company)
        return disclosed(text, parts, unit.colleagues.rewordings(ticket.id), self._knowledge.company, sent)


def allow(person: Person, *roles: Role) -> None:
    if person.role not in roles:
        raise NotAllowed(
            f"This is for {', '.join(role.value + 's' for role in roles)}; your role is {person.role.value}."
        )


def let_go(unit: Unit, person: PersonId, now: datetime) -> None:
    """Release every ticket that this person has open: they are leaving, or may not stay."""
    for ticket in unit.colleagues.viewed(person):
        unit.colleagues.drop_viewer(ticket, person, now)
    for ticket in unit.colleagues.leases(person):
        unit.colleagues.drop_lease(ticket)


def assigned(ticket: Ticket, person: Person) -> Ticket:
    status = "open" if ticket.status == "new" else ticket.status
    return ticket.replace(assignee=person.id, assignee_name=person.name, status=status)


def waiting(messages: tuple[Message, ...], proposal: Proposal | None) -> bool:
    """Whether the customer wrote something that the proposal has not read."""
    return proposal is not None and unread(messages, proposal)
