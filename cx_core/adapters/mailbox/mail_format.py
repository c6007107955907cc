"""Stand-in: reads and writes mails as simply as can be, until the real reader is merged."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr

from cx_core.adapters.keys.key_store import KeyStore
from cx_core.errors import UnreadableMail
from cx_core.ports import Clock
from cx_core.ports.channels import Outgoing
from cx_core.records import Bounce, Mailbox, MailParty, ReadMail, TicketId

_OURS = re.compile(r"<([^.<>@]+)\.([0-9a-f]{32})\.[0-9a-f]{12}@")


class StandInFormat:
    def __init__(self, keys: KeyStore, clock: Clock) -> None:
        self._key: Callable[[], bytes] = lambda: keys.secret("mail-threads")

    def read(self, raw: bytes, mailbox: Mailbox) -> ReadMail:
        try:
            mail = message_from_bytes(raw, policy=policy.default)
            headers = tuple((name, str(value)) for name, value in mail.items())
            name, address = parseaddr(str(mail["From"] or ""))
            digest = hashlib.sha256(raw).hexdigest()
            body = mail.get_body(("plain",)) if isinstance(mail, EmailMessage) else None
            said = [m for part in ("References", "In-Reply-To") for m in re.findall(r"<[^<>]+>", str(mail[part] or ""))]
            text = body.get_content() if body else ""
            bounce = None
            if mail.get_content_type() == "multipart/report":
                words = raw.decode("utf-8", "replace")
                mine = re.findall(r"^Message-ID: (<.+?>)", words, re.I | re.M)
                code = re.search(r"^Status: *(\S+)", words, re.I | re.M)
                why = re.search(r"^Diagnostic-Code: *(.+)", words, re.I | re.M)
                status = code[1] if code else ""
                bounce = Bounce(
                    message_id=mine[-1] if mine else "",
                    permanent=status.startswith("5"),
                    status=status,
                    words=why[1] if why else "",
                )
            if not address:
                raise UnreadableMail("It names no sender.")
            return ReadMail(
                message_id=str(mail["Message-ID"] or f"<{digest}@digest>").strip(),
                digest=digest,
                sender=MailParty(address=address, name=name),
                subject=str(mail["Subject"] or ""),
                text=text,
                to=tuple(MailParty(address=a, name=n) for n, a in getaddresses([str(mail["To"] or "")]) if a),
                cc=tuple(MailParty(address=a, name=n) for n, a in getaddresses([str(mail["Cc"] or "")]) if a),
                headers=headers,
                references=tuple(said),
                bounce=bounce,
            )
        except (LookupError, ValueError, AttributeError, TypeError) as error:
            raise UnreadableMail(f"It is damaged: {type(error).__name__}.") from error

    def written(self, message: Outgoing, ticket: TicketId, mailbox: Mailbox) -> tuple[bytes, str]:
        mark = self._mark(ticket, message.address)
        once = hashlib.sha256(message.key.encode()).hexdigest()[:12]
        id = f"<{ticket}.{mark}.{once}@{mailbox.address.rpartition('@')[2]}>"
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = (
            mailbox.address,
            message.address,
            message.subject,
            id,
        )
        for name, value in message.headers.items():
            mail[name] = value
        mail.set_content(message.text + (f"\n\n-- \n{mailbox.signature}" if mailbox.signature else ""))
        for file in message.files:
            main, _, sub = (file.media_type or "application/octet-stream").partition("/")
            mail.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
        return mail.as_bytes(), id

    def ticket_of(self, mail: ReadMail) -> TicketId | None:
        for reference in reversed(mail.references):
            found = _OURS.match(reference)
            if found and hmac.compare_digest(found[2], self._mark(TicketId(found[1]), mail.sender.address)):
                return TicketId(found[1])
        return None

    def _mark(self, ticket: TicketId, address: str) -> str:
        return hmac.new(self._key(), f"{ticket}\n{address.lower()}".encode(), "sha256").hexdigest()[:32]
