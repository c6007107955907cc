"""A mail of ours to the bytes that a mail server takes: plain text, the same as HTML, and files.

Everything is written in 7 bits with short lines, so that no server on the way changes it. A line's end in anything that
becomes a header is refused: this Python's own check can be got round with a name in an address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from html import escape

from pydantic import Field

from cx_core.adapters.notify.smtp import good_address
from cx_core.errors import BadInput
from cx_core.records import File
from cx_core.records.values import Record
from cx_core.understand.attachments import named
from cx_core.understand.intake import legible

MOST_BYTES = 25_000_000
"""Of files; mail services take about that much."""
MOST_REFERENCES = 20
_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{3,250}>")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")
_LINK = re.compile(r"https?://[^\s<>\"']{1,2000}")
_OF_IDS = frozenset(("references", "in-reply-to", "message-id"))
_WRITTEN_HERE = _OF_IDS | frozenset(
    (
        *(
            "from",
            "to",
            "cc",
            "bcc",
            "sender",
            "reply-to",
            "subject",
            "date",
            "mime-version",
            "return-path",
            "received",
        ),
        *("resent-from", "resent-to", "resent-cc", "resent-bcc", "authentication-results"),
    )
)


class MailToSend(Record):
    """What a mail of ours says."""

    mailbox: str = Field(description="our address, bare")
    name: str = Field(default="", description="ours, as the recipient sees it")
    recipient: str
    cc: tuple[str, ...] = ()
    subject: str
    text: str
    signature: str = ""
    files: tuple[File, ...] = ()
    message_id: str = Field(description="in angle brackets, see service_rules.mail_threads")
    reply_to: str = Field(default="", description="the address that leads back to the ticket; empty: the mailbox's")
    references: tuple[str, ...] = Field(default=(), description="ids of what it answers, the last one last")
    auto_submitted: str = Field(
        default="", description="auto-replied or auto-generated (RFC 3834) where no person sent it"
    )
    headers: tuple[tuple[str, str], ...] = ()
    at: datetime


class _ShortLines(EmailPolicy):
    """Ids stand on lines of their own: the library would write those that are longer than a line as encoded words."""

    def fold(self, name: str, value: str) -> str:
        if name.casefold() in _OF_IDS:
            return f"{name}: {f'{self.linesep} '.join(str(value).split())}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        return (
            self.fold(name, value).encode("ascii") if name.casefold() in _OF_IDS else super().fold_binary(name, value)
        )


_POLICY = _ShortLines(linesep=SMTP.linesep, cte_type="7bit", max_line_length=78, raise_on_defect=False)


def written(mail: MailToSend) -> bytes:
    """Raises BadInput for what cannot be sent, saying what to mend."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(mail.mailbox, mail.name)
    message["To"] = _address(mail.recipient)
    if mail.cc:
        message["Cc"] = [_address(one) for one in mail.cc]
    if mail.reply_to:
        message["Reply-To"] = _address(mail.reply_to, mail.name)
    message["Subject"] = _line(mail.subject, "The subject")
    message["Date"] = format_datetime(mail.at.astimezone(UTC))
    message["Message-ID"] = _id(mail.message_id)
    if answered := [_id(one) for one in mail.references]:
        message["In-Reply-To"] = answered[-1]
        message["References"] = " ".join(
            answered if len(answered) <= MOST_REFERENCES else [answered[0], *answered[1 - MOST_REFERENCES :]]
        )
    _further_headers(message, mail)
    text = _whole_text(mail)
    message.set_content(text)
    message.add_alternative(as_html(text), subtype="html")
    _attach(message, mail.files)
    return message.as_bytes()


def as_html(text: str) -> str:
    """The same words with paragraphs and links; nothing in them is markup."""
    paragraphs = (part.strip("\n") for part in re.split(r"\n[ \t]*\n", text))
    inside = "\n".join(f"<p>{_linked(part)}</p>" for part in paragraphs if part.strip())
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{inside}\n</body></html>\n'


def _linked(text: str) -> str:
    pieces, at = [], 0
    for found in _LINK.finditer(text):
        address = found[0].rstrip(".,;:!?")
        address = address if address.count("(") >= address.count(")") else address.rstrip(")")
        pieces.append(escape(text[at : found.start()]))
        pieces.append(f'<a href="{escape(address)}">{escape(address)}</a>')
        at = found.start() + len(address)
    pieces.append(escape(text[at:]))
    return "".join(pieces).replace("\n", "<br>\n")


def _whole_text(mail: MailToSend) -> str:
    text = legible(mail.text).strip("\n")
    signature = legible(mail.signature).strip("\n")
    return f"{text}\n\n-- \n{signature}\n" if signature.strip() else f"{text}\n"


def _further_headers(message: EmailMessage, mail: MailToSend) -> None:
    if mail.auto_submitted:
        message["Auto-Submitted"] = _line(mail.auto_submitted, "Auto-Submitted")
        message["X-Auto-Response-Suppress"] = "All"
    for name, value in mail.headers:
        reserved = name.casefold() in _WRITTEN_HERE or name.casefold().startswith("content-")
        if not _NAME.fullmatch(name) or reserved or name in message:
            raise BadInput(f"The header {name[:60]!r} cannot be set. Leave it out.")
        message[name] = _line(value, f"The header {name}")


def _attach(message: EmailMessage, files: Sequence[File]) -> None:
    if (size := sum(len(file.content) for file in files)) > MOST_BYTES:
        raise BadInput(
            f"The files have {size / 1e6:.0f} MB, more than the {MOST_BYTES / 1e6:.0f} MB that go with a mail."
        )
    for file in files:
        kind = file.media_type if _TYPE.fullmatch(file.media_type) else "application/octet-stream"
        main, _, sub = kind.partition("/")
        if main in ("message", "multipart"):
            main, sub = "application", "octet-stream"
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=named(file.name, file.media_type))


def _address(address: str, name: str = "") -> Address:
    if not good_address(address):
        raise BadInput("That is no e-mail address: write it as name@example.com.")
    try:
        return Address(_line(name, "The name"), addr_spec=address)
    except (ValueError, HeaderParseError, IndexError) as error:
        raise BadInput("That is no e-mail address: write it as name@example.com.") from error


def _line(value: str, what: str) -> str:
    """Refuses whatever ends a line, or is no character that people see."""
    clean = value.encode("utf-8", "replace").decode()
    if any(not mark.isprintable() for mark in clean):
        raise BadInput(f"{what} has a line break or a sign that nobody sees. Write it on one line.")
    return " ".join(clean.split())[:900]


def _id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise BadInput("A Message-ID is in angle brackets and has no blanks.")
    return value
