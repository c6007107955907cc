"""Mails read and written as mailboxes need it; see ports.mailboxes.MailFormat."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cx_core.adapters.mail.mail_process import MailReader
from cx_core.adapters.mail.mail_writing import MailToSend, written
from cx_core.ports import Clock
from cx_core.ports.channels import Outgoing
from cx_core.records import Mailbox, ReadMail, Trust

_ELSEWHERE = frozenset(("in-reply-to", "references", "auto-submitted", "x-auto-response-suppress"))
"""Headers that have fields of their own in a mail of ours."""


class InternetMail:
    """Mails are read in a process of their own, see `mail_process`."""

    def __init__(self, clock: Clock, own_domains: Sequence[str]) -> None:
        """`own_domains`: from which no customer writes."""
        self._clock, self._own_domains = clock, tuple(own_domains)
        self._reader = MailReader()

    def read(self, raw: bytes, mailbox: Mailbox, ours: Collection[str]) -> ReadMail:
        trust = Trust(
            authserv_id=mailbox.authserv_id,
            removes_forged=mailbox.removes_forged,
            at_microsoft=mailbox.at_microsoft,
            own_addresses=tuple(ours),
            own_domains=self._own_domains,
        )
        return self._reader.read(raw, trust)

    def written(self, message: Outgoing, mailbox: Mailbox, message_id: str, reply_to: str) -> bytes:
        headers = {name.casefold(): (name, value) for name, value in message.headers.items()}
        answered = headers.get("references") or headers.get("in-reply-to")
        automatic = headers.get("auto-submitted", ("", ""))[1]
        return written(
            MailToSend(
                mailbox=mailbox.address,
                name=mailbox.name,
                recipient=message.address,
                subject=message.subject,
                text=message.text,
                signature=mailbox.signature,
                files=tuple(message.files),
                message_id=message_id,
                reply_to=reply_to,
                references=tuple(answered[1].split()) if answered else (),
                auto_submitted="" if automatic.strip().lower() == "no" else automatic,
                headers=tuple(pair for name, pair in headers.items() if name not in _ELSEWHERE),
                at=self._clock(),
            )
        )

    def rest(self) -> None:
        """End the process that reads, if there is one."""
        self._reader.rest()
