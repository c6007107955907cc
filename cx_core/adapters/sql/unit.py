"""One transaction over tickets, in SQL; see `ports.Unit`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import sqlalchemy as sa

from cx_core.adapters.callbacks.callback_rows import CallbackRows
from cx_core.adapters.chat.chat_rows import ChatRows
from cx_core.adapters.openapi.connector_rows import ConnectorRows
from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.article_rows import ArticleRows
from cx_core.adapters.sql.article_use_rows import UseRows
from cx_core.adapters.sql.attachment_rows import AttachmentRows
from cx_core.adapters.sql.channels.api_token_rows import ApiTokenRows
from cx_core.adapters.sql.channels.messenger_rows import MessengerRows, OutgoingMessageRows
from cx_core.adapters.sql.colleague_rows import ColleagueRows
from cx_core.adapters.sql.customer_question_rows import ConsentRows, IdentityCodeRows, RatingRows
from cx_core.adapters.sql.erasure_rows import OF_TICKETS, ErasureRows
from cx_core.adapters.sql.health_rows import HealthRows
from cx_core.adapters.sql.import_rows import ImportRows
from cx_core.adapters.sql.levels.evidence_rows import PlantedErrorRows, ReviewRows, TrialRows
from cx_core.adapters.sql.levels.level_rows import LevelRows, SystemRows
from cx_core.adapters.sql.levels.simulation_rows import SimulationRows
from cx_core.adapters.sql.mail.mail_rows import ArrivedMailRows, MailboxRows, OutgoingMailRows
from cx_core.adapters.sql.notification_rows import NotificationRows
from cx_core.adapters.sql.open_plan_rows import OpenPlanRows
from cx_core.adapters.sql.policy_rows import PolicyRows
from cx_core.adapters.sql.proposal_rows import ProposalRows
from cx_core.adapters.sql.seal_rows import SealRows
from cx_core.adapters.sql.set_up.company_rows import CompanyFactsRows
from cx_core.adapters.sql.set_up.own_task_type_rows import OwnTaskTypeRows
from cx_core.adapters.sql.solved_case_rows import CaseRows
from cx_core.adapters.sql.spending_rows import SpendingRows
from cx_core.adapters.sql.switch_rows import SwitchRows
from cx_core.adapters.sql.ticket_rows import TicketRows, erased_id
from cx_core.adapters.sql.upload_rows import UploadRows
from cx_core.ports import Sealer, Telling
from cx_core.ports.sealing import Renewal
from cx_core.records import SENDER, CustomerId, Ticket, TicketId, key_owner

ERASED = "[erased on the customer's request]"


class AuditWithin(Protocol):
    """The part of the audit log that writes inside somebody else's transaction."""

    def append_within(
        self,
        connection: sa.Connection,
        kind: str,
        *,
        actor: str,
        payload: Mapping[str, object],
        ticket: TicketId | None = None,
        customer: CustomerId | None = None,
    ) -> int: ...

    def append_all_within(self, connection: sa.Connection, events: Sequence[Telling]) -> int: ...


class SqlUnit(SealRows):
    """One transaction; see ports.Unit."""

    def __init__(
        self, connection: sa.Connection, audit: AuditWithin, sealer: Sealer, renewal: Renewal | None = None
    ) -> None:
        """`renewal`: where the transaction may write."""
        super().__init__(connection, renewal)
        self._audit = audit
        self.notifications = NotificationRows(connection)
        self.tickets = TicketRows(connection, self.notifications.announce_status)
        self.proposals = ProposalRows(connection)
        self.colleagues = ColleagueRows(connection)
        self.attachments = AttachmentRows(connection)
        self.ratings = RatingRows(connection)
        self.spending = SpendingRows(connection)
        self.switches = SwitchRows(connection, renewal, sealer)
        self.policies = PolicyRows(connection)
        self.connectors = ConnectorRows(connection)
        self.own_task_types = OwnTaskTypeRows(connection)
        self.articles = ArticleRows(connection)
        self.uploads = UploadRows(connection)
        self.article_use = UseRows(connection)
        self.health = HealthRows(connection)
        self.solved_cases = CaseRows(connection)
        self.levels = LevelRows(connection)
        self.systems = SystemRows(connection)
        self.trials = TrialRows(connection)
        self.planted_errors = PlantedErrorRows(connection)
        self.reviews = ReviewRows(connection)
        self.erasures = ErasureRows(connection)
        self.open_plans = OpenPlanRows(connection)
        self.identity_codes = IdentityCodeRows(connection)
        self.consents = ConsentRows(connection)
        self.api_tokens = ApiTokenRows(connection, renewal, sealer)
        self.mailboxes = MailboxRows(connection)
        self.arrived_mail = ArrivedMailRows(connection)
        self.outgoing_mail = OutgoingMailRows(connection)
        self.chat = ChatRows(connection)
        self.messengers = MessengerRows(connection)
        self.outgoing_messages = OutgoingMessageRows(connection)
        self.simulations = SimulationRows(connection)
        self.imports = ImportRows(connection)
        self.callbacks = CallbackRows(connection)
        self.company_facts = CompanyFactsRows(connection, renewal, sealer)

    def record(
        self,
        kind: str,
        *,
        actor: str,
        payload: Mapping[str, object],
        ticket: TicketId | None = None,
        customer: CustomerId | None = None,
    ) -> None:
        owner = _owner(customer, ticket)
        entry = self._audit.append_within(
            self._connection, kind, actor=actor, payload=payload, ticket=ticket, customer=owner
        )
        self.notifications.announce(kind, payload, ticket, entry)

    def record_all(self, events: Sequence[Telling]) -> None:
        owned = [one._replace(customer=_owner(one.customer, one.ticket)) for one in events]
        self._audit.append_all_within(self._connection, owned)

    def forget(self, tickets: Collection[Ticket]) -> frozenset[CustomerId]:
        ids = [ticket.id for ticket in tickets]
        names = {CustomerId(f"file:{id}") for id in self.erasures.attachments_of(ids)}
        self.chat.forget_sessions(ids)
        for table in OF_TICKETS:
            self._connection.execute(sa.delete(table).where(table.c.ticket.in_(ids)))
        self.health.drop_from_gaps(ids)
        nobodys = t.spending.c.ticket.in_(ids)  # the sums stay what they are, in nobody's name
        self._connection.execute(sa.update(t.spending).where(nobodys).values(customer=""))
        words = {"text": ERASED, "author": "", "by_program": "", "refers": "", "also_to": "", "reply_to": ""}
        self._connection.execute(sa.update(t.message).where(t.message.c.ticket.in_(ids)).values(words))
        for id in (
            self._connection.execute(sa.select(t.message.c.id).where(t.message.c.ticket.in_(ids))).scalars().all()
        ):
            self._connection.execute(sa.update(t.message).where(t.message.c.id == id).values(id=erased_id(id)))
        for ticket in tickets:
            self.tickets.put(
                ticket.replace(
                    address="",
                    customer_name="",
                    subject=ERASED,
                    preview="",
                    customer=None,
                    confirmed=None,
                    imported=ticket.imported.replace(number="") if ticket.imported else None,
                    status="closed",
                    work="done",
                    version=0,
                    route=None,
                ),
                thread="",
            )
        addresses = {ticket.address.lower() for ticket in tickets}
        senders = {CustomerId(f"{SENDER}{one}") for one in addresses - self.erasures.still_used(addresses, but=ids)}
        customers = {ticket.customer for ticket in tickets if ticket.customer is not None}
        return frozenset(names | senders | customers | {CustomerId(f"ticket:{id}") for id in ids})


def _owner(customer: CustomerId | None, ticket: TicketId | None) -> CustomerId | None:
    """Whose key an event is encrypted with."""
    return customer if customer is None or ticket is None else key_owner(customer, f"ticket:{ticket}")
