"""Ready words: offered by role, channel and goal, filled from the evidence, gaps seen and never sent."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from cx_core.act.reply.macro_filling import MacroValues, gap, gaps, placed
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.adapters.sql import tables
from cx_core.catalogue import SLOT_OF_MACRO, Knowledge
from cx_core.errors import KnowledgeError, NotAllowed
from cx_core.records import BusinessRecord, Evidence, Lookup, Person, Proposal, Role, TicketId
from cx_core.settings import ROOT
from cx_core.views import Refusal
from tests.scripted import LENA, MARIA, SAM, Hand, person

ADA, EDITOR = person(), person(Role.EDITOR, "Ed Word")
TWICE = "I was charged twice for my invoice."


@pytest.fixture(scope="module")
def shipped() -> Knowledge:
    return load(ROOT / "knowledge")


def names(hand: Hand, ticket: TicketId, someone: Person = ADA) -> list[str]:
    return [choice.name for choice in hand.desk.ticket_macros.macros(someone, ticket)]


def filled(hand: Hand, ticket: TicketId, name: str) -> str:
    text = hand.desk.ticket_macros.filled(ADA, ticket, name)
    assert isinstance(text, str), text
    return text


def test_that_macros_for_the_goals_come_first_and_each_is_offered_by_role_and_channel(hand: Hand) -> None:
    ticket = hand.ticket(TWICE, MARIA)
    choices = hand.desk.ticket_macros.macros(ADA, ticket)
    assert {choice.name for choice in choices if choice.fits} == {"refund_takes_three_days", "pending_payment"}
    assert [choice.fits for choice in choices] == sorted((choice.fits for choice in choices), reverse=True)
    assert "anything_else" not in names(hand, ticket), "for chats, this is a mail"
    assert "goodwill_credit" not in names(hand, ticket)
    assert "goodwill_credit" in names(hand, ticket, SAM)


def test_that_slots_are_filled_from_the_evidence_the_person_and_the_ticket(hand: Hand) -> None:
    ticket = hand.ticket("Please send me a copy of my invoice I-21.", LENA)
    text = filled(hand, ticket, "invoice_attached")
    (invoice,) = hand.read("invoice", invoice="I-21")
    assert "I-21" in text
    assert str(invoice.fields["amount"]) in text
    assert "[" not in text
    taken = filled(hand, ticket, "handed_to_a_colleague")
    assert "Fernline, Lena." in taken
    assert ticket in taken
    assert f"My name is {ADA.name.split()[0]}" in filled(hand, ticket, "callback_agreed")


def test_that_what_is_not_known_stays_as_a_gap_and_such_a_reply_is_not_sent(hand: Hand) -> None:
    ticket = hand.ticket("Please send me a copy of my invoice I-21.", LENA)
    view = hand.view(ticket)
    reply = hand.desk.ticket_macros.use_macro(ADA, ticket, "order_on_its_way", "Hello Lena, here is your invoice.")
    assert isinstance(reply, str)
    assert "[order expected]" in reply
    answer = hand.desk.approvals.approve(SAM, ticket, view.ticket.version, reply=reply)
    assert isinstance(answer, Refusal)
    assert (answer.code, "[order expected]" in answer.text) == ("slots", True)
    assert hand.sent() == []
    for words in gaps(hand.works.knowledge.macros["order_on_its_way"]):
        reply = reply.replace(words, "it")
    assert not isinstance(hand.desk.approvals.approve(SAM, ticket, view.ticket.version, reply=reply), Refusal)
    assert len(hand.sent()) == 1


def test_that_other_words_in_brackets_may_be_sent(hand: Hand) -> None:
    ticket = hand.ticket("Please send me a copy of my invoice I-21.", LENA)
    version = hand.view(ticket).ticket.version
    assert not isinstance(
        hand.desk.approvals.approve(SAM, ticket, version, reply="Hello [sic], here is your invoice [1]."), Refusal
    )


def test_that_use_is_on_record_and_measured_and_reading_is_not(hand: Hand) -> None:
    ticket = hand.ticket(TWICE, MARIA)
    filled(hand, ticket, "pending_payment")
    assert "macro_used" not in hand.kinds(ticket)
    hand.desk.ticket_macros.use_macro(ADA, ticket, "pending_payment", "")
    assert hand.kinds(ticket).count("macro_used") == 1
    with hand.works.engine.connect() as connection:
        kinds = connection.execute(sa.select(tables.measure.c.kind).where(tables.measure.c.ticket == ticket)).scalars()
        assert "macro" in kinds.all()


def test_that_words_go_to_the_end_of_the_body_and_nothing_is_lost(hand: Hand) -> None:
    company = hand.works.knowledge.company
    tail = f"{company.closing}\n\n{company.signature}\n\n{company.disclosure}"
    assert placed(f"Hello,\n\nyours.\n\n{tail}", "More.", company) == f"Hello,\n\nyours.\n\nMore.\n\n{tail}"
    assert placed("Hello, it was", "£54.00", company, inline=True) == "Hello, it was £54.00"
    assert placed(f"{company.signature}", "More.", company) == f"More.\n\n{company.signature}"
    assert placed("", "More.", company) == "More."
    assert placed("  my own  words\n", "More.", company) == "  my own  words\n\nMore."
    assert placed(f"{company.closing} But wait.", "More.", company) == f"{company.closing} But wait.\n\nMore."


def test_that_every_slot_of_the_shipped_macros_names_a_field_there_is(hand: Hand, shipped: Knowledge) -> None:
    fields = {
        "customer": {*hand.read("customer", customer="C-1")[0].fields, "first_name"},
        "agent": {"name", "first_name"},
        "company": {"name"},
        "ticket": {"id", "subject"},
    }
    samples = {
        "order": "O-12",
        "invoice": "I-21",
        "payment": "P-8",
        "appointment": "A-2",
        "contract": "K-1",
        "outage": "OU-1",
    }
    for kind, id in samples.items():
        fields[kind] = {"id", *hand.read(kind, **{kind: id})[0].fields}
    assert len(shipped.macros) >= 12
    for macro in shipped.macros.values():
        for root, field in SLOT_OF_MACRO.findall(macro.text):
            assert field in fields[root], f"{macro.name}: {{{root}.{field}}}"
        assert not shipped.company.tone.avoided(macro.text), macro.name


def test_that_a_restricted_field_is_put_in_only_where_the_channel_vouches_for_the_customer(
    hand: Hand, shipped: Knowledge
) -> None:
    ticket, born = hand.ticket(TWICE, MARIA), gap("customer", "born")
    text = "We call {customer.phone}, {customer.name}. {customer.born}"
    macro = shipped.macros["callback_agreed"].replace(text=text)
    hand.works.knowledge.macros["callback_agreed"] = macro
    phone = hand.read("customer", customer="C-1")[0].fields["phone"]
    assert filled(hand, ticket, "callback_agreed") == f"We call {phone}, Maria Keller. {born}"
    with hand.works.store.begin() as unit:
        found = unit.tickets.get(ticket)
        assert found is not None
        unit.tickets.put(found.replace(identity=0))
    assert filled(hand, ticket, "callback_agreed") == f"We call {gap('customer', 'phone')}, Maria Keller. {born}"


def test_that_macros_are_not_for_editors_and_unknown_ones_are_refused(hand: Hand) -> None:
    ticket = hand.ticket(TWICE, MARIA)
    with pytest.raises(NotAllowed):
        hand.desk.ticket_macros.macros(EDITOR, ticket)
    assert isinstance(hand.desk.ticket_macros.filled(ADA, ticket, "none"), Refusal)
    assert isinstance(hand.desk.ticket_macros.use_macro(ADA, ticket, "goodwill_credit", ""), Refusal), "for supervisors"
    assert isinstance(hand.desk.ticket_macros.use_macro(ADA, TicketId("T-none"), "pending_payment", ""), Refusal)
    assert hand.desk.ticket_macros.macros(ADA, TicketId("T-none")) == ()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("name: wrong\ntitle: A\ntext: |-\n  Hello.\n  It is {order_id}.\n", 5, "is not a slot"),
        ("name: wrong\ntitle: A\ntext: Open { here\n", 3, "is not a slot"),
        ("name: wrong\ntitle: A\ntext: '{spaceship.name} flies'\n", 3, "leads nowhere"),
        ("name: wrong\ntitle: A\ntext: '{agent.salary}'\n", 3, "is not known"),
        ("name: wrong\ntitle: A\ntask_types: [no_such]\ntext: Hello\n", 3, "not a task type"),
        ("name: wrong\ntitle: A\n\ttext: Hello\n", 3, "not YAML"),
    ],
)
def test_that_what_is_wrong_in_a_macro_is_named_with_file_and_line(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge")
    (tmp_path / "knowledge" / "macros" / "wrong.yaml").write_text(text)
    with pytest.raises(KnowledgeError, match=rf"macros/wrong.yaml: line {line}: .*{says}"):
        load(tmp_path / "knowledge")


@pytest.mark.parametrize("text", ["name: wrong\ntitle: A\n", "name: other\ntitle: A\ntext: Hello\n", "- a list\n"])
def test_that_a_macro_is_a_whole_one(tmp_path: Path, text: str) -> None:
    shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge")
    (tmp_path / "knowledge" / "macros" / "wrong.yaml").write_text(text)
    with pytest.raises(KnowledgeError, match=r"macros/wrong\.yaml: "):
        load(tmp_path / "knowledge")


def test_that_words_which_the_record_contradicts_are_not_said_to_fit(hand: Hand) -> None:
    ticket = hand.ticket("Please send me a copy of my invoice I-21.", LENA)

    def fits() -> bool:
        return next(one.fits for one in hand.desk.ticket_macros.macros(ADA, ticket) if one.name == "invoice_attached")

    (invoice,) = hand.read("invoice", invoice="I-21")
    assert fits() == (invoice.fields["status"] == "open")
    for status, fit in (("open", True), ("paid", False)):
        shown = hand.view(ticket).proposal
        assert shown is not None
        with hand.works.store.begin() as unit:
            unit.proposals.put(_with_status(shown, status))
        assert fits() is fit


def _with_status(proposal: Proposal, status: str) -> Proposal:
    lookups = tuple(
        one.replace(
            records=tuple(
                record.replace(fields={**record.fields, "status": status}) if record.kind == "invoice" else record
                for record in one.records
            )
        )
        for one in proposal.evidence.lookups
    )
    return proposal.replace(evidence=proposal.evidence.replace(lookups=lookups))


@pytest.mark.parametrize(("expected", "fit"), [("2099-01-01", True), ("2001-01-01", False), ("", True)])
def test_that_a_day_that_lies_ahead_is_told_from_one_that_is_past(
    hand: Hand, shipped: Knowledge, expected: str, fit: bool
) -> None:
    order = BusinessRecord(kind="order", id="O-1", fields={"status": "shipped", "expected": expected})
    evidence = Evidence(lookups=(Lookup(goal=0, name="orders", records=(order,)),))
    view = hand.view(hand.ticket(TWICE, MARIA))
    known = MacroValues(view.ticket, evidence, ADA, shipped.company, shipped.records)
    assert known.contradicts(shipped.macros["order_on_its_way"], date(2026, 11, 23)) is not fit
    assert known.contradicts(shipped.macros["order_late"], date(2026, 11, 23)) is (expected == "2099-01-01")
