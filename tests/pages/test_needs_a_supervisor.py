"""A ticket that only a supervisor may go on with: why, in words, and the way to one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from cx_core.records import Message, Role, Triage
from cx_core.views import QueueFilter, Refusal
from tests.pages.pressing import papers, shown
from tests.scripted import MARIA, SAM, Hand, Scripted, person
from tests.signed_in import someone, token

ADA = person()
BEN = "ben.hughes@example.com"

MINOR = "The customer is a minor: a supervisor approves"


def test_that_the_true_reason_comes_first_and_the_queue_says_who_is_needed(hand: Hand) -> None:
    invoice = hand.read("invoices", customer="C-4")[0].id
    ticket = hand.ticket(f"Please send me a copy of my invoice {invoice}.", BEN)
    view = hand.view(ticket)
    assert view.proposal is not None
    assert view.proposal.why == MINOR
    assert view.cards[0].ruling.reasons[0] == MINOR
    (row,) = hand.desk.inbox.queue(ADA, QueueFilter()).rows
    assert row.needs is Role.SUPERVISOR
    at = shown("inbox", token(hand.desk, "Ines"), ticket=ticket)
    said = papers(at)
    assert "Needs a supervisor" in said
    assert f"needs a supervisor. {MINOR}." in said
    hand_over = next(one for one in at.button if str(one.key).startswith("hand-to-role-"))
    assert hand_over.label == "Hand over to a supervisor"


def test_that_it_is_handed_over_to_whoever_may(hand: Hand) -> None:
    invoice = hand.read("invoices", customer="C-4")[0].id
    ticket = hand.ticket(f"Please send me a copy of my invoice {invoice}.", BEN)
    lead = someone(hand.desk, Role.SUPERVISOR)
    at = shown("inbox", token(hand.desk, "Ines"), ticket=ticket)
    next(one for one in at.button if str(one.key).startswith("hand-to-role-")).click().run()
    assert not at.exception
    assert f"Handed over. Told: {lead.name}" in papers(at)
    next(one for one in at.button if str(one.key).startswith("hand-to-role-")).click().run()
    assert len(hand.desk.notes.notices(lead)) == 1, "pressed twice, it is told once"
    assert MINOR in hand.desk.notes.notices(lead)[0].text
    assert "Handed over to a supervisor" in hand.desk.notes.of_ticket(lead, ticket)[0].text
    assert hand.view(ticket).ticket.assignee is None
    supervisor = shown("inbox", token(hand.desk, lead.name.split()[0]), ticket=ticket)
    assert not [one for one in supervisor.button if str(one.key).startswith("hand-to-role-")]


def test_that_grave_words_say_so_before_anybody_has_written(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Scripted.read

    def grave(
        reader: Scripted, subject: str, messages: Sequence[Message], *more: object
    ) -> tuple[Triage, NDArray[np.float32]]:
        triage, vectors = read(reader, subject, messages)
        return triage.replace(grave="legal action"), vectors

    monkeypatch.setattr(Scripted, "read", grave)
    ticket = hand.ticket("My solicitor will write to you, I was charged twice.", MARIA)
    needs = hand.desk.ticket_lifecycle.reply_needs(ADA, ticket, "")
    assert needs is not None
    assert (needs.role, needs.why) == (
        Role.SUPERVISOR,
        "The customer's words bring up legal action: a supervisor decides",
    )
    assert hand.desk.ticket_lifecycle.reply_needs(SAM, ticket, "") is None
    (row,) = hand.desk.inbox.queue(ADA, QueueFilter()).rows
    assert (row.route, row.needs) == ("person", Role.SUPERVISOR)
    at = shown("inbox", token(hand.desk, "Ines"), ticket=ticket)
    assert "a supervisor decides" in papers(at)
    assert all(one.disabled for one in at.button if str(one.key).startswith("approve-"))
    assert [one for one in at.button if str(one.key).startswith("hand-to-role-")]
    assert isinstance(hand.desk.approvals.approve(ADA, ticket, 1, reply="We are sorry."), Refusal)
