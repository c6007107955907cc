"""The Floor over the real desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cx_core.records import Role
from cx_core.views import QueueFilter
from tests.pages.pressing import opened
from tests.scripted import MARIA, Hand, person

SAM = person(Role.SUPERVISOR, "Sam Doyle")


def test_that_what_is_late_says_by_how_much(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    hand.ticket("Where is my order O-12?", MARIA)
    floor = hand.desk.floor(SAM)
    (row,) = hand.desk.queue(SAM, QueueFilter()).rows
    late = row.model_copy(update={"respond_by": datetime.now(UTC) - timedelta(minutes=67)})
    monkeypatch.setattr(hand.desk, "floor", lambda _: floor.model_copy(update={"late": (late,)}))
    at = opened(hand, "floor", Role.SUPERVISOR)
    assert list(at.dataframe[0].value["Time"]) == ["1 h 7 m over"]
