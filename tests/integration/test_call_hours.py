"""A call is arranged for the hour that the customer names, and told with it."""

from __future__ import annotations

import pytest

from cx_core.act.reply.reply_slots import expect
from cx_core.bootstrap import open_desk
from cx_core.records import Role
from cx_core.views import TicketView
from tests.integration.conftest import InlineWorks
from tests.scripted import MARIA, letter


def preview(works: InlineWorks, view: TicketView) -> str:
    proposal = view.proposal
    assert proposal is not None
    assert proposal.reply is not None
    return expect(proposal.reply.text, proposal.steps, {}, works.knowledge.actions, proposal.evidence)


def seen(works: InlineWorks, text: str) -> TicketView:
    desk = open_desk(works.settings, works.clock, works)
    ticket = desk.inbound_messages.receive(letter(text, works.clock, id="m-1", sender=MARIA))
    view = desk.inbox.ticket(works.person(Role.ADVISOR), ticket)
    assert isinstance(view, TicketView)
    return view


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("", None),
        (" at two", "at about 14:00"),
        (" after four", "after 16:00"),
        (" between 10 and 12", "between 10:00 and 12:00"),
        (" in the morning", "in the morning"),
    ],
)
def test_that_the_hour_they_name_is_planned_and_told(works: InlineWorks, said: str, time: str | None) -> None:
    view = seen(works, f"Please call me about my bill on Wednesday{said}.")
    (card,) = view.cards
    assert {one.name: one.value for one in card.step.arguments}["time"] == time
    assert not any("Hour" in finding for finding in card.findings)
    text = preview(works, view)
    assert (f", {time}⟩, on the number" if time else "⟩, on the number") in text
    assert "—" not in text


@pytest.mark.parametrize("said", ["at 9pm", "at seven in the morning", "after 20:00"])
def test_that_an_hour_at_which_nobody_calls_is_asked_about(works: InlineWorks, said: str) -> None:
    view = seen(works, f"Please call me on Wednesday {said}.")
    assert view.cards == ()
    assert view.proposal is not None
    assert view.proposal.parts[0].asks
    assert "between 08:00 and 20:00, so not at the time you named" in preview(works, view)
