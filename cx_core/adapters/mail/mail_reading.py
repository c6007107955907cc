"""A mail as it came, in bytes, to a `ReadMail`, or to `UnreadableMail` with a reason; nothing else, whatever is in it.

What is read of it is bounded by size, depth and number, so that the same mail is always read alike and none takes long:
`mail_process.MailReader` does it in a process of its own besides.
"""

from __future__ import annotations

import hashlib
import re
from email import message_from_bytes
from email.message import EmailMessage
from html import escape

from cx_core.adapters.mail.bounce_reports import bounce_of
from cx_core.adapters.mail.header_values import (
    TOLERANT,
    cut,
    first,
    headers_of,
    message_id,
    parties,
    references,
    sender,
    sent_at,
    words,
)
from cx_core.adapters.mail.mail_bodies import MailBody, MailWords, mail_body
from cx_core.adapters.mail.mail_html import html_words
from cx_core.adapters.mail.sender_authentication import vouched_identity
from cx_core.errors import BadInput, UnreadableMail
from cx_core.records import File, ReadMail, Trust
from cx_core.text.mail_words import HTML_ONLY
from cx_core.understand.intake import legible, short_subject
from cx_core.understand.mail_headers import by_program

MOST_BYTES = 40_000_000
"""Mail services take 25 to 35 MB, which is a third more than what is attached."""
MOST_WORK = 20_000_000
"""Boundaries times lines: in parts that stand in each other, each line is held against each of their boundaries."""
LONGEST_HEAD = 200_000
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:|[ \t]")
_BOUNDARY = re.compile(rb"boundary", re.I)
LONGEST_HTML, MOST_TAGS = 2_000_000, 40_000
"""Of all HTML in a mail: characters, and tags, of which ten thousand take about a second of the processor. Newsletters
have a few thousand, long chains of replies ten thousand."""
LONGEST_TEXT = 1_000_000
SHOWN_OF_LONG = 100_000
_STUB = re.compile("|".join(HTML_ONLY), re.I)
_FEW, _MANY_MORE = 40, 3
"""Words of a plain text that may be a stub, and how many times as many the HTML then has."""


def read_mail(raw: bytes, trust: Trust) -> ReadMail:
    """Raises UnreadableMail, whose words complete "This mail was set apart: "."""
    _bounded(raw)
    digest = hashlib.sha256(raw).hexdigest()
    try:
        message = message_from_bytes(_without_junk(raw), _class=EmailMessage, policy=TOLERANT)
        return _read(message, digest, trust, len(raw))
    except UnreadableMail:
        raise
    except RecursionError as error:
        raise UnreadableMail("its parts stand in each other too deep, as no mail of people does") from error
    except MemoryError as error:
        raise UnreadableMail("it takes more memory than any mail may") from error
    except Exception as error:  # a library met what nobody foresaw
        raise UnreadableMail(f"it is damaged: what reads mails gave up on it ({type(error).__name__})") from error


def _bounded(raw: bytes) -> None:
    if not raw.strip(b"\r\n\t \x00"):
        raise UnreadableMail("it is empty")
    if len(raw) > MOST_BYTES:
        raise UnreadableMail(f"it has {len(raw) / 1e6:.0f} MB, more than the {MOST_BYTES / 1e6:.0f} MB that are read")
    boundaries = sum(1 for _ in _BOUNDARY.finditer(raw))
    if boundaries * raw.count(b"\n") > MOST_WORK:
        raise UnreadableMail(f"it has {boundaries} boundaries in {len(raw) / 1e6:.1f} MB, as no mail of people has")


def _without_junk(raw: bytes) -> bytes:
    """The mail without lines among its headers that are none: the library would take all below them for the text."""
    raw = raw.lstrip(b"\r\n")
    end = _HEAD_END.search(raw, 0, LONGEST_HEAD)
    head = raw[: end.start()] if end else b""
    lines = head.splitlines(keepends=True)
    last = max((n for n, line in enumerate(lines) if _known(line)), default=0)
    kept = [line for n, line in enumerate(lines) if n > last or n == 0 or _HEADER.match(line)]
    if lines and not _HEADER.match(lines[0]) and not lines[0].startswith(b"From ") and last > 0:
        kept = kept[1:]
    return b"".join(kept) + raw[len(head) :] if len(kept) < len(lines) else raw


def _known(line: bytes) -> bool:
    name, colon, _ = line.partition(b":")
    return bool(colon) and name.decode("latin-1").casefold() in _ANY_MAIL


def _read(message: EmailMessage, digest: str, trust: Trust, size: int) -> ReadMail:
    headers = headers_of(message)
    if not any(name.casefold() in _ANY_MAIL for name, _ in headers):
        raise UnreadableMail("it has none of the headers that a mail has, so it is no mail")
    who = sender(headers)
    identity, why = vouched_identity(headers, trust)
    if identity and (doubt := cut(message)):
        identity, why = 0, doubt
    subject = short_subject(words(first(headers, "subject")))
    body = mail_body(message)
    text, html, notes = _words(body)
    text, files = _shortened(text, body.files, notes)
    if body.left_out:
        notes.append(f"{body.left_out} more files came with it than are kept of a mail.")
    return ReadMail(
        message_id=message_id(headers, digest),
        digest=digest,
        sender=who,
        reply_to=parties(headers, "reply-to"),
        to=parties(headers, "to"),
        cc=parties(headers, "cc"),
        subject=subject,
        sent_at=sent_at(headers),
        text=text,
        html=html,
        files=tuple(files),
        headers=tuple((legible(name), legible(value)) for name, value in headers),
        references=references(headers),
        identity=identity,
        vouched=why,
        by_program=by_program(headers, who.address, (*trust.own_domains, *trust.own_addresses), subject),
        bounce=bounce_of(message, headers, text, size),
        notes=tuple(notes),
    )


_ANY_MAIL = frozenset(
    (
        *("from", "to", "cc", "subject", "date", "message-id", "received", "sender", "return-path", "delivered-to"),
        *("reply-to", "mime-version", "content-type", "x-mailer", "in-reply-to", "references"),
    )
)


def _words(body: MailBody) -> tuple[str, str, list[str]]:
    """The text, the HTML, and what is to be said of them."""
    texts: list[str] = []
    pages: list[str] = []
    notes: list[str] = []
    too_much = _too_much([said.html for said in body.words])
    for said in body.words:
        text, html = _stretch(said, too_much, notes)
        texts.append(text)
        pages.append(html or "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n") if part.strip()))
    has_html = any(said.html.strip() for said in body.words)
    text = "\n\n".join(one.strip("\n") for one in texts if one.strip())
    return legible(text), legible("\n".join(pages)) if has_html else "", list(dict.fromkeys(notes))


def _stretch(said: MailWords, too_much: str, notes: list[str]) -> tuple[str, str]:
    """Raises UnreadableMail where only HTML is there and it cannot be read."""
    if not said.html.strip():
        return said.text, ""
    try:
        if too_much:
            raise BadInput(too_much)
        read = html_words(said.html)
    except (BadInput, RecursionError) as error:
        if any(mark.isalpha() for mark in said.text):
            notes.append("Its HTML could not be read; this is its plain text.")
            return said.text, ""
        why = str(error).partition(". ")[0]
        raise UnreadableMail(f"its words are only in HTML that cannot be read: {why}") from error
    if read.hidden:
        notes.append("Words in it that nobody sees were left out.")
    return (read.text if _is_stub(said.text, read.text) else said.text), read.html


def _too_much(pages: list[str]) -> str:
    """What there is too much of in the HTML of a mail; empty: nothing."""
    characters, tags = sum(map(len, pages)), sum(page.count("<") for page in pages)
    if characters > LONGEST_HTML:
        return f"it has {characters / 1e6:.1f} million characters"
    return f"it has {tags} tags" if tags > MOST_TAGS else ""


def _is_stub(plain: str, from_html: str) -> bool:
    """Whether a plain text only stands there for the HTML: it is empty, or says that a mail program must show HTML."""
    if not any(mark.isalnum() for mark in plain):
        return bool(from_html.strip())
    count = len(plain.split())
    return (
        count <= _FEW
        and _STUB.search(plain) is not None
        and len(from_html.split()) >= max(_MANY_MORE * count, count + 5)
    )


def _shortened(text: str, files: list[File], notes: list[str]) -> tuple[str, list[File]]:
    """The beginning of a text that is too long to be a message, which is then a file in whole."""
    if len(text) <= LONGEST_TEXT:
        return text, files
    notes.append("It is very long, so its whole text is in the file message.txt.")
    return text[:SHOWN_OF_LONG], [File(name="message.txt", content=text.encode("utf-8", "replace")), *files]
