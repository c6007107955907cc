"""A messenger's provider as a test plays it: signs what it calls with, and checks what it is called with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import httpx2 as httpx
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from cx_core.desk.desk import Desk
from cx_core.records import MessageId, TicketId
from cx_core.views.channels.messengers import MessengerAdded
from pages.parts.routes.gate import Gate
from pages.parts.routes.messengers import MessengerRoutes
from pages.parts.routes.sessions import Cookie, SessionWatch
from tests.conftest import SetClock
from tests.receivers import Hook

PHONE = "+44 7700 900002"


class Provider:
    """One channel's other side."""

    def __init__(self, desk: Desk, added: MessengerAdded, hook: Hook, clock: SetClock) -> None:
        self.id, self.secret, self.hook, self.clock, self.desk = added.id, added.secret, hook, clock, desk
        self.told: list[int] = []
        watch = SessionWatch(desk.who, desk.living)
        gate = Middleware(Gate, watch=watch, cookie=Cookie(secure=False))
        served = Starlette(routes=MessengerRoutes(lambda: desk).routes(), middleware=[gate])
        self.client = TestClient(served, base_url="http://desk.example")

    def signed(self, body: str, at: datetime | None = None, id: str = "call-1") -> dict[str, str]:
        moment = (at or self.clock()).astimezone(UTC)
        return {
            "webhook-id": id,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": Webhook(self.secret).sign(id, moment, body),
        }

    def call(self, what: str, content: Mapping[str, object], at: datetime | None = None) -> httpx.Response:
        body = json.dumps(content)
        return self.client.post(f"/channels/{self.id}/{what}", content=body.encode(), headers=self.signed(body, at=at))

    def says(self, text: str, id: str = "m-1", sender: str = PHONE, **other: object) -> TicketId:
        """A customer writes; returns the ticket that their words are in."""
        answer = self.call("messages", {"id": id, "from": sender, "text": text, **other})
        assert answer.status_code in (200, 201), answer.text
        with self.desk._store.look() as unit:
            message = unit.tickets.message(MessageId(f"messenger:{self.id}:{id}"))
        assert message is not None
        return message.ticket

    def report(self, message: str, state: str, **other: object) -> int:
        return self.call("receipts", {"message": message, "state": state, **other}).status_code

    def got(self) -> list[dict[str, object]]:
        """What was delivered here, each signed with the secret."""
        told = []
        for call in self.hook.calls:
            at = datetime.fromtimestamp(int(call.headers["webhook-timestamp"]), UTC)
            assert Webhook(self.secret).sign(call.id, at, call.body.decode()) == call.headers["webhook-signature"]
            data: dict[str, object] = json.loads(call.body)["data"]
            assert data["id"] == call.id
            told.append(data)
        return told
