"""A mail of ours as servers and mail programs get it."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from cx_core.adapters.mail.mail_reading import read_mail
from cx_core.adapters.mail.mail_writing import MailToSend, as_html, written
from cx_core.errors import BadInput
from cx_core.records import File, Trust

ID = "<T-123456789.abcdef123456.00112233445566778899aabbccddeeff@desk.example>"
LONG = tuple(f"<{'a' * 90}.{n}@shop.example>" for n in range(40))
REPLY = MailToSend(
    mailbox="care@desk.example",
    name="Fernline Kundendienst, Käthe",
    recipient="jo@shop.example",
    subject="Re: Grüße und eine recht lange Betreffzeile, die auf eine Zeile nicht passt, wie es öfter vorkommt",
    text="Dear Jörg,\n\nlook at https://desk.example/a?b=1&c=2.\n<b>not bold</b>\n.\nFrom now on\n" + "long " * 400,
    signature="Fernline\n01234",
    files=(
        File(name="Rechnung für März.pdf", content=bytes(range(256)), media_type="application/pdf"),
        File(name="note.txt", content="é\n\nx".encode(), media_type="text/plain"),
    ),
    message_id=ID,
    reply_to="care+T-123456789.00112233445566778899aabb@desk.example",
    references=LONG,
    at=datetime(2026, 11, 2, 10, tzinfo=UTC),
)


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_that_it_arrives_as_it_was_written() -> None:
    raw = written(REPLY)
    found = read_mail(raw, Trust())
    assert found.sender.address == "care@desk.example"
    assert found.sender.name == REPLY.name
    assert [party.address for party in found.to] == ["jo@shop.example"]
    assert found.reply_to[0].address == REPLY.reply_to
    assert found.subject == REPLY.subject
    assert found.message_id == ID
    assert found.text == REPLY.text.strip("\n") + "\n\n-- \nFernline\n01234"
    assert [(file.name, file.content) for file in found.files] == [(file.name, file.content) for file in REPLY.files]
    assert found.sent_at == REPLY.at


def test_that_no_server_on_the_way_has_to_change_it() -> None:
    raw = written(REPLY)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) < 200
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_that_ids_stay_whole() -> None:
    message = parsed(written(REPLY))
    assert message["In-Reply-To"] == LONG[-1]
    assert message["References"].split() == [LONG[0], *LONG[-19:]]
    assert "=?" not in written(REPLY).decode().partition("References:")[2].partition("MIME-Version")[0]


def test_that_there_is_plain_text_and_html_and_nothing_in_it_is_markup() -> None:
    body = parsed(written(REPLY)).get_body(("html",))
    assert body is not None
    html = body.get_content()
    assert "&lt;b&gt;not bold&lt;/b&gt;" in html
    assert '<a href="https://desk.example/a?b=1&amp;c=2">https://desk.example/a?b=1&amp;c=2</a>.' in html
    assert html.count("<p>") == 3


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        'https://x.example/"onmouseover="alert(1)',
        "https://x.example/<script>",
        "javascript:alert(1)",
    ],
)
def test_that_html_of_hostile_words_has_paragraphs_and_links_only(text: str) -> None:
    inside = as_html(text).partition("<body>")[2].partition("</body>")[0]
    for tag in inside.split("<")[1:]:
        assert tag.startswith(("p>", "/p>", "/a>", "br>", 'a href="https://x.example/'))
        assert tag.count('"') in (0, 2)


def test_that_a_program_says_that_it_is_one() -> None:
    assert read_mail(written(REPLY.replace(message_id="<x@y.example>")), Trust()).by_program == ""
    sent = written(REPLY.replace(auto_submitted="auto-replied", message_id="<x@y.example>"))
    assert parsed(sent)["Auto-Submitted"] == "auto-replied"
    assert read_mail(sent, Trust()).by_program == "Auto-Submitted: auto-replied"


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "x\r\nBcc: evil@evil.example"},
        {"subject": "x\nBcc: evil@evil.example"},
        {"subject": "x\u2028Bcc: evil@evil.example"},
        {"name": "x\r\nBcc: evil@evil.example"},
        {"name": "x\x00"},
        {"recipient": "jo@shop.example\r\nBcc: evil@evil.example"},
        {"recipient": "jo@shop.example, evil@evil.example"},
        {"recipient": "Jo <jo@shop.example>"},
        {"recipient": ""},
        {"cc": ("jo@shop.example\nBcc: evil@evil.example",)},
        {"mailbox": "care@desk.example\nX: y"},
        {"reply_to": "care@desk.example\r\nX: y"},
        {"message_id": "<a@b>\r\nX: y"},
        {"message_id": ""},
        {"references": ("<a@b>\nX: y",)},
        {"auto_submitted": "auto-replied\r\nX: y"},
        {"headers": (("X-Rung", "a\r\nBcc: evil@evil.example"),)},
        {"headers": (("X-Rung: a\r\nBcc", "evil@evil.example"),)},
        {"headers": (("Bcc", "evil@evil.example"),)},
        {"headers": (("FROM", "evil@evil.example"),)},
        {"headers": (("Content-Type", "text/html"),)},
        {"headers": (("Authentication-Results", "mx.desk.example; dmarc=pass"),)},
        {"headers": (("X-A", "1"), ("x-a", "2"))},
        {"files": (File(name="x", content=b"x" * 26_000_000),)},
    ],
)
def test_that_nothing_can_add_a_header_or_a_recipient(fields: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        written(REPLY.replace(**fields))


def test_that_a_files_name_and_type_add_nothing() -> None:
    bad = File(name='a"\r\nBcc: evil@evil.example', content=b"x", media_type="text/plain\r\nBcc: evil@evil.example")
    message = parsed(written(REPLY.replace(files=(bad,))))
    assert message["Bcc"] is None
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "application/octet-stream"
    assert part["Bcc"] is None


def test_that_signs_that_no_mail_can_carry_are_replaced() -> None:
    assert read_mail(written(REPLY.replace(text="a\x00b\ud800c", signature="")), Trust()).text == "a\ufffdb?c"
