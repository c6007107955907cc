"""Calls to and from a messenger, signed by the Standard Webhooks scheme (standardwebhooks.com) with one secret.

Out they go as webhooks do: to an address that was checked, without following redirects. Of an answer that is a no, its
first words are read, since whoever sends again must know why; they are data like anything from outside.
"""

from __future__ import annotations

import hmac
import http.client
import json
from base64 import b64encode
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

from cx_core.adapters.keys.key_store import KeyStore
from cx_core.adapters.network.pinned_connections import SECONDS, PinnedConnections, call_trouble
from cx_core.adapters.notify.webhook import signed
from cx_core.errors import SystemRefused, SystemUnreachable
from cx_core.ports import Clock
from cx_core.records.channels.messengers import Messenger

TOLERANCE = timedelta(minutes=5)
"""How far a call's time may be from ours, as the scheme's own libraries have it."""
MOST_READ, MOST_SAID = 4_000, 300
"""Bytes read of an answer that is a no, and characters of it that are kept."""
MOST_SIGNATURES, LONGEST_ID = 10, 200
AGAIN = frozenset({408, 425, 429})
"""Of the 4xx statuses, those that ask to come again later (RFC 9110, 8470 and 6585)."""
_SAYING = ("detail", "message", "error", "title")
"""Fields in which an answer in JSON says why; RFC 9457 has the first and the last."""


class SignedMessengerCalls:
    """Implements ports.messengers.MessengerCalls. Secrets lie in the key store, apart from the database."""

    def __init__(self, keys: KeyStore, clock: Clock, listed: Collection[str] = (), seconds: float = SECONDS) -> None:
        """`listed`: hosts that may be on our own network, and may be spoken to without TLS."""
        self._keys, self._clock = keys, clock
        self._ways = PinnedConnections(listed, "CX_WEBHOOK_HOSTS", seconds)

    def refuses(self, address: str) -> str:
        return self._ways.refuses(address)

    def secret(self, messenger: str) -> str:
        return f"whsec_{b64encode(self._keys.secret(_name(messenger))).decode()}"

    def forget(self, messenger: str) -> None:
        self._keys.drop_secret(_name(messenger))

    def deliver(self, messenger: Messenger, id: str, content: Mapping[str, object]) -> str:
        place, now = self._ways.place(messenger.address), self._clock()
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Rung-Webhooks/1",
            "Host": place.named,
            "Connection": "close",
            **signed(self.secret(messenger.id), id, now, body),
        }
        with call_trouble(), self._ways.connected(place) as connection:
            connection.request("POST", place.path, body.encode(), headers)
            answer = connection.getresponse()
            said = f"It answered {answer.status} {_plain(answer.reason)}".strip() + "."
            words = "" if 200 <= answer.status < 300 else _words(answer)
        return _read(answer.status, f"{said} {words}".strip())

    def wrong(self, messenger: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        id, at = headers.get("webhook-id", ""), _moment(headers.get("webhook-timestamp", ""))
        given = headers.get("webhook-signature", "").split(" ")[:MOST_SIGNATURES]
        if not id or len(id) > LONGEST_ID or at is None or not any(given):
            return "The headers webhook-id, webhook-timestamp and webhook-signature are not all there."
        try:
            expected = Webhook(self.secret(messenger)).sign(id, at, body.decode())
        except UnicodeDecodeError:
            return "The body is no UTF-8."
        if not any(hmac.compare_digest(expected.encode(), one.encode("utf-8", "replace")) for one in given):
            return "The signature does not fit: sign with this channel's secret, and the body as it is sent."
        if abs(now - at) > TOLERANCE:
            minutes = int(TOLERANCE.total_seconds() // 60)
            return f"The timestamp is more than {minutes} minutes from ours: set the sender's clock, and sign again."
        return ""


def _name(messenger: str) -> str:
    return f"messenger-{messenger}"


def _moment(seconds: str) -> datetime | None:
    """The time that a header gives in whole seconds since 1970."""
    if not seconds.isascii() or not seconds.isdecimal() or len(seconds) > 12:
        return None
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _read(status: int, said: str) -> str:
    if 200 <= status < 300:
        return said
    if 300 <= status < 400:
        raise SystemRefused(f"{said} Redirects are not followed: give the address it leads to.")
    if status >= 500 or status in AGAIN:
        raise SystemUnreachable(said)
    raise SystemRefused(said)


def _words(answer: http.client.HTTPResponse) -> str:
    """Why the other side says no, in its own words; empty: it does not say."""
    text = answer.read(MOST_READ).decode("utf-8", "replace")
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return _plain(text)
    if isinstance(given, dict):
        given = next((given[name] for name in _SAYING if isinstance(given.get(name), str)), "")
    return _plain(given) if isinstance(given, str) else ""


def _plain(text: str) -> str:
    """One line of what can be printed."""
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return line if len(line) <= MOST_SAID else line[: MOST_SAID - 1] + "…"
