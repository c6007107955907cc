"""A new draft as it is written, over HTTP: whole sentences, only what is backed, and what came is kept."""

from __future__ import annotations

import pytest

from cx_core.desk.desk import Desk
from cx_core.errors import NotAllowed
from cx_core.records import Role, TicketId
from cx_core.views import DraftSoFar, Refusal
from tests.model_server import ModelServer, content_of
from tests.scripted import MARIA, SAM, Hand, person

TWICE = "I was charged twice. Please sort it out. Yours, Maria Keller"
FIRST = "Thank you for telling us about this."
WHOLE = f"{FIRST} We have seen both payments. {{s1.amount}} goes back to the way you paid."


@pytest.fixture
def server(server: ModelServer) -> ModelServer:
    server.answer = lambda _: WHOLE
    return server


@pytest.fixture
def ticket(modelled: Hand, server: ModelServer) -> TicketId:
    """Read with the model away, so that the draft is the built-in one."""
    server.mode = "500"
    ticket = modelled.ticket(TWICE, MARIA)
    server.mode, server.requests = "good", []
    return ticket


def _drafted(hand: Hand, ticket: TicketId) -> list[DraftSoFar]:
    coming = hand.desk.streamed_drafts.new_draft(SAM, ticket)
    assert not isinstance(coming, Refusal)
    return list(coming)


def test_that_a_draft_comes_sentence_by_sentence_in_our_frame(
    modelled: Hand, server: ModelServer, ticket: TicketId
) -> None:
    before = modelled.view(ticket)
    so_far = _drafted(modelled, ticket)
    company = modelled.works.knowledge.company
    assert len(so_far) == 3
    assert so_far[0].text.startswith(f"Hello Maria,\n\n{FIRST}\n\n{company.closing}")
    last = so_far[-1]
    assert last.ended
    assert last.text.startswith(f"Hello Maria,\n\n{WHOLE}\n\n")
    assert last.text.endswith(company.disclosure)
    assert modelled.view(ticket) == before
    assert modelled.kinds(ticket)[-1] == "drafted_anew"
    [asked] = [content_of(body) for body in server.requests]
    assert "Keller" not in asked
    assert "# How we write" in asked


def test_that_a_slot_left_out_is_named(modelled: Hand, server: ModelServer, ticket: TicketId) -> None:
    server.answer = lambda _: FIRST
    assert [note for note in _drafted(modelled, ticket)[-1].notes if "leaves out amount" in note]


@pytest.mark.parametrize("whole", [True, False])
def test_that_a_new_draft_is_not_sent_without_saying_that_an_ai_helped(
    whole: bool, modelled: Hand, server: ModelServer, ticket: TicketId
) -> None:
    server.answer = lambda _: f"We have looked at both of your payments with all the care they need. {WHOLE}"
    coming = modelled.desk.streamed_drafts.new_draft(SAM, ticket)
    assert not isinstance(coming, Refusal)
    came = list(coming)[-1] if whole else next(coming)
    del coming
    company = modelled.works.knowledge.company
    without = came.text.replace(company.disclosure, "").rstrip()
    modelled.desk.approvals.approve(SAM, ticket, 1, reply=f"{without} We have refunded the second one.")
    assert [text.endswith(company.disclosure) for text in modelled.sent(MARIA)] == [True]


@pytest.mark.parametrize(
    ("invented", "named"),
    [("£480.00 is yours.", "480.00"), ("See https://evil.example/pay now.", "evil.example"), ("**Done** now.", "*")],
)
def test_that_a_draft_ends_before_what_nothing_backs(
    invented: str, named: str, modelled: Hand, server: ModelServer, ticket: TicketId
) -> None:
    server.answer = lambda _: f"{FIRST} {invented} {{s1.amount}} goes back."
    so_far = _drafted(modelled, ticket)
    assert not any(invented in one.text for one in so_far)
    assert FIRST in so_far[-1].text
    assert so_far[-1].notes[0].startswith("This draft is not whole: it spoke of ")
    assert named in so_far[-1].notes[0]


@pytest.mark.parametrize(("mode", "why"), [("cut", "it broke off"), ("drip", "it took too long")])
def test_that_of_a_draft_that_stops_the_beginning_is_kept(
    mode: str, why: str, modelled: Hand, server: ModelServer, ticket: TicketId
) -> None:
    server.mode = mode
    last = _drafted(modelled, ticket)[-1]
    assert last.ended
    assert FIRST in last.text
    assert "{s1.amount}" not in last.text
    assert last.notes[0] == f"This draft is not whole: {why}."


@pytest.mark.parametrize("mode", ["429", "500", "hang", "empty"])
def test_that_a_model_that_says_nothing_leaves_nothing(
    mode: str, modelled: Hand, server: ModelServer, ticket: TicketId
) -> None:
    server.mode = mode
    [last] = _drafted(modelled, ticket)
    assert (last.text, last.ended) == ("", True)
    assert last.notes


def test_that_a_draft_that_does_not_sound_like_the_company_says_so(
    modelled: Hand, server: ModelServer, ticket: TicketId
) -> None:
    server.answer = lambda _: f"Unfortunately this went wrong. {WHOLE}"
    assert any("“Unfortunately”" in note for note in _drafted(modelled, ticket)[-1].notes)


def test_that_it_is_offered_only_where_the_copilot_drafts(modelled: Hand, server: ModelServer) -> None:
    for_a_person = modelled.ticket("I am leaving you.", MARIA)
    assert isinstance(modelled.desk.streamed_drafts.new_draft(SAM, for_a_person), Refusal)
    assert server.requests == []
    with pytest.raises(NotAllowed):
        modelled.desk.streamed_drafts.new_draft(person(Role.EDITOR, "Eli Moss"), for_a_person)


def test_that_without_a_model_nothing_is_offered(hand: Hand, desk: Desk) -> None:
    ticket = hand.ticket(TWICE, MARIA)
    assert not desk.streamed_drafts.drafts_anew(SAM, hand.view(ticket).proposal)
    assert isinstance(desk.streamed_drafts.new_draft(SAM, ticket), Refusal)
