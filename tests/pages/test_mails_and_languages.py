"""What of a mail is folded in the conversation, and how the queue tells a ticket in another language."""

from __future__ import annotations

import json

import pytest

from tests.pages.demo_desk import DemoDesk
from tests.pages.test_inbox import COMPOUND, inbox

HISTORY = "On Mon, 2 Nov 2026 at 10:00, Care <care@x.example> wrote:\n> Old words"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What each part drew last, by the part."""
    seen: dict[str, str] = {}
    for part in ("inbox.conversation", "inbox.ticket_overview"):
        monkeypatch.setattr(
            f"pages.parts.{part}.paper",
            lambda *nodes, key, **_how: seen.__setitem__(key, json.dumps(nodes)),
        )
    monkeypatch.setattr(
        "pages.parts.inbox.queue.queue_list",
        lambda rows, **_how: seen.__setitem__("queue", json.dumps({row["id"]: row["topic"] for row in rows})),
    )
    return seen


def test_that_all_of_a_mail_is_there_and_what_is_not_read_is_folded(desk: DemoDesk, drawn: dict[str, str]) -> None:
    view = desk.views[COMPOUND]
    (first, *rest) = view.messages
    text = f"My own words.\n\n{HISTORY}"
    desk.views[COMPOUND] = view.replace(
        messages=(first.replace(text=text), *rest), new_parts={first.id: ((0, text.index("On Mon")),)}
    )
    inbox(COMPOUND)
    shown = drawn["paper-conversation"]
    own, folded = shown.index("My own words."), shown.index("Old words")
    assert own < shown.index('"details"') < folded
    assert "not read as a request" in shown


def test_that_a_message_that_is_all_theirs_is_not_folded(desk: DemoDesk, drawn: dict[str, str]) -> None:
    inbox(COMPOUND)
    assert "I was charged twice for my October invoice" in drawn["paper-conversation"]
    assert '"details"' not in drawn["paper-conversation"]


def test_that_the_language_is_named_and_the_queue_narrowed_to_it(desk: DemoDesk, drawn: dict[str, str]) -> None:
    view = desk.views[COMPOUND]
    desk.views[COMPOUND] = view.replace(ticket=view.ticket.replace(language="pl"))
    at = inbox(COMPOUND)
    topics = json.loads(drawn["queue"])
    assert topics[COMPOUND].startswith("Polish: ")
    assert len(topics) > 1
    at.multiselect(key="languages").set_value(["pl"]).run()
    assert not at.exception
    assert list(json.loads(drawn["queue"])) == [COMPOUND]


def test_that_where_a_mail_asks_for_answers_is_shown(desk: DemoDesk, drawn: dict[str, str]) -> None:
    view = desk.views[COMPOUND]
    (first, *rest) = view.messages
    desk.views[COMPOUND] = view.replace(messages=(first.replace(reply_to="maria@example.org"), *rest))
    inbox(COMPOUND)
    assert "Reply-To: maria@example.org" in drawn["paper-conversation"]
