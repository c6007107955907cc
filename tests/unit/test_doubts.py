"""Whether a finding has a person look at a passage before it may leave by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cx_core.knowledge_base.articles import HealthFinding
from cx_core.records import ArticleId

HERE = ArticleId("warranty")


def finding(**told: Any) -> HealthFinding:  # noqa: ANN401  # whatever a finding holds
    quote = {"article": HERE, "title": "T", "number": 1, "text": "x", "span": (100, 200)}
    given = {
        "id": "f",
        "kind": "contradiction",
        "says": "s",
        "found_at": datetime(2026, 11, 20, tzinfo=UTC),
        "articles": (HERE,),
        "quotes": (quote,),
    }
    return HealthFinding.model_validate({**given, **told})


@pytest.mark.parametrize("span", [(0, 101), (150, 160), (199, 400), (0, 400)])
def test_that_an_open_finding_doubts_what_it_touches(span: tuple[int, int]) -> None:
    assert finding().doubts(HERE, span)


@pytest.mark.parametrize("span", [(0, 100), (200, 300)])
def test_that_it_leaves_the_rest_alone(span: tuple[int, int]) -> None:
    assert not finding().doubts(HERE, span)
    assert not finding().doubts(ArticleId("other"), (100, 200))


def test_that_one_without_a_quote_is_about_all_of_the_article() -> None:
    assert finding(kind="stale", quotes=()).doubts(HERE, (0, 1))
    assert not finding(kind="stale", quotes=()).doubts(ArticleId("other"), (0, 1))


@pytest.mark.parametrize(
    "told", [{"state": "waived"}, {"state": "resolved"}, {"kind": "duplicate"}, {"kind": "never_found"}]
)
def test_that_what_was_seen_to_or_is_no_matter_of_truth_doubts_nothing(told: dict[str, str]) -> None:
    assert not finding(**told).doubts(HERE, (100, 200))
