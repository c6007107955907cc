"""The parts of a mail: which are its words, which are files.

Of alternatives the plain text counts, unless it only says that there is another. What is attached, what is inline and
no text, calendars and mails inside the mail are files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.generator import BytesGenerator
from email.message import EmailMessage, Message
from email.policy import compat32
from io import BytesIO
from typing import NamedTuple

from cx_core.adapters.conversion.kinds import said_by_page
from cx_core.adapters.mail.header_values import decoded_text, unfolded, words
from cx_core.errors import UnreadableMail
from cx_core.records import File
from cx_core.understand.attachments import named

MOST_PARTS = 500
DEEPEST = 60
"""Parts in each other; a mail that was forwarded ten times has thirty."""
MOST_KEPT = 30
"""Files; the desk keeps fewer of them and tells of the others."""
_ENDINGS = {
    "application/pdf": ".pdf",
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "application/ms-tnef": ".dat",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
}
_AS_IT_CAME = compat32.clone(max_line_length=0)
_QUOTE = re.compile(r"(>(?: ?>)*)? ?")


class MailWords(NamedTuple):
    """One stretch of a mail's words: as plain text, as HTML or as both."""

    text: str = ""
    html: str = ""


class MailBody(NamedTuple):
    """The parts of a mail, in order."""

    words: list[MailWords]
    files: list[File]
    left_out: int
    """Files above what is kept."""


def mail_body(message: EmailMessage) -> MailBody:
    """Raises UnreadableMail for parts without end."""
    found: list[MailWords] = []
    files: list[File] = []
    _count(message)
    if message.get_content_type() in ("text/plain", "text/html") and message.get_content_disposition() != "attachment":
        return MailBody([_words(message, message.get_content_type())], [], 0)  # a mail of one text, named or not
    for part in _read(message, report=message.get_content_type() == "multipart/report"):
        if isinstance(part, File):
            files.append(part)
        else:
            found.append(part)
    return MailBody(found, files[:MOST_KEPT], max(0, len(files) - MOST_KEPT))


def _count(message: Message) -> None:
    """Without recursion, before anything recurs."""
    level, depth, count = [message], 0, 0
    while level:
        depth, count = depth + 1, count + len(level)
        if depth > DEEPEST:
            raise UnreadableMail(f"its parts stand in each other more than {DEEPEST} deep, as no mail of people does")
        if count > MOST_PARTS:
            raise UnreadableMail(f"it has more than {MOST_PARTS} parts, as no mail of people has")
        level = [child for part in level for child in children(part)]


def children(part: Message) -> list[Message]:
    """The parts of a part. That of one without parts is not asked for: it would be decoded as its header says."""
    payload = part.get_payload() if part.is_multipart() else None
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _read(part: Message, *, report: bool) -> Iterator[MailWords | File]:
    kind = part.get_content_type()
    if kind.startswith("message/") or (kind == "text/rfc822-headers" and report):
        if not report:
            yield _enclosed_mail(part)
        return
    if part.is_multipart():
        inside = (one for child in children(part) for one in _read(child, report=report))
        yield from _alternatives(inside) if kind == "multipart/alternative" else inside
        return
    name = _name(part)
    attached = part.get_content_disposition() == "attachment" or bool(name)
    if kind.startswith("multipart/"):  # its boundary is nowhere, so that all of it is one text
        yield MailWords(text=decoded_text(content_of(part), "").replace("\r\n", "\n").strip())
    elif kind in ("text/plain", "text/html") and not attached:
        yield _words(part, kind)
    elif content := content_of(part):
        yield File(
            name=named(name or f"part{_ENDINGS.get(kind, '.txt' if kind.startswith('text/') else '')}"), content=content
        )


def _alternatives(parts: Iterator[MailWords | File]) -> Iterator[MailWords | File]:
    """One stretch of words for all of them: the first text and the first HTML that say something."""
    every = list(parts)
    said = [one for one in every if isinstance(one, MailWords)]
    text = "\n\n".join(one.text for one in said if one.text.strip() and not one.html)
    html = next((one.html for one in said if one.html.strip()), "")
    if said:
        yield MailWords(text, html)
    yield from (one for one in every if isinstance(one, File))


def _words(part: Message, kind: str) -> MailWords:
    content = content_of(part)
    charset = _parameter(part, "charset")
    if kind == "text/html":
        return MailWords(html=decoded_text(content, charset or said_by_page(content)))
    text = decoded_text(content, charset).replace("\r\n", "\n").replace("\r", "\n")
    if _parameter(part, "format").casefold() == "flowed":
        text = unflowed(text, joined=_parameter(part, "delsp").casefold() == "yes")
    return MailWords(text=text)


def content_of(part: Message) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError):  # binascii.Error is a ValueError
        found = b""
    return found if isinstance(found, bytes) else b""


def _parameter(part: Message, name: str) -> str:
    try:
        found = part.get_param(name, "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    return str(found[2] if isinstance(found, tuple) else found or "").strip()


def _name(part: Message) -> str:
    """As Content-Disposition or Content-Type says (RFC 2231), also in encoded words, which RFC 2047 forbids there."""
    try:
        found = part.get_filename("")
    except (ValueError, LookupError, TypeError, AttributeError):
        found = ""
    return words(unfolded(str(found or "")[:1000]))


def _enclosed_mail(part: Message) -> File:
    """A mail inside the mail, as a file."""
    inside = next(iter(children(part)), None)
    subject = (
        words(unfolded(str(next((v for n, v in inside.raw_items() if n.casefold() == "subject"), ""))[:500]))
        if inside
        else ""
    )
    content = b""
    if inside is not None:
        out = BytesIO()
        try:
            BytesGenerator(out, mangle_from_=False, policy=_AS_IT_CAME).flatten(inside)
            content = out.getvalue()
        except Exception:  # noqa: BLE001  # the generator raises what it happens to meet in a damaged mail
            content = b"This mail is damaged and could not be kept."
    return File(name=named(f"{subject or 'forwarded mail'}.eml"), content=content or b"An empty mail.")


def unflowed(text: str, *, joined: bool) -> str:
    """Lines as they were written before a mail program broke them (RFC 3676). `joined`: without the blank between."""
    lines: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        quotes = _QUOTE.match(line)
        depth = (quotes[1] or "").count(">") if quotes else 0
        words_of = line[quotes.end() :] if quotes else line
        flows = words_of.endswith(" ") and words_of != "-- "
        piece = words_of[:-1] if flows and joined else words_of
        if open_depth == depth and words_of != "-- ":
            lines[-1].append(piece)
        else:
            lines.append([f"{'>' * depth} " if depth else "", piece])
        open_depth = depth if flows else None
    return "\n".join(map("".join, lines))
