"""The Floor over the real desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cx_core.records import Role, TicketId
from cx_core.views import QueueFilter
from pages.parts import components
from tests.conftest import SetClock
from tests.pages.pressing import opened, papers
from tests.pages.test_opening_passages import Papers
from tests.scripted import LENA, MARIA, Hand, person

SAM = person(Role.SUPERVISOR, "Sam Doyle")


def test_that_what_is_late_says_by_how_much(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    hand.ticket("Where is my order O-12?", MARIA)
    floor = hand.desk.floor.overview(SAM)
    (row,) = hand.desk.inbox.queue(SAM, QueueFilter()).rows
    late = row.replace(respond_by=datetime.now(UTC) - timedelta(minutes=67))
    monkeypatch.setattr(hand.desk.floor, "overview", lambda _: floor.replace(late=(late,)))
    at = opened(hand, "floor", Role.SUPERVISOR)
    assert '"chip bad", "text": "1 h 7 m overdue"' in papers(at)


def test_that_any_ticket_that_waits_is_found_and_handed_over(hand: Hand) -> None:
    first, second = hand.ticket("Where is my order O-12?", MARIA), hand.ticket("A copy of my invoice.", LENA)
    assert hand.desk.floor.overview(SAM).late == ()
    at = opened(hand, "floor", Role.SUPERVISOR)
    at.text_input(key="give-find").input("O-12").run()
    at.multiselect(key="give-tickets").select(first).run()
    at.text_input(key="give-find").input("lena").run()
    at.multiselect(key="give-tickets").select(second).run()
    callum = next(one for one in hand.desk.ticket_lifecycle.colleagues(SAM) if one.name.startswith("Callum"))
    at.selectbox(key="give-to").select(callum.id).run()
    at.button(key="give").click().run()
    assert not at.exception
    assert "2 handed over." in papers(at)
    assert {hand.view(id).ticket.assignee_name for id in (first, second)} == {callum.name}


FIGURES = {
    "new": {"view": "Open", "status": "New"},
    "open": {"view": "Open", "status": "Open"},
    "pending": {"view": "Waiting"},
    "unassigned": {"view": "Open", "unassigned": "true"},
    "due": {"view": "Open", "due": "true"},
}


def busy(hand: Hand, clock: SetClock) -> dict[str, TicketId]:
    """One ticket for each figure, and what tells it from the others."""
    late, free, begun, waiting = (hand.ticket("Where is my order O-12?", MARIA) for _ in range(4))
    far, ines = clock() + timedelta(days=3), person().id
    changes: dict[TicketId, dict[str, object]] = {
        late: {"status": "open", "assignee": ines, "respond_by": clock() - timedelta(minutes=5)},
        free: {"status": "new", "assignee": None, "respond_by": far},
        begun: {"status": "open", "assignee": ines, "respond_by": far},
        waiting: {"status": "pending", "assignee": ines, "respond_by": clock() - timedelta(minutes=5)},
    }
    with hand.works.store.begin() as unit:
        for id, change in changes.items():
            ticket = unit.tickets.get(id)
            assert ticket is not None
            unit.tickets.put(ticket.replace(**change))
    return {"new": free, "open": begun, "pending": waiting, "unassigned": free, "due": late}


@pytest.mark.parametrize("key", FIGURES)
def test_that_a_figure_leads_to_the_inbox_showing_just_its_tickets(hand: Hand, clock: SetClock, key: str) -> None:
    theirs = busy(hand, clock)
    at = opened(hand, "inbox", Role.SUPERVISOR)
    at.toggle(key="seconding").set_value(True).run()  # chosen before, and kept while the session lasts
    at.switch_page("floor.py").run()
    label = at.button(key=f"figure-{key}").label
    at.button(key=f"figure-{key}").click().run()
    assert not at.exception
    shown = at.session_state["order"]
    assert theirs[key] in shown
    assert len(shown) == (2 if key == "open" else 1)
    assert label.endswith(f"**{len(shown)}**")
    address = {name: given if isinstance(given, str) else given[0] for name, given in at.query_params.items()}
    assert {"view": "Open"} | address == FIGURES[key]
    (popover,) = [one.proto.popover.label for one in at.get("popover") if one.proto.popover.label.startswith("Filter")]
    assert popover == ("Filter" if key == "pending" else "Filter (1)")


def test_that_a_late_row_opens_its_ticket(hand: Hand, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = busy(hand, clock)["due"]
    stubs = Papers()
    monkeypatch.setattr(components, "_PAPER", stubs)
    at = opened(hand, "floor", Role.SUPERVISOR)
    stubs.pressed(at, "paper-late", ticket)
    assert at.query_params["ticket"] in (ticket, [ticket])
    assert at.session_state["viewed"] == ticket
