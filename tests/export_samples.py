"""Small exports in the shapes that Zendesk, Freshdesk and mail programs write."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cx_core.adapters.imports.export_files import ExportFile, ExportReading
from cx_core.ports.outside.imports import StoredFile
from cx_core.records.imports import ImportedArticle, ImportedRow, ImportedTicket, ImportRecord, RowFault

Fields = dict[str, Any]
OURS = ("help@fernline.example", "fernline.example")
ASKED, ANSWERED, NOTED = "My router shows a red light since this morning.", "Please hold reset for ten seconds.", "VIP?"
LENA_ID, AGENT_ID = 20978392, 9001


def zendesk_ticket(number: int = 35436, sender: str = "lena.fischer@example.com", **more: object) -> Fields:
    """As a line of the full JSON export."""
    name = sender.partition("@")[0].replace(".", " ").title()
    requester = {"id": LENA_ID, "name": name, "email": sender, "role": "end-user"}
    comment = {"type": "Comment", "attachments": [], "via": {"channel": "email"}, "metadata": {}}
    return {
        "url": f"https://acme.zendesk.com/api/v2/tickets/{number}.json",
        "id": number,
        "external_id": None,
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": "2026-01-20T22:55:29Z",
        "updated_at": "2026-01-22T10:00:00Z",
        "type": "incident",
        "subject": "Router broken",
        "raw_subject": "Router broken",
        "description": ASKED,
        "priority": "high",
        "status": "closed",
        "requester_id": LENA_ID,
        "requester": requester,
        "submitter": requester,
        "assignee": {"id": AGENT_ID, "name": "Nora Agent", "email": "nora@acme.example", "role": "agent"},
        "tags": ["router"],
        "custom_fields": [{"id": 27642, "value": "745"}],
        "comments": [
            {
                **comment,
                "id": number * 10 + 1,
                "author_id": LENA_ID,
                "body": ASKED,
                "plain_body": ASKED,
                "html_body": f"<div><p>{ASKED}</p></div>",
                "public": True,
                "created_at": "2026-01-20T22:55:29Z",
            },
            {
                **comment,
                "id": number * 10 + 2,
                "author_id": AGENT_ID,
                "body": NOTED,
                "public": False,
                "created_at": "2026-01-21T08:00:00Z",
            },
            {
                **comment,
                "id": number * 10 + 3,
                "author_id": AGENT_ID,
                "html_body": f"<p>{ANSWERED}</p>",
                "public": True,
                "created_at": "2026-01-21T08:05:00Z",
                "attachments": [{"file_name": "guide.pdf", "content_url": "https://acme.zendesk.com/x"}],
            },
        ],
        **more,
    }


def ndjson(*rows: Mapping[str, object]) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def guide(*articles: Mapping[str, object]) -> bytes:
    """A page of the help centre's articles."""
    page = {"count": len(articles), "next_page": None, "page": 1, "articles": list(articles), "sort_by": "position"}
    return json.dumps(page).encode()


def guide_article(number: int = 360001, **more: object) -> Fields:
    return {
        "id": number,
        "url": f"https://acme.zendesk.com/api/v2/help_center/articles/{number}.json",
        "title": "Reset your router",
        "name": "Reset your router",
        "body": "<p>Hold the reset button for ten seconds. The light turns green.</p>",
        "draft": False,
        "locale": "en-us",
        "section_id": 77,
        "user_segment_id": None,
        "created_at": "2024-01-01T00:00:00Z",
        "updated_at": "2025-01-01T00:00:00Z",
        **more,
    }


def freshdesk_ticket(number: int = 7, **more: object) -> Fields:
    """As an element of Tickets0.json."""
    note = {"incoming": False, "private": False, "source": 0, "deleted": False, "attachments": []}
    return {
        "helpdesk_ticket": {
            "id": 900 + number,
            "display_id": number,
            "subject": "Bill too high",
            "description": "Why is my bill so high?",
            "description_html": "<div>Why is my bill so high?</div>",
            "status": 5,
            "status_name": "Closed",
            "priority": 2,
            "source": 1,
            "deleted": False,
            "spam": False,
            "created_at": "2026-01-02T03:04:05+05:30",
            "updated_at": "2026-01-03T03:04:05+05:30",
            "requester_id": 5,
            "requester_name": "Bo Ray",
            "responder_name": "Al Agent",
            "custom_field": {"cf_plan": "gold"},
            "attachments": [],
            "notes": [
                {
                    "note": {
                        **note,
                        "id": 1,
                        "body": "It holds two months.",
                        "user_id": 6,
                        "created_at": "2026-01-02T05:00:00Z",
                    }
                },
                {
                    "note": {
                        **note,
                        "id": 2,
                        "body": "Odd one.",
                        "private": True,
                        "user_id": 6,
                        "created_at": "2026-01-02T06:00:00Z",
                    }
                },
                {
                    "note": {
                        **note,
                        "id": 3,
                        "body": "I see!",
                        "incoming": True,
                        "user_id": 5,
                        "created_at": "2026-01-02T07:00:00Z",
                    }
                },
            ],
            **more,
        }
    }


def solution(id: int, title: str, html: str) -> Fields:
    return {"id": id, "title": title, "description": html, "desc_un_html": "x", "status": 2}


def folder(id: int, visibility: int, article: Fields) -> Fields:
    return {"id": id, "name": "Folder", "visibility": visibility, "articles": [article]}


SOLUTIONS = [
    {
        "category": {
            "id": 1,
            "name": "General",
            "folders": [
                folder(2, 1, solution(71, "Your bill", "<p>It comes monthly.</p>")),
                folder(3, 3, solution(72, "Goodwill", "<p>At most 20.</p>")),
            ],
        }
    }
]
USERS = [
    {"user": {"id": 5, "name": "Bo Ray", "email": "bo.ray@example.org", "helpdesk_agent": False}},
    {"user": {"id": 6, "name": "Al Agent", "email": "al@acme.example", "helpdesk_agent": True}},
]


def archive(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as into:
        for name, content in files.items():
            into.writestr(name.replace("__", "."), content)
    return packed.getvalue()


def freshdesk_export(*tickets: Fields) -> bytes:
    return archive(
        Solutions__json=json.dumps(SOLUTIONS).encode(),
        Tickets0__json=json.dumps(tickets or [freshdesk_ticket()]).encode(),
        Users0__json=json.dumps(USERS).encode(),
    )


FRESHDESK_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<helpdesk-tickets type="array">
  <helpdesk-ticket>
    <created-at type="datetime">2026-01-02T10:00:00+00:00</created-at>
    <description>Where is my parcel?</description>
    <description-html>&lt;p&gt;Where is my parcel?&lt;/p&gt;</description-html>
    <display-id type="integer">3</display-id>
    <status type="integer">4</status>
    <subject>Parcel</subject>
    <updated-at type="datetime">2026-01-03T10:00:00+00:00</updated-at>
    <requester-id type="integer">5</requester-id>
    <requester><email>ann@example.com</email><name>Ann Example</name></requester>
    <helpdesk-notes type="array">
      <helpdesk-note>
        <body>It comes on &lt;Monday&gt;.&#0;</body><created-at type="datetime">2026-01-02T11:00:00+00:00</created-at>
        <id type="integer">1</id><incoming type="boolean">false</incoming><private type="boolean">false</private>
      </helpdesk-note>
    </helpdesk-notes>
  </helpdesk-ticket>
</helpdesk-tickets>
"""
ZENDESK_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<tickets type="array" count="1">
  <ticket>
    <created-at type="datetime">2012-02-01T10:00:00Z</created-at>
    <description>Old matter</description>
    <nice-id type="integer">12</nice-id>
    <priority-id type="integer">4</priority-id>
    <req-name>Ann Example</req-name><req-email>ann@example.com</req-email>
    <requester-id type="integer">44</requester-id>
    <status-id type="integer">3</status-id>
    <subject>Old</subject>
    <updated-at type="datetime">2012-02-02T10:00:00Z</updated-at>
    <comments type="array">
      <comment>
        <author-id type="integer">44</author-id><created-at type="datetime">2012-02-01T10:00:00Z</created-at>
        <is-public type="boolean">true</is-public><value>Old matter</value>
      </comment>
      <comment>
        <author-id type="integer">45</author-id><created-at type="datetime">2012-02-01T12:00:00Z</created-at>
        <is-public type="boolean">true</is-public><value>Old answer</value>
      </comment>
    </comments>
  </ticket>
</tickets>
"""
ZENDESK_CSV = (
    b'"Id","Requester","Requester email","Subject","Status","Priority","Via","Created at","Updated at","Solved at"\r\n'
    b'"1","Ann Example","ann@example.com","Caf\xe9 bill","Solved","Low","Mail","2026-01-01 10:00:00",'
    b'"2026-01-02 10:00:00","2026-01-02 09:00:00"\r\n'
)
FRESHDESK_CSV = (
    b"Ticket ID,Subject,Status,Priority,Source,Created time,Last updated time,Resolved time,Full name,Email\r\n"
    b"9,Bill,Closed,High,Portal,2026-01-01 10:00:00,2026-01-02 10:00:00,,Ann Example,ann@example.com\r\n"
)


def mail(id: str, sender: str, to: str, text: str, *, hour: int = 10, answers: str = "", more: str = "") -> bytes:
    """One mail of an mbox, with the line before it."""
    refers = f"In-Reply-To: <{answers}>\nReferences: <{answers}>\n" if answers else ""
    body = text.replace("\nFrom ", "\n>From ")
    return (
        f"From {sender} Thu Jan  1 {hour:02d}:00:00 2026\nFrom: {sender}\nTo: {to}\nSubject: Matter\n{more}{refers}"
        f"Date: Thu, 1 Jan 2026 {hour:02d}:00:00 +0000\nMessage-ID: <{id}>\n\n{body}\n\n"
    ).encode()


def mbox() -> bytes:
    """A conversation whose answer stands before its question, and another mail."""
    ann, us = "Ann Example <ann@example.com>", OURS[0]
    return b"".join(
        (
            mail("2@x", us, ann, "We see to it.\n\nOn Thu, Ann wrote:\n> My line is dead.", hour=11, answers="1@x"),
            mail("1@x", ann, us, "My line is dead.\n\nFrom here on I wait."),
            mail("3@x", ann, us, "It works, thanks.", hour=12, answers="2@x"),
            mail("9@x", "Bob <bob@example.com>", us, "Another matter."),
        )
    )


def read(content: bytes, ours: Sequence[str] = OURS, start: int = 0) -> list[ImportedRow]:
    """The rows of a file, read in this process."""
    return [row for record in records(content, ours, start) for row in record.rows]


def records(content: bytes, ours: Sequence[str] = OURS, start: int = 0) -> Iterator[ImportRecord]:
    return ExportFile(io.BytesIO(content), ExportReading(ours=ours, zone="Europe/London", start=start)).records()


def tickets(rows: Sequence[ImportedRow]) -> list[ImportedTicket]:
    return [row for row in rows if isinstance(row, ImportedTicket)]


def articles(rows: Sequence[ImportedRow]) -> list[ImportedArticle]:
    return [row for row in rows if isinstance(row, ImportedArticle)]


def faults(rows: Sequence[ImportedRow]) -> list[str]:
    return [row.why for row in rows if isinstance(row, RowFault)]


class ReaderHere:
    """Reads in this process, which takes a moment instead of two seconds; the real one is tested by itself."""

    def records(self, file: StoredFile, *, ours: Sequence[str], zone: str, start: int = 0) -> Iterator[ImportRecord]:
        content = file.read_at(0, file.size)
        found = ExportFile(io.BytesIO(content), ExportReading(ours=ours, zone=zone, start=start)).records()
        return (record for record in found if record.number > start)
