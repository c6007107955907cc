"""Headers of a mail as values: words, addresses, ids and dates, whatever servers and senders did to them.

A header is read only as far as `LONGEST_HEADER`, so that none takes long.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import getaddresses, parseaddr, parsedate_to_datetime

from cx_core.adapters.conversion.encodings import marked_utf_16
from cx_core.records import MailParty
from cx_core.understand.intake import legible
from cx_core.understand.mail_headers import LONGEST_HEADER, MOST_HEADERS

MOST_OF_ALL = 2 * MOST_HEADERS
_ALWAYS = frozenset(("from", "to", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted"))
"""Read wherever they stand: a second sender far below is one, too."""
_DECIDE = frozenset(("from", "dkim-signature"))
MOST_PARTIES = 100
MOST_REFERENCES = 50
LONGEST_ID = 150
"""Characters; a channel's ids may have 180, with its name before them."""
LONGEST_ADDRESS = 320
_FOLD = re.compile(r"\r?\n(?=[ \t])|[\r\n]+")
_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f-\U0010ffff]{3,250}>")
_ATOM = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
_PLAIN_ADDRESS = rf"{_ATOM}@[A-Za-z0-9.-]{{1,253}}"
_ONE_SENDER = re.compile(
    rf"\s*(?:(?P<name>\"(?:[^\"\\\x00-\x1f]|\\[^\x00-\x1f])*\"|[^<>\"(),:;\[\]\\\x00-\x1f]*?)\s*<(?P<named>{_PLAIN_ADDRESS})>"
    rf"|(?P<bare>{_PLAIN_ADDRESS}))\s*"
)
"""A name and an address, or an address: no list, no group, no route and no comment (of RFC 5322, 3.4)."""
_NO_TEXT = frozenset(("idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"))
"""Codecs that Python counts as encodings of texts and no mail is written in; some are slow."""


class _Registry(HeaderRegistry):
    """Headers that the library cannot parse are plain text."""

    def __call__(self, name: str, value: str) -> UnstructuredHeader:  # type: ignore[override]
        short = value[:LONGEST_HEADER]
        try:
            made: UnstructuredHeader = super().__call__(name, short)  # type: ignore[assignment]
        except Exception:  # noqa: BLE001  # the parser of structured headers raises what it happens to meet
            made = _PLAIN(name, short.encode("ascii", "replace").decode())  # type: ignore[assignment]
        return made


_PLAIN = HeaderRegistry(default_class=UnstructuredHeader, use_default_map=False)
TOLERANT = EmailPolicy(header_factory=_Registry(), message_factory=EmailMessage)  # type: ignore[arg-type]  # as its own
"""email.policy.default, of which one header cannot stop the reading."""


def headers_of(message: EmailMessage) -> list[tuple[str, str]]:
    """The headers as they came, unfolded; letters of eight bits as UTF-8 or Windows-1252."""
    every = enumerate(message.raw_items())
    items = [item for place, item in every if place < MOST_HEADERS or item[0].strip().casefold() in _ALWAYS][
        :MOST_OF_ALL
    ]
    return [(str(name)[:100], unfolded(str(value)[: 2 * LONGEST_HEADER])[:LONGEST_HEADER]) for name, value in items]


def cut(message: EmailMessage) -> str:
    """Why nobody can be vouched for: what of its headers is not read; empty where they are read whole."""
    items = [(name.strip().casefold(), str(value)) for name, value in message.raw_items()]
    senders = sum(name == "from" for name, _ in items)
    if senders > 1:
        return f"it has {senders} From headers"
    kept = sum(place < MOST_HEADERS or name in _ALWAYS for place, (name, _) in enumerate(items))
    if kept < len(items) or kept > MOST_OF_ALL:
        return "it has more headers than are read"
    if any(name in _DECIDE and len(unfolded(value)) > LONGEST_HEADER for name, value in items):
        return "a header that tells its sender is longer than is read"
    return ""


def unfolded(value: str) -> str:
    raw = _FOLD.sub("", value)
    if raw.isascii():
        return raw
    return decoded_text(raw.encode("utf-8", "surrogateescape"), "")


def values(headers: Sequence[tuple[str, str]], name: str) -> list[str]:
    """All headers of this name, in small letters, from the top."""
    return [value for key, value in headers if key.strip().casefold() == name]


def first(headers: Sequence[tuple[str, str]], name: str) -> str:
    return next((value for value in values(headers, name) if value.strip()), "")


def words(value: str) -> str:
    """A header's words on one line, encoded ones decoded (RFC 2047)."""
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError, LookupError):
        parts = [(value, None)]
    return " ".join(legible("".join(_piece(part, charset) for part, charset in parts)).split())


def _piece(part: str | bytes, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    if charset is None:  # the library gives what stands between encoded words in this form
        return part.decode("raw_unicode_escape", "replace")
    return decoded_text(part, charset)


def decoded_text(content: bytes, charset: str) -> str:
    """A text in the encoding it says, unless that cannot be: then UTF-8, then Windows-1252."""
    named = _codec(charset)
    if named in ("ascii", "iso8859-1", "cp1252") or not named:
        order = ["utf-16"] if marked_utf_16(content) and not named else ["utf-8-sig", "cp1252"]
    else:
        order = [named, "utf-8-sig", "cp1252"]
    for encoding in order:
        try:
            return content.decode(encoding)
        except (UnicodeError, LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def _codec(charset: str) -> str:
    """Python's name of it; empty for none, and for what is no encoding of texts."""
    try:
        found = codecs.lookup(charset.strip(" \"'\t").encode("ascii", "ignore").decode()[:40])
    except (LookupError, ValueError):
        return ""
    is_text = getattr(found, "_is_text_encoding", False)
    return found.name if is_text and found.name.replace("-", "_") not in _NO_TEXT else ""


def bare_address(value: str) -> str:
    """The first address that a header's value names; empty: none."""
    try:
        return parseaddr(value[:LONGEST_HEADER])[1]
    except (ValueError, IndexError, TypeError, RecursionError):
        return ""


def parties(headers: Sequence[tuple[str, str]], name: str) -> tuple[MailParty, ...]:
    """Whoever the headers of this name name, each once."""
    found: dict[str, MailParty] = {}
    for value in values(headers, name)[:5]:
        try:
            pairs = getaddresses([value])
        except (ValueError, IndexError, TypeError, RecursionError):
            pairs = []
        for shown, address in pairs[:MOST_PARTIES]:
            bare = "".join(legible(address).split())[:LONGEST_ADDRESS]
            if "@" in bare:
                found.setdefault(bare.casefold(), MailParty(address=bare, name=words(shown)[:200]))
    return tuple(found.values())[:MOST_PARTIES]


def one_sender(headers: Sequence[tuple[str, str]]) -> tuple[MailParty | None, str]:
    """The only sender that the mail can mean; None, and why, where programs may read different ones out of it."""
    given = values(headers, "from")
    if len(given) != 1:
        return None, "it has no From header" if not given else f"it has {len(given)} From headers"
    if not (match := _ONE_SENDER.fullmatch(given[0])):
        return None, "its From header does not name one plain address"
    address = match["named"] or match["bare"]
    name = words((match["name"] or "").strip().strip('"'))
    shown = re.sub("[\uff20\ufe6b]", "@", name)
    if "@" in shown and shown.strip(" '\"<>").casefold() != address.casefold():
        return None, "the sender's name is another address"
    return MailParty(address=address, name=name[:200]), ""


def sender(headers: Sequence[tuple[str, str]]) -> MailParty:
    """Who seems to have written; without an address where the mail names nobody."""
    only, _ = one_sender(headers)
    if only:
        return only
    return next(iter((*parties(headers, "from"), *parties(headers, "sender"))), MailParty(address=""))


def message_id(headers: Sequence[tuple[str, str]], digest: str) -> str:
    found = next((match[0] for value in values(headers, "message-id") if (match := _ID.search(value))), "")
    return found if 0 < len(found) <= LONGEST_ID else f"<{digest[:40]}@without-message-id.invalid>"


def references(headers: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """References and then In-Reply-To, each id once at its last place."""
    found = [
        id for name in ("references", "in-reply-to") for value in values(headers, name) for id in _ID.findall(value)
    ]
    last = list(dict.fromkeys(reversed(found)))[:MOST_REFERENCES]
    return tuple(reversed(last))


def sent_at(headers: Sequence[tuple[str, str]]) -> datetime | None:
    try:
        found = parsedate_to_datetime(first(headers, "date"))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, RecursionError):
        return None
