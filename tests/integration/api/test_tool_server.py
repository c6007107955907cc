"""The official MCP client at Rung's own MCP server: what other agents may read, and that they cannot do more."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any

import httpx2
import pytest
from mcp import Client, types
from mcp.client.streamable_http import streamable_http_client
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from cx_core.bootstrap.tool_server import tool_server
from cx_core.catalogue import Article
from cx_core.desk.desk import Desk
from cx_core.records import ArticleId, Passage, Retrieved, Role
from cx_core.views import IssuedToken
from pages.parts.api import doorkeeper, tool_route
from pages.parts.routes.gate import Gate
from pages.parts.routes.sessions import Cookie, SessionWatch
from tests.conftest import SetClock
from tests.connectors.tool_shop import over_socket
from tests.integration.api.conftest import Issue
from tests.scripted import LENA, MARIA, Hand, InlineWorks
from tests.signed_in import someone

Asked = Callable[[Client], Awaitable[Any]]
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Made once: certificates are not needed here, and take long to read."""
WORDS = f"Please call me on 020 7946 0958. {MARIA} was charged twice for invoice I-22."
LISTING = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
JSON = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}


@pytest.fixture
def served(desk: Desk) -> Starlette:
    return mounted(desk)


def mounted(desk: Desk) -> Starlette:
    """The server as `app.py` mounts it, behind the gate."""
    gate = Middleware(Gate, watch=SessionWatch(desk.who, desk.living), cookie=Cookie(secure=False))
    return Starlette(routes=tool_route.routes(lambda: desk, tool_server), middleware=[gate])


@pytest.fixture
def address(served: Starlette) -> Iterator[str]:
    with over_socket(served) as url:
        yield f"{url}/mcp"


def asked(address: str, secret: str, ask: Asked, mode: str = "auto") -> Any:  # noqa: ANN401
    async def run() -> Any:  # noqa: ANN401
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {secret}"}, verify=NO_TLS) as http,
            Client(streamable_http_client(address, http_client=http), mode=mode) as client,
        ):
            return await ask(client)

    return asyncio.run(run())


def called(address: str, secret: str, name: str, mode: str = "auto", **arguments: object) -> Any:  # noqa: ANN401
    """What a tool gives, or the words of its refusal."""
    result: types.CallToolResult = asked(address, secret, lambda client: client.call_tool(name, arguments), mode)
    (text,) = result.content
    assert isinstance(text, types.TextContent)
    if result.is_error:
        return text.text
    assert json.loads(text.text) == result.structured_content
    return result.structured_content


def names(address: str, secret: str, mode: str = "auto") -> dict[str, types.Tool]:
    listed: types.ListToolsResult = asked(address, secret, lambda client: client.list_tools(), mode)
    return {tool.name: tool for tool in listed.tools}


def test_that_an_agent_reads_knowledge_and_tickets(address: str, issue: Issue, desk: Desk, works: InlineWorks) -> None:
    ticket, secret = Hand(desk, works).ticket(WORDS), issue("articles:read", "tickets:read")
    tools = names(address, secret)
    assert set(tools) == {"search_knowledge", "get_article", "find_tickets", "get_ticket"}
    for tool in tools.values():
        assert tool.annotations is not None
        assert (tool.annotations.read_only_hint, tool.annotations.destructive_hint) == (True, False)
    found = called(address, secret, "search_knowledge", question="refund of a double charge")["passages"]
    article = called(address, secret, "get_article", id=found[0]["article"])
    assert (article["title"], article["audience"]) == (found[0]["title"], "customer")
    assert [one["id"] for one in called(address, secret, "find_tickets", status="new")["tickets"]] == [ticket]
    assert called(address, secret, "get_ticket", id=ticket)["ticket"]["id"] == ticket


def test_that_an_agent_of_the_older_protocol_is_answered_too(address: str, issue: Issue) -> None:
    secret = issue("articles:read")
    assert set(names(address, secret, "legacy")) == {"search_knowledge", "get_article"}
    found = called(address, secret, "search_knowledge", "legacy", question="refund of a double charge", limit=1)
    assert len(found["passages"]) == 1


def test_that_personal_data_is_masked_unless_the_token_may_see_it_and_then_it_is_on_record(
    address: str, issue: Issue, desk: Desk, works: InlineWorks
) -> None:
    ticket = Hand(desk, works).ticket(WORDS)
    plain, personal = issue("tickets:read"), issue("tickets:read", "personal:read")
    masked = called(address, plain, "get_ticket", id=ticket)
    assert (masked["ticket"]["address"], masked["ticket"]["customer"]) == (None, None)
    assert MARIA not in json.dumps(masked)
    assert "7946" not in json.dumps(masked)
    assert "charged twice" in masked["messages"][0]["text"]
    assert "personal:read" in called(address, plain, "find_tickets", customer="C-1")
    assert not [one for one in works.audit.events(most=500) if one.kind == "looked_up_by_agent"]
    whole = called(address, personal, "get_ticket", id=ticket)
    assert (whole["ticket"]["address"], whole["messages"][0]["text"]) == (LENA, WORDS)
    assert called(address, personal, "find_tickets", customer=whole["ticket"]["customer"])["tickets"]
    events = [one for one in works.audit.events(most=500) if one.kind == "looked_up_by_agent"]
    assert {(one.payload or {})["what"] for one in events} == {f"ticket/{ticket}", "tickets"}


def test_that_internal_articles_need_a_scope_for_them(address: str, issue: Issue, works: InlineWorks) -> None:
    plain, internal = issue("articles:read"), issue("articles:read", "articles:internal")
    hidden = next(one.id for one in works.shelf.articles().values() if one.audience == "internal")
    assert called(address, plain, "get_article", id=hidden) == "There is nothing under this id."
    assert called(address, internal, "get_article", id=hidden)["audience"] == "internal"


class Behind:
    """An index that still finds what may not be told any more, and what is about something else."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._articles = tuple(articles)

    def encode(self, texts: Sequence[str]) -> list[str]:
        return list(texts)

    def search(self, *_: object, **__: object) -> Retrieved:
        scores = {"customer": (0.8, 0.1), "internal": (0.9,)}
        return Retrieved(passages=tuple(
            Passage(article=ArticleId(one.id), title=one.title, text=f"{score}", version=one.version, score=score)
            for one in self._articles
            for score in scores[one.audience]
        ))  # fmt: skip


def test_that_a_search_by_meaning_gives_what_is_near_and_may_be_told(
    address: str, issue: Issue, desk: Desk, works: InlineWorks, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind = Behind(works.shelf.articles().values())
    monkeypatch.setattr(desk.agent_access, "_meaning", lambda: (behind, behind))
    found = called(address, issue("articles:read"), "search_knowledge", question="refund of a double charge")
    assert {(one["text"], one["audience"]) for one in found["passages"]} == {("0.8", "customer")}
    assert found["note"] == ""


def test_that_a_tool_whose_scope_is_missing_is_neither_listed_nor_called(
    address: str, issue: Issue, desk: Desk, works: InlineWorks
) -> None:
    ticket, secret = Hand(desk, works).ticket(WORDS), issue("customers:read")
    assert names(address, secret) == {}
    for name, arguments in (("search_knowledge", {"question": "refund"}), ("get_ticket", {"id": ticket})):
        assert "does not have the scope" in called(address, secret, name, **arguments)
    assert called(address, secret, "create_ticket", text="x") == "There is no such tool."


def test_that_wrong_arguments_are_refused_in_words(address: str, issue: Issue) -> None:
    secret = issue("tickets:read", "articles:read")
    assert "limit" in called(address, secret, "search_knowledge", question="refund", limit=10_000)
    assert "Extra inputs" in called(address, secret, "get_ticket", id="T-1", sql="1")
    assert "next" in called(address, secret, "find_tickets", after="yesterday")
    assert called(address, secret, "get_ticket", id="T-404") == "There is nothing under this id."


def posted(client: TestClient, secret: str, **headers: str) -> httpx2.Response:
    shown = {"Authorization": f"Bearer {secret}"} if secret else {}
    return client.post("/mcp", json=LISTING, headers={**JSON, **shown, **headers})


def test_that_no_token_a_wrong_one_a_revoked_one_and_one_that_ended_let_nobody_in(
    client: TestClient, desk: Desk, clock: SetClock
) -> None:
    admin = someone(desk, Role.ADMINISTRATOR)
    tokens = [desk.api_tokens.issue(admin, f"Agent {n}", ["tickets:read"], 30) for n in range(2)]
    revoked, ending = (one for one in tokens if isinstance(one, IssuedToken))
    assert [posted(client, one.secret).status_code for one in (revoked, ending)] == [200, 200]
    desk.api_tokens.revoke(admin, revoked.token.id)
    assert [posted(client, one).status_code for one in ("", "rung_wrong", revoked.secret)] == [401] * 3
    clock.forward(days=31)
    ended = posted(client, ending.secret)
    assert (ended.status_code, ended.headers["WWW-Authenticate"][:6]) == (401, "Bearer")


def test_that_another_sites_page_is_refused_even_when_its_name_points_here(client: TestClient, issue: Issue) -> None:
    secret = issue("tickets:read")
    rebound = {"Origin": "http://evil.example", "Host": "evil.example"}
    for headers in (rebound, {"Origin": "null"}, {"Origin": "http://127.0.0.1:8501.evil.example"}, {"Origin": ""}):
        assert posted(client, secret, **headers).status_code == 403
    assert posted(client, secret, Origin="http://127.0.0.1:8501").status_code == 200


def test_that_only_posts_of_a_moderate_size_and_number_are_answered(
    desk: Desk, issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorkeeper, "BURST", 3)
    client, secret = TestClient(mounted(desk), base_url="http://desk.example"), issue("tickets:read")
    shown = {**JSON, "Authorization": f"Bearer {secret}"}
    for method in ("GET", "DELETE", "PUT"):
        assert client.request(method, "/mcp", headers=shown).status_code == 405
    large = client.post("/mcp", json={**LISTING, "params": {"cursor": "x" * 200_000}}, headers=shown)
    assert large.status_code == 413
    assert 429 in {posted(client, secret).status_code for _ in range(6)}
