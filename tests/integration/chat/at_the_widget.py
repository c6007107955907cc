"""What a widget does, as its script does it, without a browser."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count
from typing import Any

from httpx2 import Response
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from cx_core.desk.desk import Desk
from pages.parts.routes.chat import ChatLimits, ChatRoutes
from pages.parts.routes.chat_streams import ChatStreams
from pages.parts.routes.gate import Gate
from pages.parts.routes.sessions import Cookie, SessionWatch

ORIGIN = "https://shop.example"
HERE = "http://rung.example"
WIDE = ChatLimits(*[(1000, 1000)] * 5)
_IDS = count(1)


def site(desk: Desk, limits: ChatLimits = WIDE) -> TestClient:
    """The routes behind the gate, as `app.py` mounts them."""
    gate = Middleware(Gate, watch=SessionWatch(desk.who), cookie=Cookie(secure=False))
    routes = ChatRoutes(lambda: desk, ChatStreams(lambda: desk), limits=limits).routes()
    return TestClient(Starlette(routes=routes, middleware=[gate]), base_url=HERE, follow_redirects=False)


class Visitor:
    """Somebody with the widget open."""

    def __init__(self, client: TestClient, widget: str, origin: str = ORIGIN) -> None:
        self.client = client
        self.widget = widget
        self.origin = origin
        self.token = ""

    def call(self, name: str, body: object = None, headers: Mapping[str, str] | None = None) -> Response:
        """One POST as the widget sends it."""
        sent = {"origin": self.origin, "authorization": f"Bearer {self.token}", **(headers or {})}
        return self.client.post(f"/chat/{self.widget}/{name}", json=body or {}, headers=sent)

    def begin(self, **fields: object) -> Visitor:
        answer = self.call("sessions", fields)
        assert answer.status_code == 201, answer.text
        self.token = answer.json()["token"]
        return self

    def say(self, text: str, id: str = "") -> Response:
        return self.call("messages", {"id": id or f"client-{next(_IDS):06d}", "text": text})


def told(desk: Desk, visitor: Visitor, after: int = 0) -> list[dict[str, Any]]:
    """The events of a visitor's session, as their stream would bring them."""
    widget = desk.chat_visitors.admitted(visitor.widget, visitor.origin).widget
    assert widget is not None
    session = desk.chat_visitors.who(widget, visitor.token)
    assert session is not None
    events = desk.chat_visitors.events(session, after)
    return [{"number": one.number, "kind": one.kind, **json.loads(json.dumps(one.body))} for one in events]
