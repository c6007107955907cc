"""A desk with a scripted reading behind a real server, and a shop's page on another origin with a strict policy."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import uvicorn
from playwright.sync_api import Page
from starlette.applications import Starlette
from starlette.middleware import Middleware

from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.records import Role, Ticket
from cx_core.records.chat import ChatSession, ChatWidget
from cx_core.settings import ROOT, Settings
from pages.parts.routes.chat import ChatLimits, ChatRoutes
from pages.parts.routes.chat_streams import ChatStreams
from pages.parts.routes.gate import Gate
from pages.parts.routes.sessions import Cookie, SessionWatch
from tests.e2e.cutting_proxy import CuttingProxy
from tests.scripted import SAM, InlineWorks, copied, enrolled, person

IDA = person(Role.ADMINISTRATOR, "Ida Admin")
WIDE = ChatLimits((10**6, 10**6), (10**6, 10**6), (10**6, 10**6), (10**6, 10**6))


class HostPage:
    """A shop's page. Its policy allows scripts from the desk and requests to it, and nothing else: no styles."""

    def __init__(self) -> None:
        self.desk = self.attributes = ""
        page = self

        class Shop(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                policy = f"default-src 'none'; script-src {page.desk}; connect-src {page.desk}"
                tag = f'<script src="{page.desk}/chat/widget.js" {page.attributes} async></script>'
                body = (
                    '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">'
                    f"<title>Shop</title><main><h1>A shop</h1><p>Things to buy.</p></main>{tag}</html>"
                ).encode()
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-security-policy", policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class ChatSite:
    """All of it, running."""

    def __init__(self, works: InlineWorks) -> None:
        self.works = works
        self.desk: Desk = open_desk(works.settings, works.clock, works)
        self.streams = ChatStreams(lambda: self.desk, heartbeat=5.0)
        routes = ChatRoutes(lambda: self.desk, self.streams, limits=WIDE).routes()
        gate = Middleware(Gate, watch=SessionWatch(self.desk.who), cookie=Cookie(secure=False))
        app = Starlette(routes=routes, middleware=[gate])
        self._socket = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True).start()
        self.line = CuttingProxy(int(self._socket.getsockname()[1]))
        self.host = HostPage()
        made = self.desk.chat_widgets.add(IDA, "Shop", [self.host.origin], "Hello! How can we help?")
        assert isinstance(made, ChatWidget), made
        self.widget = made
        self.host.desk = f"http://127.0.0.1:{self.line.port}"
        self.host.attributes = f'data-widget="{made.id}"'

    def close(self) -> None:
        self.streams.close()
        self._server.should_exit = True
        self.host.close()
        self.line.close()

    def session(self) -> ChatSession:
        """The newest."""
        with self.works.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT body FROM chat_session ORDER BY seen_at").scalars().all()
        return max((ChatSession.model_validate_json(row) for row in rows), key=lambda one: one.at)

    def ticket(self) -> Ticket:
        """Of the newest session, once there is one."""
        until = time.monotonic() + 15
        while time.monotonic() < until:
            with contextlib.suppress(ValueError), self.works.store.look() as unit:
                found = unit.chat.latest_ticket(self.session())
                if found is not None:
                    return found
            time.sleep(0.1)
        raise AssertionError("No ticket came.")

    def answers(self, text: str) -> None:
        """An advisor approves these words."""
        ticket = self.ticket()
        answer = self.desk.approvals.approve(SAM, ticket.id, ticket.version, reply=text)
        assert not hasattr(answer, "code"), answer
        self.desk.chat_states.refresh(self.session())

    def sends(self, number: int) -> None:
        """A reply straight into the channel, as often as one likes."""
        key = f"{self.ticket().id}:note:{number:05d}"
        self.works.outbox.deliver(key=key, channel="chat", address="x", subject="", text=f"reply {number:05d}")


@contextlib.contextmanager
def chat_site(furnished: Path, folder: Path) -> Iterator[ChatSite]:
    settings = Settings(
        data_dir=folder, knowledge=ROOT / "knowledge", demo=True, feed_seconds=0, gather_seconds=0, undo_seconds=0
    )
    works = copied(furnished, settings, lambda: datetime.now(UTC))
    enrolled(works, IDA)
    site = ChatSite(works)
    try:
        yield site
    finally:
        site.close()
        works.close()


def opened(page: Page, site: ChatSite) -> None:
    """The shop's page with the chat open."""
    page.goto(site.host.origin)
    page.get_by_role("button", name="Chat with us").click()
    page.get_by_role("textbox", name="Write a message").wait_for()
