"""The Autonomy page says what is paused, since when and why, apart from the level."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cx_core.desk.desk import Desk
from cx_core.records import Perimeter, PersonId, Role, TaskTypeName
from cx_core.settings import Settings
from cx_core.views.level_views import LevelSet
from cx_core.views.system_views import SystemStanding
from tests.pages.pressing import served, shown
from tests.pages.test_levels_page import papers
from tests.signed_in import token

CALLBACK = TaskTypeName("callback")


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with served(settings) as made:
        yield made


def test_that_a_pause_is_shown_with_since_when_and_why_and_the_level_as_it_is(desk: Desk) -> None:
    at = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
    limits = Perimeter(tiers=("standard",), share=10)
    level = LevelSet(task_type=CALLBACK, level=3, how="granted", at=at, person=PersonId("two"), perimeter=limits)
    standing = SystemStanding(system="crm", failures=3, failed_since=at, paused_at=at, answering_since=at)
    with desk._store.begin() as unit:
        unit.levels.put(desk.autonomy_levels._levels().marked(unit, level))
        unit.systems.put(standing)
    page = shown("autonomy", token(desk, Role.SUPERVISOR))
    assert not page.exception
    told = papers(page)
    assert "Crm does not answer since" in told
    assert "14:02" in told
    assert "Paused: Call me back" in told
    assert "Answering again since" in told
    table = page.dataframe[0].value
    row = table[table["Task type"] == "Call me back"].iloc[0]
    assert (row["State"], str(row["Level"])[0]) == ("paused", "3")
