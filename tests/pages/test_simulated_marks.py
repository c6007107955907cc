"""What never happened says so on the ticket, in the queue and in place of what to do next."""

from __future__ import annotations

import json

import pytest

from tests.pages.demo_desk import DemoDesk
from tests.pages.test_inbox import COMPOUND, inbox


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What each part drew last, by the part."""
    seen: dict[str, str] = {}
    for part in ("inbox.conversation", "inbox.ticket_banner"):
        monkeypatch.setattr(
            f"pages.parts.{part}.paper",
            lambda *nodes, key, **_how: seen.__setitem__(key, json.dumps(nodes)),
        )
    monkeypatch.setattr(
        "pages.parts.inbox.queue.queue_list",
        lambda rows, **_how: seen.__setitem__(
            "queue", json.dumps([row["work"] for row in rows if row["id"] == COMPOUND])
        ),
    )
    return seen


def test_that_a_simulated_ticket_is_marked_wherever_it_shows(desk: DemoDesk, drawn: dict[str, str]) -> None:
    view = desk.views[COMPOUND]
    desk.views[COMPOUND] = view.replace(ticket=view.ticket.replace(simulated=True))
    inbox(COMPOUND)
    assert '"Simulated"' in drawn["paper-heading"]
    assert "None of this really happened" in drawn["paper-standing"]
    assert json.loads(drawn["queue"]) == [{"code": "simulated", "label": "Simulated"}]


def test_that_a_ticket_that_happened_is_not(desk: DemoDesk, drawn: dict[str, str]) -> None:
    inbox(COMPOUND)
    assert "imulated" not in "".join(drawn.values())
    assert json.loads(drawn["queue"])[0]["label"] == "Ready"
