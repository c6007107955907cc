"""The page a customer reaches with the link they were sent: through the gate, without a session, once."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from pages.parts.routes import rating
from pages.parts.routes.gate import Gate
from pages.parts.routes.sessions import Cookie, SessionWatch
from tests.scripted import COPY, LENA, Hand

HERE = "http://rung.example"


@pytest.fixture
def visitor(hand: Hand) -> TestClient:
    gate = Middleware(Gate, watch=SessionWatch(hand.desk.who), cookie=Cookie(secure=False))
    app = Starlette(routes=rating.routes(lambda: hand.desk.customer_ratings), middleware=[gate])
    return TestClient(app, base_url=HERE, headers={"origin": HERE}, follow_redirects=False)


@pytest.fixture
def path(hand: Hand) -> str:
    hand.approve(hand.ticket(COPY, LENA))
    text = hand.asked()[0]
    return text[text.index("/rate/") :].split()[0]


def test_that_a_customer_answers_once_without_signing_in(hand: Hand, visitor: TestClient, path: str) -> None:
    assert "How well did we help you?" in visitor.get(path).text
    assert hand.desk.customer_ratings.rating(path.removeprefix("/rate/")) is not None
    answered = visitor.post(path, data={"score": "4", "comment": "<b>quick</b>"})
    assert (answered.status_code, "Thank you" in answered.text) == (200, True)
    kept = hand.desk.customer_ratings.rating(path.removeprefix("/rate/"))
    assert kept is not None
    assert (kept.score, kept.comment) == (4, "<b>quick</b>")
    assert "we have already received your rating" in visitor.get(path).text
    assert visitor.post(path, data={"score": "1"}).status_code == 400


def test_that_another_site_cannot_answer_for_them(visitor: TestClient, path: str) -> None:
    forged = visitor.post(path, data={"score": "1"}, headers={"origin": "https://evil.example"})
    assert forged.status_code == 403


@pytest.mark.parametrize("score", ["", "0", "6", "five", "5.0"])
def test_that_only_one_of_the_five_is_an_answer(hand: Hand, visitor: TestClient, path: str, score: str) -> None:
    assert visitor.post(path, data={"score": score}).status_code == 400
    kept = hand.desk.customer_ratings.rating(path.removeprefix("/rate/"))
    assert kept is not None
    assert kept.score is None


@pytest.mark.parametrize("token", ["guess", "%3Cscript%3Ealert(1)", "x" * 500])
def test_that_a_link_that_is_not_ours_says_so_and_echoes_nothing(visitor: TestClient, token: str) -> None:
    answer = visitor.get(f"/rate/{token}")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_that_nothing_else_under_that_path_is_open(visitor: TestClient) -> None:
    assert visitor.get("/rate/../audit").status_code in (303, 307, 401, 404)
    assert visitor.get("/audit").status_code in (303, 401)
