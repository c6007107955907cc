"""A bucket lets through what it holds, and fills with time."""

from __future__ import annotations

import pytest

from pages.parts.routes import rate_limits
from pages.parts.routes.rate_limits import RateLimit


def test_that_a_bucket_empties_and_fills() -> None:
    now = [0.0]
    limit = RateLimit(3, 60, lambda: now[0])
    assert [limit.allows("a") for _ in range(4)] == [True, True, True, False]
    assert limit.allows("b")
    now[0] = 1.0
    assert [limit.allows("a") for _ in range(2)] == [True, False]
    now[0] = 1000.0
    assert [limit.allows("a") for _ in range(4)] == [True, True, True, False]


def test_that_no_number_of_keys_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MOST_KEYS", 100)
    limit = RateLimit(3, 60, lambda: 0.0)
    for number in range(1000):
        limit.allows(f"address {number}")
    assert len(limit._buckets) <= 100
