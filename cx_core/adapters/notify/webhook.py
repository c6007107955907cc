"""One signed POST to a web address that somebody typed in: see `pinned_connections` for where it may lead.

Signed by the Standard Webhooks scheme (standardwebhooks.com): the receiver sees that it is from us and fresh, and by
its id whether they had it before. Redirects are not followed, and of the answer only its status is read.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Collection
from datetime import UTC, datetime

from standardwebhooks import Webhook

from cx_core.adapters.network.pinned_connections import SECONDS, PinnedConnections, call_trouble
from cx_core.errors import SystemRefused, SystemUnreachable
from cx_core.ports import Clock, Dispatch

GONE = 410


class Webhooks:
    """`listed`: hosts that may be on our own network, and may be spoken to without TLS."""

    def __init__(self, clock: Clock, listed: Collection[str] = (), seconds: float = SECONDS) -> None:
        self._clock = clock
        self._ways = PinnedConnections(listed, "CX_WEBHOOK_HOSTS", seconds)

    def refuses(self, address: str) -> str:
        """Why nothing is ever sent there; empty if it may be. The name is not looked up."""
        return self._ways.refuses(address)

    def send(self, dispatch: Dispatch, secret: str) -> str:
        """Raises SystemRefused when there is no use in trying again, SystemUnreachable when there is."""
        place = self._ways.place(dispatch.address)
        now, body = self._clock(), json.dumps(dispatch.content, ensure_ascii=False, separators=(",", ":"))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Rung-Webhooks/1",
            "Host": place.named,
            "Connection": "close",
            **signed(secret, dispatch.id, now, body),
        }
        with call_trouble(), self._ways.connected(place) as connection:
            connection.request("POST", place.path, body.encode(), headers)
            status, reason = _status(connection)
        return _read(status, reason)


def signed(secret: str, id: str, at: datetime, body: str) -> dict[str, str]:
    """The three headers of the scheme."""
    signature = Webhook(secret).sign(id, at.astimezone(UTC), body)  # the library reads any time as one in UTC
    return {"webhook-id": id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def _status(connection: http.client.HTTPConnection) -> tuple[int, str]:
    """The answer's status; its body is nobody's business here, and stays unread."""
    answer = connection.getresponse()
    return answer.status, "".join(mark for mark in answer.reason[:60] if mark.isprintable())


def _read(status: int, reason: str) -> str:
    said = f"It answered {status} {reason}".strip() + "."
    if 200 <= status < 300:
        return said
    if 300 <= status < 400:
        raise SystemRefused(f"{said} Redirects are not followed: give the address it leads to.")
    if status == GONE:
        raise SystemRefused(f"{said} Whoever is there wants no more of it.")
    raise SystemUnreachable(said)
