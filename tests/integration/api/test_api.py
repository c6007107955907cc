"""What programs can do through the HTTP API, and what they cannot."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import httpx2 as httpx
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from cx_core.desk.desk import Desk
from cx_core.errors import NotAllowed
from cx_core.records import ApiScope, Role, TicketId
from cx_core.views import Refusal
from pages.parts.api.doorkeeper import BURST, MOST_BYTES, WRONG_BURST
from tests.conftest import SetClock
from tests.integration.api.conftest import Issue
from tests.scripted import MARIA, Hand, InlineWorks
from tests.signed_in import someone, token

TWICE = {"id": "m-1", "address": MARIA, "subject": "My card", "text": "I was charged twice for invoice I-22."}
ROOT = "/api/v1"
READING: tuple[ApiScope, ...] = ("tickets:read",)


def bearing(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def post(client: TestClient, secret: str, path: str, body: object) -> httpx.Response:
    return client.post(f"{ROOT}{path}", json=body, headers=bearing(secret))


def get(client: TestClient, secret: str, path: str) -> httpx.Response:
    return client.get(f"{ROOT}{path}", headers=bearing(secret))


def test_that_a_ticket_is_created_read_and_answered_like_any_other(
    client: TestClient, issue: Issue, desk: Desk, works: InlineWorks
) -> None:
    secret = issue()
    made = post(client, secret, "/tickets", TWICE)
    assert made.status_code == 201
    ticket = made.json()["ticket"]
    assert made.headers["Location"] == f"{ROOT}/tickets/{ticket}"
    read = get(client, secret, f"/tickets/{ticket}").json()
    assert (read["subject"], read["status"], read["channel"], read["address"]) == ("My card", "new", "web", MARIA)
    hand = Hand(desk, works)
    hand.approve(TicketId(ticket))
    said = get(client, secret, f"/tickets/{ticket}/messages").json()["messages"]
    assert [(one["sender"], one["automatic"]) for one in said] == [("customer", False), ("us", False)]
    assert get(client, secret, f"/tickets/{ticket}").json()["first_response_at"]


def test_that_an_id_is_taken_once_and_never_for_other_words(client: TestClient, issue: Issue) -> None:
    secret = issue()
    first, again = post(client, secret, "/tickets", TWICE), post(client, secret, "/tickets", TWICE)
    assert (again.status_code, again.json()) == (200, {"ticket": first.json()["ticket"], "anew": False})
    other = post(client, secret, "/tickets", {**TWICE, "text": "Please ring me."})
    assert other.status_code == 409
    assert "under this id" in other.json()["detail"]
    assert len(get(client, secret, "/tickets").json()["tickets"]) == 1


def test_that_two_programs_never_meet_by_their_ids(client: TestClient, issue: Issue) -> None:
    one, other = issue(), issue()
    tickets = {post(client, secret, "/tickets", TWICE).json()["ticket"] for secret in (one, other)}
    assert len(tickets) == 2


def test_that_a_further_message_goes_on_with_its_ticket_as_the_same_customer(
    client: TestClient, issue: Issue, desk: Desk
) -> None:
    secret = issue()
    ticket = post(client, secret, "/tickets", {**TWICE, "vouched": True}).json()["ticket"]
    added = post(client, secret, f"/tickets/{ticket}/messages", {"id": "m-2", "text": "And ring me, please."})
    assert (added.status_code, added.json()["ticket"]) == (201, ticket)
    again = post(client, secret, f"/tickets/{ticket}/messages", {"id": "m-2", "text": "And ring me, please."})
    assert again.status_code == 200
    said = get(client, secret, f"/tickets/{ticket}/messages").json()["messages"]
    assert [one["text"] for one in said] == [TWICE["text"], "And ring me, please."]


def test_that_a_ticket_of_another_channel_takes_no_words_from_a_program(
    client: TestClient, issue: Issue, desk: Desk, works: InlineWorks
) -> None:
    secret, hand = issue(), Hand(desk, works)
    ticket = hand.ticket("I was charged twice for invoice I-22.")
    answer = post(client, secret, f"/tickets/{ticket}/messages", {"id": "m-9", "text": "Yes, refund it."})
    assert answer.status_code == 409
    unknown = post(client, secret, "/tickets/T-000000000/messages", {"id": "m-9", "text": "Yes"})
    assert unknown.status_code == 404


def test_that_only_a_scope_for_it_vouches_for_who_wrote(client: TestClient, issue: Issue, works: InlineWorks) -> None:
    plain, vouching = issue("tickets:write", "tickets:read"), issue()
    refused = post(client, plain, "/tickets", {**TWICE, "vouched": True})
    assert (refused.status_code, "identity:vouch" in refused.json()["detail"]) == (403, True)
    claimed = TicketId(post(client, plain, "/tickets", TWICE).json()["ticket"])
    vouched = TicketId(post(client, vouching, "/tickets", {**TWICE, "vouched": True}).json()["ticket"])
    with works.store.look() as unit:
        identities = [ticket.identity for id in (claimed, vouched) if (ticket := unit.tickets.get(id))]
    assert identities == [0, 1]
    assert post(client, vouching, "/tickets", {**TWICE, "id": "m-3", "vouched": 1}).status_code == 422
    assert post(client, vouching, "/tickets", {**TWICE, "id": "m-3", "identity": 1}).status_code == 422


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/tickets", "tickets:read"),
        ("/tickets/T-1", "tickets:read"),
        ("/tickets/T-1/messages", "tickets:read"),
        ("/customers?address=x", "customers:read"),
        ("/articles", "articles:read"),
        ("/articles/refunds", "articles:read"),
    ],
)
def test_that_each_reading_needs_its_scope(client: TestClient, issue: Issue, path: str, scope: str) -> None:
    refused = get(client, issue("tickets:write"), path)
    assert refused.status_code == 403
    assert scope in refused.json()["detail"]
    assert refused.headers["content-type"] == "application/problem+json"


def test_that_writing_needs_its_scope(client: TestClient, issue: Issue) -> None:
    secret = issue("tickets:read")
    assert post(client, secret, "/tickets", TWICE).status_code == 403
    assert post(client, secret, "/tickets/T-1/messages", {"id": "a", "text": "b"}).status_code == 403


def test_that_changes_are_followed_by_the_cursor_without_a_gap(
    client: TestClient, issue: Issue, clock: SetClock
) -> None:
    secret = issue()
    made = []
    for number in range(5):
        made.append(post(client, secret, "/tickets", {**TWICE, "id": f"n-{number}"}).json()["ticket"])
        clock.forward(seconds=number % 2)  # some change in the same moment
    seen, cursor = [], ""
    for _ in range(4):
        page = get(client, secret, f"/tickets?limit=2{cursor and f'&cursor={cursor}'}").json()
        seen += [one["id"] for one in page["tickets"]]
        cursor = page["next"]
    assert sorted(seen) == sorted(made)
    clock.forward(minutes=1)
    post(client, secret, f"/tickets/{made[0]}/messages", {"id": "later", "text": "Anything new?"})
    later = get(client, secret, f"/tickets?cursor={cursor}").json()
    assert [one["id"] for one in later["tickets"]] == [made[0]]
    assert get(client, secret, "/tickets?cursor=nonsense").status_code == 404


def test_that_a_token_ends_when_it_expires_or_is_revoked(
    client: TestClient, issue: Issue, desk: Desk, clock: SetClock
) -> None:
    admin, secret = someone(desk, Role.ADMINISTRATOR), issue()
    assert get(client, secret, "/tickets").status_code == 200
    clock.forward(days=31)
    assert get(client, secret, "/tickets").status_code == 401
    secret = issue()
    (short,) = [one for one in desk.api_tokens.tokens(admin) if one.expires_at > clock()]
    assert desk.api_tokens.revoke(admin, short.id) is None
    assert get(client, secret, "/tickets").status_code == 401
    again = desk.api_tokens.revoke(admin, short.id)
    assert isinstance(again, Refusal)


def test_that_no_row_is_a_token(client: TestClient, issue: Issue, desk: Desk, works: InlineWorks) -> None:
    """Whoever can write to the database cannot widen a token, lengthen its life, or bring a revoked one back."""
    admin, secret = someone(desk, Role.ADMINISTRATOR), issue("articles:read")
    (issued,) = desk.api_tokens.tokens(admin)
    with works.engine.begin() as connection:
        before = connection.execute(text("SELECT body, mark FROM api_token")).one()
        body = json.loads(before.body) if isinstance(before.body, str) else before.body
        wider = json.dumps({**body, "scopes": ["tickets:write"]})
        connection.execute(text("UPDATE api_token SET body = :body"), {"body": wider})
    assert get(client, secret, "/articles").status_code == 401
    with works.engine.begin() as connection:
        connection.execute(text("UPDATE api_token SET body = :body"), {"body": json.dumps(body)})
    assert get(client, secret, "/articles").status_code == 200
    desk.api_tokens.revoke(admin, issued.id)
    with works.engine.begin() as connection:
        values = {"body": json.dumps(body), "mark": before.mark}
        connection.execute(text("UPDATE api_token SET body = :body, mark = :mark"), values)
    assert get(client, secret, "/articles").status_code == 401


def test_that_only_administrators_issue_tokens_and_secrets_are_nowhere(desk: Desk, works: InlineWorks) -> None:
    for role in (Role.ADVISOR, Role.SUPERVISOR, Role.EDITOR):
        with pytest.raises(NotAllowed):
            desk.api_tokens.issue(someone(desk, role), "Mine", READING, 1)
        with pytest.raises(NotAllowed):
            desk.api_tokens.tokens(someone(desk, role))
    admin = someone(desk, Role.ADMINISTRATOR)
    made = desk.api_tokens.issue(admin, "Shop", READING, 1)
    assert not isinstance(made, Refusal)
    works.engine.dispose()
    kept = b"".join(path.read_bytes() for path in works.settings.data_dir.rglob("*") if path.is_file())
    assert made.secret.encode() not in kept
    for name, scopes, days in ((" ", READING, 5), ("Shop", (), 5), ("Shop", READING, 0), ("Shop", READING, 4000)):
        assert isinstance(desk.api_tokens.issue(admin, name, scopes, days), Refusal)


def test_that_nobody_without_a_token_learns_anything(client: TestClient, issue: Issue) -> None:
    ticket = post(client, issue(), "/tickets", TWICE).json()["ticket"]
    told = []
    for secret in ("", "rung_", "rung_x", "Bearer", "rung_" + "é" * 10):
        headers = {b"Authorization": f"Bearer {secret}".encode()}
        told += [client.get(f"{ROOT}{path}", headers=headers) for path in (f"/tickets/{ticket}", "/none")]
    assert {one.status_code for one in told} == {401}
    assert len({one.text for one in told}) == 1
    assert client.get(f"{ROOT}/openapi.json").status_code == 401


def test_that_a_sign_in_of_a_person_is_no_token(client: TestClient, desk: Desk) -> None:
    session = token(desk, Role.ADMINISTRATOR)
    client.cookies.set("rung_session", session)
    assert client.get(f"{ROOT}/tickets").status_code == 401
    assert get(client, session, "/tickets").status_code == 401


def test_that_too_many_calls_wait_each_token_for_itself(client: TestClient, issue: Issue) -> None:
    busy, other = issue(), issue()
    codes = [get(client, busy, "/tickets?limit=1").status_code for _ in range(int(BURST) + 30)]
    assert codes[: int(BURST)] == [200] * int(BURST)
    assert 429 in codes
    late = next(one for one in (get(client, busy, "/tickets") for _ in range(50)) if one.status_code == 429)
    assert int(late.headers["Retry-After"]) >= 1
    assert get(client, other, "/tickets").status_code == 200


def test_that_guessing_tokens_is_slowed_down_and_locks_nobody_out(client: TestClient, issue: Issue) -> None:
    secret = issue()
    codes = [get(client, f"rung_{number}", "/tickets").status_code for number in range(int(WRONG_BURST) + 5)]
    assert codes[:5] == [401] * 5
    assert codes[-1] == 429
    assert get(client, secret, "/tickets").status_code == 200


def test_that_a_request_without_end_is_not_read(client: TestClient, issue: Issue) -> None:
    secret = issue()
    long = client.post(f"{ROOT}/tickets", content=b"x" * (MOST_BYTES + 1), headers=bearing(secret))
    assert long.status_code == 413

    def parts() -> Iterator[bytes]:
        for _ in range(MOST_BYTES // 1_000_000 + 2):
            yield b"x" * 1_000_000

    chunked = client.post(f"{ROOT}/tickets", content=parts(), headers=bearing(secret))
    assert chunked.status_code == 413


def test_that_a_failure_names_what_is_wrong_and_repeats_nothing(client: TestClient, issue: Issue) -> None:
    wrong = post(client, issue(), "/tickets", {"id": "a b", "address": MARIA, "text": "secret words " * 10_000, "x": 1})
    assert wrong.status_code == 422
    assert {one["at"] for one in wrong.json()["errors"]} == {"body/id", "body/text", "body/x"}
    assert "secret words" not in wrong.text
    assert MARIA not in wrong.text


def test_that_files_come_with_a_ticket(client: TestClient, issue: Issue, works: InlineWorks) -> None:
    files = [{"name": "note.txt", "content": "aGVsbG8gdGhlcmU="}]
    ticket = post(client, issue(), "/tickets", {**TWICE, "files": files}).json()["ticket"]
    with works.store.look() as unit:
        (kept,) = unit.attachments.of(TicketId(ticket))
    assert (kept.name, kept.size) == ("note.txt", 11)


def test_that_customers_are_found(client: TestClient, issue: Issue) -> None:
    secret = issue()
    (maria,) = get(client, secret, f"/customers?address={MARIA}").json()["customers"]
    assert maria["name"] == "Maria Keller"
    assert set(maria) == {"id", "name", "tier"}
    assert get(client, secret, "/customers?address=nobody@example.com").json() == {"customers": []}


def test_that_no_page_waits_for_the_api(client: TestClient) -> None:
    """Its library is imported by the first call: the sign-in page must stand within two seconds."""
    code = "import sys, pages.parts.api.lazy; sys.exit('fastapi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
