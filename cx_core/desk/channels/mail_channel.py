"""E-mail as a channel: replies go out from the mailbox that their ticket came by, through a queue that is kept."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from cx_core.desk.channels.mail_intake import MailIntake
from cx_core.errors import BadInput, SystemRefused
from cx_core.ports import Clock, Store, Unit
from cx_core.ports.channels import MaySend, Outgoing, Receive, Sending
from cx_core.ports.outside.mailboxes import MailFormat, Vault
from cx_core.records import Identity, Mailbox, OutgoingMail, Ticket, TicketId
from cx_core.service_rules.mail_threads import MailThreads

HOUR = timedelta(hours=1)


class MailChannel:
    """Implements ports.channels.Channel. What it takes is queued in the database; see `MailSending`."""

    vouches: Identity = 1

    def __init__(
        self,
        store: Store,
        vault: Vault,
        format: MailFormat,
        threads: MailThreads,
        clock: Clock,
        automatic_hour: int,
    ) -> None:
        """`automatic_hour`: mails that no person sent, to one address within an hour, at most."""
        self._store, self._vault, self._format, self._clock = store, vault, format, clock
        self._threads = threads
        self._automatic_hour = automatic_hour
        self._intake = MailIntake(store, vault, format, threads, clock)

    def carries(self, ticket: Ticket) -> bool:
        return ticket.channel == "email" and bool(ticket.mailbox)

    def receive(self, receive: Receive) -> int:
        """What fetchers have stored."""
        return self._intake.take_in(receive)

    def send(self, message: Outgoing) -> str:
        if not message.key or not message.address.strip():
            raise SystemRefused("A message needs a key and an address.")
        exact = _exact(message)
        with self._store.look() as unit:
            ticket, mailbox = self._from(unit, message)
            sent = unit.outgoing_mail.get(message.key)
        if sent is None:
            raw, message_id = self._written(message, ticket, mailbox)
            sealed = self._vault.seal(raw, about_outgoing(message.key))
            with self._store.begin() as unit:
                sent = unit.outgoing_mail.get(message.key)
                if sent is None:
                    sent = self._queued(message, ticket.id, mailbox, message_id, exact)
                    self._may_leave(unit, sent)
                    unit.outgoing_mail.add(sent, sealed)
        if sent.exact != exact:
            raise SystemRefused("Another message was sent under this key; nothing was sent.")
        return sent.message_id

    def _written(self, message: Outgoing, ticket: Ticket, mailbox: Mailbox) -> tuple[bytes, str]:
        """The mail and its Message-ID: the same for the same key. Raises SystemRefused for what no mail can hold."""
        nonce = hashlib.sha256(message.key.encode()).hexdigest()[:20]
        domain = mailbox.address.rpartition("@")[2]
        to_customer = message.address.strip().lower() == ticket.address.strip().lower()
        message_id, reply_to = f"<{nonce}@{domain}>", ""  # an answer from anybody else begins a ticket of its own
        if to_customer:
            message_id = self._threads.message_id(ticket.id, message.address, domain, nonce)
        if to_customer and mailbox.plus_addresses:
            reply_to = self._threads.reply_address(mailbox.address, ticket.id, message.address)
        try:
            return self._format.written(message, mailbox, message_id, reply_to), message_id
        except BadInput as refused:
            raise SystemRefused(str(refused)) from refused

    def sending(self, key: str) -> Sending | None:
        with self._store.look() as unit:
            mail = unit.outgoing_mail.get(key)
            return _shown(mail) if mail is not None else None

    def retry(self, key: str) -> bool:
        now = self._clock()
        with self._store.begin() as unit:
            mail = unit.outgoing_mail.get(key)
            if mail is None or mail.state not in ("refused", "bounced") or unit.outgoing_mail.sealed(key) is None:
                return False
            unit.outgoing_mail.put(mail.replace(state="queued", words="", tries=0, next_try=now, settled_at=None))
        return True

    def may_send(self, ticket: Ticket) -> MaySend:
        with self._store.look() as unit:
            mailbox = way_out(unit, ticket.mailbox)
            bounced = unit.outgoing_mail.bounced_for_good(ticket.address)
        if mailbox is None:
            return MaySend("nothing", "The mailbox that this ticket came by was removed.")
        if bounced is not None:
            return MaySend("text", f"The last mail to this address was not delivered: {bounced.words}")
        if not mailbox.active:
            return MaySend("text", "The mailbox is paused: what is sent leaves when it is resumed.")
        return MaySend("text")

    def _from(self, unit: Unit, message: Outgoing) -> tuple[Ticket, Mailbox]:
        ticket = unit.tickets.get(TicketId(message.key.partition(":")[0]))
        mailbox = way_out(unit, ticket.mailbox) if ticket is not None and ticket.mailbox else None
        if ticket is None or mailbox is None:
            raise SystemRefused("The mailbox that this ticket came by was removed. Connect it again, or write by hand")
        return ticket, mailbox

    def _queued(
        self, message: Outgoing, ticket: TicketId, mailbox: Mailbox, message_id: str, exact: str
    ) -> OutgoingMail:
        now = self._clock()
        return OutgoingMail(
            key=message.key,
            ticket=ticket,
            mailbox=mailbox.id,
            address=message.address,
            message_id=message_id,
            exact=exact,
            automatic=message.headers.get("Auto-Submitted", "no").strip().lower() != "no",
            next_try=now,
            at=now,
        )

    def _may_leave(self, unit: Unit, mail: OutgoingMail) -> None:
        """Whatever answers whom: mails that no person sent to one address come to an end."""
        if not mail.automatic:
            return
        if unit.outgoing_mail.automatic_since(mail.address, mail.at - HOUR) >= self._automatic_hour:
            raise SystemRefused(
                f"{self._automatic_hour} automatic mails went to this address within an hour, which is the most"
            )
        if unit.outgoing_mail.bounced_for_good(mail.address) is not None:
            raise SystemRefused("The last mail to this address was not delivered, so none goes there by itself")


def way_out(unit: Unit, id: str) -> Mailbox | None:
    """The mailbox; of one that was removed, another with its address, which was connected again."""
    there = {mailbox.id: mailbox for mailbox in unit.mailboxes.all()}
    if id in there:
        return there[id]
    before = unit.mailboxes.get(id)
    same = [one for one in there.values() if before is not None and one.address.lower() == before.address.lower()]
    return max(same, key=lambda one: one.active, default=None)


def about_outgoing(key: str) -> str:
    """What the encrypted bytes of a mail on its way out are bound to."""
    return f"outgoing:{key}"


def _exact(message: Outgoing) -> str:
    """Digest what a key carries once. The subject is left out: a person who sends it again has one of their own."""
    files = [f"{file.name}\n{file.media_type}\n{hashlib.sha256(file.content).hexdigest()}" for file in message.files]
    return hashlib.sha256("\0".join([message.channel, message.address, message.text, *files]).encode()).hexdigest()


def _shown(mail: OutgoingMail) -> Sending:
    failed = mail.state in ("refused", "bounced")
    return Sending(mail.key, mail.state, mail.words, mail.tries, mail.next_try, mail.settled_at, can_retry=failed)
