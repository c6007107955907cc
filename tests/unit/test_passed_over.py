"""Whom a waiting import takes nothing of: whoever was erased meanwhile, however their address is spelt in the file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cx_core.records import PersonId
from cx_core.views.channels.import_views import ImportRun

RUN = ImportRun(
    id="i1", file="tickets.json", size=1, sha256="", person=PersonId("p"), at=datetime(2026, 11, 23, tzinfo=UTC)
).passing_over(["+447700900123", "Ida@Example.com"])


@pytest.mark.parametrize("address", ["ida@example.com ", "+44 7700 900123", "0044 7700 900-123", "+447700900123"])
def test_that_whoever_was_erased_is_passed_over_however_the_file_spells_them(address: str) -> None:
    assert RUN.passes_over(address)


@pytest.mark.parametrize("address", ["ian@example.com", "+447700900124", "447700900123", ""])
def test_that_nobody_else_is(address: str) -> None:
    assert not RUN.passes_over(address)
