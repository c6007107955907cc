"""The case file: the whole story of a ticket, told from the audit log, with sources; read, exported, and forgotten."""

from __future__ import annotations

import json

import pytest

from cx_core.desk.desk import Desk
from cx_core.errors import NotAllowed, SystemRefused
from cx_core.records import CustomerId, Role, TaskTypeName, TicketId
from cx_core.views import CaseFile
from tests.scripted import MARIA, SAM, Hand, InlineWorks, erased, person

BOTH = "I was charged twice and can't be home."


def told(desk: Desk, ticket: TicketId) -> CaseFile:
    found = desk.case_files.case_file(SAM, ticket)
    assert isinstance(found, CaseFile)
    return found


def everything(case: CaseFile) -> str:
    return case.model_dump_json()


def test_that_it_tells_the_whole_story_in_order(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(BOTH, sender=MARIA)
    version = hand.view(ticket).ticket.version
    assert desk.goal_correction.correct_goals(SAM, ticket, version, [TaskTypeName("duplicate_charge")]) is None
    desk.notes.flag(SAM, ticket, hand.view(ticket).ticket.version, "reply", "too stiff")
    desk.notes.add_note(SAM, ticket, "she called as well")
    hand.approve(ticket)
    case = told(desk, ticket)
    titles = [entry.title for entry in case.entries]
    order = [
        "The customer wrote",
        "Read and planned",
        "Put right",
        "Said that the copilot was wrong",
        "Note for",
        "Approved",
        "begun",
        "done and read back",
        "The answer goes out",
    ]
    places = [next(at for at, title in enumerate(titles) if word in title) for word in order]
    assert places == sorted(places)
    assert case.entries[0].said == BOTH


def test_that_it_holds_rulings_sources_proofs_receipts_and_versions(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    hand.approve(ticket)
    case = told(desk, ticket)
    facts = {fact.label: fact for entry in case.entries for fact in entry.facts}
    assert "payment/" in facts["Step s1"].source
    assert "ask advisor" in facts["Ruling s1"].text
    assert facts["Ruling s1"].source.startswith("policy ")
    assert "digest" in facts["Proof"].source
    assert facts["Receipt"].source
    assert dict(case.versions)["policy"]


def test_that_what_the_customer_was_told_is_what_was_sent(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    assert told(desk, ticket).told == ()
    hand.approve(ticket)
    sent = [message.text for message in hand.view(ticket).messages if message.sender == "advisor"]
    assert list(told(desk, ticket).told) == sent
    assert "£54.00" in sent[0]


def test_that_nothing_counts_as_told_when_nothing_was_sent(desk: Desk, hand: Hand, works: InlineWorks) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)

    def refuses(name: str) -> None:
        if name == "refund_payment":
            raise SystemRefused("The bank says no.")

    works.trouble = refuses
    hand.approve(ticket)
    works.trouble = lambda _name: None
    case = told(desk, ticket)
    assert case.told == ()
    assert "The bank says no." in everything(case)
    assert any(entry.tone == "bad" for entry in case.entries)


def test_that_exports_hold_it_all_and_are_on_record(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice. <script>alert(1)</script>", sender=MARIA)
    page, data = desk.case_files.export_case(SAM, ticket, "html"), desk.case_files.export_case(SAM, ticket, "json")
    assert isinstance(page, bytes)
    assert isinstance(data, bytes)
    assert b"<script" not in page
    assert b"&lt;script&gt;" in page
    assert CaseFile.model_validate(json.loads(data)).ticket == ticket
    assert [entry.title for entry in told(desk, ticket).entries].count("Exported") == 2


def test_that_an_erased_customer_leaves_only_that_things_happened(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice, says Maria.", sender=MARIA)
    customer = hand.view(ticket).ticket.customer
    assert customer is not None
    erased(desk, CustomerId(customer))
    case = told(desk, ticket)
    assert "charged twice" not in everything(case)
    assert MARIA not in everything(case)
    assert "Erased" in everything(case)


def test_that_an_editor_reads_none(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(BOTH, sender=MARIA)
    with pytest.raises(NotAllowed):
        desk.case_files.case_file(person(Role.EDITOR), ticket)
    with pytest.raises(NotAllowed):
        desk.case_files.export_case(person(Role.EDITOR), ticket, "html")
