"""What tests of mail do to a desk: connect a mailbox, have customers write, fetch, and look what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count
from typing import Any

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.desk.desk import Desk
from cx_core.ports.outside.mailboxes import MailboxSecret
from cx_core.records import ArrivedMail, Mailbox, MailServer, PersonId, Ticket
from tests.mail_servers import PASSWORD, Dovecot
from tests.receivers import Letterbox
from tests.scripted import LENA, Hand, InlineWorks

_BOXES = count(1)


def mail(
    text: str = "Please send me a copy of my invoice I-21.",
    *,
    id: str,
    sender: str = LENA,
    to: str = "help@rung.example",
    subject: str = "Hello",
    **headers: str,
) -> bytes:
    """A customer's mail, as it is sent."""
    made = EmailMessage(policy=SMTP.clone(max_line_length=900))
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Date"] = "Mon, 23 Nov 2026 08:59:00 +0000"
    if id:
        made["Message-ID"] = id
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes()


class MailHand(Hand):
    """A hand with one mailbox, `self.mailbox`, at real servers."""

    def __init__(self, desk: Desk, works: InlineWorks, server: Dovecot, box: Letterbox) -> None:
        super().__init__(desk, works)
        self.server, self.box = server, box
        self.mailbox = self.connect()

    def connect(self, **changed: Any) -> Mailbox:  # noqa: ANN401  # as `Record.replace` takes them
        """Another mailbox of this test's own."""
        address = f"help{next(_BOXES)}@rung.example"
        made = Mailbox(
            id=f"box-{address.partition('@')[0]}",
            address=address,
            name="Fernline",
            imap=MailServer(host="127.0.0.1", port=self.server.imap, security="none"),
            smtp=MailServer(host="127.0.0.1", port=self.box.port, security="none"),
            user=address,
            with_earlier=True,
            by=PersonId("p"),
            at=self.works.clock(),
        ).replace(**changed)
        with self.works.store.begin() as unit:
            unit.mailboxes.put(made)
            unit.mailboxes.put_secret(
                made.id, self.works.mail_servers.keep_secret(made, MailboxSecret(password=PASSWORD))
            )
        return made

    def deliver(self, *raws: bytes) -> None:
        self.server.deliver(raws, self.mailbox.address)

    def fetch(self, mailbox: Mailbox | None = None) -> int:
        """One look at the mailbox, and what came is taken in. Returns how many mails were stored."""
        chosen = mailbox or self.mailbox
        with self.works.mail_servers.folder(chosen) as folder:
            stored = self.desk.mail_fetching.catch_up(chosen, folder)
        self.desk.receive_waiting()
        return stored

    def send(self) -> None:
        self.desk.mail_sending.send_mails()

    def tickets(self) -> list[Ticket]:
        """Those that came by a mailbox, oldest first."""
        with self.works.engine.connect() as connection:
            bodies = connection.execute(sa.select(t.ticket.c.body).order_by(t.ticket.c.opened_at, t.ticket.c.id))
            found = [Ticket.model_validate(body) for body in bodies.scalars()]
        return [ticket for ticket in found if ticket.mailbox]

    def arrived(self, mailbox: Mailbox | None = None) -> Sequence[ArrivedMail]:
        """Every mail on file, in the order it came."""
        names = [column for column in t.arrived_mail.c if column.name != "raw"]
        whose = t.arrived_mail.c.mailbox == (mailbox or self.mailbox).id
        with self.works.store.look() as unit, self.works.engine.connect() as connection:
            ids = connection.execute(sa.select(names[0]).where(whose).order_by(names[0])).scalars().all()
            found = [unit.arrived_mail.get(id) for id in ids]
        return [one for one in found if one is not None]
