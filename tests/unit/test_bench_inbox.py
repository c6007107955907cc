"""What `bench inbox` asks: another search each time, so that no page that was kept answers it."""

from __future__ import annotations

from bench.inbox import TIMES, searches
from cx_core.settings import ROOT


def test_that_no_search_is_made_twice() -> None:
    words = searches(ROOT / "knowledge")
    assert len(set(words)) == len(words) == TIMES
