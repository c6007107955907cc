"""A ticket in another language: for a person, in the hands of who speaks it, with a first word for the customer."""

from __future__ import annotations

import pytest

from cx_core.bootstrap import open_desk
from cx_core.records import Role, TicketId
from cx_core.views import QueueFilter, Refusal, TicketView
from tests.integration.conftest import InlineWorks
from tests.scripted import MARIA, letter

GERMAN = (
    "Guten Tag, mir wurden für die Rechnung I-3 zweimal 54,00 £ abgebucht. Bitte erstatten Sie mir den Betrag zurück."
)
POLISH = "Dzień dobry, z gniazdka lecą iskry, kiedy włączam router, proszę o pomoc."


class Reader:
    """A customer who writes, and an advisor who looks, on the real stages."""

    def __init__(self, works: InlineWorks) -> None:
        self.works, self.desk = works, open_desk(works.settings, works.clock, works)
        self.advisor = works.person(Role.ADVISOR)
        self._count = 0

    def ticket(self, text: str, subject: str = "Hello", thread: str = "") -> TicketId:
        self._count += 1
        sent = letter(text, self.works.clock, id=f"m{self._count}", sender=MARIA, thread=thread)
        return self.desk.inbound_messages.receive(sent.replace(subject=subject))

    def view(self, ticket: TicketId) -> TicketView:
        view = self.desk.inbox.ticket(self.advisor, ticket)
        assert isinstance(view, TicketView)
        return view


@pytest.fixture
def hand(works: InlineWorks) -> Reader:
    return Reader(works)


@pytest.mark.parametrize(("text", "code"), [(GERMAN, "de"), (POLISH, "pl")])
def test_that_it_is_acknowledged_and_handed_to_who_speaks_it(hand: Reader, text: str, code: str) -> None:
    view = hand.view(hand.ticket(text))
    company = hand.works.knowledge.company
    proposal = view.proposal
    assert proposal is not None
    assert proposal.route == "person"
    assert not proposal.steps
    assert not any(goal.sure for goal in proposal.triage.goals)
    assert proposal.reply is not None
    assert proposal.reply.text == company.acknowledged_in[code].message
    assert view.ticket.team == company.speaks[code]
    assert (view.ticket.priority == "urgent") == (text == POLISH)
    assert not any(message.sender != "customer" for message in view.messages)  # nothing is sent by itself


def test_that_the_queue_is_narrowed_to_a_language(hand: Reader) -> None:
    german, english = hand.ticket(GERMAN), hand.ticket("I was charged twice.")
    rows = hand.desk.inbox.queue(hand.advisor, QueueFilter(languages=("de", "pl"))).rows
    assert [(row.id, row.language) for row in rows] == [(german, "de")]
    assert english in {row.id for row in hand.desk.inbox.queue(hand.advisor, QueueFilter()).rows}
    assert hand.desk.inbox.other_languages()["de"] == "German"
    assert "en" not in hand.desk.inbox.other_languages()


def test_that_a_colleague_s_ticket_stays_theirs(hand: Reader) -> None:
    ticket = hand.ticket("Where is my order?", thread="t")
    refused = hand.desk.ticket_lifecycle.transfer(hand.advisor, ticket, team="billing", note="Yours")
    assert not isinstance(refused, Refusal)
    hand.ticket(GERMAN, thread="t")
    assert hand.view(ticket).ticket.team == "billing"


@pytest.mark.parametrize(
    "body", ["", "\n\n", "see subject", "Siehe Betreff.", "Sent from my iPhone", "see subject\n\nKind regards\nJo"]
)
def test_that_a_wish_in_the_subject_alone_is_read(hand: Reader, body: str) -> None:
    proposal = hand.view(hand.ticket(body, "Please send me a copy of my invoice")).proposal
    assert proposal is not None
    assert [goal.task_type for goal in proposal.triage.goals if goal.sure] == ["invoice_copy"]


@pytest.mark.parametrize("mark", ["Fwd:", "WG:", "RE: FW:"])
def test_that_what_is_only_handed_on_is_nobody_s_wish(hand: Reader, mark: str) -> None:
    body = "---------- Forwarded message ---------\nFrom: Jo <jo@x.example>\nDate: Monday\n\nPlease cancel my order."
    view = hand.view(hand.ticket(body, f"{mark} Please cancel my order"))
    assert view.proposal is not None
    assert not view.proposal.triage.goals
    assert view.proposal.route == "person"
    assert view.messages[0].text == body


def test_that_what_is_not_read_is_kept_and_told_apart(hand: Reader) -> None:
    history = "On Mon, 2 Nov 2026 at 10:00, Care <care@fernline.example> wrote:\n> " + "old words " * 2000
    view = hand.view(hand.ticket(f"I was charged twice.\n\n{history}"))
    (message,) = view.messages
    ((start, end),) = view.new_parts[message.id]
    assert message.text[start:end].strip() == "I was charged twice."
    assert " ".join(message.text.split()).endswith(" ".join(history.split()))
    assert view.proposal is not None
    assert [goal.task_type for goal in view.proposal.triage.goals] == ["duplicate_charge"]
    assert "longer than the copilot reads" not in view.proposal.why


def test_that_words_beyond_what_is_read_are_told_everywhere(hand: Reader) -> None:
    view = hand.view(hand.ticket("I was charged twice. " + "And here is how it came about. " * 600))
    assert view.proposal is not None
    assert view.proposal.route == "person"
    assert "longer than the copilot reads" in view.proposal.why
    assert any("read the first 12,000 of" in finding.text for finding in view.proposal.findings)
    assert view.packet is not None
    assert "longer than the copilot reads" in view.packet.stopped
    assert view.proposal.reply is None
    assert not view.new_parts
