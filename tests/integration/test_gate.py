"""The gate, sign-in, live events and health around a small application, over a real socket."""

from __future__ import annotations

import asyncio
import json
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from cx_core.adapters.accounts.local_accounts import Accounts
from cx_core.adapters.audit.audit_log import SqlAuditLog
from cx_core.adapters.keys.hmac_seals import KeyedSealer
from cx_core.adapters.keys.key_store import KeyStore
from cx_core.adapters.sql import database, tables
from cx_core.errors import KnowledgeError, RungError
from cx_core.records import EVERY_TICKET, Person, PersonId, Role, TicketId
from cx_core.views import Refusal
from pages.parts.routes import health, leaving
from pages.parts.routes.gate import ENDED, Gate
from pages.parts.routes.live_updates import STREAMS, Live
from pages.parts.routes.sessions import HEADER, Cookie, SessionWatch
from pages.parts.routes.signin import MOST_BYTES, Door, failed
from tests.conftest import SetClock

SOON = 3.0
"""Seconds within which an ended session must have ended everywhere, with the watch asking every 0.1 s."""


class SmallDesk(Accounts):
    """Real accounts on a real database; changes and health are what a test says."""

    def __init__(self, folder: Path, clock: SetClock) -> None:
        self.folder = folder
        engine = database.connect(f"sqlite:///{folder / 'rung.db'}")
        tables.metadata.create_all(engine)
        hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        keys = KeyStore(f"sqlite:///{folder / 'keys.db'}")
        audit = SqlAuditLog(engine, keys, folder / "anchor", clock)
        super().__init__(engine, clock, 12.0, KeyedSealer(keys), audit, demo=True, hasher=hasher)
        self.seed_demo()
        self.changed: list[str] = ["T-old"]
        self.asked = 0
        self.states = {"database": "ok", "encoder": "loading"}
        self.released: list[tuple[str, TicketId]] = []

    def release(self, person: Person, ticket_id: TicketId) -> None:
        self.released.append((person.name, ticket_id))

    def changes_since(self, id: int) -> tuple[int, tuple[TicketId, ...]]:
        self.asked += 1
        return len(self.changed), tuple(TicketId(ticket) for ticket in self.changed[id:])

    def health(self) -> dict[str, str]:
        return self.states

    def without_accounts(self) -> bool:
        return False


class Site:
    """A running server, and how a browser and a program speak to it."""

    def __init__(self, desk: SmallDesk, *, secure: bool = False) -> None:
        self.desk = desk
        self.trouble = ""
        watch = SessionWatch(lambda token: self._asked().who(token), every=0.1)
        cookie = Cookie(secure=secure)
        live = Live(self._asked, watch, heartbeat=1.0)
        own = [*Door(self._asked, cookie).routes(), *health.routes(self._asked), *live.routes()]
        own += leaving.routes(self._asked, watch)
        app = Starlette(
            routes=[
                *own,
                WebSocketRoute("/_stcore/stream", _echo),
                Route("/{path:path}", _seen, methods=["GET", "POST"]),
            ],
            middleware=[Middleware(Gate, watch=watch, cookie=cookie)],
            exception_handlers={RungError: failed},
        )
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.origin = f"http://{self.host}"
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()

    def _asked(self) -> SmallDesk:
        if self.trouble:
            raise KnowledgeError(self.trouble)
        return self.desk

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def visitor(self) -> httpx.Client:
        return httpx.Client(base_url=self.origin, headers={"origin": self.origin}, timeout=10)

    @contextmanager
    def advisor(self, role: Role = Role.ADVISOR) -> Iterator[httpx.Client]:
        account = next(one for one in self.desk.demo_accounts() if one.role is role)
        with self.visitor() as client:
            answer = client.post("/login", data={"email": account.email, "password": account.password})
            assert answer.status_code == 303, answer.text
            yield client

    def stream(self, client: httpx.Client, *, origin: str = "", **headers: str) -> ClientConnection:
        headers["cookie"] = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        address = f"ws://{self.host}/_stcore/stream"
        return connect(address, origin=Origin(origin or self.origin), additional_headers=headers)


async def _seen(request: Request) -> JSONResponse:
    """What the pages would see of a request."""
    other = [name for name in request.headers if "auth" in name and name != HEADER]
    return JSONResponse({"session": request.headers.getlist(HEADER), "other": other})


async def _echo(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(json.dumps(websocket.headers.getlist(HEADER)))
    async for text in websocket.iter_text():
        await websocket.send_text(text)


@pytest.fixture
def site(data_dir: Path, clock: SetClock) -> Iterator[Site]:
    running = Site(SmallDesk(data_dir, clock))
    yield running
    running.close()


def test_that_a_stranger_is_led_to_sign_in_and_back(site: Site) -> None:
    with site.visitor() as client:
        led = client.get("/inbox?ticket=T-7&page=2", headers={"accept": "text/html"})
        assert (led.status_code, led.headers["location"]) == (303, "/login?next=%2Finbox%3Fticket%3DT-7%26page%3D2")
        page = client.get(led.headers["location"])
        assert page.status_code == 200
        account = site.desk.demo_accounts()[0]
        form = {"email": account.email, "password": account.password, "next": "/inbox?ticket=T-7&page=2"}
        back = client.post("/login", data=form)
        assert (back.status_code, back.headers["location"]) == (303, "/inbox?ticket=T-7&page=2")
        assert client.get("/inbox").status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/session", "/events", "/media/x.png", "/_stcore/host-config", "/login/", "/static/../inbox"]
)
def test_that_a_program_without_a_session_gets_nothing(site: Site, path: str) -> None:
    with site.visitor() as client:
        assert client.get(path).status_code == 401


@pytest.mark.parametrize("path", ["/login", "/logout", "/health", "/static/js/main.js"])
def test_that_only_the_way_in_is_open(site: Site, path: str) -> None:
    with site.visitor() as client:
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "/logout", "evil"])
def test_that_sign_in_never_leads_elsewhere(site: Site, elsewhere: str) -> None:
    account = site.desk.demo_accounts()[0]
    with site.visitor() as client:
        form = {"email": account.email, "password": account.password, "next": elsewhere}
        assert client.post("/login", data=form).headers["location"] == "/"


def test_that_the_pages_learn_who_it_is_from_the_gate_alone(site: Site) -> None:
    with site.advisor() as client:
        forged = {"x-auth-session": "mine", "X-Auth-Role": "administrator", "x_auth_session": "mine"}
        seen = client.get("/inbox", headers=forged).json()
        assert seen["session"] == [client.cookies["rung"]]
        assert seen["other"] == []
        with site.stream(client, **{HEADER: "mine"}) as stream:
            assert json.loads(stream.recv(5)) == [client.cookies["rung"]]


def test_that_a_forged_header_does_not_open_the_gate(site: Site) -> None:
    with site.advisor() as client, site.visitor() as stranger:
        assert stranger.get("/inbox", headers={HEADER: client.cookies["rung"]}).status_code == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_that_another_site_can_neither_post_nor_open_a_websocket(site: Site, origin: str) -> None:
    with site.advisor() as client:
        assert client.post("/inbox", headers={"origin": origin}).status_code == 403
        assert client.post("/logout", headers={"origin": origin}).status_code == 403
        with pytest.raises(InvalidStatus) as refused:
            site.stream(client, origin=origin)
        assert refused.value.response.status_code == 403
        assert client.get("/inbox").status_code == 200, "still signed in"


def test_that_a_websocket_needs_a_session(site: Site) -> None:
    with site.visitor() as client, pytest.raises(InvalidStatus) as refused:
        site.stream(client)
    assert refused.value.response.status_code == 403


def test_that_an_open_websocket_closes_soon_after_signing_out_elsewhere(site: Site) -> None:
    with site.advisor() as client, site.advisor() as other, site.stream(client) as ours, site.stream(other) as theirs:
        ours.recv(5), theirs.recv(5)
        ours.send("still in")
        assert ours.recv(5) == "still in"
        site.desk.sign_out(client.cookies["rung"])
        with pytest.raises(ConnectionClosed) as closed:
            ours.recv(SOON)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == ENDED
        assert client.get("/session").status_code == 401
        theirs.send("others stay")
        assert theirs.recv(5) == "others stay"


def test_that_an_expired_session_closes_its_websocket(site: Site, clock: SetClock) -> None:
    with site.advisor() as client, site.stream(client) as stream:
        stream.recv(5)
        clock.forward(hours=12)
        with pytest.raises(ConnectionClosed):
            stream.recv(SOON)


def test_that_a_session_ending_on_a_connection_the_server_gave_up_is_a_plain_goodbye() -> None:
    """The server raises RuntimeError for whatever is sent after it closed a connection by itself."""
    heard: list[Message] = []
    living = [True]

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        living.clear()
        heard.append(await receive())

    async def silent() -> Message:
        return await asyncio.Future()

    async def closed(message: Message) -> None:
        raise RuntimeError(f"Unexpected ASGI message '{message['type']}', after sending 'websocket.close'.")

    async def connection() -> None:
        person = Person(id=PersonId("p-1"), email="ada@example.com", name="Ada", role=Role.ADVISOR)
        gate = Gate(
            app, watch=SessionWatch(lambda _: person if living else None, every=0.01), cookie=Cookie(secure=False)
        )
        headers = [(b"cookie", b"rung=t"), (b"host", b"rung.example"), (b"origin", b"http://rung.example")]
        await asyncio.wait_for(gate({"type": "websocket", "path": "/s", "headers": headers}, silent, closed), SOON)

    asyncio.run(connection())
    assert heard == [{"type": "websocket.disconnect", "code": ENDED}]


def test_that_signing_out_needs_a_click_and_then_ends_the_session(site: Site) -> None:
    with site.advisor() as client:
        token = client.cookies["rung"]
        assert "<button" in client.get("/logout").text
        assert client.get("/session").status_code == 204
        out = client.post("/logout")
        assert (out.status_code, out.headers["location"]) == (303, "/login")
        assert "rung" not in client.cookies
        assert site.desk.who(token) is None


def test_that_signing_in_again_ends_the_session_before(site: Site) -> None:
    with site.advisor() as client:
        before = client.cookies["rung"]
        account = site.desk.demo_accounts()[1]
        client.post("/login", data={"email": account.email, "password": account.password})
        assert client.cookies["rung"] != before
        assert site.desk.who(before) is None


def test_that_a_page_can_tell_that_its_browser_now_carries_another_session(site: Site) -> None:
    with site.advisor() as client:
        first = client.get("/session").headers["x-session-mark"]
        assert client.get("/session").headers["x-session-mark"] == first
        assert first not in client.cookies["rung"]
        account = site.desk.demo_accounts()[1]
        client.post("/login", data={"email": account.email, "password": account.password})
        assert client.get("/session").headers["x-session-mark"] != first


@pytest.mark.parametrize("other", ['a="\\', "x=y{z", "no-value", "=", "caf\xe9=1", "rungs=other"])
def test_that_an_odd_cookie_of_another_program_on_this_host_locks_nobody_out(site: Site, other: str) -> None:
    with site.advisor() as client, site.visitor() as same:
        token = client.cookies["rung"]
        for cookie in (f"{other}; rung={token}", f"rung={token}; {other}"):
            assert same.get("/session", headers=[(b"cookie", cookie.encode("latin-1"))]).status_code == 204


def test_that_a_page_that_is_closed_lets_go_of_its_ticket(site: Site) -> None:
    with site.advisor() as client:
        assert client.post("/leave?ticket=T-7").status_code == 204
        assert client.post("/leave").status_code == 204
        assert client.get("/leave?ticket=T-8").status_code != 204
        assert client.post("/leave?ticket=T-9", headers={"origin": "https://evil.example"}).status_code == 403
    with site.advisor(Role.EDITOR) as editor:
        assert editor.post("/leave?ticket=T-9").status_code == 403
    assert [ticket for _, ticket in site.desk.released] == ["T-7"]


def test_that_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    data_dir: Path, clock: SetClock, site: Site
) -> None:
    account = site.desk.demo_accounts()[0]
    form = {"email": account.email, "password": account.password}
    with site.visitor() as client:
        plain = client.post("/login", data=form).headers["set-cookie"]
    assert plain.startswith("rung=")
    assert "HttpOnly" in plain
    assert "SameSite=lax" in plain
    assert "Secure" not in plain
    over_https = Site(SmallDesk(data_dir, clock), secure=True)
    with over_https.visitor() as client:
        answer = client.post("/login", data=form)
    over_https.close()
    assert answer.headers["set-cookie"].startswith("__Host-rung=")
    assert "Secure" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize("path", ["/login", "/inbox", "/health", "/session", "/missing"])
def test_that_every_answer_carries_the_security_headers(site: Site, path: str) -> None:
    with site.advisor() as client, site.visitor() as stranger:
        for answer in (client.get(path), stranger.get(path)):
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "same-origin"
            assert answer.headers["cache-control"] == "no-store"


def test_that_a_wrong_password_is_told_in_an_alert_and_keeps_the_address(site: Site) -> None:
    with site.visitor() as client:
        form = {"email": 'x"><script>@example.com', "password": "guess"}
        answer = client.post("/login", data=form)
        assert answer.status_code == 401
        assert 'role="alert">That e-mail address and password do not go together.' in answer.text
        assert "x&quot;&gt;&lt;script&gt;@example.com" in answer.text
        assert "<script" not in answer.text
        codes = [client.post("/login", data=form).status_code for _ in range(5)]
    assert codes == [401, 401, 401, 401, 429]


def test_that_a_rush_at_the_door_keeps_nobody_inside_waiting(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, checked = threading.Event(), threading.Event()

    def slow(_email: str, _password: str, _address: str) -> Refusal:
        inside.set()
        checked.wait(20)
        return Refusal(code="denied", text="No.")

    with site.advisor() as client, site.visitor() as rush, ThreadPoolExecutor(60) as pool:
        monkeypatch.setattr(site.desk, "sign_in", slow)
        came = [pool.submit(rush.post, "/login", data={"email": f"{n}@example.com"}, timeout=30) for n in range(60)]
        try:
            assert inside.wait(10)
            time.sleep(1)  # the others are there too by now
            assert client.get("/session", timeout=5).status_code == 204
        finally:
            checked.set()
        assert {one.result().status_code for one in came} == {401}


def test_that_a_sign_in_of_a_megabyte_is_turned_away(site: Site) -> None:
    with site.visitor() as client:
        assert client.post("/login", content=b"a" * (MOST_BYTES + 1)).status_code == 413
        assert client.post("/login", content=b"&" * 1000).status_code == 413
        assert client.post("/login", content=b"email=a%00b&password=c").status_code == 413
        assert client.post("/login", content=b"\xff\x00=%").status_code == 401


def test_that_demonstration_accounts_are_one_click_away(site: Site) -> None:
    with site.visitor() as client:
        page = client.get("/login").text
    assert page.count('<form method="post" action="/login">') == 7
    assert "script" not in page
    assert [one.name in page for one in site.desk.demo_accounts()] == [True] * 6


def test_that_health_says_states_and_no_reasons(site: Site) -> None:
    with site.visitor() as client:
        fine = client.get("/health")
        assert (fine.status_code, fine.json()) == (200, {"database": "ok", "encoder": "loading"})
        site.desk.states = {"database": "failed: no such file /srv/secret.db"}
        ill = client.get("/health")
        assert (ill.status_code, ill.json()) == (503, {"database": "failed"})


def test_that_nobody_gets_in_and_nothing_is_given_away_while_the_desk_cannot_be_opened(site: Site) -> None:
    with site.advisor() as client:
        site.trouble = "/srv/rung/knowledge/company.yaml: no such field"
        for path in ("/login", "/inbox", "/health", "/events"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert "company.yaml" not in answer.text
        with pytest.raises(InvalidStatus):
            site.stream(client)
        site.trouble = ""
        assert client.get("/inbox").status_code == 200, "and it heals by itself"


def test_that_a_database_that_is_away_is_said_in_words_and_costs_nobody_their_session(site: Site) -> None:
    def rename(before: str, after: str) -> None:
        with sqlite3.connect(site.desk.folder / "rung.db") as file:
            file.execute(f"ALTER TABLE {before} RENAME TO {after}")

    with site.advisor() as client:
        rename("session", "away")
        opened = client.get("/inbox", headers={"accept": "text/html"})
        asked = client.get("/session")
        rename("away", "session")
        assert (opened.status_code, asked.status_code) == (503, 503)
        assert "database does not answer" in opened.text
        assert "<h1>" in opened.text
        assert "<h1>" not in asked.text
        assert "SELECT" not in opened.text + asked.text
        assert client.get("/inbox").status_code == 200


def test_that_changes_reach_an_open_stream_at_once_and_old_ones_do_not(site: Site) -> None:
    with site.advisor() as client, client.stream("GET", "/events") as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        lines = events.iter_lines()
        assert _data(lines) == {"tickets": [], "id": 0}
        time.sleep(0.6)
        site.desk.changed += ["T-1", "T-2", "T-1"]
        began = time.monotonic()
        assert _data(lines) == {"tickets": ["T-1", "T-2"], "id": 4}
        assert time.monotonic() - began < 2.0


def test_that_only_people_who_answer_tickets_hear_of_them(site: Site) -> None:
    with site.advisor(Role.EDITOR) as editor, editor.stream("GET", "/events") as events:
        lines = events.iter_lines()
        assert _data(lines) == {"tickets": [], "id": 0}
        time.sleep(0.6)
        site.desk.changed += ["T-1"]
        time.sleep(0.6)
        site.desk.changed += ["T-2", EVERY_TICKET]
        assert _data(lines) == {"tickets": [EVERY_TICKET], "id": 4}, "no ticket's id, only what all pages show"


def test_that_an_open_stream_is_told_that_its_session_ended(site: Site) -> None:
    with site.advisor() as client, client.stream("GET", "/events") as events:
        lines = events.iter_lines()
        _data(lines)
        site.desk.sign_out(client.cookies["rung"])
        rest = list(lines)
    assert "event: ended" in rest


def test_that_a_quiet_stream_is_kept_warm_and_nobody_is_asked_when_nobody_listens(site: Site) -> None:
    with site.advisor() as client:
        with client.stream("GET", "/events") as events:
            lines = events.iter_lines()
            _data(lines)
            assert next(line for line in lines if line) == ": still here"
        time.sleep(2.5)
        asked = site.desk.asked
        time.sleep(1.0)
        assert site.desk.asked == asked


def test_that_one_session_cannot_take_every_connection(site: Site) -> None:
    with site.advisor() as client, ExitStack() as open_streams:
        readers = [open_streams.enter_context(client.stream("GET", "/events")).iter_lines() for _ in range(STREAMS)]
        assert [_data(lines) for lines in readers] == [{"tickets": [], "id": 0}] * STREAMS
        with client.stream("GET", "/events") as one_too_many:
            assert one_too_many.status_code == 204


def _data(lines: Iterator[str]) -> object:
    """The next event's data."""
    return json.loads(next(line for line in lines if line.startswith("data: ")).removeprefix("data: "))
