"""What a program may ask of the desk through the HTTP API, each call by the scopes of its token.

A program sees what a customer could see of a ticket, and a little about where it stands: never a note of a colleague,
a draft, a proposal or another program's ids. What it writes comes in as any channel's message does.
"""

from __future__ import annotations

from datetime import datetime

from cx_core.desk.service import Means, Service
from cx_core.desk.tickets.inbound_messages import InboundMessages
from cx_core.errors import NotAllowed
from cx_core.ports import Unit
from cx_core.records import ApiScope, ApiToken, Inbound, Message, MessageId, Status, Ticket, TicketId
from cx_core.understand import intake
from cx_core.views import ApiCustomer, ApiMessage, ApiTicket, Refusal, Taken

MOST = 100
"""On one page."""
UNKNOWN = Refusal(code="stale", text="There is no such ticket.")
OTHER_CHANNEL = Refusal(
    code="denied",
    text="This ticket was not created through the API, so its messages come by its own channel.",
)
_THREAD = "api:"


class ProgramAccess(Service):
    """For programs: every call names the token and checks its scope. Raises NotAllowed naming the scope."""

    def __init__(self, means: Means, inbound: InboundMessages) -> None:
        super().__init__(means)
        self._inbound = inbound

    def create_ticket(self, token: ApiToken, inbound: Inbound) -> Taken | Refusal:
        """Take the first message of a new ticket; `inbound.id` is the program's own, and names the same one again.

        Raises BadInput for what no channel may hand in.
        """
        need(token, "tickets:write")
        return self._take(token, inbound, thread=f"{_THREAD}{token.id}:{inbound.id}")

    def add_message(
        self, token: ApiToken, ticket_id: TicketId, id: str, text: str, received_at: datetime
    ) -> Taken | Refusal:
        """A further message of the customer who wrote the first one. A closed ticket gets a linked new one."""
        need(token, "tickets:write")
        with self._store.look() as unit:
            ticket, thread = _seen(unit, ticket_id), unit.tickets.thread(ticket_id)
            first = unit.tickets.messages(ticket_id)[:1]
        if ticket is None:
            return UNKNOWN
        if not thread.startswith(_THREAD) or not first:
            return OTHER_CHANNEL
        inbound = Inbound(
            id=MessageId(id),
            channel="web",
            address=ticket.address,
            identity=1 if "identity:vouch" in token.scopes and first[0].identity == 1 else 0,
            text=text,
            received_at=received_at,
        )
        return self._take(token, inbound, thread=thread)

    def ticket(self, token: ApiToken, id: TicketId) -> ApiTicket | None:
        need(token, "tickets:read")
        with self._store.look() as unit:
            found = _seen(unit, id)
        return _shown(found) if found is not None else None

    def tickets(
        self,
        token: ApiToken,
        after: tuple[datetime, TicketId] | None,
        most: int,
        *,
        status: Status | None = None,
        customer: str = "",
    ) -> tuple[ApiTicket, ...]:
        """By when they last changed, oldest first: going on from the last one gives what changed since."""
        need(token, "tickets:read")
        with self._store.look() as unit:
            found = unit.tickets.changed(after, min(most, MOST), status=status, customer=customer)
        return tuple(_shown(one) for one in found)

    def messages(self, token: ApiToken, id: TicketId) -> tuple[ApiMessage, ...] | None:
        """What was said between the customer and us, oldest first; None: there is no such ticket."""
        need(token, "tickets:read")
        with self._store.look() as unit:
            if _seen(unit, id) is None:
                return None
            return tuple(_said(one) for one in unit.tickets.messages(id))

    def customers(self, token: ApiToken, address: str) -> tuple[ApiCustomer, ...]:
        """Customers with this address or id. Raises SystemUnreachable."""
        need(token, "customers:read")
        found = self._back_office().find_customers(address)
        return tuple(
            ApiCustomer(id=one.id, name=str(one.fields.get("name") or ""), tier=str(one.fields.get("tier") or ""))
            for one in found
        )

    # --- inside -----------------------------------------------------------------------------

    def _take(self, token: ApiToken, inbound: Inbound, thread: str) -> Taken | Refusal:
        if inbound.identity and "identity:vouch" not in token.scopes:
            raise NotAllowed("This token may not vouch for who wrote: it needs the scope identity:vouch.")
        inbound = inbound.replace(id=MessageId(f"{token.id}:{inbound.id}"), thread=thread, channel="web")
        accepted = intake.accept(inbound, self._clock())
        with self._store.look() as unit:
            before = unit.tickets.message(intake.message_id(accepted))
        if before is not None and before.text != accepted.text and not before.purpose:
            text = "Another message was taken under this id before. Give each message an id of its own."
            return Refusal(code="already", text=text)
        return Taken(ticket=self._inbound.receive(inbound), anew=before is None)


def need(token: ApiToken, scope: ApiScope) -> None:
    """Raises NotAllowed unless the token has this scope."""
    if scope not in token.scopes:
        raise NotAllowed(f"This token does not have the scope {scope}.")


def _seen(unit: Unit, id: TicketId) -> Ticket | None:
    """The ticket, unless it was made up for a demonstration."""
    ticket = unit.tickets.get(id)
    return ticket if ticket is not None and not ticket.simulated else None


def _shown(ticket: Ticket) -> ApiTicket:
    return ApiTicket(
        id=ticket.id,
        subject=ticket.subject,
        status=ticket.status,
        channel=ticket.channel,
        priority=ticket.priority,
        customer=ticket.customer,
        address=ticket.address,
        assigned=ticket.assignee is not None,
        opened_at=ticket.opened_at,
        updated_at=ticket.updated_at,
        first_response_at=ticket.first_response_at,
        solved_at=ticket.solved_at,
        merged_into=ticket.merged_into,
        imported=ticket.imported is not None,
        follows=ticket.linked_to,
    )


def _said(message: Message) -> ApiMessage:
    return ApiMessage(
        sender="customer" if message.sender == "customer" else "us",
        automatic=message.sender == "copilot",
        text=message.text,
        at=message.at,
    )
