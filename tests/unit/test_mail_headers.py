"""Which mail a program sent, and what an answer to a mail refers to."""

from __future__ import annotations

import pytest

from cx_core.understand.mail_headers import by_program, handed_on, nobody_wrote, references

OURS = ("fernline.example", "0808 157 0142")


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"auto-submitted": "Auto-Generated (vacation); owner-email=x@example.com"},
        {"AUTO-SUBMITTED": " auto-notified "},
        {"Auto-Submitted": "something-new"},
        {"Precedence": "bulk"},
        {"Precedence": "List"},
        {"Precedence": "auto_reply"},
        {"List-Id": "<news.example.com>"},
        {"List-Unsubscribe": "<https://example.com>"},
        {"X-Auto-Response-Suppress": "OOF, AutoReply"},
        {"X-Auto-Response-Suppress": "All"},
        {"X-Autoreply": "yes"},
        {"X-Loop": "x@example.com"},
        {"Return-Path": "<>"},
        {"Return-Path": " < > "},
        {"Content-Type": "multipart/report; report-type=delivery-status; boundary=x"},
        {"Subject": "Hello", "Precedence": "normal", "Auto-Submitted": "auto-replied"},
    ],
)
def test_that_headers_of_programs_are_known(headers: dict[str, str]) -> None:
    assert by_program(tuple(headers.items()), "jo@example.com", OURS)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Auto-Submitted": "no"},
        {"Auto-Submitted": "No (a person wrote)"},
        {"Precedence": "first-class"},
        {"X-Auto-Response-Suppress": "DR, RN, NRN"},
        {"Return-Path": "<jo@example.com>"},
        {"Content-Type": "multipart/alternative; boundary=report"},
        {"Subject": "Auto-Submitted: auto-replied"},
    ],
)
def test_that_headers_of_people_are_not(headers: dict[str, str]) -> None:
    assert by_program(tuple(headers.items()), "jo@example.com", OURS) == ""


@pytest.mark.parametrize(
    "address",
    [
        "MAILER-DAEMON@mx.example.com",
        "postmaster@example.com",
        "no-reply@shop.example",
        "noreply@x.example",
        "do-not-reply@x.example",
        "bounces+12=jo@x.example",
        "list-request@x.example",
        "owner-news@x.example",
        "care@fernline.example",
        "care@mail.FERNLINE.example",
        "noreply+7@x.example",
        "news.no-reply@x.example",
        "noreply2@x.example",
        "do_not_reply@x.example",
        '"noreply"@x.example',
        "Nobody <no-reply@x.example>",
        "MAILER-DAEMON",
        "care@fernline.example (Care)",
        "prvs=1=bounce@x.example",
    ],
)
def test_that_nobody_is_there_at_some_addresses(address: str) -> None:
    assert by_program((), address, OURS)


@pytest.mark.parametrize(
    "address", ["norah.reply@x.example", "jo@notfernline.example", "bouncer@x.example", "C-1", "requests@x.example"]
)
def test_that_people_are_there_at_others(address: str) -> None:
    assert by_program((), address, OURS) == ""


@pytest.mark.parametrize(
    ("headers", "subject"),
    [
        ({"Auto-Submitted": "auto-replied"}, "Hello"),
        ({"List-Id": "<n.x.example>", "Feedback-ID": "1:2:x"}, "News"),
        ({"List-Unsubscribe": "<https://x>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}, "Sale"),
        ({"Precedence": "bulk"}, "Sale"),
        ({"Precedence": "auto_reply"}, "Re: order"),
        ({"Return-Path": "<>"}, "Returned"),
        ({"Content-Type": "multipart/report; report-type=delivery-status"}, "Returned"),
        ({}, "Out of office: back on Monday"),
        ({}, "Abwesenheitsnotiz: Ihre Rechnung"),
        ({}, "Réponse automatique : colis"),
        ({}, "Odpowiedź automatyczna: faktura"),
        ({}, "Undeliverable: your bill"),
    ],
)
def test_that_nobody_meant_newsletters_answers_by_themselves_and_mail_that_came_back(
    headers: dict[str, str], subject: str
) -> None:
    assert nobody_wrote(by_program(tuple(headers.items()), "jo@example.com", OURS, subject))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"List-Id": "<support.desk.example>", "List-Unsubscribe": "<mailto:x>", "Precedence": "list"},
        {"X-Loop": "group"},
    ],
)
@pytest.mark.parametrize(
    "subject", ["Please cancel", "My parcel is undeliverable?", "Office out of stock", "Bulk order"]
)
def test_that_somebody_may_have_meant_what_came_through_a_group(headers: dict[str, str], subject: str) -> None:
    assert not nobody_wrote(by_program(tuple(headers.items()), "jo@example.com", OURS, subject))


@pytest.mark.parametrize(
    "subject", ["Fwd: bill", "FW: bill", "WG: Rechnung", "Re: Fwd: bill", "TR : facture", "AW: WG: x"]
)
def test_that_what_is_handed_on_is_known_by_its_subject(subject: str) -> None:
    assert handed_on(subject)
    assert not handed_on(subject.rpartition(":")[2])
    assert not handed_on(f"Re: about {subject}")


def test_that_a_second_header_of_the_same_name_does_not_hide_the_first() -> None:
    assert by_program((("Auto-Submitted", ""), ("Auto-Submitted", "auto-replied")), "jo@example.com")
    assert by_program((("Auto-Submitted", "no"), ("Auto-Submitted", "auto-replied")), "jo@example.com")


@pytest.mark.parametrize("said", ["(vacation) auto-replied", ";auto-replied", "auto-generated (x); y=1"])
def test_that_remarks_hide_nothing(said: str) -> None:
    assert by_program((("Auto-Submitted", said),), "jo@example.com")
    assert not by_program((("Auto-Submitted", "(by hand) no"),), "jo@example.com")


def test_that_an_answer_refers_to_the_thread_and_the_mail() -> None:
    said = (("Message-ID", "<c@x.example>"), ("References", "<a@x.example>\r\n <b@x.example>"))
    assert references(said) == "<a@x.example> <b@x.example> <c@x.example>"
    assert (
        references((("message-id", "<c@x.example>"), ("In-Reply-To", "<b@x.example>"))) == "<b@x.example> <c@x.example>"
    )


@pytest.mark.parametrize(
    "given", ["", "no id", "<a b@x.example>", "<a@x.example\r\nBcc: all@x.example>", "<\u202ea@x.example>"]
)
def test_that_what_is_no_id_is_left_out(given: str) -> None:
    assert references((("Message-ID", given),)) == ""


def test_that_a_long_thread_keeps_its_first_mail_and_the_last_ones() -> None:
    many = " ".join(f"<m{n}@x.example>" for n in range(500))
    kept = references((("Message-ID", "<own@x.example>"), ("References", many))).split()
    assert kept[0] == "<m0@x.example>"
    assert kept[-1] == "<own@x.example>"
    assert len(kept) <= 20
