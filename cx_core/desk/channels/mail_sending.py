"""Queued mails handed in at their mailboxes' SMTP servers; what a server took is sent, which is not delivered."""

from __future__ import annotations

from datetime import timedelta

from cx_core.desk.channels.mail_channel import about_outgoing, way_out
from cx_core.desk.channels.mail_claims import claimed
from cx_core.desk.channels.undelivered import not_delivered
from cx_core.desk.service import Means, Service
from cx_core.errors import MailboxRefused, SystemRefused, SystemTrouble
from cx_core.records import Mailbox, OutgoingMail

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
"""After each try that failed. When they are used up, about two days on, it counts as refused (RFC 5321 4.5.4.1 asks
for four to five days of a server that relays; we hand in at one, and a person should hear of it sooner)."""
CLAIM = timedelta(minutes=5)
"""Longer than one hand-in can take. A process that ends in the middle leaves it to the next for so long; what goes out
twice then has one Message-ID."""
PAUSED = timedelta(minutes=1)
MOST = 200
KEPT = timedelta(days=14)
"""How long a mail that was settled can be sent again."""


class MailSending(Service):
    """Done in rounds, by any number of processes."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._servers, self._vault = means.mail_servers, means.vault

    def send_mails(self) -> None:
        """Hand in what is due."""
        for _ in range(MOST):
            mail = claimed(self._store, lambda unit: unit.outgoing_mail, self._clock(), CLAIM)
            if mail is None:
                return
            self._hand_in(mail)

    def forget_old(self) -> None:
        """Drop the bytes of mails that were settled long ago."""
        with self._store.begin() as unit:
            unit.outgoing_mail.forget_before(self._clock() - KEPT)

    def _hand_in(self, mail: OutgoingMail) -> None:
        with self._store.look() as unit:
            mailbox, sealed = way_out(unit, mail.mailbox), unit.outgoing_mail.sealed(mail.key)
        raw = self._vault.unseal(sealed, about_outgoing(mail.key)) if sealed else None
        if mailbox is None or raw is None:
            self._settle(mail.replace(state="refused", words="The mailbox that it was to go out by was removed."))
        elif not mailbox.active:
            self._wait(mail.replace(tries=mail.tries - 1, next_try=self._clock() + PAUSED))
        else:
            self._try(mail, mailbox, raw)

    def _try(self, mail: OutgoingMail, mailbox: Mailbox, raw: bytes) -> None:
        now = self._clock()
        try:
            words = self._servers.hand_in(mailbox, mail.address, raw)
        except SystemRefused as refused:
            self._settle(mail.replace(state="refused", words=str(refused)))
        except SystemTrouble as trouble:
            if isinstance(trouble, MailboxRefused):
                self._note(mailbox, str(trouble))
            if mail.tries > len(PAUSES):
                self._settle(mail.replace(state="refused", words=f"Given up after {mail.tries} tries. {trouble}"))
            else:
                self._wait(mail.replace(words=str(trouble), next_try=now + PAUSES[mail.tries - 1]))
        else:
            self._settle(mail.replace(state="sent", words=words))

    def _settle(self, mail: OutgoingMail) -> None:
        now = self._clock()
        with self._store.begin() as unit:
            if unit.outgoing_mail.get(mail.key) is None:
                return  # its customer was erased meanwhile
            settled = mail.replace(next_try=None, settled_at=now)
            unit.outgoing_mail.put(settled)
            if settled.state == "refused":
                not_delivered(unit, settled, now)

    def _wait(self, mail: OutgoingMail) -> None:
        with self._store.begin() as unit:
            unit.outgoing_mail.put(mail)

    def _note(self, mailbox: Mailbox, why: str) -> None:
        with self._store.begin() as unit:
            before = unit.mailboxes.state(mailbox.id)
            since = before.since or self._clock()
            unit.mailboxes.put_state(before.replace(trouble=f"Sending: {why}", refused=True, since=since))
