"""One transaction: the repositories of what Rung keeps, and its audit events."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from cx_core.ports.article_use import ArticleUseRepository
from cx_core.ports.articles import ArticleRepository, UploadRepository
from cx_core.ports.callbacks import CallbackRepository
from cx_core.ports.company import CompanyFactsRepository
from cx_core.ports.erasure import ErasureRepository
from cx_core.ports.health import HealthRepository
from cx_core.ports.identity_codes import ConsentRepository, IdentityCodeRepository
from cx_core.ports.levels import (
    LevelRepository,
    PlantedErrorRepository,
    ReviewRepository,
    SystemRepository,
    TrialRepository,
)
from cx_core.ports.notifications import NotificationRepository
from cx_core.ports.open_plans import OpenPlanRepository
from cx_core.ports.outside.api_tokens import ApiTokenRepository
from cx_core.ports.outside.chat import ChatRepository
from cx_core.ports.outside.connectors import ConnectorRepository
from cx_core.ports.outside.imports import ImportRepository
from cx_core.ports.outside.mailboxes import ArrivedMailRepository, MailboxRepository, OutgoingMailRepository
from cx_core.ports.outside.messengers import MessengerRepository, OutgoingMessageRepository
from cx_core.ports.own_task_types import OwnTaskTypeRepository
from cx_core.ports.policies import PolicyRepository
from cx_core.ports.simulations import SimulationRepository
from cx_core.ports.solved_cases import SolvedCaseRepository
from cx_core.ports.spending import SpendingRepository
from cx_core.ports.switches import SwitchRepository
from cx_core.ports.tickets import (
    AttachmentRepository,
    ColleagueRepository,
    ProposalRepository,
    RatingRepository,
    TicketRepository,
)
from cx_core.records import CustomerId, Ticket, TicketId


class Telling(NamedTuple):
    """What the audit log is to be told; see `Unit.record`."""

    kind: str
    actor: str
    payload: Mapping[str, object]
    ticket: TicketId | None = None
    customer: CustomerId | None = None


class Unit(Protocol):
    """One transaction over tickets: all of it with its audit events, or nothing."""

    @property
    def tickets(self) -> TicketRepository: ...

    @property
    def proposals(self) -> ProposalRepository: ...

    @property
    def colleagues(self) -> ColleagueRepository: ...

    @property
    def attachments(self) -> AttachmentRepository: ...

    @property
    def ratings(self) -> RatingRepository: ...

    @property
    def spending(self) -> SpendingRepository: ...

    @property
    def switches(self) -> SwitchRepository: ...

    @property
    def notifications(self) -> NotificationRepository: ...

    @property
    def policies(self) -> PolicyRepository: ...

    @property
    def connectors(self) -> ConnectorRepository: ...

    @property
    def own_task_types(self) -> OwnTaskTypeRepository: ...

    @property
    def articles(self) -> ArticleRepository: ...

    @property
    def uploads(self) -> UploadRepository: ...

    @property
    def article_use(self) -> ArticleUseRepository: ...

    @property
    def health(self) -> HealthRepository: ...

    @property
    def solved_cases(self) -> SolvedCaseRepository: ...

    @property
    def levels(self) -> LevelRepository: ...

    @property
    def systems(self) -> SystemRepository: ...

    @property
    def trials(self) -> TrialRepository: ...

    @property
    def planted_errors(self) -> PlantedErrorRepository: ...

    @property
    def reviews(self) -> ReviewRepository: ...

    @property
    def erasures(self) -> ErasureRepository: ...

    @property
    def open_plans(self) -> OpenPlanRepository: ...

    @property
    def identity_codes(self) -> IdentityCodeRepository: ...

    @property
    def consents(self) -> ConsentRepository: ...

    @property
    def api_tokens(self) -> ApiTokenRepository: ...

    @property
    def mailboxes(self) -> MailboxRepository: ...

    @property
    def arrived_mail(self) -> ArrivedMailRepository: ...

    @property
    def outgoing_mail(self) -> OutgoingMailRepository: ...

    @property
    def chat(self) -> ChatRepository: ...

    @property
    def messengers(self) -> MessengerRepository: ...

    @property
    def outgoing_messages(self) -> OutgoingMessageRepository: ...

    @property
    def simulations(self) -> SimulationRepository: ...

    @property
    def imports(self) -> ImportRepository: ...

    @property
    def callbacks(self) -> CallbackRepository: ...

    @property
    def company_facts(self) -> CompanyFactsRepository: ...

    def mark_anew(self, name: str, exact: str) -> str:
        """A mark for a row that this transaction writes, see ports.sealing.Renewal. Raises AuditUnavailable."""
        ...

    def record(
        self,
        kind: str,
        *,
        actor: str,
        payload: Mapping[str, object],
        ticket: TicketId | None = None,
        customer: CustomerId | None = None,
    ) -> None:
        """An audit event in this transaction. Raises AuditUnavailable, and then nothing is kept."""
        ...

    def record_all(self, events: Sequence[Telling]) -> None:
        """The same for many events, in their order, which no subscriber is told of."""
        ...

    def forget(self, tickets: Collection[Ticket]) -> frozenset[CustomerId]:
        """Blank the words, proposals and drafts of these tickets, and whatever else was made of them.

        Returns the names of the keys of what goes. The key of an address, which Rung used before it kept one for each
        ticket that nobody is known for, is among them unless a ticket that stays was written from there.
        """
        ...
