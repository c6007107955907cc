"""What goes around an answer: the subject and the headers."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from cx_core.act.reply.envelope import LONGEST, asking, by_copilot, by_person, one_line
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.records import ArticleId, Message, MessageId, PublicAnswer, Ticket, TicketId
from cx_core.settings import ROOT

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
COMPANY = load(ROOT / "knowledge").company


def ticket(subject: str) -> Ticket:
    return Ticket(
        id=TicketId("T-1"), subject=subject, channel="email", address="jo@example.com", opened_at=AT, updated_at=AT
    )


def message(sender: str = "customer", refers: str = "") -> Message:
    return Message.model_validate(
        {
            "id": MessageId(f"m{sender}{refers}"),
            "ticket": "T-1",
            "sender": sender,
            "text": "Hi",
            "at": AT,
            "refers": refers,
        }
    )


def answer(title: str) -> PublicAnswer:
    return PublicAnswer(
        question="q", article=ArticleId("a"), number=1, version="v", title=title, span=(0, 4), text="text"
    )


@pytest.mark.parametrize("subject", ["Price of Care", "Re: Price of Care", "RE: AW: Re:  Price of Care"])
def test_that_a_person_answers_under_the_subject_once(subject: str) -> None:
    assert by_person(ticket(subject), ()).subject == "Re: Price of Care"


@pytest.mark.parametrize(
    "subject",
    ["a\r\nBcc: all@example.com", "a\u2028b", "\u202egnp.exe", "a\x00b", "word " * 4000, "\u200bx", "x" * 4000],
)
def test_that_a_subject_is_one_line_that_a_mail_takes(subject: str) -> None:
    line = by_person(ticket(subject), ()).subject
    made = EmailMessage()
    made["Subject"] = line
    assert len(line) <= LONGEST + 4
    assert line.isprintable()


def test_that_nothing_of_the_customers_is_the_subject_where_nobody_looked() -> None:
    around = by_copilot((answer("Warranty and repairs"), answer("Warranty and repairs")), (message(),), COMPANY)
    assert around.subject == "Automatic answer: Warranty and repairs"
    assert around.headers == {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


def test_that_an_answer_belongs_to_the_customers_last_mail() -> None:
    said = (message(refers="<a@x.example>"), message("advisor"), message(refers="<a@x.example> <b@x.example>"))
    headers = {"In-Reply-To": "<b@x.example>", "References": "<a@x.example> <b@x.example>"}
    assert by_person(ticket("x"), said).headers == headers
    assert dict(by_copilot((answer("T"),), said, COMPANY).headers).items() >= headers.items()
    assert (
        dict(asking("How did we do?", said).headers).items() >= {**headers, "Auto-Submitted": "auto-generated"}.items()
    )


def test_that_a_title_of_any_length_is_cut() -> None:
    assert len(one_line("title " * 100)) <= LONGEST
