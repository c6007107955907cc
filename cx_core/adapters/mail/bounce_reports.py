"""Reports of mail servers of what became of a mail of ours (RFC 3464), and failures told in forms of their own.

A report is anybody's word: which mail it is about is checked where our signed Message-IDs are (`mail_threads`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.message import EmailMessage, Message

from flufl.bounce import all_failures

from cx_core.adapters.mail.header_values import (
    MOST_REFERENCES,
    bare_address,
    decoded_text,
    first,
    unfolded,
    values,
    words,
)
from cx_core.adapters.mail.mail_bodies import children, content_of
from cx_core.records import Bounce

logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it logs what it met in a damaged report, and goes on
LONGEST_WORDS = 300
MOST_BLOCKS = 20
MOST_SEARCHED = 1_000_000
"""Bytes of a mail in whose words a report is looked for; what servers write is a few thousand."""
_ID = re.compile(r"<[^<>\s]{3,250}>")
_QUOTED_ID = re.compile(r"^[ \t>]*Message-ID:[ \t]*\r?\n?[ \t]*(<[^<>\s]{3,250}>)", re.I | re.M)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?:[ -]|\b)")
_TELLS_WHY = re.compile(r"\b(?:[45]\d\d[ -]|[45]\.\d\.\d)|\b(?:unknown|rejected|refused|no such|full|quota)\b", re.I)
_SERVER = re.compile(r"(?:mailer-daemon|postmaster|mail-?daemon|bounces?|mdaemon)(?:[-+=.].*)?", re.I)
_LATER = re.compile(
    r"\b(?:delayed|will (?:be )?(?:retr|keep trying|continue)|still (?:be )?(?:trying|being)|warning|"
    r"temporar(?:y|ily)|verzögert|retardé|not yet been delivered)",
    re.I,
)


def bounce_of(message: EmailMessage, headers: Sequence[tuple[str, str]], text: str, size: int) -> Bounce | None:
    """What the mail reports of a mail of ours; None where it is no such report. `text`: its words."""
    if message.get_content_type() == "multipart/report":
        return _by_rfc(message, text) or _by_words(message, headers, text, size)
    if _from_server(headers):
        return _by_words(message, headers, text, size)
    return None


def _by_rfc(message: Message, text: str) -> Bounce | None:
    blocks = [
        block
        for part in _parts(message)
        if part.get_content_type() == "message/delivery-status"
        for block in _blocks(part)
    ]
    told = sorted((block for block in blocks if _action(block) in _ACTIONS), key=lambda one: _ACTIONS[_action(one)])
    if not told:
        return None
    block = told[0]
    failed, status = _ACTIONS[_action(block)] == FAILED, _STATUS.search(block.get("status", ""))
    why = _TYPED.sub("", block.get("diagnostic-code", ""))
    returned = _returned(message)
    return Bounce(
        message_id=_id_in(returned),
        recipient=_address(block.get("original-recipient", "")) or _address(block.get("final-recipient", "")),
        permanent=failed and (status[1].startswith("5") if status else _code(why) != "4"),
        delivered=_action(block) == "delivered",
        status=status[1] if status else "",
        words=_line(why) or _reason(text) or "The mail server does not say why.",
        sent_to=_plain(bare_address(returned.get("to", ""))),
    )


FAILED = 0
_ACTIONS = {"failed": FAILED, "error": FAILED, "delayed": 1, "relayed": 2, "expanded": 2, "delivered": 3}
"""RFC 3464, 2.3.3; the worst counts. Relayed and expanded: passed on to a server that reports no delivery."""
_TYPED = re.compile(r"^\s*[\w-]+\s*;\s*")


def _action(block: Mapping[str, str]) -> str:
    found = re.match(r"\s*([a-z]+)", block.get("action", "").casefold())
    return found[1] if found else ""


def _by_words(message: Message, headers: Sequence[tuple[str, str]], text: str, size: int) -> Bounce | None:
    """Of a report in a form of its own, as far as it can be told."""
    if size > MOST_SEARCHED or _answers_by_itself(headers):
        return None
    try:
        later, lost = all_failures(message)
    except Exception:  # noqa: BLE001  # its detectors raise what they happen to meet in a damaged report
        later, lost = frozenset(), frozenset()
    named = [one.decode("ascii", "replace") for one in sorted(lost) or sorted(later)]
    named = named or [_address(value) for value in values(headers, "x-failed-recipients")]
    if not named:
        return None
    returned = _returned(message)
    quoted = _QUOTED_ID.findall(text)
    reason = _reason(text)
    status = _STATUS.search(reason)
    for_later = (
        (not lost and bool(later)) or (status[1] if status else _code(reason)).startswith("4") or _only_later(text)
    )
    return Bounce(
        message_id=_id_in(returned) or (quoted[-1] if quoted else "") or _referred(headers),
        recipient=_plain(named[0].split(",")[0]),
        permanent=not for_later,
        status=status[1] if status else "",
        words=reason or "The mail server does not say why.",
        sent_to=_plain(bare_address(returned.get("to", ""))),
    )


def _only_later(text: str) -> bool:
    return _LATER.search(text[:4000]) is not None and re.search(r"\bpermanent", text[:4000], re.I) is None


def _from_server(headers: Sequence[tuple[str, str]]) -> bool:
    """Whether what a mail server writes of itself is there: no sender, or the server's own name for one."""
    if values(headers, "x-failed-recipients"):
        return True
    nobody = any("".join(value.split()) == "<>" for value in values(headers, "return-path"))
    local = bare_address(first(headers, "from")).rpartition("@")[0] or first(headers, "from").strip(" <>")
    return nobody or _SERVER.fullmatch(local[:200]) is not None


def _answers_by_itself(headers: Sequence[tuple[str, str]]) -> bool:
    """Absence notes have no sender either."""
    return any(
        value.strip().casefold().startswith("auto-replied") for value in values(headers, "auto-submitted")
    ) and not (values(headers, "x-failed-recipients"))


def _parts(part: Message) -> Iterator[Message]:
    """The parts of a report, and nothing of the mail that came back with it."""
    yield part
    if part.get_content_maintype() == "multipart":
        for child in children(part):
            yield from _parts(child)


def _blocks(part: Message) -> Iterator[dict[str, str]]:
    for block in children(part)[:MOST_BLOCKS]:
        yield _fields(block.raw_items())


def _returned(message: Message) -> dict[str, str]:
    """The headers of the mail that came back."""
    for part in _parts(message):
        kind = part.get_content_type()
        if kind in ("message/rfc822", "message/rfc822-headers") and (inside := children(part)):
            return _fields(inside[0].raw_items())
        if kind == "text/rfc822-headers":
            text = decoded_text(content_of(part)[:100_000], "")
            lines = re.sub(r"\r?\n[ \t]+", " ", text).splitlines()
            return _fields(
                (name, value.strip()) for name, found, value in (one.partition(":") for one in lines) if found
            )
    return {}


def _fields(items: Iterable[tuple[str, object]]) -> dict[str, str]:
    """By name in small letters; of several of one name the first."""
    found: dict[str, str] = {}
    for name, value in items:
        found.setdefault(str(name).strip().casefold(), unfolded(str(value)[:8000]))
    return found


def _id_in(fields: Mapping[str, str]) -> str:
    found = _ID.search(fields.get("message-id", ""))
    return found[0] if found else ""


def _referred(headers: Sequence[tuple[str, str]]) -> str:
    """Servers that return nothing of a mail may answer to it."""
    found = [
        id for name in ("references", "in-reply-to") for value in values(headers, name) for id in _ID.findall(value)
    ]
    return found[:MOST_REFERENCES][-1] if found else ""


def _address(value: str) -> str:
    """Of "rfc822; jo@example.com", with brackets or without."""
    return _plain(bare_address(_TYPED.sub("", value)) or _TYPED.sub("", value))


def _plain(address: str) -> str:
    found = "".join(address.split()).strip("<>")
    return found[:320] if "@" in found and found.isprintable() else ""


def _code(why: str) -> str:
    found = _CODE.search(why)
    return found[1][0] if found else ""


def _reason(text: str) -> str:
    """The line of a report that says why."""
    return next((_line(line) for line in text[:20_000].splitlines() if _TELLS_WHY.search(line)), "")


def _line(value: str) -> str:
    return words(value)[:LONGEST_WORDS]
