"""A rule that cannot be used at the start: Rung starts, everything asks, and people are told what is the matter."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.bootstrap import Works, open_desk
from cx_core.desk.desk import Desk
from cx_core.records import Inbound, MessageId, Role, TicketId
from cx_core.settings import ROOT, Settings
from pages import wiring
from tests.signed_in import token

REASON = "1_everyone.cedar line 1: "
PAGES = ("inbox", "floor", "day", "autonomy", "knowledge", "connections", "model", "policies", "audit")
WORDS = "nothing can be approved or sent until an administrator has mended them"


@pytest.fixture
def works(settings: Settings, tmp_path: Path) -> Works:
    """The shipped knowledge with one rule that cannot be read."""
    knowledge = tmp_path / "knowledge"
    shutil.copytree(settings.knowledge, knowledge)
    (knowledge / "policies" / "1_everyone.cedar").write_text("permit(;\n", "utf-8")
    return Works(settings.replace(knowledge=knowledge))


@pytest.fixture
def desk(works: Works) -> Iterator[Desk]:
    made = open_desk(works.settings, works=works)
    wiring.put(made)
    yield made
    wiring.put(None)
    made.close()


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What papers said, by key; AppTest does not see it."""
    said: dict[str, str] = {}
    monkeypatch.setattr(
        "pages.parts.components._PAPER",
        lambda *, key, data, **_: said.update({key: json.dumps(data["nodes"])}),
    )
    return said


@pytest.fixture
def ticket(desk: Desk) -> TicketId:
    return desk.inbound_messages.receive(
        Inbound(
            id=MessageId("m-1"),
            channel="email",
            address="somebody@example.com",
            identity=1,
            subject="Hello",
            text="My invoice is missing.",
            received_at=datetime.now(UTC),
            thread="m-1",
        )
    )


def opened(desk: Desk, page: str, role: Role, ticket: TicketId | None = None) -> None:
    """A page inside the frame of all pages, as somebody of this role sees it."""
    at = AppTest.from_file(str(ROOT / "pages" / "navigation.py"), default_timeout=30)
    at.user = {"session": token(desk, role)}
    if ticket:
        at.query_params["ticket"] = ticket
    at.run()
    if page != PAGES[0]:
        at.switch_page(f"{page}.py").run()
    assert not at.exception


@pytest.mark.parametrize("page", PAGES)
def test_that_every_page_tells_an_administrator_which_line_to_mend(
    desk: Desk, papers: dict[str, str], page: str
) -> None:
    opened(desk, page, Role.ADMINISTRATOR)
    assert REASON in papers["paper-broken-rules"]


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.SUPERVISOR])
def test_that_others_are_told_in_plain_words_on_their_tickets(
    desk: Desk, papers: dict[str, str], ticket: TicketId, role: Role
) -> None:
    opened(desk, "inbox", role, ticket)
    assert "paper-broken-rules" not in papers
    assert WORDS in papers["paper-standing"]
    assert REASON not in papers["paper-standing"]


def test_that_nobody_is_told_of_sound_rules(settings: Settings, papers: dict[str, str]) -> None:
    desk = open_desk(settings)
    wiring.put(desk)
    try:
        opened(desk, "inbox", Role.ADMINISTRATOR)
        assert "paper-broken-rules" not in papers
    finally:
        wiring.put(None)
        desk.close()


def test_that_whoever_watches_is_told_that_the_policy_failed(desk: Desk) -> None:
    assert desk.health()["policy"].startswith(f"failed: {REASON}")
