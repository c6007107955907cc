"""What an entry of the record tells outside: ids and figures, and nothing anybody wrote."""

from __future__ import annotations

import pytest

from cx_core.act.notification_rules import Announcement, announced
from cx_core.records import PersonId

WORDS = "Maria Keller, 54 Elm Road, is furious"


@pytest.mark.parametrize(
    ("kind", "payload", "told"),
    [
        ("escalated", {"respond_by": "2026-11-23"}, Announcement("escalated")),
        ("given_back", {"version": 2, "why": WORDS}, Announcement("returned", {"version": 2})),
        ("proposed", {"route": "person", "version": 3, "summary": WORDS}, Announcement("by_hand", {"version": 3})),
        ("proposed", {"route": "act", "version": 3}, None),
        (
            "proposed",
            {"route": "advisor", "version": 3},
            Announcement("approval_wanted", {"version": 3, "role": "advisor"}),
        ),
        ("replied", {"version": 3, "status": "solved", "text": WORDS}, Announcement("reply_sent", {"version": 3})),
        ("not_prepared", {"why": WORDS}, Announcement("by_hand")),
        ("transferred", {"to": "p-1", "note": WORDS}, Announcement("transferred", about=(PersonId("p-1"),))),
        ("transferred", {"to": None, "team": "billing"}, Announcement("transferred")),
        (
            "second_wanted",
            {"version": 2, "approval": WORDS, "able": ["p-1", "p-2"]},
            Announcement("second_wanted", {"version": 2, "able": 2}, (PersonId("p-1"), PersonId("p-2"))),
        ),
        ("second_wanted", {"version": 2, "able": []}, Announcement("second_wanted", {"version": 2, "able": 0})),
        ("noted", {"mentions": [], "text": WORDS}, None),
        ("noted", {"mentions": ["p-1"], "text": WORDS}, Announcement("mention", {"mentioned": 1}, (PersonId("p-1"),))),
        ("received", {"reopened": False, "new": True, "text": WORDS}, Announcement("created")),
        ("received", {"text": WORDS}, Announcement("message_added")),
        ("rated", {"score": 3, "comment": WORDS}, None),
        ("rated", {"score": 2, "comment": WORDS}, Announcement("low_rating", {"score": 2})),
        ("stopped", {"name": "*", "reason": WORDS}, Announcement("switched", {"stopped": True, "what": "*"})),
        ("resumed", {"name": "*"}, Announcement("switched", {"stopped": False, "what": "*"})),
        (
            "backlog_long",
            {"waiting": 201, "bound": 200},
            Announcement("backlog", {"begins": True, "waiting": 201, "bound": 200}),
        ),
        ("model_failing", {"failed": 3}, Announcement("model_trouble", {"begins": True, "failed": 3})),
        (
            "tool_drifted",
            {"name": "Shop", "changes": {"refund": [WORDS]}},
            Announcement("tool_stopped", {"system": "Shop", "tools": 1}),
        ),
        ("approved", {"reply": WORDS}, None),
    ],
)
def test_that_an_entry_tells_what_happened_in_figures(
    kind: str, payload: dict[str, object], told: Announcement | None
) -> None:
    assert announced(kind, payload) == ((told,) if told else ())


def test_that_words_on_a_solved_ticket_are_told_as_both() -> None:
    told = announced("received", {"reopened": True, "new": False, "text": WORDS})
    assert told == (Announcement("message_added"), Announcement("reopened"))
