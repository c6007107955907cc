"""Attachments over the web: who gets them, and as what."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from cx_core.adapters.accounts.local_accounts import DEMO_PASSWORD
from cx_core.records import AttachmentId, Role
from pages.parts.routes import files
from pages.parts.routes.gate import Gate
from pages.parts.routes.sessions import Cookie, SessionWatch
from tests.integration.desk.test_attachments import PDF, mail, photo, view
from tests.scripted import Hand

HERE = "http://rung.example"
PAGE = {"accept": "text/html", "sec-fetch-mode": "navigate"}


def browser(hand: Hand, role: Role | None) -> TestClient:
    """Signed in as somebody of this role, or not at all."""
    watch = SessionWatch(hand.desk.who)
    gate = Middleware(Gate, watch=watch, cookie=Cookie(secure=False))
    app = Starlette(routes=files.routes(lambda: hand.desk.ticket_attachments, watch), middleware=[gate])
    client = TestClient(app, base_url=HERE, follow_redirects=False)
    if role is not None:
        account = next(one for one in hand.desk.demo_accounts() if one.role == role)
        token = hand.desk.sign_in(account.email, DEMO_PASSWORD, "127.0.0.1")
        assert isinstance(token, str)
        client.cookies.set("rung", token)
    return client


@pytest.fixture
def ids(hand: Hand) -> tuple[AttachmentId, AttachmentId]:
    """A photo and a PDF that a customer sent."""
    ticket = hand.desk.inbound_messages.receive(
        mail(hand, ('Größe\u202e "1".jpg', photo((2000, 1000))), ("bill.pdf", PDF))
    )
    first, second = view(hand.desk, ticket).attachments
    return first.id, second.id


def test_that_an_original_is_saved_and_never_opened(hand: Hand, ids: tuple[AttachmentId, AttachmentId]) -> None:
    answer = browser(hand, Role.ADVISOR).get(f"/files/{ids[0]}", headers=PAGE)
    assert answer.content == photo((2000, 1000))
    sent = answer.headers
    assert sent["content-disposition"] == (
        "attachment; filename=\"Gr__e _1_.jpg\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20_1_.jpg"
    )
    assert sent["content-type"] == "application/octet-stream"
    assert sent["x-content-type-options"] == "nosniff"
    assert sent["cache-control"] == "no-store"
    assert sent["cross-origin-resource-policy"] == "same-origin"
    assert {"sandbox", "default-src 'none'"} <= set(sent["content-security-policy"].split("; "))


def test_that_only_the_picture_drawn_anew_is_shown(hand: Hand, ids: tuple[AttachmentId, AttachmentId]) -> None:
    advisor = browser(hand, Role.ADVISOR)
    answer = advisor.get(f"/files/{ids[0]}/preview")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.content != photo((2000, 1000))
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert advisor.get(f"/files/{ids[1]}/preview").status_code == 404


def test_that_nobody_gets_a_file_without_a_session(hand: Hand, ids: tuple[AttachmentId, AttachmentId]) -> None:
    stranger = browser(hand, None)
    for path in (f"/files/{ids[0]}", f"/files/{ids[0]}/preview"):
        assert stranger.get(path).status_code == 401
        led = stranger.get(path, headers=PAGE)
        assert led.status_code == 303
        assert led.headers["location"].startswith("/login?next=")


def test_that_an_ended_session_gets_no_file(hand: Hand, ids: tuple[AttachmentId, AttachmentId]) -> None:
    advisor = browser(hand, Role.ADVISOR)
    hand.desk.sign_out(str(advisor.cookies.get("rung")))
    assert advisor.get(f"/files/{ids[0]}").status_code == 401


def test_that_a_knowledge_editor_gets_no_file(hand: Hand, ids: tuple[AttachmentId, AttachmentId]) -> None:
    editor = browser(hand, Role.EDITOR)
    assert editor.get(f"/files/{ids[0]}").status_code == 403
    assert editor.get(f"/files/{ids[0]}/preview").status_code == 403


@pytest.mark.parametrize("id", ["0" * 32, "nothing", "..%2F..%2Frung.db", "../rung.db", "%00", "1" * 4000])
def test_that_an_id_that_is_none_leads_nowhere(hand: Hand, id: str) -> None:
    advisor = browser(hand, Role.ADVISOR)
    assert advisor.get(f"/files/{id}").status_code == 404
    assert advisor.get(f"/files/{id}/preview").status_code == 404
