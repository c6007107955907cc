"""Exports of other help desks as they are read: each shape, and whatever is wrong with one as a fault that says so."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cx_core.adapters.imports import record_splitting
from cx_core.adapters.imports.export_files import ExportFile, ExportReading
from cx_core.errors import BadInput
from cx_core.records.imports import ImportedTicket, RowFault
from tests.export_samples import (
    ANSWERED,
    ASKED,
    FRESHDESK_CSV,
    FRESHDESK_XML,
    NOTED,
    SOLUTIONS,
    ZENDESK_CSV,
    ZENDESK_XML,
    archive,
    articles,
    faults,
    freshdesk_export,
    freshdesk_ticket,
    guide,
    guide_article,
    mail,
    mbox,
    ndjson,
    read,
    records,
    tickets,
    zendesk_ticket,
)


def said(ticket: ImportedTicket) -> list[tuple[str, str, bool]]:
    return [(one.sender, one.text, one.private) for one in ticket.messages]


def test_that_a_line_of_the_json_export_of_zendesk_is_a_ticket_with_its_conversation() -> None:
    (ticket,) = tickets(read(ndjson(zendesk_ticket())))
    assert (ticket.system, ticket.number, ticket.subject, ticket.status) == (
        "zendesk",
        "#35436",
        "Router broken",
        "closed",
    )
    assert (ticket.address, ticket.name, ticket.priority) == ("lena.fischer@example.com", "Lena Fischer", "high")
    assert said(ticket) == [("customer", ASKED, False), ("advisor", NOTED, True), ("advisor", ANSWERED, False)]
    assert ticket.messages[2].author == "Nora Agent"
    assert ticket.messages[2].files == ("guide.pdf",)
    assert ticket.opened_at == datetime(2026, 1, 20, 22, 55, 29, tzinfo=UTC)


def test_that_users_beside_the_tickets_tell_who_wrote() -> None:
    bare = {key: value for key, value in zendesk_ticket().items() if key not in ("requester", "submitter", "assignee")}
    users = [
        {"id": 20978392, "name": "Lena", "email": "lena@example.com", "role": "end-user"},
        {"id": 9001, "name": "Nora", "email": "nora@acme.example", "role": "agent"},
    ]
    page = json.dumps({"tickets": [bare], "users": users, "count": 1}).encode()
    (ticket,) = tickets(read(page))
    assert [one.sender for one in ticket.messages] == ["customer", "advisor", "advisor"]
    assert ticket.address == "lena@example.com"
    assert faults(read(ndjson(bare))) == [
        "nothing in the file tells the address of whoever asked: export the users as well"
    ]


def test_that_articles_of_guide_are_read_and_restricted_ones_are_internal() -> None:
    found = articles(read(guide(guide_article(), guide_article(2, user_segment_id=5), guide_article(3, body=""))))
    assert [(one.key, one.title, one.internal) for one in found] == [
        ("360001", "Reset your router", False),
        ("2", "Reset your router", True),
    ]


def test_that_the_archive_of_freshdesk_is_read_with_its_users_and_solutions() -> None:
    rows = read(freshdesk_export())
    (ticket,) = tickets(rows)
    assert (ticket.number, ticket.address, ticket.name, ticket.status) == (
        "#7",
        "bo.ray@example.org",
        "Bo Ray",
        "closed",
    )
    assert said(ticket) == [
        ("customer", "Why is my bill so high?", False),
        ("advisor", "It holds two months.", False),
        ("advisor", "Odd one.", True),
        ("customer", "I see!", False),
    ]
    assert [(one.key, one.internal) for one in articles(rows)] == [("71", False), ("72", True)]
    assert faults(rows) == []


@pytest.mark.parametrize(
    ("content", "number", "status", "texts"),
    [
        (FRESHDESK_XML, "#3", "solved", ["Where is my parcel?", "It comes on <Monday>."]),
        (ZENDESK_XML, "#12", "solved", ["Old matter", "Old answer"]),
        (ZENDESK_CSV, "#1", "solved", ["Café bill"]),
        (FRESHDESK_CSV, "#9", "closed", ["Bill"]),
    ],
)
def test_that_xml_and_csv_are_read(content: bytes, number: str, status: str, texts: list[str]) -> None:
    for given_content in (content, content.decode("utf-8", "replace").encode("utf-16")):
        (ticket,) = tickets(read(given_content))
        assert (ticket.number, ticket.status) == (number, status)
        assert [one.text.replace("�", "é") for one in ticket.messages] == texts


def test_that_mails_say_which_conversation_they_are_of() -> None:
    answer, question, thanks, other = tickets(read(mbox()))
    assert (answer.key, answer.also, answer.address) == ("<2@x>", ("<1@x>",), "ann@example.com")
    assert (answer.messages[0].sender, question.messages[0].sender) == ("advisor", "customer")
    assert question.messages[0].text == "My line is dead.\n\nFrom here on I wait."
    assert thanks.also == ("<2@x>",)
    assert other.address == "bob@example.com"


def test_that_what_no_person_wrote_is_left_out_of_mails() -> None:
    content = mail("n@x", "news@shop.example", "help@fernline.example", "Buy!", more="Precedence: bulk\n")
    assert faults(read(content)) == ["a program sent it: nobody asks for anything"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"created_at": "2026-01-20T22:55:29"}, "a time in it has no zone, so nobody knows when it was"),
        ({"created_at": "yesterday"}, "a time in it is none that exports are written with"),
        ({"comments": [], "description": ""}, "it has no message: the export was made without comments"),
        ({"status": "deleted"}, "it was deleted over there"),
        ({"id": None}, "it has no number"),
        ({"subject": "x" * 700, "requester": {"id": 20978392, "email": "a@b@c"}}, None),
    ],
)
def test_that_a_ticket_that_cannot_be_used_says_why_and_the_next_one_comes(
    fields: dict[str, Any], why: str | None
) -> None:
    rows = read(ndjson(zendesk_ticket(1, **fields), zendesk_ticket(2)))
    assert [one.key for one in tickets(rows)] == ["2"]
    assert len(faults(rows)) == 1
    assert why is None or faults(rows) == [why]


def test_that_a_comment_without_words_is_left_out_and_the_ticket_comes() -> None:
    given_ticket = zendesk_ticket()
    given_ticket["comments"][2] |= {"html_body": "", "attachments": []}
    (ticket,) = tickets(read(ndjson(given_ticket)))
    assert len(ticket.messages) == 2
    assert ticket.left_out == ("a message without words was left out",)


def test_that_half_a_line_nul_bytes_and_wrong_encodings_are_faults_of_their_own() -> None:
    line = ndjson(zendesk_ticket())
    rows = read(line[:200] + b"\n" + b"\x00\x00\n" + b'{"id": 1, "subject": "\x81\x8d\x8f"}\n' + line)
    assert [one.key for one in tickets(rows)] == ["35436"]
    assert faults(rows) == ["it is no whole JSON: half a line, or damaged", "it is not UTF-8"]


def test_that_an_entity_bomb_is_not_opened() -> None:
    bomb = b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    rows = read(FRESHDESK_XML.replace(b"<helpdesk-tickets", bomb + b"<helpdesk-tickets").replace(b"Parcel<", b"&b;<"))
    assert faults(rows) == ["it is no well-formed XML"]


def test_that_an_element_that_is_cut_off_does_not_take_the_next_one_along() -> None:
    start = FRESHDESK_XML.index(b"  <helpdesk-ticket>")
    rows = read(FRESHDESK_XML[:start] + b"<helpdesk-ticket><display-id>1</display-id>" + FRESHDESK_XML[start:])
    assert [one.key for one in tickets(rows)] == ["3"]
    assert faults(rows) == ["it has no end: the next one begins inside it"]


def test_that_what_stands_in_each_other_too_deep_is_a_fault() -> None:
    deep = b'{"id": 1, "subject": ' + b"[" * 5_000 + b"]" * 5_000 + b"}\n"
    rows = read(deep + ndjson(zendesk_ticket()))
    assert len(tickets(rows)) == 1
    assert faults(rows) == ["what is in it stands in each other too deep"]
    nested = b"<helpdesk-ticket>" + b"<a>" * 200 + b"</a>" * 200 + b"</helpdesk-ticket>"
    assert faults(read(b"<helpdesk-tickets>" + nested + b"</helpdesk-tickets>")) == [
        "its elements stand in each other too deep"
    ]


def test_that_a_bomb_in_an_archive_is_not_unpacked_and_the_rest_is_read() -> None:
    packed = archive(
        Bomb__json=b"0" * 40_000_000, Tickets0__json=json.dumps([freshdesk_ticket(email="a@example.com")]).encode()
    )
    rows = read(packed)
    assert faults(rows) == ["it unpacks to far more than it is, as a bomb would: it is not read"]
    assert len(tickets(rows)) == 1


def test_that_a_record_without_end_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_splitting, "MOST_RECORD", 3_000_000)
    long = json.dumps([{"id": 1, "subject": "x" * 5_000_000}, zendesk_ticket(2)]).encode()
    rows = read(long)
    assert [one.key for one in tickets(rows)] == ["2"]
    assert "more than" in faults(rows)[0]
    rows = read(b'{"id": 1, "subject": "' + b"x" * 5_000_000 + b'"}\n' + ndjson(zendesk_ticket(2)))
    assert [one.key for one in tickets(rows)] == ["2"]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4\n", b"hello\nworld\n", b"PK\x03\x04nothing", b"\x00" * 1000])
def test_that_what_is_no_export_is_refused_whole(content: bytes) -> None:
    with pytest.raises(BadInput):
        read(content)


def test_that_records_have_the_same_numbers_however_often_they_are_read() -> None:
    content = ndjson(*(zendesk_ticket(number) for number in range(1, 6)))
    assert [one.number for one in records(content)] == [1, 2, 3, 4, 5]
    assert [
        row.key for record in records(content, start=3) for row in record.rows if isinstance(row, ImportedTicket)
    ] == ["4", "5"]


WHOLE = (
    ndjson(zendesk_ticket(1), zendesk_ticket(2)),
    json.dumps({"tickets": [zendesk_ticket(1)], "users": []}).encode(),
    guide(guide_article()),
    json.dumps(SOLUTIONS).encode(),
    freshdesk_export(),
    FRESHDESK_XML,
    ZENDESK_XML,
    ZENDESK_CSV,
    FRESHDESK_CSV,
    mbox(),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(WHOLE), st.data())
def test_that_whatever_is_done_to_a_file_ends_in_rows_and_named_faults(content: bytes, data: st.DataObject) -> None:
    mangled = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(mangled)))
        kind = data.draw(st.sampled_from(("cut", "drop", "put", "flip")))
        if kind == "cut":
            del mangled[at:]
        elif kind == "drop":
            del mangled[at : at + data.draw(st.integers(1, 40))]
        elif kind == "put":
            mangled[at:at] = data.draw(
                st.sampled_from((b"\x00", b'"', b"{", b"]", b"<", b"\xff\xfe", b"\n", b"&x;", b"\nFrom "))
            )
        elif at < len(mangled):
            mangled[at] ^= data.draw(st.integers(1, 255))
    with suppress(BadInput):  # it is no export any more, and says so
        assert all(row.why and row.place for row in read(bytes(mangled)) if isinstance(row, RowFault))


def test_that_an_archive_may_not_say_that_it_is_larger_than_any_export() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as into:
        for number in range(5_001):
            into.writestr(f"{number}.json", b"")
    with pytest.raises(BadInput, match="more than any export"):
        list(ExportFile(packed, ExportReading()).records())
