"""One moment reads the same wherever it is shown, and lists of what waits or is over say when and sort by it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.records import ActionName, Approval, Money, Role, Ticket, TicketId, Value
from cx_core.views import QueueFilter
from pages.parts.times import in_words, moment
from tests.conftest import SetClock
from tests.pages.pressing import opened, shown
from tests.scripted import COPY, LENA, MARIA, SAM, Hand, person
from tests.signed_in import token

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 7, 1, 8, 5, tzinfo=UTC), "09:05"),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "00:30"),
        (datetime(2026, 6, 30, 22, 30, tzinfo=UTC), "Tue 30 Jun, 23:30"),
        (datetime(2026, 12, 1, 9, 0, tzinfo=UTC), "Tue 1 Dec, 09:00"),
        (datetime(2025, 12, 1, 9, 0, tzinfo=UTC), "Mon 1 Dec 2025, 09:00"),
    ],
)
def test_that_a_moment_is_told_in_the_business_own_zone(at: datetime, words: str) -> None:
    assert in_words(at, datetime(2026, 7, 1, 12, 0, tzinfo=UTC), LONDON) == words


def nodes(at: AppTest) -> Iterator[dict[str, Any]]:
    """Every piece of every paper on the page."""
    papers = [json.loads(one.proto.json) for one in at.get("bidi_component")]
    left = [node for paper in papers if isinstance(paper, dict) for node in paper.get("nodes", ())]
    while left:
        node = left.pop()
        left += node.get("kids", ())
        yield node


def read_as(at: AppTest, moment: datetime) -> set[str]:
    """How a page words this instant."""
    return {node["text"] for node in nodes(at) if node.get("at") and datetime.fromisoformat(node["at"]) == moment}


def rows(at: AppTest) -> list[dict[str, Any]]:
    """The queue as it is drawn."""
    (queue,) = [given for one in at.get("bidi_component") if "rows" in (given := json.loads(one.proto.json))]
    found: list[dict[str, Any]] = queue["rows"]
    return found


def test_that_the_same_moment_reads_the_same_in_the_inbox_the_case_file_and_on_the_floor(
    hand: Hand, clock: SetClock
) -> None:
    """A first approval of two is told on all three."""
    clock.now = datetime(2026, 7, 8, 22, 40, tzinfo=UTC)  # already the 9th in London
    ticket = hand.ticket("I was charged twice.", MARIA)
    values: dict[str, Value] = {"customer": "C-1", "amount": Money(minor=120_000), "reason": "our mistake"}
    adder = person(Role.ADMINISTRATOR, "Root Admin")
    assert hand.desk.added_actions.add_step(adder, ticket, 1, ActionName("apply_credit"), 0, values) is None
    assert isinstance(
        hand.desk.approvals.approve(adder, ticket, 2, reply="You will get a credit, and your refund is on its way."),
        Approval,
    )
    at = clock()
    pages = (
        opened(hand, "inbox", Role.SUPERVISOR, ticket=ticket),
        opened(hand, "case", Role.SUPERVISOR, ticket=ticket),
        opened(hand, "floor", Role.SUPERVISOR),
    )
    assert [read_as(page, at) for page in pages] == [{moment(at)}] * 3


def put(hand: Hand, ticket: TicketId, **changes: object) -> None:
    with hand.works.store.begin() as unit:
        found = unit.tickets.get(ticket)
        assert isinstance(found, Ticket)
        unit.tickets.put(found.replace(**changes))


def test_that_waiting_says_until_when_and_solved_is_sorted_by_when(hand: Hand, clock: SetClock) -> None:
    tickets = [hand.ticket(f"{COPY} {n}", sender) for n, sender in enumerate((LENA, MARIA, LENA, MARIA))]
    first, second, third, fourth = tickets
    now = clock()
    put(hand, first, status="solved", solved_at=now - timedelta(hours=3), updated_at=now, priority="urgent")
    put(hand, second, status="closed", solved_at=now - timedelta(days=9), updated_at=now)
    put(hand, third, status="solved", solved_at=now - timedelta(hours=1), updated_at=now, priority="low")
    until = now + timedelta(days=2)
    put(hand, fourth, status="pending", wake_at=until)
    session = token(hand.desk, "Ines")
    over = rows(shown("inbox", session, view="Solved"))
    assert [row["id"] for row in over] == [third, first, second]
    assert over[0]["when"] == f"solved {moment(now - timedelta(hours=1))}"
    assert [row["when"] for row in rows(shown("inbox", session, view="Waiting"))] == [f"until {moment(until)}"]
    heading = [str(node.get("text")) for node in nodes(shown("inbox", session, view="Waiting", ticket=fourth))]
    assert any(f"Snoozed until {moment(until)}" in text for text in heading)
    assert not any("Waiting for customer" in text for text in heading)
    put(hand, third, status="pending", wake_at=None, solved_at=None)
    put(hand, second, status="pending", wake_at=until - timedelta(hours=1), solved_at=None)
    waiting = hand.desk.inbox.queue(SAM, QueueFilter(statuses=("pending",))).rows
    assert [row.id for row in waiting] == [second, fourth, third]
    assert [row["when"] for row in rows(shown("inbox", session, view="Waiting"))][2] == "awaiting customer"
