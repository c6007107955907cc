"""The audit log as a chain of sealed entries: what is sealed, and how a log is checked, over plain rows.

A seal is HMAC-SHA-256 (RFC 2104) over every column and the seal before it, so whoever holds the database
but not the key cannot make a chain that verifies. The newest place is kept outside the table as well, in
an anchor, because a chain alone cannot tell that its end was cut off.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from typing import NamedTuple

from cx_core.errors import AuditBroken
from cx_core.records import AuditReport

GENESIS = "0" * 64
"""Stands for the seal before the first entry."""

ANCHOR_BYTES = 256
"""Length of the anchor: well inside one sector of a disk, 512 bytes."""


class ChainEntry(NamedTuple):
    """One row of the log, column by column. `at` is ISO text in UTC; `hash` is the seal, in hexadecimal."""

    seq: int
    at: str
    kind: str
    ticket: str | None
    customer_ref: str | None
    actor: str
    nonce: bytes
    ciphertext: bytes
    previous: str
    hash: str = ""


class ChainPlace(NamedTuple):
    """How far a log goes: its number of events and the seal of the last."""

    events: int = 0
    head: str = GENESIS


def open_part(entry: ChainEntry) -> bytes:
    """All that stands in clear, as the data that AES-GCM authenticates beside the secret."""
    return _bytes("rung audit payload 1", *entry[:6], entry.previous)


def seal(key: bytes, entry: ChainEntry) -> str:
    """The seal of an entry, 64 hexadecimal digits."""
    nonce, secret = entry.nonce.hex(), entry.ciphertext.hex()
    return hmac.digest(key, _bytes("rung audit entry 1", *entry[:6], nonce, secret, entry.previous), "sha256").hex()


def is_genuine(key: bytes, entry: ChainEntry) -> bool:
    """Whether the entry is as it was sealed. A column of another type, which SQLite allows, is not."""
    texts = (entry.at, entry.kind, entry.actor, entry.previous, entry.hash)
    typed = (
        isinstance(entry.seq, int)
        and all(isinstance(text, str) for text in texts)
        and all(text is None or isinstance(text, str) for text in (entry.ticket, entry.customer_ref))
        and all(isinstance(data, bytes) for data in (entry.nonce, entry.ciphertext))
    )
    return typed and hmac.compare_digest(seal(key, entry).encode(), entry.hash.encode(errors="replace"))


def check(entries: Iterable[ChainEntry], key: bytes, anchor: ChainPlace | None) -> AuditReport:
    """Walk a whole log, lowest number first, in constant memory.

    The anchor may be behind the log, as a crash between the two leaves it, but never ahead of it.
    """
    place = ChainPlace()
    for entry in entries:
        reason = _fault(entry, key, place, anchor)
        if reason:
            first_bad = min(entry.seq, place.events + 1) if isinstance(entry.seq, int) else place.events + 1
            return AuditReport(ok=False, events=place.events, first_bad=first_bad, reason=reason)
        place = ChainPlace(entry.seq, entry.hash)
    if anchor is None and place.events:
        return AuditReport(ok=False, events=place.events, reason="The anchor beside the log is missing.")
    if anchor is not None and anchor.events > place.events:
        reason = f"The anchor knows {anchor.events} events, the log ends after {place.events}: its end was removed."
        return AuditReport(ok=False, events=place.events, first_bad=place.events + 1, reason=reason)
    return AuditReport(ok=True, events=place.events)


def _fault(entry: ChainEntry, key: bytes, place: ChainPlace, anchor: ChainPlace | None) -> str:
    if not is_genuine(key, entry):
        return "Its seal does not fit: it was changed, or the keys are not those it was written with."
    if entry.seq != place.events + 1:
        return f"The log goes from event {place.events} to event {entry.seq}: what was between was removed."
    if entry.previous != place.head:
        return "It does not follow the event before it: events were removed, inserted or reordered."
    if anchor is not None and anchor.events == entry.seq and anchor.head != entry.hash:
        return "The anchor beside the log holds another event of this number: the log was replaced."
    return ""


def write_anchor(key: bytes, place: ChainPlace) -> bytes:
    """The anchor's content: one line of JSON with a seal of its own, ANCHOR_BYTES long."""
    sealed = hmac.digest(key, _bytes("rung audit anchor 1", *place), "sha256").hex()
    line = json.dumps({"events": place.events, "head": place.head, "seal": sealed})
    return line.ljust(ANCHOR_BYTES - 1).encode("ascii") + b"\n"


def read_anchor(key: bytes, content: bytes) -> ChainPlace:
    """The inverse of `write_anchor`. Raises AuditBroken if a single byte is not as it was written."""
    try:
        given = json.loads(content)
        place = ChainPlace(int(given["events"]), str(given["head"]))
    except (ValueError, KeyError, TypeError):
        place = ChainPlace()
    if not hmac.compare_digest(write_anchor(key, place), content):
        raise AuditBroken(
            "The anchor beside the log was changed, or the keys are not those it was written with. "
            "Put the file back from a copy."
        )
    return place


def verify_text(report: AuditReport) -> str:
    """What `audit verify` prints."""
    if report.ok:
        return f"The audit log is whole: {report.events} events, each sealed and in its place."
    where = f"First bad event: {report.first_bad}. " if report.first_bad is not None else ""
    return f"The audit log was touched. {where}{report.reason} Events found good before that: {report.events}."


def _bytes(purpose: str, *parts: object) -> bytes:
    # A JSON list of text, numbers and null can be read in one way only, so no two entries share their bytes.
    return json.dumps([purpose, *parts], separators=(",", ":")).encode("ascii")
