"""A visit is moved only to what the customer can: else nothing is moved, and the nearest is offered."""

from __future__ import annotations

import pytest

from cx_core.records import TicketId
from tests.scripted import MARIA, Hand


def planned(hand: Hand, words: str) -> tuple[list[str], str]:
    """The slots of the plan, as "2026-11-27 08:00-12:00", and the draft."""
    ticket: TicketId = hand.ticket(f"I can't be home on that day. {words}", MARIA)
    proposal = hand.view(ticket).proposal
    assert proposal is not None
    assert proposal.reply is not None
    slots = {slot.id: slot for slot in hand.read("free_slots", appointment="A-2")}
    chosen = [slots[str(step.values()["slot"])].fields for step in proposal.steps]
    return [f"{one['date']} {one['window']}" for one in chosen], proposal.reply.text


@pytest.mark.parametrize(
    ("words", "slot"),
    [
        ("", "2026-11-27 08:00-12:00"),
        ("Evenings only, please.", "2026-12-01 16:00-20:00"),
        ("Not before 3 December.", "2026-12-03 12:00-16:00"),
        ("Any weekend, but no mornings.", "2026-11-29 12:00-16:00"),
        ("The week after next, in the morning.", "2026-12-10 08:00-12:00"),
        ("Could it be in the new year?", "2027-01-02 12:00-16:00"),
    ],
)
def test_that_the_first_slot_that_fits_what_was_said_is_planned(hand: Hand, words: str, slot: str) -> None:
    assert planned(hand, words)[0] == [slot]


@pytest.mark.parametrize("words", ["Only 9 December will do.", "Wednesday 2 December in the evening or not at all."])
def test_that_nothing_is_moved_where_nothing_fits_and_the_nearest_is_offered(hand: Hand, words: str) -> None:
    steps, reply = planned(hand, words)
    assert steps == []
    assert "None of the free slots fits" in reply
    assert "The nearest I can offer is" in reply
    assert "has moved" not in reply
